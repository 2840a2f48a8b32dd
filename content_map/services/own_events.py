"""What somebody logged: their own uses, reasons why not, outcomes and feedback, and what was corrected of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.domain.usage import EventKind, ExcludedReason, Feedback, How, OutcomeAnswer, Purpose
from content_map.errors import NotFound
from content_map.models import Account, Asset, UsageCorrection, UsageEvent
from content_map.reports.outcome_answers import is_use
from content_map.services import corrections, cursors
from content_map.services.cursors import Slice

SHOWN_FOR = timedelta(days=90)
LIMIT = 30
TAKEN_FOR = timedelta(hours=1)

_SAID = (EventKind.NOT_USED, EventKind.OUTCOME, EventKind.FEEDBACK)


@dataclass(frozen=True, slots=True)
class Logged:
    """One of one's own events. `replaced_by` is the event in its place, if it was corrected and one is."""

    id: str
    kind: EventKind
    asset_id: str | None
    title: str | None
    account_id: str | None
    account: str | None
    conversation: Conversation | None
    how: How | None
    purpose: Purpose | None
    outcome: OutcomeAnswer | None
    feedback: Feedback | None
    text: str | None
    occurred_at: datetime
    excluded_reason: ExcludedReason | None
    replaced_by: str | None
    refusal: str | None  # why it can neither be corrected nor that undone

    @property
    def was_corrected(self) -> bool:
        """Say whether its author took it back or put another in its place."""
        return self.excluded_reason is ExcludedReason.CORRECTED

    @property
    def may_correct(self) -> bool:
        """Say whether it can still be corrected."""
        return self.refusal is None and not self.was_corrected

    @property
    def may_undo(self) -> bool:
        """Say whether its correction can still be undone."""
        return self.refusal is None and self.was_corrected


def listed(
    session: Session, *, limit: int = LIMIT, cursor: str | None = None, actor: Actor, now: datetime
) -> Slice[Logged]:
    """List the actor's own of the last 90 days, the latest first. Raises Invalid (a foreign cursor)."""
    require(actor, Right.RECORD_USAGE)
    limit = cursors.bounded(limit)
    wanted = _own(actor).where(
        UsageEvent.occurred_at > now - SHOWN_FOR,
        or_(is_use(), UsageEvent.kind.in_([kind.value for kind in _SAID])),
    )
    if cursor is not None:
        at, last_id = cursors.read(cursor, parts=2)
        moment = cursors.moment(at)
        earlier = and_(UsageEvent.occurred_at == moment, UsageEvent.id < last_id)
        wanted = wanted.where(or_(UsageEvent.occurred_at < moment, earlier))
    newest = wanted.order_by(UsageEvent.occurred_at.desc(), UsageEvent.id.desc()).limit(limit + 1)
    rows = [(event, title, account) for event, title, account in session.execute(newest)]
    shown = rows[:limit]
    last = shown[-1][0] if len(rows) > limit else None
    following = cursors.make(last.occurred_at.isoformat(), last.id) if last else None
    return Slice(_logged(session, shown, now), following)


def get(session: Session, event_id: str, *, actor: Actor, now: datetime) -> Logged:
    """Load one of them. Raises NotFound for everything else."""
    require(actor, Right.RECORD_USAGE)
    rows = [
        (event, title, account)
        for event, title, account in session.execute(_own(actor).where(UsageEvent.id == event_id))
    ]
    if not rows:
        raise NotFound(corrections.NOT_YOURS)
    return _logged(session, rows, now)[0]


def taken_version(
    session: Session, event_id: str, asset_id: str, *, actor: Actor, now: datetime
) -> int | None:
    """Name the version of a download for a customer that the actor recorded within the last hour. Raises NotFound."""
    require(actor, Right.RECORD_USAGE)
    wanted = select(UsageEvent.version, UsageEvent.id).where(
        UsageEvent.id == event_id,
        UsageEvent.asset_id == asset_id,
        UsageEvent.actor_id == actor.id,
        UsageEvent.kind == EventKind.DOWNLOAD.value,
        UsageEvent.purpose == Purpose.CUSTOMER.value,
        UsageEvent.received_at > now - TAKEN_FOR,
    )
    found = session.execute(wanted).first()
    if found is None:
        raise NotFound("This download was a while ago. Open the asset and download it from there.")
    version: int | None = found.version
    return version


def _own(actor: Actor) -> Select[UsageEvent, str, str]:
    return (
        select(UsageEvent, Asset.title, Account.name)
        .outerjoin(Asset, Asset.id == UsageEvent.asset_id)
        .outerjoin(Account, Account.id == UsageEvent.account_id)
        .where(UsageEvent.actor_id == actor.id)
    )


def _logged(
    session: Session, rows: Sequence[tuple[UsageEvent, str | None, str | None]], now: datetime
) -> list[Logged]:
    events = [event for event, _, _ in rows]
    known = corrections.correction_of(session, [event.id for event in events])
    refused = corrections.refusals_of(session, events, now)
    return [_one(*row, known.get(row[0].id), refused[row[0].id]) for row in rows]


def _one(
    event: UsageEvent,
    title: str | None,
    account: str | None,
    correction: UsageCorrection | None,
    refusal: str | None,
) -> Logged:
    return Logged(
        event.id,
        EventKind(event.kind),
        event.asset_id,
        title,
        event.account_id,
        account,
        Conversation(event.conversation) if event.conversation else None,
        How(event.how) if event.how else None,
        Purpose(event.purpose) if event.purpose else None,
        OutcomeAnswer(event.outcome) if event.outcome else None,
        Feedback(event.feedback) if event.feedback else None,
        event.text,
        event.occurred_at,
        ExcludedReason(event.excluded_reason) if event.excluded_reason else None,
        correction.replaced_by if correction else None,
        refusal,
    )
