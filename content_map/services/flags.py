"""Flags: what readers say is wrong with an asset becomes a task of its owner, or of the readers' manager."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.domain.flagging import NOTE_CHARACTERS, Mender, mender_of
from content_map.domain.people import Actor, Role
from content_map.domain.permissions import Right, allows, require
from content_map.domain.usage import ExcludedReason, Feedback
from content_map.errors import Conflict, Invalid, NotFound
from content_map.models import Asset, Flag, UsageEvent, User
from content_map.services import audit, cursors, notifications
from content_map.services.cursors import Slice

WORDS_SHOWN = 5
LIMIT = 50


class FlagState(StrEnum):
    """Where a flag stands; the two ends say whether anything was done."""

    OPEN = "open"
    DONE = "done"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Words:
    """What one reader wrote; of the reader only the role is told."""

    text: str
    role: str


def raise_for(session: Session, event_ids: Collection[str], *, now: datetime) -> None:
    """Open a flag for each complaint among freshly stored events, or add to the one that is open."""
    if not event_ids:
        return
    complaints = session.scalars(
        select(UsageEvent)
        .where(UsageEvent.id.in_(event_ids), UsageEvent.feedback.is_not(None))
        .order_by(UsageEvent.received_at, UsageEvent.id)
    )
    for event in complaints.all():
        excluded = ExcludedReason(event.excluded_reason) if event.excluded_reason else None
        mender = mender_of(Feedback(event.feedback or ""), excluded)
        if mender is not None and event.asset_id is not None:
            _raise(session, event, mender, now)


def listed(
    session: Session,
    *,
    state: FlagState | None = FlagState.OPEN,
    asset: str | None = None,
    mine: bool = False,
    limit: int = LIMIT,
    cursor: str | None = None,
    actor: Actor,
) -> Slice[Flag]:
    """List the flags the actor may act on, newest first; `mine`: of assets one owns, or of one's own team.

    Raises NotAllowed, Invalid.
    """
    wanted = select(Flag).join(Asset, Asset.id == Flag.asset_id).where(_visible(actor, mine=mine))
    if state is not None:
        wanted = wanted.where(Flag.state == state.value)
    if asset is not None:
        wanted = wanted.where(Flag.asset_id == asset)
    if cursor is not None:
        at, last_id = cursors.read(cursor, parts=2)
        moment = cursors.moment(at)
        earlier = and_(Flag.last_raised_at == moment, Flag.id < last_id)
        wanted = wanted.where(or_(Flag.last_raised_at < moment, earlier))
    limit = cursors.bounded(limit)
    newest = wanted.order_by(Flag.last_raised_at.desc(), Flag.id.desc())
    found = session.scalars(newest.limit(limit + 1)).all()
    last = found[limit - 1] if len(found) > limit else None
    return Slice(found[:limit], cursors.make(last.last_raised_at.isoformat(), last.id) if last else None)


def get(session: Session, flag_id: str, *, actor: Actor) -> Flag:
    """Load a flag that the actor may act on. Raises NotAllowed, NotFound."""
    visible = _visible(actor, mine=False)
    wanted = select(Flag).join(Asset, Asset.id == Flag.asset_id).where(Flag.id == flag_id, visible)
    flag = session.scalar(wanted.with_for_update(of=Flag))
    if flag is None:
        raise NotFound("There is no such flag, or it is somebody else's to answer.")
    return flag


def decide(
    session: Session,
    flag_id: str,
    state: FlagState,
    *,
    note: str | None = None,
    reps_reached: int | None = None,
    actor: Actor,
    now: datetime,
) -> Flag:
    """Close a flag, or open it again; who raised it is told what was done.

    Raises NotAllowed, NotFound, Invalid, Conflict.
    """
    flag = get(session, flag_id, actor=actor)
    if note is not None and len(note) > NOTE_CHARACTERS:
        raise Invalid.field("/note", f"Write at most {NOTE_CHARACTERS:,} characters.")
    if flag.state == state:
        return flag
    if state is FlagState.OPEN and _open_twin(session, flag) is not None:
        raise Conflict("Readers have raised the same flag again meanwhile. Answer that one.")
    before = flag.state
    flag.state, flag.note, flag.reps_reached = state.value, note, reps_reached
    flag.decided_by, flag.decided_at = (None, None) if state is FlagState.OPEN else (actor.id, now)
    changes = {"state": [before, state.value], "asset": flag.asset_id, "code": flag.code}
    audit.note(session, "flag.decided", "flag", flag.id, actor=actor, now=now, changes=changes)
    if state is not FlagState.OPEN:
        _tell_readers(session, flag, actor, now)
    session.flush()
    return flag


def withdraw(session: Session, event: UsageEvent, *, actor: Actor, now: datetime) -> None:
    """Count a complaint no more that its author took back; an open flag that nobody else raised is gone with it."""
    if event.feedback is None or event.asset_id is None:
        return
    raised = select(Flag).where(
        Flag.asset_id == event.asset_id,
        Flag.code == event.feedback,
        Flag.state == FlagState.OPEN.value,
        Flag.raised_at <= event.received_at,
    )
    for flag in session.scalars(raised.with_for_update(of=Flag)).all():
        readers = session.scalar(select(_readers()).where(_complaints(flag))) or 0
        if readers:
            flag.reports = readers
        else:
            changes = {"asset": flag.asset_id, "code": flag.code}
            audit.note(session, "flag.withdrawn", "flag", flag.id, actor=actor, now=now, changes=changes)
            session.delete(flag)
    session.flush()


def words_of(session: Session, flags: Sequence[Flag]) -> dict[str, tuple[Words, ...]]:
    """Load what readers wrote since each flag was raised, the newest first; only flags with words are in it."""
    found: dict[str, tuple[Words, ...]] = {}
    for flag in flags:
        said = select(UsageEvent.text, UsageEvent.actor_role).where(
            _complaints(flag), UsageEvent.text.is_not(None)
        )
        rows = session.execute(said.order_by(UsageEvent.received_at.desc()).limit(WORDS_SHOWN)).all()
        if rows:
            found[flag.id] = tuple(Words(text or "", role) for text, role in rows)
    return found


def mender_of_flag(flag: Flag) -> Mender:
    """Say who is to act on a flag."""
    return Mender.MANAGER if flag.code == Feedback.DO_NOT_KNOW_HOW else Mender.OWNER


def _visible(actor: Actor, *, mine: bool) -> ColumnElement[bool]:
    if not allows(actor, Right.TEACH):
        require(actor, Right.EDIT_ASSET)
    teaching = Flag.code == Feedback.DO_NOT_KNOW_HOW.value
    shown: list[ColumnElement[bool]] = []
    if allows(actor, Right.EDIT_ASSET):
        shown.append(and_(~teaching, Asset.owner_id == actor.id) if mine else ~teaching)
    if allows(actor, Right.TEACH):
        # A reader without a team has no manager of their own: any manager may take it on.
        ours = or_(Flag.team_id == actor.team_id, Flag.team_id.is_(None))
        shown.append(and_(teaching, ours) if mine or actor.role is not Role.ADMIN else teaching)
    return and_(or_(*shown), Asset.status != Status.ARCHIVED.value)


def _raise(session: Session, event: UsageEvent, mender: Mender, now: datetime) -> None:
    # Two readers at once must not open two flags: the asset's row is the place to queue.
    asset = session.get(Asset, event.asset_id, with_for_update=True)
    reader = session.get(User, event.actor_id)
    if asset is None or reader is None:
        return
    team = reader.team_id if mender is Mender.MANAGER else None
    flag = Flag(asset_id=asset.id, code=event.feedback or "", team_id=team, raised_at=now, last_raised_at=now)
    present = _open_twin(session, flag)
    if present is None:
        session.add(flag)
        session.flush()
        _tell_menders(session, flag, asset, mender, now)
        return
    present.last_raised_at = now
    present.reports = session.scalar(select(_readers()).where(_complaints(present))) or 1


def _open_twin(session: Session, flag: Flag) -> Flag | None:
    same = (Flag.asset_id == flag.asset_id, Flag.code == flag.code, Flag.state == FlagState.OPEN.value)
    team = Flag.team_id.is_(None) if flag.team_id is None else Flag.team_id == flag.team_id
    return session.scalar(select(Flag).where(*same, team))


def _readers() -> ColumnElement[int]:
    return func.count(func.distinct(UsageEvent.actor_id))


def _complaints(flag: Flag) -> ColumnElement[bool]:
    """The events behind a flag. Who complains twice is one reader."""
    about = and_(
        UsageEvent.asset_id == flag.asset_id,
        UsageEvent.feedback == flag.code,
        UsageEvent.received_at >= flag.raised_at,
        UsageEvent.excluded_reason.is_distinct_from(ExcludedReason.CORRECTED.value),
    )
    if flag.team_id is None:
        return about
    return and_(about, UsageEvent.actor_id.in_(select(User.id).where(User.team_id == flag.team_id)))


def _tell_menders(session: Session, flag: Flag, asset: Asset, mender: Mender, now: datetime) -> None:
    told = [asset.owner_id]
    if mender is Mender.MANAGER:
        managers = select(User.id).where(User.role == Role.MANAGER.value, User.is_active)
        told = list(
            session.scalars(managers.where(User.team_id == flag.team_id) if flag.team_id else managers)
        )
    for person in told:
        notifications.tell(
            session, person, f"flag.{flag.code}", {"title": asset.title}, path="/to-do#flagged", now=now
        )


def _tell_readers(session: Session, flag: Flag, actor: Actor, now: datetime) -> None:
    title = session.scalar(select(Asset.title).where(Asset.id == flag.asset_id)) or ""
    readers = session.scalars(select(UsageEvent.actor_id).where(_complaints(flag)).distinct())
    for reader in sorted(set(readers) - {actor.id}):
        values = {"title": title, "note": flag.note or ""}
        notifications.tell(
            session, reader, f"flag.{flag.state}", values, path=f"/assets/{flag.asset_id}", now=now
        )
