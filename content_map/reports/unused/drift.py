"""Tag versus use: which conversation each counted use really served, beside the one its asset is filed under."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content_map.domain.conversations import BY_KEY, CONVERSATIONS, Conversation
from content_map.domain.statistics import fraction_text
from content_map.models import UsageEvent
from content_map.reports.contract import Question
from content_map.reports.measures import Scope
from content_map.reports.outcome_answers import is_use
from content_map.reports.parts import As, Cell, Chart, ChartKind, Column, Fraction, Series, Table
from content_map.reports.unused.rows import Row

# Fewer uses of one asset say nothing of where it belongs.
USES_TO_JUDGE = 5

Pair = tuple[Conversation, Conversation]  # what it is filed under, what the use served
Served = Mapping[str, Mapping[Conversation, int]]  # asset id -> its uses by the conversation they served


@dataclass(frozen=True, slots=True)
class Drifting:
    """An asset of which more than half of the uses serve one other conversation."""

    row: Row
    serves: Conversation
    uses: Fraction


@dataclass(frozen=True, slots=True)
class Drift:
    """Counted uses of the eligible assets by pair, how many assets made them, and which assets stand out."""

    uses: Mapping[Pair, int]
    assets: Mapping[Pair, int]
    drifting: Sequence[Drifting]

    @property
    def at_home(self) -> Fraction:
        """The uses that served the asset's own conversation, of all."""
        return Fraction(sum(self.uses.get((each, each), 0) for each in Conversation), sum(self.uses.values()))

    @property
    def sentence(self) -> str:
        """Say the finding."""
        if not self.at_home.n:
            return "No use was recorded, so nothing can be said of which conversation they served."
        said = f"{fraction_text(*self.at_home)} uses served the conversation that the asset is filed under."
        away = [pair for pair in self.uses if pair[0] is not pair[1]]
        if not away:
            return said
        home, served = max(away, key=lambda pair: (self.uses[pair], _backwards(pair)))
        return (
            f"{said} The largest other group: {self.uses[home, served]} of assets filed under "
            f"“{BY_KEY[home].name}” that served “{BY_KEY[served].name}”."
        )

    @property
    def chart(self) -> Chart:
        """Draw the matrix of uses."""
        return Chart(
            "drift",
            "Tag versus use",
            ChartKind.MATRIX,
            self.sentence,
            tuple(each.short for each in CONVERSATIONS),
            tuple(Series(each.key.value, each.short, each.key.value) for each in CONVERSATIONS),
            tuple(
                tuple(self.uses.get((home, served), 0) for served in Conversation) for home in Conversation
            ),
        )

    @property
    def tables(self) -> Sequence[Table]:
        """Write uses and assets by pair, and the assets that stand out."""
        return [
            _matrix("drift", "Tag versus use: uses", self.uses, "Uses of eligible assets."),
            _matrix(
                "drift_assets",
                "Tag versus use: assets",
                self.assets,
                "Assets with at least one such use; one that serves two conversations stands in both columns.",
            ),
            self._drifting_table(),
        ]

    def _drifting_table(self) -> Table:
        columns = (
            Column("asset", "Asset id", As.ASSET),
            Column("title", "Asset", As.TITLE),
            Column("conversation", "Filed under", As.CONVERSATION),
            Column("serves", "Mostly serves", As.CONVERSATION),
            Column("uses", "Uses that serve it", As.SHARE),
        )
        rows: list[tuple[Cell, ...]] = [
            (each.row.asset, each.row.title, each.row.conversation.value, each.serves.value, each.uses)
            for each in self.drifting
        ]
        note = (
            f"More than half of at least {USES_TO_JUDGE} uses serve one other conversation: "
            "look whether it belongs there."
        )
        return Table("drifting", "Filed elsewhere than used", columns, rows, note)


def measure(session: Session, question: Question, rows: Sequence[Row]) -> Drift:
    """Count the uses of the eligible assets by the conversation that they really served."""
    scope = Scope(*question.bounds, also=question.also)
    columns = (UsageEvent.asset_id, UsageEvent.conversation)
    found = session.execute(
        select(*columns, func.count()).where(scope.holds(), scope.counts(), is_use()).group_by(*columns)
    )
    served: dict[str, dict[Conversation, int]] = defaultdict(dict)
    homes = {row.asset: row.conversation for row in rows}
    for asset_id, conversation, uses in found:
        if asset_id in homes:
            # A use that names none, such as one of another tool's, served what the asset is for.
            key = Conversation(conversation) if conversation else homes[asset_id]
            served[asset_id][key] = served[asset_id].get(key, 0) + uses
    return drift_of(rows, served)


def drift_of(rows: Iterable[Row], served: Served) -> Drift:
    """Fold the assets' uses into the pairs."""
    uses: dict[Pair, int] = defaultdict(int)
    assets: dict[Pair, int] = defaultdict(int)
    drifting = []
    for row in rows:
        for conversation, count in served.get(row.asset, {}).items():
            uses[row.conversation, conversation] += count
            assets[row.conversation, conversation] += 1
        elsewhere = _elsewhere(row, served.get(row.asset, {}))
        drifting += [elsewhere] if elsewhere else []
    drifting.sort(key=lambda each: (-each.uses.part, each.row.title.casefold(), each.row.asset))
    return Drift(uses, assets, drifting)


def _elsewhere(row: Row, served: Mapping[Conversation, int]) -> Drifting | None:
    total = sum(served.values())
    if total < USES_TO_JUDGE:
        return None
    most = max(served, key=lambda each: served[each])
    if most is row.conversation or 2 * served[most] <= total:
        return None
    return Drifting(row, most, Fraction(served[most], total))


def _matrix(name: str, heading: str, counts: Mapping[Pair, int], note: str) -> Table:
    columns = (
        Column("conversation", "Filed under", As.CONVERSATION),
        *(Column(each.value, f"Served {BY_KEY[each].number}", As.NUMBER) for each in Conversation),
        Column("total", "Total", As.NUMBER),
    )
    rows: list[tuple[Cell, ...]] = []
    for home in Conversation:
        found = [counts.get((home, served), 0) for served in Conversation]
        rows.append((home.value, *found, sum(found)))
    return Table(name, heading, columns, rows, note)


def _backwards(pair: Pair) -> tuple[int, int]:
    return -BY_KEY[pair[0]].number, -BY_KEY[pair[1]].number
