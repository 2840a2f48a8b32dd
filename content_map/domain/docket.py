"""The retirement docket: what may be decided about an unused asset, and when two sides have decided."""

from __future__ import annotations

from enum import StrEnum


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


def settled(marketing: Choice | None, sales: Choice | None) -> Choice | None:
    """Give what both sides chose; None while one is silent or they differ."""
    return marketing if marketing is not None and marketing is sales else None
