"""The retirement docket: what may be decided about an unused asset, and when two sides have decided."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from content_map.domain.unused import Side

# A third of a quarter: what is asked for now can still show in the next quarter's report.
TASK_DUE_AFTER = timedelta(days=30)
NOTE_CHARACTERS = 2_000


class Choice(StrEnum):
    """What to do with an asset for which no use was recorded."""

    KEEP = "keep"
    FIX = "fix"
    TEACH = "teach"
    RETIRE = "retire"


class TaskKind(StrEnum):
    """Work on an asset: `fix`, `retag`, `retitle` and `guide` are marketing's, `teach` and `ask` sales'."""

    FIX = "fix"
    RETAG = "retag"
    RETITLE = "retitle"
    GUIDE = "guide"
    TEACH = "teach"
    ASK = "ask"

    @property
    def side(self) -> Side:
        """Whose work it is."""
        return Side.SALES if self in {TaskKind.TEACH, TaskKind.ASK} else Side.MARKETING


def settled(marketing: Choice | None, sales: Choice | None) -> Choice | None:
    """Give what both sides chose; None while one is silent or they differ."""
    return marketing if marketing is not None and marketing is sales else None


def task_of(choice: Choice) -> TaskKind | None:
    """Name the work that a settled choice asks for; keeping and retiring ask for none."""
    return {Choice.FIX: TaskKind.FIX, Choice.TEACH: TaskKind.TEACH}.get(choice)
