"""What the events say back: an asset's funnel, the question after a search, situations to go on from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.domain.conversations import Conversation
from content_map.domain.people import Role
from content_map.domain.usage import EventKind, Feedback, OutcomeAnswer, Purpose, Surface
from content_map.errors import Invalid, NotFound
from content_map.models import Asset, User
from content_map.services import usage_reading
from content_map.services.usage_history import HistoricEvent
from content_map.services.usage_reading import Question
from tests.factories import make_account, make_asset, make_search, make_user
from tests.support.stories import happen, told

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
OPEN, USE, DOWNLOAD = EventKind.OPEN, EventKind.USE, EventKind.DOWNLOAD


def opened_from_search(
    session: Session, person: User, asset: Asset, at: datetime, account: str
) -> HistoricEvent:
    search = make_search(
        session, person, asset, asked_at=at, account_id=account, prefer=Conversation.RELEVANT_MEETING
    )
    return told(OPEN, person, asset, at, search=search.id)


def test_the_funnel_counts_one_asset_over_a_period(session: Session) -> None:
    rep, other, marketer = make_user(session), make_user(session), make_user(session, Role.MARKETER)
    asset, neighbour = make_asset(session), make_asset(session)
    use = told(USE, rep, asset, NOW - DAY, account="Harbour & Vale")
    happen(
        session,
        [
            told(EventKind.IMPRESSION, rep, asset, NOW - DAY, surface=Surface.BROWSE),
            told(EventKind.IMPRESSION, rep, asset, NOW - 2 * DAY, surface=Surface.BROWSE),
            told(EventKind.IMPRESSION, other, asset, NOW - DAY, surface=Surface.BROWSE),
            told(OPEN, rep, asset, NOW - DAY),
            told(DOWNLOAD, rep, asset, NOW - DAY + MINUTE),
            told(DOWNLOAD, rep, asset, NOW - DAY, purpose=Purpose.CUSTOMER, account="Northwind"),
            use,
            told(EventKind.OUTCOME, rep, None, NOW, use=use.event.id, outcome=OutcomeAnswer.REACHED),
            told(EventKind.FEEDBACK, other, asset, NOW - DAY, feedback=Feedback.HELPFUL),
            told(OPEN, marketer, asset, NOW - DAY),
            told(OPEN, rep, neighbour, NOW - DAY),
            told(OPEN, rep, asset, NOW - 40 * DAY),
        ],
        now=NOW,
    )

    funnel = usage_reading.funnel(session, asset.id, NOW - 30 * DAY, NOW, actor=rep.as_actor(), now=NOW)

    assert (funnel.impressions, funnel.reps, funnel.opens, funnel.downloads) == (3, 2, 1, 2)
    assert (funnel.uses, funnel.accounts) == (2, 2)
    assert funnel.outcomes == {"reached": 1, "not": 0, "pending": 0}
    assert funnel.feedback == {"helpful": 1}
    assert funnel.left_out == {"not_sales": 1, "repeat": 1}


def test_the_funnel_of_an_asset_nobody_met_is_all_zero(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)

    funnel = usage_reading.funnel(session, asset.id, NOW - DAY, NOW, actor=rep.as_actor(), now=NOW)

    assert (funnel.impressions, funnel.uses, funnel.feedback, funnel.left_out) == (0, 0, {}, {})


def test_the_funnel_of_a_draft_does_not_exist_for_a_rep(session: Session) -> None:
    asset = make_asset(session, status=Status.DRAFT)

    with pytest.raises(NotFound):
        usage_reading.funnel(session, asset.id, NOW - DAY, NOW, actor=make_user(session).as_actor(), now=NOW)


def test_a_period_that_ends_before_it_begins_is_refused(session: Session) -> None:
    asset = make_asset(session)

    with pytest.raises(Invalid):
        usage_reading.funnel(session, asset.id, NOW, NOW, actor=make_user(session).as_actor(), now=NOW)


def test_what_was_opened_for_an_account_is_asked_about(session: Session) -> None:
    rep, account = make_user(session), make_account(session, "Harbour & Vale")
    first, second = make_asset(session, title="First"), make_asset(session, title="Second")
    happen(
        session,
        [
            opened_from_search(session, rep, first, NOW - 2 * DAY, account.id),
            told(DOWNLOAD, rep, second, NOW - DAY, account=account.id),
        ],
        now=NOW,
    )

    asked = usage_reading.did_you_use(session, actor=rep.as_actor(), now=NOW)

    (question,) = asked
    assert (question.account_id, question.account) == (account.id, "Harbour & Vale")
    assert question.assets == ((second.id, "Second"), (first.id, "First"))


def test_the_question_carries_the_conversation_of_the_search(session: Session) -> None:
    rep, account = make_user(session), make_account(session, "Harbour & Vale")
    asset = make_asset(session, title="First")
    happen(session, [opened_from_search(session, rep, asset, NOW - DAY, account.id)], now=NOW)

    asked = usage_reading.did_you_use(session, actor=rep.as_actor(), now=NOW)

    assert asked == [
        Question(account.id, "Harbour & Vale", Conversation.RELEVANT_MEETING, ((asset.id, "First"),))
    ]


@pytest.mark.parametrize("kind", [USE, EventKind.NOT_USED, DOWNLOAD])
def test_what_was_answered_is_not_asked_again(session: Session, kind: EventKind) -> None:
    rep, account, asset = make_user(session), make_account(session), make_asset(session)
    purpose = {"purpose": Purpose.CUSTOMER} if kind is DOWNLOAD else {}
    happen(
        session,
        [
            opened_from_search(session, rep, asset, NOW - 2 * DAY, account.id),
            told(kind, rep, asset, NOW - DAY, account=account.id, **purpose),
        ],
        now=NOW,
    )

    assert usage_reading.did_you_use(session, actor=rep.as_actor(), now=NOW) == []


def test_nothing_is_asked_after_fourteen_days_of_others_or_of_what_ended(session: Session) -> None:
    rep, other, account = make_user(session), make_user(session), make_account(session)
    old, theirs, ended = make_asset(session), make_asset(session), make_asset(session)
    happen(
        session,
        [
            opened_from_search(session, rep, old, NOW - 14 * DAY, account.id),
            opened_from_search(session, other, theirs, NOW - DAY, account.id),
            opened_from_search(session, rep, ended, NOW - DAY, account.id),
        ],
        now=NOW,
    )
    ended.status = Status.ARCHIVED
    session.flush()

    assert usage_reading.did_you_use(session, actor=rep.as_actor(), now=NOW) == []


def test_at_most_three_accounts_are_asked_about_the_latest_first(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    accounts = [make_account(session, f"Account {number}") for number in range(4)]
    happen(
        session,
        [
            opened_from_search(session, rep, asset, NOW - DAY + number * 31 * MINUTE, account.id)
            for number, account in enumerate(accounts)
        ],
        now=NOW,
    )

    asked = usage_reading.did_you_use(session, actor=rep.as_actor(), now=NOW)

    assert [each.account for each in asked] == ["Account 3", "Account 2", "Account 1"]


def test_only_sales_users_are_asked(session: Session) -> None:
    marketer, account, asset = make_user(session, Role.MARKETER), make_account(session), make_asset(session)
    happen(session, [opened_from_search(session, marketer, asset, NOW - DAY, account.id)], now=NOW)

    assert usage_reading.did_you_use(session, actor=marketer.as_actor(), now=NOW) == ()


def test_recent_situations_are_ones_own_each_once_the_latest_first(session: Session) -> None:
    rep, other, account = make_user(session), make_user(session), make_account(session, "Harbour & Vale")
    make_search(session, rep, situation="late deliveries", asked_at=NOW - 3 * DAY)
    make_search(session, rep, situation="a new COO", asked_at=NOW - 2 * DAY)
    latest = make_search(
        session, rep, situation=" Late deliveries", asked_at=NOW - DAY, account_id=account.id
    )
    make_search(session, rep, situation=None, asked_at=NOW)
    make_search(session, other, situation="somebody else's", asked_at=NOW)

    found = usage_reading.recent_situations(session, actor=rep.as_actor(), limit=5)

    assert [each.situation for each in found] == [" Late deliveries", "a new COO"]
    assert (found[0].search_id, found[0].account) == (latest.id, "Harbour & Vale")
