"""What reps said of the assets, by class and by asset; counts alone, never who or in which words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from content_map.domain.unused import Stage
from content_map.domain.usage import Feedback
from content_map.reports.parts import As, Cell, Column, Table
from content_map.reports.unused import wording
from content_map.reports.unused.rows import Row

_REASONS = tuple(Column(each.value, name, As.NUMBER) for each, name in wording.FEEDBACK.items())
_NOTE = "Answers to “did you use these?” and feedback on the asset; one person may have given several."


def by_class(rows: Sequence[Row]) -> Table:
    """Count the reasons by class."""
    counts: dict[Stage, Counter[Feedback]] = {stage: Counter() for stage in Stage}
    for row in rows:
        counts[row.stage].update(row.history.feedback)
    cells: list[tuple[Cell, ...]] = [
        (stage.value, *_counts(given), given.total()) for stage, given in counts.items()
    ]
    columns = (Column("class", "Class", As.STAGE), *_REASONS, Column("total", "Answers", As.NUMBER))
    return Table("feedback_by_class", "What reps say, by class", columns, cells, _NOTE)


def by_asset(rows: Sequence[Row]) -> Table:
    """Count the reasons by asset, the most answered first; assets nobody spoke of are not in it."""
    spoken = [row for row in rows if sum(row.history.feedback.values())]
    spoken.sort(key=lambda row: (-sum(row.history.feedback.values()), row.title.casefold(), row.asset))
    columns = (
        Column("asset", "Asset id", As.ASSET),
        Column("title", "Asset", As.TITLE),
        Column("class", "Class", As.STAGE),
        *_REASONS,
        Column("total", "Answers", As.NUMBER),
    )
    cells: list[tuple[Cell, ...]] = [
        (row.asset, row.title, row.stage.value, *_counts(given), given.total())
        for row in spoken
        for given in (Counter(row.history.feedback),)
    ]
    return Table("feedback_by_asset", "What reps say, by asset", columns, cells, _NOTE)


def _counts(given: Counter[Feedback]) -> tuple[int, ...]:
    return tuple(given[each] for each in wording.FEEDBACK)
