"""CHECK constraints made from the domain's own words, so that database and code cannot drift apart."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """Hold `column` to the enum's words; NULL stays possible where the column allows it."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
