"""Corrections: an author takes back what was logged by mistake, or puts another event in its place.

The event keeps its row and stops to count; a correction says what replaced it, and can be undone the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.corrections import is_correctable, refusal
from content_map.domain.counting import is_use
from content_map.domain.events import Problem, ReportedEvent, problems_of, time_problem
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.domain.usage import EventKind, ExcludedReason, OutcomeAnswer, Purpose, Surface
from content_map.errors import Conflict, Invalid, NotFound
from content_map.models import UsageCorrection, UsageEvent
from content_map.services import audit, flags, usage, usage_counting, usage_marks
from content_map.services.usage_facts import Submission

NOT_YOURS = "There is no such event of yours."
_MARKED = ("kind", "excluded_reason", "use_id", "account_id", "conversation", "occurred_at", "actor_id")


def take_back(session: Session, event_id: str, *, actor: Actor, now: datetime) -> UsageCorrection:
    """Let one of one's own events count no more. Raises NotAllowed, NotFound, Invalid, Conflict."""
    require(actor, Right.RECORD_USAGE)
    usage_counting.hold(session, [actor.id])
    event = _own(session, event_id, actor)
    known = session.get(UsageCorrection, event.id)
    if known is not None and known.replaced_by is None:
        return known
    _refuse(session, event, now)
    return _correct(session, event, None, actor, now)


def correct(
    session: Session, event_id: str, replacement: ReportedEvent, *, actor: Actor, now: datetime
) -> UsageCorrection:
    """Put another event in the place of one's own; it occurred when the first one did unless it says otherwise.

    Sent twice, it is done once. An outcome that named the first one speaks of the new one, if that is a use.
    Raises NotAllowed, NotFound, Invalid with the replacement's fields, Conflict.
    """
    require(actor, Right.RECORD_USAGE)
    usage_counting.hold(session, [actor.id])
    event = _own(session, event_id, actor)
    known = session.get(UsageCorrection, event.id)
    if known is not None and known.replaced_by == replacement.id.lower():
        return known
    _refuse(session, event, now)
    stored_id = _store(session, event, replacement, actor, now)
    done = _correct(session, event, stored_id, actor, now)
    if is_use(replacement.kind, replacement.purpose):
        _bring_answers_along(session, event, stored_id, actor, now)
    return done


def undo(session: Session, event_id: str, *, actor: Actor, now: datetime) -> None:
    """Let a corrected event of one's own count as it did before; what replaced it counts no more.

    That one is then itself corrected by the first, so that an undo can be undone. Raises NotAllowed, NotFound,
    Invalid, Conflict (what replaced it was corrected since).
    """
    require(actor, Right.RECORD_USAGE)
    usage_counting.hold(session, [actor.id])
    event = _own(session, event_id, actor)
    correction = session.get(UsageCorrection, event.id)
    if correction is None:
        raise NotFound("This event was not corrected; there is nothing to undo.")
    _refuse_late(session, event, now)
    replaced_by = correction.replaced_by
    if replaced_by is not None and session.get(UsageCorrection, replaced_by) is not None:
        raise Conflict("What stands in its place was corrected since. Undo that first.")
    event.excluded_reason = correction.was_excluded
    session.delete(correction)
    session.flush()
    _mark(session, event)
    flags.raise_for(session, {event.id}, now=now)
    audit.note(session, "usage.correction_undone", "usage_event", event.id, actor=actor, now=now)
    if replaced_by is not None:
        replacement = session.get_one(UsageEvent, replaced_by)
        for answer, told_anew in list(_brought_along(session, event.id, replaced_by)):
            session.delete(session.get_one(UsageCorrection, answer.id))
            answer.excluded_reason = None
            session.flush()
            _correct(session, told_anew, answer.id, actor, now)
        _correct(session, replacement, event.id, actor, now)
        if is_use(EventKind(event.kind), Purpose(event.purpose) if event.purpose else None):
            _bring_answers_along(session, replacement, event.id, actor, now)


def correction_of(session: Session, event_ids: Sequence[str]) -> dict[str, UsageCorrection]:
    """Load the corrections of these events; those that stand are not in the answer."""
    found = session.scalars(select(UsageCorrection).where(UsageCorrection.event_id.in_(event_ids)))
    return {each.event_id: each for each in found}


def refusals_of(session: Session, events: Sequence[UsageEvent], now: datetime) -> dict[str, str | None]:
    """Say of each event why it cannot be corrected now, or None; whether it was corrected already is not asked."""
    recorded = _first_recorded(session, events)
    return {
        event.id: refusal(
            EventKind(event.kind),
            Purpose(event.purpose) if event.purpose else None,
            source=event.source,
            recorded_at=recorded[event.id],
            now=now,
        )
        for event in events
    }


