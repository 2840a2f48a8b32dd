"""Conversations that a rep denied: the words may speak for one, the rep knows better."""

from __future__ import annotations

from dataclasses import replace

from content_map.domain.conversations import Conversation
from content_map.domain.situations import Reading, Situation


def conversation_ref(conversation: Conversation) -> str:
    """Write what a situation's `ignore` names to deny that its words speak for a conversation."""
    return f"conversation:{conversation.value}"


CONVERSATION_REFS = frozenset(conversation_ref(each) for each in Conversation)


def without_denied(reading: Reading, situation: Situation) -> Reading:
    """Take away the conversations that were denied: no cue speaks for them, the others share their chance."""
    denied = {each for each in Conversation if conversation_ref(each) in situation.ignore}
    left = sum(chance for each, chance in reading.probabilities.items() if each not in denied)
    if not denied or not left:
        return reading
    chances = {
        each: 0.0 if each in denied else chance / left for each, chance in reading.probabilities.items()
    }
    cues = tuple(cue for cue in reading.cues if cue.conversation not in denied)
    return replace(reading, probabilities=chances, cues=cues)
