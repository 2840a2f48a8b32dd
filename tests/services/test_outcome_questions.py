"""What somebody is asked about their own uses: one question for a customer and conversation, at most three."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from content_map.domain.conversations import Conversation
from content_map.domain.people import Role
from content_map.domain.usage import EventKind, OutcomeAnswer
from content_map.models import Account
from content_map.services import corrections, outcome_questions
from tests.factories import make_account, make_asset, make_user
from tests.support.stories import happen, told

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ZONE = ZoneInfo("UTC")
MEETING, VALUE = Conversation.RELEVANT_MEETING, Conversation.TANGIBLE_VALUE
USE, OUTCOME = EventKind.USE, EventKind.OUTCOME


def at(account: Account, conversation: Conversation = MEETING) -> dict[str, str]:
    return {"account": account.id, "conversation": conversation}


def test_uses_of_a_customer_and_conversation_are_one_question(session: Session) -> None:
    rep, other, account = make_user(session), make_user(session), make_account(session)
    first, second = make_asset(session), make_asset(session)
    happen(
        session,
        [
            told(USE, rep, first, NOW - 3 * DAY, **at(account)),
            told(USE, rep, second, NOW - 2 * DAY, **at(account)),
            told(USE, rep, first, NOW - 4 * DAY, **at(account, VALUE)),
            told(USE, other, first, NOW - DAY, **at(account)),
        ],
        now=NOW,
    )

    asked = outcome_questions.due(session, zone=ZONE, actor=rep.as_actor(), now=NOW)

    assert [(each.conversation, each.uses, each.used_at) for each in asked] == [
        (MEETING, 2, NOW - 2 * DAY),
        (VALUE, 1, NOW - 4 * DAY),
    ]


def test_at_most_three_are_asked_at_once_the_latest_use_first(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    accounts = [make_account(session, f"Account {number}") for number in range(4)]
    uses = [told(USE, rep, asset, NOW - (n + 1) * DAY, **at(each)) for n, each in enumerate(accounts)]
    happen(session, uses, now=NOW)

    asked = outcome_questions.due(session, zone=ZONE, actor=rep.as_actor(), now=NOW)

    assert [each.account for each in asked] == ["Account 0", "Account 1", "Account 2"]


def test_an_answer_about_one_use_is_one_about_its_customer_and_conversation(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    named, pending, taken_back = (make_account(session, name) for name in ("A", "B", "C"))
    use = told(USE, rep, asset, NOW - 20 * DAY, **at(named))
    uses = [told(USE, rep, asset, NOW - 20 * DAY, **at(each)) for each in (pending, taken_back)]
    wrong = told(OUTCOME, rep, None, NOW - DAY, outcome=OutcomeAnswer.NOT, **at(taken_back))
    reached = told(OUTCOME, rep, None, NOW - DAY, outcome=OutcomeAnswer.REACHED, use=use.event.id)
    unknown = told(OUTCOME, rep, None, NOW - 14 * DAY, outcome=OutcomeAnswer.PENDING, **at(pending))
    happen(session, [use, *uses, wrong, reached, unknown], now=NOW)
    corrections.take_back(session, wrong.event.id, actor=rep.as_actor(), now=NOW)

    asked = outcome_questions.due(session, zone=ZONE, actor=rep.as_actor(), now=NOW)

    assert [(each.account, each.answer) for each in asked] == [("B", OutcomeAnswer.PENDING), ("C", None)]


def test_on_an_assets_page_every_answer_stays_open_to_change(session: Session) -> None:
    rep, account = make_user(session), make_account(session)
    asset, neighbour = make_asset(session), make_asset(session)
    happen(
        session,
        [
            told(USE, rep, asset, NOW - timedelta(hours=1), **at(account)),
            told(USE, rep, neighbour, NOW - DAY, **at(account, VALUE)),
            told(OUTCOME, rep, None, NOW, outcome=OutcomeAnswer.REACHED, **at(account)),
        ],
        now=NOW,
    )

    shown = outcome_questions.of_asset(session, asset.id, actor=rep.as_actor(), now=NOW)

    assert [(each.conversation, each.answer) for each in shown] == [(MEETING, OutcomeAnswer.REACHED)]


def test_who_does_not_sell_is_asked_nothing(session: Session) -> None:
    marketer, asset, account = make_user(session, Role.MARKETER), make_asset(session), make_account(session)
    happen(session, [told(USE, marketer, asset, NOW - 2 * DAY, **at(account))], now=NOW)

    assert outcome_questions.due(session, zone=ZONE, actor=marketer.as_actor(), now=NOW) == ()
