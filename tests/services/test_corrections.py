"""Corrections: the event stays and counts no more, what takes its place counts, and all of it can be undone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.conversations import Conversation
from content_map.domain.events import ReportedEvent
from content_map.domain.people import Role
from content_map.domain.usage import EventKind, ExcludedReason, Feedback, How, OutcomeAnswer, Surface
from content_map.errors import Conflict, Invalid, NotFound
from content_map.models import Asset, CountMark, Flag, UsageEvent, User
from content_map.services import corrections, own_events, usage, usage_reading, usage_shown
from tests.factories import make_asset, make_user

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ACCOUNT = "Harbour & Vale"
MEETING = Conversation.RELEVANT_MEETING


def say(session: Session, person: User, kind: EventKind, asset: Asset | None, **given: Any) -> UsageEvent:
    """Let somebody say something now, or at `at`."""
    at = given.pop("at", NOW)
    event = ReportedEvent(id=str(uuid4()), kind=kind, asset=asset.id if asset else None, **given)
    usage.record_one(
        session,
        event,
        surface_default=Surface.DIRECT,
        people_in_reports="none",
        actor=person.as_actor(),
        now=at,
    )
    return session.get_one(UsageEvent, event.id)


def use(session: Session, person: User, asset: Asset, **given: Any) -> UsageEvent:
    return say(
        session, person, EventKind.USE, asset, **{"account": ACCOUNT, "conversation": MEETING, **given}
    )


def instead(kind: EventKind, asset: Asset | None, **given: Any) -> ReportedEvent:
    return ReportedEvent(id=str(uuid4()), kind=kind, asset=asset.id if asset else None, **given)


def counted(session: Session, asset: Asset, person: User) -> tuple[int, dict[str, int]]:
    """The uses of an asset that count, and what came of them."""
    funnel = usage_reading.funnel(
        session, asset.id, NOW - 30 * DAY, NOW + DAY, actor=person.as_actor(), now=NOW
    )
    return funnel.uses, {key.value: count for key, count in funnel.outcomes.items() if count}


def test_what_was_taken_back_keeps_its_row_and_counts_no_more(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    event = use(session, rep, asset)

    corrections.take_back(session, event.id, actor=rep.as_actor(), now=NOW + DAY)

    assert event.excluded_reason == ExcludedReason.CORRECTED
    assert counted(session, asset, rep) == (0, {})
    assert usage_shown.own_uses(session, asset.id, actor=rep.as_actor(), now=NOW) == []


def test_a_replacement_occurred_when_the_first_one_did_unless_it_says_otherwise(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    event = use(session, rep, asset, occurred_at=NOW - 13 * DAY)

    same = corrections.correct(
        session,
        event.id,
        instead(EventKind.USE, asset, account="Northwind", how=How.SENT),
        actor=rep.as_actor(),
        now=NOW + 3 * DAY,
    )

    stored = session.get_one(UsageEvent, same.replaced_by)
    assert (stored.occurred_at, stored.received_at) == (NOW - 13 * DAY, NOW + 3 * DAY)
    assert (stored.how, stored.account_id != event.account_id) == ("sent", True)
    with pytest.raises(Invalid, match="14 days old"):
        corrections.correct(
            session,
            stored.id,
            instead(EventKind.USE, asset, account=ACCOUNT, occurred_at=NOW - 20 * DAY),
            actor=rep.as_actor(),
            now=NOW + 3 * DAY,
        )


def test_a_use_may_turn_out_to_have_been_none(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    event = use(session, rep, asset)
    none = instead(EventKind.NOT_USED, asset, account=ACCOUNT, feedback=Feedback.MEETING_MOVED)

    corrections.correct(session, event.id, none, actor=rep.as_actor(), now=NOW)

    assert counted(session, asset, rep) == (0, {})
    assert session.get_one(UsageEvent, none.id).feedback == "meeting_moved"


def test_the_same_correction_sent_twice_is_done_once(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    first, second = use(session, rep, asset), use(session, rep, asset)
    replacement = instead(EventKind.USE, asset, account="Northwind")

    for _ in range(2):
        corrections.correct(session, first.id, replacement, actor=rep.as_actor(), now=NOW)
        corrections.take_back(session, second.id, actor=rep.as_actor(), now=NOW)

    assert counted(session, asset, rep) == (1, {})
    with pytest.raises(Conflict, match="corrected already"):
        corrections.take_back(session, first.id, actor=rep.as_actor(), now=NOW)


def test_undone_correction_counts_as_before_and_an_undo_can_be_undone(session: Session) -> None:
    rep, asset, other = make_user(session), make_asset(session), make_asset(session)
    event = use(session, rep, asset)
    replacement = instead(EventKind.USE, other, account=ACCOUNT)
    corrections.correct(session, event.id, replacement, actor=rep.as_actor(), now=NOW)

    corrections.undo(session, event.id, actor=rep.as_actor(), now=NOW)
    undone = counted(session, asset, rep), counted(session, other, rep)
    corrections.undo(session, replacement.id, actor=rep.as_actor(), now=NOW)

    assert undone == ((1, {}), (0, {}))
    assert (counted(session, asset, rep), counted(session, other, rep)) == ((0, {}), (1, {}))


def test_undo_of_a_chain_begins_at_its_end(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    event = use(session, rep, asset)
    second = instead(EventKind.USE, asset, account="Northwind")
    corrections.correct(session, event.id, second, actor=rep.as_actor(), now=NOW)
    corrections.take_back(session, second.id, actor=rep.as_actor(), now=NOW)

    with pytest.raises(Conflict, match="Undo that first"):
        corrections.undo(session, event.id, actor=rep.as_actor(), now=NOW)
    corrections.undo(session, second.id, actor=rep.as_actor(), now=NOW)
    corrections.undo(session, event.id, actor=rep.as_actor(), now=NOW)

    assert counted(session, asset, rep) == (1, {})
    assert event.excluded_reason is None


def test_outcome_that_named_a_use_speaks_of_what_replaced_it_and_returns_with_the_undo(
    session: Session,
) -> None:
    rep, asset = make_user(session), make_asset(session)
    event = use(session, rep, asset)
    say(session, rep, EventKind.OUTCOME, None, use=event.id, outcome=OutcomeAnswer.REACHED)

    replacement = instead(EventKind.USE, asset, account="Northwind")
    corrections.correct(session, event.id, replacement, actor=rep.as_actor(), now=NOW)
    replaced = counted(session, asset, rep)
    say(session, rep, EventKind.OUTCOME, None, use=replacement.id, outcome=OutcomeAnswer.NOT, at=NOW + DAY)
    corrections.undo(session, event.id, actor=rep.as_actor(), now=NOW + DAY)

    assert replaced == (1, {"reached": 1})
    assert counted(session, asset, rep) == (1, {"not": 1})


def test_taken_back_outcome_leaves_the_answer_before_it(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    use(session, rep, asset, occurred_at=NOW - DAY)
    answer = {"account": ACCOUNT, "conversation": MEETING}
    say(session, rep, EventKind.OUTCOME, None, outcome=OutcomeAnswer.PENDING, at=NOW - DAY, **answer)
    wrong = say(session, rep, EventKind.OUTCOME, None, outcome=OutcomeAnswer.REACHED, **answer)

    corrections.take_back(session, wrong.id, actor=rep.as_actor(), now=NOW)

    assert counted(session, asset, rep) == (1, {"pending": 1})


def test_counters_of_all_that_a_correction_touches_are_marked(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    event = use(session, rep, asset)
    outcome = {"account": ACCOUNT, "conversation": MEETING, "outcome": OutcomeAnswer.REACHED}
    answer = say(session, rep, EventKind.OUTCOME, None, **outcome)
    before = set(session.scalars(select(CountMark.id)))

    corrections.take_back(session, answer.id, actor=rep.as_actor(), now=NOW)

    fresh = select(CountMark).where(CountMark.id.not_in(before))
    assert [(each.asset_id, each.occurred_at) for each in session.scalars(fresh)] == [
        (asset.id, event.occurred_at)
    ]


def test_complaint_that_was_taken_back_is_no_task_any_more(session: Session) -> None:
    rep, other, asset = make_user(session), make_user(session), make_asset(session)
    outdated = {"feedback": Feedback.OUTDATED, "text": "The prices are of 2019."}
    mine = say(session, rep, EventKind.FEEDBACK, asset, **outdated)
    theirs = say(session, other, EventKind.FEEDBACK, asset, **outdated)

    corrections.take_back(session, mine.id, actor=rep.as_actor(), now=NOW)
    left = session.scalars(select(Flag.reports)).all()
    corrections.take_back(session, theirs.id, actor=other.as_actor(), now=NOW)
    gone = session.scalars(select(Flag.reports)).all()
    corrections.undo(session, mine.id, actor=rep.as_actor(), now=NOW)

    assert (left, gone) == ([1], [])
    assert session.scalars(select(Flag.reports)).all() == [1]
    assert [note.at for note in usage_shown.notes(session, asset.id, people_in_reports="none")] == [
        mine.occurred_at
    ]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (EventKind.OPEN, "Only what you said yourself"),
        (EventKind.IMPRESSION, "Only what you said yourself"),
        (EventKind.DOWNLOAD, "Only what you said yourself"),
        (EventKind.TAILORED, "What was sent was sent"),
    ],
)
def test_what_happened_by_itself_or_was_sent_stays(session: Session, kind: EventKind, sentence: str) -> None:
    rep, asset = make_user(session), make_asset(session)
    event = say(session, rep, kind, asset, account=ACCOUNT if kind is EventKind.TAILORED else None)

    with pytest.raises(Invalid, match=sentence):
        corrections.take_back(session, event.id, actor=rep.as_actor(), now=NOW)


def test_somebody_elses_event_does_not_exist_for_one(session: Session) -> None:
    rep, admin, asset = make_user(session), make_user(session, Role.ADMIN), make_asset(session)
    event = use(session, rep, asset)

    for event_id in (event.id, str(uuid4()), "no id at all"):
        with pytest.raises(NotFound):
            corrections.take_back(session, event_id, actor=admin.as_actor(), now=NOW)


def test_after_fourteen_days_it_stays_and_correcting_again_buys_no_time(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    event = use(session, rep, asset)
    replacement = instead(EventKind.USE, asset, account="Northwind")

    corrections.correct(session, event.id, replacement, actor=rep.as_actor(), now=NOW + 14 * DAY)

    late = NOW + 14 * DAY + timedelta(seconds=1)
    for event_id in (event.id, replacement.id):
        with pytest.raises(Invalid, match="more than 14 days ago"):
            corrections.take_back(session, event_id, actor=rep.as_actor(), now=late)
        with pytest.raises((Invalid, NotFound)):
            corrections.undo(session, event_id, actor=rep.as_actor(), now=late)


def test_replacement_is_checked_as_any_event(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    event, known = use(session, rep, asset), use(session, rep, asset)

    with pytest.raises(Invalid, match="Name the customer"):
        corrections.correct(session, event.id, instead(EventKind.USE, asset), actor=rep.as_actor(), now=NOW)
    with pytest.raises(Invalid, match="can stand in the place"):
        corrections.correct(session, event.id, instead(EventKind.OPEN, asset), actor=rep.as_actor(), now=NOW)
    taken = ReportedEvent(id=known.id, kind=EventKind.USE, asset=asset.id, account=ACCOUNT)
    with pytest.raises(Conflict, match="Make a new id"):
        corrections.correct(session, event.id, taken, actor=rep.as_actor(), now=NOW)


def test_own_list_shows_ones_own_of_ninety_days_with_what_became_of_it(session: Session) -> None:
    rep, other, asset = make_user(session), make_user(session), make_asset(session, title="Proof")
    old = use(session, rep, asset, at=NOW - 91 * DAY)
    kept = use(session, rep, asset, at=NOW - 20 * DAY)
    wrong = use(session, rep, asset, at=NOW - 2 * DAY)
    use(session, other, asset)
    say(session, rep, EventKind.OPEN, asset)
    replacement = instead(EventKind.FEEDBACK, asset, feedback=Feedback.HELPFUL)
    corrections.correct(session, wrong.id, replacement, actor=rep.as_actor(), now=NOW)

    part = own_events.listed(session, limit=2, actor=rep.as_actor(), now=NOW)
    rest = own_events.listed(session, cursor=part.next, actor=rep.as_actor(), now=NOW)

    assert {each.id for each in part.items} == {wrong.id, replacement.id}
    assert [each.id for each in rest.items] == [kept.id]
    shown = {each.id: each for each in (*part.items, *rest.items)}
    assert (shown[wrong.id].replaced_by, shown[wrong.id].may_undo) == (replacement.id, True)
    assert (shown[replacement.id].may_correct, shown[kept.id].may_correct) == (True, False)
    assert old.id not in shown
