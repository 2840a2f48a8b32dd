"""The two questions for a tagger in doubt."""

from __future__ import annotations

import itertools

import pytest

from content_map.domain.choosing import Agrees, Narrowed, Why, narrow
from content_map.domain.conversations import Conversation

ONE, TWO, THREE, FOUR, FIVE = Conversation


def test_without_an_answer_all_five_are_left() -> None:
    assert narrow(None, None) == Narrowed((ONE, TWO, THREE, FOUR, FIVE), None)


@pytest.mark.parametrize("outcome", Conversation)
def test_what_will_exist_names_its_conversation(outcome: Conversation) -> None:
    assert narrow(outcome, None) == Narrowed((outcome,), Why.OUTCOME)


def test_who_agrees_leaves_one_or_two() -> None:
    left = {agrees: narrow(None, agrees).conversations for agrees in Agrees}

    assert left == {
        Agrees.NOBODY: (ONE,),
        Agrees.CONTACT: (TWO, THREE),
        Agrees.AFFECTED: (THREE,),
        Agrees.BOTH_SIDES: (FOUR,),
        Agrees.BUYER: (FIVE,),
    }


def test_answers_that_agree_leave_one_and_others_leave_both_sides_in_order() -> None:
    assert narrow(THREE, Agrees.CONTACT) == Narrowed((THREE,), Why.BOTH)
    assert narrow(FIVE, Agrees.CONTACT) == Narrowed((TWO, THREE, FIVE), Why.TORN)


def test_an_answer_never_leaves_all_and_never_none() -> None:
    for outcome, agrees in itertools.product(Conversation, Agrees):
        assert 1 <= len(narrow(outcome, agrees).conversations) <= 3
