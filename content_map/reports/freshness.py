"""Freshness: how long ago the live assets were last looked after, what is due, and how much they are used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from content_map.domain.assets import Kind
from content_map.domain.conversations import Conversation
from content_map.domain.permissions import Right
from content_map.domain.statistics import fraction_text
from content_map.reports import left_out
from content_map.reports.contract import Question, Report
from content_map.reports.finding import Finding
from content_map.reports.live_assets import LIVE, LiveAsset, live_assets, looked_at, uses
from content_map.reports.outcome_answers import is_use
from content_map.reports.parts import (
    As,
    Cell,
    Chart,
    ChartKind,
    Column,
    Definition,
    Figure,
    Fraction,
    Series,
    Table,
)

OLD_AFTER = timedelta(days=365)
EXPIRES_WITHIN = timedelta(days=30)  # as the library's queue of what ends soon
_KINDS: Mapping[Kind, str] = {
    Kind.DECK: "Deck",
    Kind.DOCUMENT: "Document",
    Kind.SHEET: "Workbook",
    Kind.WEB: "Web page",
    Kind.TEXT: "Text",
    Kind.IMAGE: "Image",
    Kind.VIDEO: "Video",
    Kind.AUDIO: "Audio",
    Kind.EMAIL: "Email",
    Kind.LINK: "Link",
}


class Due(StrEnum):
    """Why somebody should look at an asset; the value is how the table says it."""

    REVIEW = "Review due"
    EXPIRES = "Expires soon"
    OLD = "Not updated for a year"


_MEANINGS: Mapping[Due, str] = {
    Due.REVIEW: "Its review date has come.",
    Due.EXPIRES: "It expires within 30 days.",
    Due.OLD: "Neither a new version nor a review in the last 365 days.",
}
_USED = "Of these assets, the ones with at least one counted use in the quarter."
_BANDS = (("Under 3 months", 91), ("3 to 6 months", 182), ("6 to 12 months", 365))
_OLDEST = "Over 12 months"


@dataclass(frozen=True, slots=True)
class Kept:
    """A live asset, how many days ago it was looked after, what is due, and its uses in the quarter."""

    asset: LiveAsset
    days: int
    due: tuple[Due, ...]
    uses: int


def build(session: Session, question: Question) -> Finding:
    """Look at every live asset as of the quarter's end, or of now while it runs."""
    counted = uses(session, question)
    kept = [_kept(asset, question, counted.get(asset.id, 0)) for asset in live_assets(session, question)]
    waiting = [each for each in kept if each.due]
    by_age = _grouped(kept, lambda each: _band(each.days), [*(name for name, _ in _BANDS), _OLDEST])
    by_conversation = _grouped(
        kept, lambda each: each.asset.conversation.value, [each.value for each in Conversation]
    )
    by_kind = _grouped(kept, lambda each: _KINDS[each.asset.kind], list(_KINDS.values()))
    return Finding(
        question,
        lead=_lead(kept, waiting),
        figures=[
            Figure("live", "Live assets", len(kept), LIVE.meaning),
            *(
                Figure(due.name.lower(), due.value, Fraction(_count(kept, due), len(kept)), _MEANINGS[due])
                for due in Due
            ),
        ],
        charts=[_chart(by_age)],
        tables=[
            _list(waiting),
            _table("by_age", "By time since it was looked after", "Age", As.TEXT, by_age),
            _table("by_conversation", "By conversation", "Conversation", As.CONVERSATION, by_conversation),
            _table(
                "by_format",
                "By format",
                "Format",
                As.TEXT,
                {name: some for name, some in by_kind.items() if some},
            ),
        ],
        definitions=[
            LIVE,
            Definition(
                "Looked after",
                "A new version came, or somebody confirmed at a review that it is still right.",
            ),
            *(Definition(due.value, _MEANINGS[due]) for due in Due),
            Definition("Used", _USED),
        ],
        left_out=left_out.of_events(session, question, is_use()),
    )


REPORT = Report(
    name="freshness",
    heading="Freshness",
    title="How old the live assets are, what is due for a look, and how much of it is in use",
    right=Right.SEE_REPORTS,
    build=build,
    place=8,
)


