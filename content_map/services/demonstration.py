"""Whether this database is the demonstration: its mark stands from before the first sample row to the end."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.orm import Session

from content_map.models import Mark

_NAME = "demo"


class Demonstration(StrEnum):
    """How far the sample library is in; both words make the whole database a demonstration."""

    BEGUN = "begun"
    FILLED = "filled"


def state(session: Session) -> Demonstration | None:
    """Read the mark; None in a database of somebody's own."""
    mark = session.get(Mark, _NAME)
    return Demonstration(mark.value) if mark else None


def is_demonstration(session: Session) -> bool:
    """Say whether everything in this database is made up: what the banner and the mark in print go by."""
    return state(session) is not None


def mark_as(session: Session, how_far: Demonstration) -> None:
    """Write the mark. For the sample library alone: nothing else may call a database made up."""
    session.merge(Mark(name=_NAME, value=how_far.value))
    session.flush()
