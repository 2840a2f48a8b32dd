from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.conversations import Conversation
from content_map.domain.outcomes import Answer, Used, applies, latest_outcomes
from content_map.domain.usage import OutcomeAnswer

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
DAY = timedelta(days=1)
THIRD, FIFTH = Conversation.RELEVANT_MEETING, Conversation.TANGIBLE_VALUE


def used(id_="u1", *, days_ago=1, actor="rep", account="vale", conversation=THIRD):
    return Used(id_, actor, NOW - days_ago * DAY, account, conversation)


def answer(
    outcome=OutcomeAnswer.REACHED,
    *,
    id_="o1",
    at=NOW,
    actor="rep",
    use=None,
    account="vale",
    conversation=THIRD,
):
    return Answer(id_, actor, at, outcome, use, account, conversation)


@pytest.mark.parametrize(
    ("conversation", "days_ago", "does"),
    [
        (THIRD, 90, True),
        (THIRD, 91, False),
        (FIFTH, 180, True),
        (FIFTH, 181, False),
        (THIRD, 0, True),
        (THIRD, -1, False),
    ],
)
def test_an_answer_by_account_reaches_back_over_its_window_only(conversation, days_ago, does):
    one = used(days_ago=days_ago, conversation=conversation)

    assert applies(answer(conversation=conversation), one) is does


def test_an_answer_is_about_the_caller_s_own_uses_at_that_account_and_conversation():
    assert not applies(answer(actor="other"), used())
    assert not applies(answer(account="dale"), used())
    assert not applies(answer(conversation=FIFTH), used())


def test_an_answer_that_names_a_use_is_about_that_one_however_old():
    assert applies(answer(use="u1"), used("u1", days_ago=400))
    assert not applies(answer(use="u1"), used("u2"))
    assert not applies(answer(use="u1", actor="other"), used("u1"))


def test_the_latest_answer_by_time_of_occurrence_counts():
    early = answer(OutcomeAnswer.REACHED, id_="o1", at=NOW - DAY / 2)
    late = answer(OutcomeAnswer.NOT, id_="o0", at=NOW)

    assert latest_outcomes([used(), used("u2", account="dale")], [late, early]) == {"u1": OutcomeAnswer.NOT}


@given(
    st.lists(st.tuples(st.sampled_from(OutcomeAnswer), st.integers(0, 3)), max_size=6),
    st.randoms(),
)
def test_the_order_of_arrival_never_matters(answers, random):
    given_answers = [
        answer(outcome, id_=f"o{i}", at=NOW + hours * DAY) for i, (outcome, hours) in enumerate(answers)
    ]
    shuffled = list(given_answers)
    random.shuffle(shuffled)

    assert latest_outcomes([used()], shuffled) == latest_outcomes([used()], given_answers)
