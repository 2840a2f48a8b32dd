"""How well the parser reads sentences: one half was tuned on, the other set aside before and never looked at."""

from __future__ import annotations

import pytest

from tests.support.labelled import HELD_OUT, TUNED, score, sentences


def test_there_are_enough_sentences_and_half_of_them_were_set_aside():
    """The sentences `held-out` were labelled and committed before tuning, and are scored, never tuned on.

    Who mends the parser after one of them moves it to the tuned half and writes a new one.
    """
    tuned, held_out = list(sentences(TUNED)), list(sentences(HELD_OUT))

    assert len(tuned) + len(held_out) >= 140
    assert len(held_out) >= len(tuned)


@pytest.mark.parametrize(
    ("half", "chips_floor", "conversation_floor"),
    [(TUNED, 0.97, 0.95), (HELD_OUT, 0.93, 0.92)],
    ids=["tuned", "held-out"],
)
def test_chips_and_conversations_are_read_well_enough(half, chips_floor, conversation_floor, vocabulary):
    result = score(sentences(half), vocabulary)

    assert result.f1 >= chips_floor, "\n".join(result.misses)
    assert result.right_conversations >= conversation_floor, "\n".join(result.misses)