def _first_recorded(session: Session, events: Sequence[UsageEvent]) -> dict[str, datetime]:
    """Say when the first of each chain of corrections was recorded: correcting again buys no time."""
    recorded = {event.id: event.received_at for event in events}
    heads = {event.id: event.id for event in events}  # the start of a chain known so far -> its event
    while heads:
        before = session.execute(
            select(UsageCorrection.replaced_by, UsageEvent.id, UsageEvent.received_at)
            .join(UsageEvent, UsageEvent.id == UsageCorrection.event_id)
            .where(UsageCorrection.replaced_by.in_(heads))
        ).all()
        heads, known = {}, heads
        for replaced_by, event_id, received_at in before:
            of = known[str(replaced_by)]
            recorded[of] = min(recorded[of], received_at)
            heads[event_id] = of
    return recorded


def _own(session: Session, event_id: str, actor: Actor) -> UsageEvent:
    event = session.get(UsageEvent, _uuid(event_id), populate_existing=True)
    if event is None or event.actor_id != actor.id:
        raise NotFound(NOT_YOURS)
    return event


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise NotFound(NOT_YOURS) from None


def _refuse(session: Session, event: UsageEvent, now: datetime) -> None:
    _refuse_late(session, event, now)
    if session.get(UsageCorrection, event.id) is not None:
        raise Conflict("This was corrected already. Undo that first, or correct what stands in its place.")


def _refuse_late(session: Session, event: UsageEvent, now: datetime) -> None:
    if sentence := refusals_of(session, [event], now)[event.id]:
        raise Invalid(sentence)


def _store(
    session: Session, event: UsageEvent, replacement: ReportedEvent, actor: Actor, now: datetime
) -> str:
    """Store the event that takes the other's place. Raises Invalid, Conflict (its id is taken)."""
    same_asset = replacement.asset == event.asset_id
    surface = replacement.surface or (Surface(event.surface) if event.surface else Surface.DIRECT)
    submission = Submission(
        0,
        actor.id,
        replace(replacement, surface=surface),
        replacement.occurred_at or event.occurred_at,
        version=event.version if same_asset else None,
    )
    stored: list[str] = []

    def remember(ids: frozenset[str]) -> None:
        stored.extend(ids)
        flags.raise_for(session, ids, now=now)

    recorded = usage.take(
        session,
        [submission],
        check=lambda given: list(_problems(given, event, now)),
        viewer=actor,
        keep_seconds=False,
        actor=actor,
        now=now,
        then=remember,
    )
    for rejected in recorded.rejected:
        raise Invalid(rejected.detail, rejected.problems)
    if not stored:
        raise Conflict("An event with the replacement's id is stored already. Make a new id for it.")
    return stored[0]


def _problems(given: Submission, event: UsageEvent, now: datetime) -> Iterator[Problem]:
    yield from problems_of(given.event)
    if not is_correctable(given.event.kind, given.event.purpose):
        yield (
            "kind",
            "Only a use, a reason why not, an outcome or feedback can stand in the place of another.",
        )
    if given.occurred_at != event.occurred_at and (late := time_problem(given.occurred_at, now)):
        yield "occurred_at", late


def _correct(
    session: Session, event: UsageEvent, replaced_by: str | None, actor: Actor, now: datetime
) -> UsageCorrection:
    _mark(session, event)
    done = UsageCorrection(
        event_id=event.id,
        replaced_by=replaced_by,
        was_excluded=event.excluded_reason,
        made_by=actor.id,
        made_at=now,
    )
    event.excluded_reason = ExcludedReason.CORRECTED.value
    session.add(done)
    session.flush()
    flags.withdraw(session, event, actor=actor, now=now)
    changes = {"replaced_by": replaced_by}
    audit.note(session, "usage.corrected", "usage_event", event.id, actor=actor, now=now, changes=changes)
    return done


def _mark(session: Session, event: UsageEvent) -> None:
    """Let the counters of what the event counts in be counted anew."""
    row = {name: getattr(event, name) for name in _MARKED}
    touched = list(usage_marks.answered(session, [row]))
    if event.asset_id is not None:
        touched.append((event.asset_id, event.occurred_at))
    usage_marks.mark(session, touched)


def _bring_answers_along(
    session: Session, event: UsageEvent, use_id: str, actor: Actor, now: datetime
) -> None:
    named = select(UsageEvent).where(
        UsageEvent.use_id == event.id, UsageEvent.actor_id == actor.id, UsageEvent.excluded_reason.is_(None)
    )
    for answer in session.scalars(named).all():
        told_anew = ReportedEvent(
            id=str(uuid4()),
            kind=EventKind.OUTCOME,
            use=use_id,
            outcome=OutcomeAnswer(answer.outcome or ""),
        )
        _correct(session, answer, _store(session, answer, told_anew, actor, now), actor, now)


def _brought_along(
    session: Session, event_id: str, replacement_id: str
) -> Iterator[tuple[UsageEvent, UsageEvent]]:
    """Give each answer that was told anew of the replacement, beside the one that stands in its place."""
    for answer in session.scalars(select(UsageEvent).where(UsageEvent.use_id == event_id)).all():
        correction = session.get(UsageCorrection, answer.id)
        told_anew = session.get(UsageEvent, correction.replaced_by or "") if correction else None
        if told_anew is not None and told_anew.use_id == replacement_id and not told_anew.excluded_reason:
            yield answer, told_anew
