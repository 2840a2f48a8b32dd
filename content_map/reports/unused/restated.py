"""What differs now from what was frozen: later answers, corrections and imported history, named row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.unused import diagnose
from content_map.models import Asset
from content_map.reports.parts import As, Cell, Column, Table
from content_map.reports.unused.frozen import Frozen
from content_map.reports.unused.judging import Judged

# What a row is compared by; a new title or owner's name restates nothing that was counted.
_COMPARED = (
    "class",
    "conversation",
    "days_live",
    "impressions",
    "reps",
    "opens",
    "uses",
    "outcomes",
    "accounts",
    "evidence",
)
_ELIGIBLE = "eligible"
_AT_ONCE = 500

Facts = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Restatement:
    """One field of one asset that is not what was published."""

    quarter: str
    asset: str
    title: str
    field: str
    frozen: str | int | None
    now: str | int | None


def restatements(session: Session, run: Frozen, judged: Judged) -> list[Restatement]:
    """Compare a published quarter with the same quarter as known now."""
    present = {asset_id: _facts(judged, asset_id) for asset_id, _ in judged.eligible}
    found = compared(str(run.quarter), run.rows, present)
    unnamed = [each.asset for each in found if not each.title]
    titles: dict[str, str] = {}
    for start in range(0, len(unnamed), _AT_ONCE):
        some = select(Asset.id, Asset.title).where(Asset.id.in_(unnamed[start : start + _AT_ONCE]))
        titles |= dict(session.execute(some).all())
    return [replace(each, title=each.title or titles[each.asset]) for each in found]


def compared(
    quarter: str, published: Sequence[Mapping[str, Any]], present: Mapping[str, Facts]
) -> list[Restatement]:
    """List the differences, in the order of the published rows, then those that were not among them.

    The title of an asset that was not published is left empty.
    """
    found = []
    for row in published:
        asset, title = str(row["asset"]), str(row["title"])
        facts = present.get(asset)
        if facts is None:
            found.append(Restatement(quarter, asset, title, _ELIGIBLE, "yes", "no"))
            continue
        found += [
            Restatement(quarter, asset, title, name, row.get(name), facts[name])
            for name in _COMPARED
            if row.get(name) != facts[name]
        ]
    known = {row["asset"] for row in published}
    found += [
        Restatement(quarter, asset, "", _ELIGIBLE, "no", "yes") for asset in sorted(present.keys() - known)
    ]
    return found


def table(restated: Sequence[Restatement]) -> Table:
    """Write them row by row."""
    columns = (
        Column("quarter", "Quarter", As.KEY),
        Column("asset", "Asset id", As.ASSET),
        Column("title", "Asset", As.TITLE),
        Column("field", "What", As.KEY),
        Column("frozen", "As published", As.KEY),
        Column("now", "As known now", As.KEY),
    )
    rows: list[tuple[Cell, ...]] = [
        (each.quarter, each.asset, each.title, each.field, each.frozen, each.now) for each in restated
    ]
    note = "What was learned after a report was frozen; the frozen report itself stays as it was published."
    return Table("restated", "Restated", columns, rows, note)


def _facts(judged: Judged, asset_id: str) -> Facts:
    stands, history = judged.standings[asset_id], judged.history(asset_id)
    said = diagnose(history, judged.thresholds)
    return {
        "class": said.stage.value,
        "conversation": stands.conversation.value,
        "days_live": stands.days_live,
        "impressions": history.impressions,
        "reps": history.reps,
        "opens": history.opens,
        "uses": history.uses,
        "outcomes": history.outcomes_reached,
        "accounts": history.accounts,
        "evidence": said.evidence.value if said.evidence else None,
    }
