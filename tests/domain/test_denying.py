from __future__ import annotations

import pytest

from content_map.domain.conversations import Conversation
from content_map.domain.denying import conversation_ref, without_denied
from content_map.domain.situations import Cue, Reading, Situation

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
