"""What a rep denied of a reading: a conversation the words seem to speak for, or that they are misspelt."""

from __future__ import annotations

from dataclasses import replace

from content_map.domain.conversations import Conversation
from content_map.domain.negation import is_filler, not_about
from content_map.domain.situations import ReadAs, Reading, Situation
from content_map.domain.words import tokens_of


def conversation_ref(conversation: Conversation) -> str:
    """Write what a situation's `ignore` names to deny that its words speak for a conversation."""
    return f"conversation:{conversation.value}"


CONVERSATION_REFS = frozenset(conversation_ref(each) for each in Conversation)
# What an `ignore` names to have the words taken as they are written.
AS_WRITTEN = "spelling:as-written"
DENIALS = CONVERSATION_REFS | {AS_WRITTEN}


def without_denied(reading: Reading, situation: Situation) -> Reading:
    """Take away what was denied: what was put right counts no more, no cue speaks for a denied conversation."""
    if AS_WRITTEN in situation.ignore:
        written = tuple(chip for chip in reading.chips if chip.read_as is not ReadAs.TYPO)
        reading = replace(reading, chips=written, did_you_mean=None)
    denied = {each for each in Conversation if conversation_ref(each) in situation.ignore}
    left = sum(chance for each, chance in reading.probabilities.items() if each not in denied)
    if not denied or not left:
        return reading
    chances = {
        each: 0.0 if each in denied else chance / left for each, chance in reading.probabilities.items()
    }
    cues = tuple(cue for cue in reading.cues if cue.conversation not in denied)
    return replace(reading, probabilities=chances, cues=cues)


def words_to_look_for(situation: Situation, reading: Reading) -> str:
    """Give the words of a situation that are looked for: all but what it denies, and rivals that were left out.

    Who says what they do not want, and nothing else, has all their words looked for.
    """
    text = situation.text
    dropped = [
        (chip.start, chip.end)
        for chip in reading.chips
        if chip.ref is None and chip.handle in situation.ignore
    ]
    denied = [(token.start, token.end) for token in not_about(tokens_of(text))]
    wanted = {*situation.ignore, *situation.terms, *situation.require}
    denied += [(chip.start, chip.end) for chip in reading.chips if chip.negated and chip.handle not in wanted]
    left = _without(text, dropped + denied)
    return left if any(not is_filler(token.word) for token in tokens_of(left)) else _without(text, dropped)


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    end = len(text)
    parts = []
    for start, after in sorted(spans, reverse=True):
        parts.append(text[min(after, end) : end])
        end = min(start, end)
    parts.append(text[:end])
    return " ".join(reversed(parts))
