"""People: added by an admin, with a role, a team and a history of both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from content_map.domain.people import Actor, Role
from content_map.domain.permissions import Right, require
from content_map.errors import Conflict, Invalid, NotFound
from content_map.models import Team, User, UserPeriod
from content_map.services import audit, cursors, handing_over
from content_map.services.cursors import Slice


def add(
    session: Session,
    email: str,
    *,
    role: Role,
    name: str | None = None,
    team: str | None = None,
    is_test: bool = False,
    actor: Actor | None,
    now: datetime,
) -> User:
    """Add a person who has yet to set a password; no actor: a command on the machine.

    Raises NotAllowed, Conflict (the address is taken), Invalid (not an address).
    """
    if actor is not None:
        require(actor, Right.MANAGE_USERS)
    address = clean_email(email)
    if session.scalar(select(User).where(User.email == address)):
        raise Conflict(f"{address} is already a user. Change the role there instead of adding a second one.")
    person = User(
        email=address,
        name=(name or address.partition("@")[0].replace(".", " ").title()).strip(),
        role=role.value,
        team_id=_team(session, team, now).id if team else None,
        is_test=is_test,
        created_at=now,
    )
    session.add(person)
    session.flush()
    session.add(UserPeriod(user_id=person.id, role=person.role, team_id=person.team_id, starts_at=now))
    audit.note(
        session,
        "user.added",
        "user",
        person.id,
        actor=actor,
        now=now,
        changes={"email": address, "role": role},
    )
    session.refresh(person)
    return person


def change(
    session: Session,
    user_id: str,
    *,
    name: str | None = None,
    role: Role | None = None,
    team: str | None = None,
    is_active: bool | None = None,
    new_owner: str | None = None,
    actor: Actor,
    now: datetime,
) -> User:
    """Change what is given; a new role or team begins a new period. Raises NotAllowed, NotFound, Invalid.

    An empty `team` takes the person out of the team. `new_owner` (a user id) takes over the assets of a person who
    leaves, and must be named then; of one who moves to sales it may.
    """
    require(actor, Right.MANAGE_USERS)
    person = get(session, user_id)
    before = {"name": person.name, "role": person.role, "team": person.team_id, "is_active": person.is_active}
    if (role not in {None, Role.ADMIN} or is_active is False) and _is_last_admin(session, person):
        raise Invalid.field(
            "/role", "This is the only admin. Make somebody else admin first; nothing was changed."
        )
    if name is not None:
        person.name = name
    if role is not None:
        person.role = role.value
    if team is not None:
        person.team_id = _team(session, team, now).id if team else None
    if is_active is not None:
        person.is_active = is_active
        person.session_epoch += 0 if is_active else 1
    # Whoever moves to sales may keep what they wrote; whoever leaves cannot.
    if not person.is_active or (new_owner is not None and not handing_over.can_own(person)):
        handing_over.hand_over(session, person, new_owner, actor=actor, now=now)
    if (person.role, person.team_id) != (before["role"], before["team"]):
        _begin_period(session, person, now)
    after = {"name": person.name, "role": person.role, "team": person.team_id, "is_active": person.is_active}
    changes = {key: [before[key], after[key]] for key in before if before[key] != after[key]}
    if changes:
        audit.note(session, "user.changed", "user", person.id, actor=actor, now=now, changes=changes)
    session.flush()
    session.refresh(person)
    return person


def get(session: Session, user_id: str) -> User:
    """Load one person. Raises NotFound."""
    person = session.get(User, user_id)
    if person is None:
        raise NotFound("There is no such person.")
    return person


def by_email(session: Session, email: str) -> User | None:
    """Find a person by address, whatever its capitals."""
    return session.scalar(select(User).where(User.email == email.strip().casefold()))


def listed(session: Session, *, actor: Actor) -> Sequence[User]:
    """List everybody by name. Raises NotAllowed."""
    require(actor, Right.MANAGE_USERS)
    return session.scalars(select(User).order_by(User.name, User.id)).all()


def page(session: Session, *, limit: int = 50, cursor: str | None = None, actor: Actor) -> Slice[User]:
    """List everybody by address, a part at a time. Raises NotAllowed, Invalid."""
    require(actor, Right.MANAGE_USERS)
    wanted = select(User)
    if cursor is not None:
        wanted = wanted.where(User.email > cursors.read(cursor, parts=1)[0])
    limit = cursors.bounded(limit)
    found = session.scalars(wanted.order_by(User.email).limit(limit + 1)).all()
    return Slice(found[:limit], cursors.make(found[limit - 1].email) if len(found) > limit else None)


def may_own(session: Session) -> Sequence[User]:
    """List the active people who can own an asset: marketers and admins."""
    roles = [Role.MARKETER.value, Role.ADMIN.value]
    return session.scalars(select(User).where(User.role.in_(roles), User.is_active).order_by(User.name)).all()


def role_at(session: Session, user_id: str, moment: datetime) -> Role:
    """Say which role the person had then; before the first period, the first one counts."""
    period = session.scalar(
        select(UserPeriod)
        .where(UserPeriod.user_id == user_id, UserPeriod.starts_at <= moment)
        .where(or_(UserPeriod.ends_at.is_(None), UserPeriod.ends_at > moment))
        .order_by(UserPeriod.starts_at.desc())
    )
    if period is None:
        period = session.scalar(
            select(UserPeriod).where(UserPeriod.user_id == user_id).order_by(UserPeriod.starts_at)
        )
    return Role(period.role) if period else Role(get(session, user_id).role)


def clean_email(email: str) -> str:
    """Fold an address for storing. Raises Invalid."""
    address = email.strip().casefold()
    local, at, host = address.partition("@")
    # Mail headers are lines: what ends one, or cannot be seen, has no place in an address.
    unseen = any(character.isspace() or not character.isprintable() for character in address)
    if not (local and at and host) or unseen or "@" in host or len(address) > 320:
        raise Invalid.field("/email", f"{email.strip()!r} is not an e-mail address such as ann@example.com.")
    return address


def _team(session: Session, name: str, now: datetime) -> Team:
    team = session.scalar(select(Team).where(func.lower(Team.name) == name.strip().lower()))
    if team is None:
        team = Team(name=name.strip(), created_at=now)
        session.add(team)
        session.flush()
    return team


def _begin_period(session: Session, person: User, now: datetime) -> None:
    current = session.scalar(
        select(UserPeriod).where(UserPeriod.user_id == person.id, UserPeriod.ends_at.is_(None))
    )
    if current is not None:
        current.ends_at = now
        session.flush()
    session.add(UserPeriod(user_id=person.id, role=person.role, team_id=person.team_id, starts_at=now))


def _is_last_admin(session: Session, person: User) -> bool:
    if person.role != Role.ADMIN:
        return False
    admins = select(func.count()).where(User.role == Role.ADMIN.value, User.is_active)
    return session.scalar(admins) == 1


def first_admin(session: Session) -> User | None:
    """Load the admin who was there first."""
    admins = select(User).where(User.role == Role.ADMIN.value, User.is_active)
    return session.scalars(admins.order_by(User.created_at, User.id)).first()
