"""What to do next: the same cure for how many assets of which class, and which side owns it; the largest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from content_map.domain.unused import Cure, Stage
from content_map.reports.parts import As, Cell, Column, Table
from content_map.reports.unused import wording
from content_map.reports.unused.rows import Row

FIRST = 5  # ui.md: the first page shows five actions


@dataclass(frozen=True, slots=True)
class Action:
    """A cure for `assets` assets of one class."""

    stage: Stage
    cure: Cure
    assets: int


def actions(rows: Sequence[Row]) -> tuple[Action, ...]:
    """Count the cures; equally many in the order of the classes' depth."""
    counts = Counter((row.stage, row.diagnosis.cure) for row in rows)
    found = [Action(stage, cure, count) for (stage, cure), count in counts.items() if cure is not None]
    return tuple(sorted(found, key=lambda each: (-each.assets, each.stage.depth, each.cure.sentence)))


def table(found: Sequence[Action]) -> Table:
    """Write them with the side that owns each."""
    columns = (
        Column("class", "Class", As.STAGE),
        Column("assets", "Assets", As.NUMBER),
        Column("cure", "What to do"),
        Column("act", "How"),
        Column("owned_by", "Whose turn"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            each.stage.value,
            each.assets,
            each.cure.sentence,
            wording.ACTS[each.cure.act] if each.cure.act else None,
            wording.SIDES[each.cure.side],
        )
        for each in found
    ]
    return Table("cures", "What to do next", columns, rows)
