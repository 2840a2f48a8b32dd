from __future__ import annotations

import pytest

from content_map.domain.conversations import Conversation
from content_map.domain.denying import conversation_ref, without_denied, words_to_look_for
from content_map.domain.situations import Cue, ReadAs, Reading, Recognised, Situation
from content_map.domain.vocabulary import Facet

POINT, PEOPLE, MEETING, SUCCESS, VALUE = Conversation
SAID = Reading(
    probabilities={POINT: 0.1, PEOPLE: 0.1, MEETING: 0.2, SUCCESS: 0.1, VALUE: 0.5},
    cues=(Cue(VALUE, "ROI", 3.0), Cue(MEETING, "problem", 1.0)),
)


def denying(*conversations: Conversation) -> Situation:
    return Situation("ROI of a problem", ignore=tuple(conversation_ref(each) for each in conversations))


def test_denied_conversation_has_no_chance_and_the_others_share_its() -> None:
    found = without_denied(SAID, denying(VALUE))

    assert found.probabilities == pytest.approx(
        {POINT: 0.2, PEOPLE: 0.2, MEETING: 0.4, SUCCESS: 0.2, VALUE: 0.0}
    )
    assert found.conversation is MEETING
    assert found.because == ("problem",)


def test_reading_stands_when_nothing_or_everything_is_denied() -> None:
    assert without_denied(SAID, denying()) == SAID
    assert without_denied(SAID, denying(*Conversation)).conversation is VALUE


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("a bank, not about price", "a bank, not about"),
        ("not about the price or a discount, but quality", "not about the or a , but quality"),
        ("they are not interested in robots but in speed", "they are not interested in but in speed"),
        ("not only about price", "not only about price"),
        ("not sure about the budget", "not sure about the budget"),
        ("not worried about price and needs speed", "not worried about and needs speed"),
        ("we talk about price, not with buyers", "we talk about price, not with buyers"),
    ],
)
def test_what_a_sentence_is_not_about_is_not_looked_for(sentence: str, left: str) -> None:
    found = words_to_look_for(Situation(sentence), Reading())

    assert found.split() == left.split()


def test_denied_detail_is_not_looked_for_unless_the_rep_wants_it() -> None:
    sentence = "downtime, not for procurement"
    start = sentence.index("procurement")
    buying = Recognised(
        Facet.FUNCTION, "procurement", "Procurement", "procurement", start, len(sentence), ReadAs.EXACT, True
    )
    reading = Reading((buying,))

    denied = words_to_look_for(Situation(sentence), reading)
    wanted = words_to_look_for(Situation(sentence, terms=("function:procurement",)), reading)

    assert denied.split() == ["downtime,", "not", "for"]
    assert wanted == sentence


def test_sentence_that_only_denies_is_looked_for_as_it_is_written() -> None:
    assert words_to_look_for(Situation("not about price"), Reading()) == "not about price"
