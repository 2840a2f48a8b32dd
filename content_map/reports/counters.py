"""What counted of each asset in a quarter: read from the counters, and from the events what they do not know yet."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, and_, cast, select
from sqlalchemy.orm import Session

from content_map.domain.quarters import Quarter
from content_map.domain.unused import AssetHistory
from content_map.domain.usage import ExcludedReason, Feedback
from content_map.models import AssetQuarter, CountMark, Mark
from content_map.reports import measures
from content_map.reports.contract import Definitions
from content_map.reports.measures import Scope

REVISION = 1  # one more whenever measures.py counts something else: every counter is then made anew
MOST_MARKED = 2_000  # of more assets than these, asking the events for all of them is the shorter way
MARK_PREFIX = "counters-"
_AT_ONCE = 500  # assets in one statement

COUNTED = (
    AssetQuarter.impressions,
    AssetQuarter.near_top_impressions,
    AssetQuarter.near_top_reps,
    AssetQuarter.reps,
    AssetQuarter.opens,
    AssetQuarter.bare_downloads,
    AssetQuarter.uses,
    AssetQuarter.outcomes_reached,
    AssetQuarter.accounts,
    AssetQuarter.users,
    AssetQuarter.customer_views,
    AssetQuarter.sent_or_tailored,
    AssetQuarter.logged_by_hand,
    AssetQuarter.by_api,
)
"""The numbers of a row, in the order of `AssetHistory`'s fields."""

_NOTHING: Mapping[Any, int] = {}


@dataclass(frozen=True, slots=True)
class QuarterCounts:
    """What counted by asset (only assets with any event), and how many rows counted in nothing, by reason."""

    histories: Mapping[str, AssetHistory]
    left_out: Mapping[ExcludedReason, int]


def basis(definitions: Definitions) -> str:
    """Name everything that the counters depend on besides the events; the other thresholds only read them."""
    return f"{REVISION} {definitions.time_zone} {definitions.fiscal_year_start} {definitions.thresholds.rank}"


def mark_name(quarter: Quarter) -> str:
    """Name the mark that says on which basis a quarter has been counted."""
    return f"{MARK_PREFIX}{quarter}"


def of_quarter(session: Session, quarter: Quarter, definitions: Definitions) -> QuarterCounts:
    """Count by asset what happened in the quarter: exactly what the events say, however far the fold is behind."""
    start, end = definitions.bounds(quarter)
    # The marks before the rows: what a fold takes away in between is in the rows.
    marked = _marked(session, Scope(start, end))
    stored = None if len(marked) > MOST_MARKED else _stored(session, quarter, definitions, frozenset(marked))
    of_nothing = measures.left_out_of_no_asset(session, start, end)
    found, left_out = stored or ({}, Counter())
    left_out.update(of_nothing)
    for some in _parts(marked) if stored else [None]:
        scope = Scope(start, end, assets=some)
        found.update(measures.histories(session, scope, definitions.thresholds))
        for reasons in measures.left_out(session, scope).values():
            left_out.update(reasons)
    return QuarterCounts(found, {reason: left_out[reason] for reason in ExcludedReason if left_out[reason]})


def _marked(session: Session, scope: Scope) -> Sequence[str]:
    within = and_(CountMark.occurred_at >= scope.start, CountMark.occurred_at < scope.end)
    named = select(CountMark.asset_id).where(within).distinct().limit(MOST_MARKED + 1)
    return sorted(session.scalars(named))


def _stored(
    session: Session, quarter: Quarter, definitions: Definitions, but: frozenset[str]
) -> tuple[dict[str, AssetHistory], Counter[ExcludedReason]] | None:
    """Read the rows of all assets `but` these; None when the quarter has not been counted on this basis."""
    # With the basis in one statement: a rebuild that begins in between is not seen by half. And the two objects
    # as text, for in almost every row they are empty.
    rows = session.execute(
        select(
            AssetQuarter.asset_id,
            *COUNTED,
            cast(AssetQuarter.feedback, String),
            cast(AssetQuarter.left_out, String),
        )
        .select_from(Mark)
        .outerjoin(AssetQuarter, AssetQuarter.quarter == str(quarter))
        .where(Mark.name == mark_name(quarter), Mark.value == basis(definitions))
    ).all()
    if not rows:
        return None
    histories: dict[str, AssetHistory] = {}
    left_out: Counter[ExcludedReason] = Counter()
    for asset_id, *counted, feedback, reasons in rows:
        if asset_id is None or asset_id in but:
            continue
        said = _NOTHING if feedback == "{}" else _by_word(Feedback, feedback)
        histories[asset_id] = AssetHistory(*counted, feedback=said)  # type: ignore[misc]  # COUNTED ends before it
        if reasons != "{}":
            left_out.update(_by_word(ExcludedReason, reasons))
    return histories, left_out


def _by_word(words: Any, text: str) -> Mapping[Any, int]:
    return {words(word): count for word, count in json.loads(text).items()}


def _parts(assets: Sequence[str]) -> Sequence[tuple[str, ...]]:
    return [tuple(assets[start : start + _AT_ONCE]) for start in range(0, len(assets), _AT_ONCE)]
