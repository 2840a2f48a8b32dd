"""Every change of what counts leaves a mark in the same transaction, or a counter would never hear of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from content_map.domain.conversations import Conversation
from content_map.domain.events import ReportedEvent
from content_map.domain.people import Role
from content_map.domain.usage import EventKind, OutcomeAnswer, Surface
from content_map.models import CountMark, User
from content_map.services import accounts, usage, usage_counting
from content_map.services.usage_history import HistoricEvent, import_history
from tests.factories import make_account, make_asset, make_user

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
Mark = tuple[str, datetime]


def an_event(number: int, kind: EventKind, **given: object) -> ReportedEvent:
    return ReportedEvent(**{"id": str(UUID(int=number)), "kind": kind, **given})  # type: ignore[arg-type]


def record(session: Session, person: User, *events: ReportedEvent) -> None:
    usage.record(
        session,
        events,
        surface_default=Surface.DIRECT,
        people_in_reports="none",
        actor=person.as_actor(),
        now=NOW,
    )


def taken(session: Session) -> list[Mark]:
    """Read the marks and remove them, as the fold does."""
    rows = session.execute(select(CountMark.asset_id, CountMark.occurred_at)).all()
    session.execute(delete(CountMark))
    return sorted((asset_id, occurred_at) for asset_id, occurred_at in rows)


@pytest.fixture
def rep(session: Session) -> User:
    return make_user(session)


def test_a_stored_event_marks_its_asset_at_its_instant_and_a_known_one_marks_nothing(
    session: Session, rep: User
) -> None:
    asset = make_asset(session)
    opened = an_event(1, EventKind.OPEN, asset=asset.id, occurred_at=NOW - timedelta(days=3))

    record(session, rep, opened)
    first = taken(session)
    record(session, rep, opened)

    assert first == [(asset.id, NOW - timedelta(days=3))]
    assert taken(session) == []


def test_what_does_not_count_is_marked_too_because_it_is_counted_as_left_out(session: Session) -> None:
    marketer, asset = make_user(session, Role.MARKETER), make_asset(session)

    record(session, marketer, an_event(1, EventKind.OPEN, asset=asset.id))

    assert taken(session) == [(asset.id, NOW)]


def test_an_event_that_steps_back_is_marked_where_it_stood(session: Session, rep: User) -> None:
    asset = make_asset(session)
    record(session, rep, an_event(1, EventKind.OPEN, asset=asset.id, occurred_at=NOW - timedelta(minutes=1)))
    taken(session)

    record(session, rep, an_event(2, EventKind.OPEN, asset=asset.id, occurred_at=NOW - timedelta(minutes=9)))

    assert taken(session) == [
        (asset.id, NOW - timedelta(minutes=9)),
        (asset.id, NOW - timedelta(minutes=1)),
    ]


def test_a_month_of_an_asset_is_marked_at_both_ends_and_no_more(session: Session) -> None:
    october, november = NOW - timedelta(days=30), NOW

    usage_counting.mark(
        session,
        [("b", november), *(("a", november - timedelta(hours=hour)) for hour in range(9)), ("a", october)],
    )

    assert taken(session) == [
        ("a", october),
        ("a", november - timedelta(hours=8)),
        ("a", november),
        ("b", november),
    ]


def test_an_answer_by_account_marks_the_uses_it_may_speak_of_and_nobody_elses(
    session: Session, rep: User
) -> None:
    asset, other, colleague = make_asset(session), make_asset(session), make_user(session)
    account, admin = make_account(session), make_user(session, Role.ADMIN)
    used = NOW - timedelta(days=100)  # told of conversation 5, whose answers reach back 180 days
    uses = {"account": account.id, "conversation": Conversation.TANGIBLE_VALUE, "occurred_at": used}
    history = [
        HistoricEvent(an_event(1, EventKind.USE, asset=asset.id, **uses), rep.id),
        HistoricEvent(an_event(2, EventKind.USE, asset=other.id, **uses), colleague.id),
    ]
    import_history(session, history, source="old tool", actor=admin.as_actor(), now=NOW)
    taken(session)

    answer = an_event(
        3,
        EventKind.OUTCOME,
        account=account.id,
        conversation=Conversation.TANGIBLE_VALUE,
        outcome=OutcomeAnswer.REACHED,
    )
    record(session, rep, answer)

    assert taken(session) == [(asset.id, used)]


def test_an_answer_to_one_use_marks_that_use(session: Session, rep: User) -> None:
    asset, used = make_asset(session), NOW - timedelta(days=2)
    use = an_event(1, EventKind.USE, asset=asset.id, account="Harbour & Vale", occurred_at=used)
    record(session, rep, use)
    taken(session)

    record(session, rep, an_event(2, EventKind.OUTCOME, use=use.id, outcome=OutcomeAnswer.REACHED))

    assert taken(session) == [(asset.id, used), (asset.id, NOW)]


def test_merging_two_customers_marks_the_uses_of_both(session: Session, rep: User) -> None:
    asset, other, admin = make_asset(session), make_asset(session), make_user(session, Role.ADMIN)
    gone, stays = make_account(session, "Harbour and Vale"), make_account(session, "Harbour & Vale")
    record(
        session,
        rep,
        an_event(1, EventKind.USE, asset=asset.id, account=gone.id),
        an_event(2, EventKind.USE, asset=other.id, account=stays.id),
    )
    taken(session)

    accounts.merge(session, gone.id, stays.id, actor=admin.as_actor(), now=NOW)

    assert taken(session) == sorted([(asset.id, NOW), (other.id, NOW)])
