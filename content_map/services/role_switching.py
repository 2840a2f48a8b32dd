"""The demo's role switch: whom it can sign in as. Only the demo asks; it holds no real person."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.domain.people import Role
from content_map.errors import NotFound
from content_map.models import User
from content_map.services import demonstration


def is_offered(session: Session, settings: Settings) -> bool:
    """Say whether anybody may be switched to: a demonstration, started as one, that only this machine reaches."""
    return settings.demo and settings.is_loopback and demonstration.is_demonstration(session)


def everybody(session: Session) -> Sequence[User]:
    """List the sample people, by role and name."""
    people = session.scalars(select(User).where(User.is_active)).all()
    places = {role.value: place for place, role in enumerate(Role)}
    return sorted(people, key=lambda person: (places[person.role], person.name, person.id))


def first_of(session: Session, role: Role) -> User:
    """Load the first sample person of a role. Raises NotFound."""
    people = select(User).where(User.role == role.value, User.is_active).order_by(User.created_at, User.id)
    person = session.scalars(people).first()
    if person is None:
        raise NotFound(f"The sample library has no {role}.")
    return person
