"""Which mail a person wants."""

from __future__ import annotations

from sqlalchemy.orm import Session

from content_map.domain.people import Actor
from content_map.models import User

WEEKLY = "weekly_mail"


def wants_weekly(session: Session, *, actor: Actor) -> bool:
    """Say whether the weekly digest goes out by mail; it does until somebody says no."""
    return said_yes(session.get_one(User, actor.id))


def said_yes(person: User) -> bool:
    """Say the same of a loaded person."""
    return person.preferences.get(WEEKLY, True) is not False


def set_weekly(session: Session, wanted: bool, *, actor: Actor) -> None:
    """Keep one's own wish."""
    person = session.get_one(User, actor.id)
    # A new dictionary: a change inside the old one would not be seen.
    person.preferences = {**person.preferences, WEEKLY: wanted}
    session.flush()