def _kept(asset: LiveAsset, question: Question, used: int) -> Kept:
    at = looked_at(question)
    today = at.astimezone(question.definitions.zone).date()
    reasons = {
        Due.REVIEW: asset.review_by is not None and asset.review_by <= today,
        Due.EXPIRES: asset.expires_at is not None and asset.expires_at <= at + EXPIRES_WITHIN,
        Due.OLD: at - asset.checked_at > OLD_AFTER,
    }
    days = max(0, (at - asset.checked_at).days)
    return Kept(asset, days, tuple(due for due, holds in reasons.items() if holds), used)


def _band(days: int) -> str:
    return next((name for name, below in _BANDS if days < below), _OLDEST)


def _grouped(
    kept: Iterable[Kept], key: Callable[[Kept], str], order: Iterable[str]
) -> Mapping[str, Sequence[Kept]]:
    groups: dict[str, list[Kept]] = defaultdict(list)
    for each in kept:
        groups[key(each)].append(each)
    return {name: groups[name] for name in order}


def _count(kept: Iterable[Kept], due: Due) -> int:
    return sum(due in each.due for each in kept)


def _lead(kept: Sequence[Kept], waiting: Sequence[Kept]) -> list[str]:
    if not kept:
        return ["No asset was live at the end of this quarter."]
    in_use = sum(each.uses > 0 for each in waiting)
    return [
        f"{fraction_text(len(waiting), len(kept))} live assets wait for somebody to look at them.",
        f"{in_use} of these {len(waiting)} were used for a customer in the quarter: they come first.",
    ]


def _chart(by_age: Mapping[str, Sequence[Kept]]) -> Chart:
    oldest = len(by_age[_OLDEST])
    return Chart(
        "ages",
        "Live assets by time since they were looked after",
        ChartKind.STACKED,
        f"{fraction_text(oldest, sum(map(len, by_age.values())))} have not been looked after for a year.",
        tuple(by_age),
        (Series("used", "Used in the quarter"), Series("unused", "No use recorded")),
        tuple((_used(some), len(some) - _used(some)) for some in by_age.values()),
    )


def _used(kept: Iterable[Kept]) -> int:
    return sum(each.uses > 0 for each in kept)


def _table(name: str, heading: str, first: str, means: As, groups: Mapping[str, Sequence[Kept]]) -> Table:
    columns = (
        Column("group", first, means),
        Column("live", "Live", As.NUMBER, LIVE.meaning),
        *(Column(due.name.lower(), due.value, As.SHARE, _MEANINGS[due]) for due in Due),
        Column("used", "Used", As.SHARE, _USED),
        Column("uses", "Uses", As.NUMBER, "Counted uses of these assets in the quarter."),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            group,
            len(some),
            *(Fraction(_count(some, due), len(some)) for due in Due),
            Fraction(_used(some), len(some)),
            sum(each.uses for each in some),
        )
        for group, some in groups.items()
    ]
    return Table(name, heading, columns, rows)


def _list(waiting: Iterable[Kept]) -> Table:
    columns = (
        Column("asset", "Asset id", As.ASSET),
        Column("title", "Asset", As.TITLE),
        Column("conversation", "Conversation", As.CONVERSATION),
        Column("format", "Format"),
        Column("due", "Why"),
        Column(
            "looked_after", "Looked after", As.DAY, "The day of its current version, or of the last review."
        ),
        Column("review_by", "Review by", As.DAY),
        Column("expires", "Expires", As.DAY),
        Column("uses", "Uses", As.NUMBER, "Counted uses in the quarter."),
    )
    first_used = sorted(waiting, key=lambda each: (-each.uses, -each.days))
    rows: list[tuple[Cell, ...]] = [_row(each) for each in first_used]
    return Table("rows", "Waiting for a look", columns, rows, "The most used first.")


def _row(each: Kept) -> tuple[Cell, ...]:
    asset = each.asset
    expires: date | None = asset.expires_at.date() if asset.expires_at else None
    return (
        asset.id,
        asset.title,
        asset.conversation.value,
        _KINDS[asset.kind],
        ", ".join(due.value for due in each.due).capitalize(),
        asset.checked_at.date(),
        asset.review_by,
        expires,
        each.uses,
    )
