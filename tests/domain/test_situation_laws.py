"""What holds of every text whatever, with the vocabulary that the product ships."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content_map.domain.situations import SITUATION_CHARACTERS, Situation, chips_for, parse
from tests.support.labelled import HELD_OUT, TUNED, full_vocabulary, sentences

VOCABULARY = full_vocabulary()
SENTENCES = [sentence.text for sentence in sentences(TUNED | HELD_OUT)]
WORDS = sorted({word for text in SENTENCES for word in text.split()})

# Words as reps write them, cut together at random and with slips of the keyboard; and any text at all.
SLIPS = st.sampled_from(["", "x", "e", " ", "-", "'", "é", "\u200f", "\x00", ", ", "…"])
SENTENCE = st.lists(st.tuples(st.sampled_from(WORDS), SLIPS), max_size=25).map(
    lambda pairs: " ".join(word[: len(word) // 2] + slip + word[len(word) // 2 :] for word, slip in pairs)
)
TEXT = st.one_of(SENTENCE, st.sampled_from(SENTENCES), st.text(max_size=300))


@given(TEXT)
@settings(deadline=None)
def test_every_span_lies_in_the_text_and_holds_the_words(text):
    reading = parse(text, VOCABULARY)

    assert all(0 <= chip.start < chip.end <= len(text) for chip in reading.chips)
    assert all(text[chip.start : chip.end] == chip.words for chip in reading.chips)
    assert all(cue.words in text for cue in reading.cues)
    assert sum(reading.probabilities.values()) == pytest.approx(1.0)


@given(TEXT, st.data())
@settings(deadline=None)
def test_what_is_ignored_is_no_chip(text, data):
    reading = parse(text, VOCABULARY)
    refs = [chip.ref for chip in reading.chips if chip.ref is not None]
    ignored = data.draw(st.sets(st.sampled_from(refs)) if refs else st.just(set()))

    chips = chips_for(reading, Situation(text, ignore=tuple(ignored)), VOCABULARY)

    assert not ignored.intersection(chip.ref for chip in chips)
    assert len(chips) == sum(chip.ref not in ignored for chip in reading.chips)


@given(TEXT)
@settings(deadline=None)
def test_what_was_put_right_needs_no_putting_right(text):
    right = parse(text, VOCABULARY).did_you_mean

    assert right is None or parse(right, VOCABULARY).did_you_mean is None


@given(TEXT)
@settings(deadline=None)
def test_nothing_is_misspelt_where_the_library_has_every_word(text):
    assert parse(text, VOCABULARY, lambda _: True).did_you_mean is None


def test_text_beyond_the_limit_is_not_read():
    filling = "x " * (SITUATION_CHARACTERS // 2)

    assert parse(filling + "bank", VOCABULARY).chips == ()


HOSTILE = {
    "parentheses": "(" * 2_000,
    "one word of a megabyte": "bank" * 250_000,
    "five hundred terms": "bank CFO " * 250,
    "many terms denied": "not a bank " * 180,
    "rivals": "vs Zendrix and Quarto, " * 90,
    "misspelt": "hosptial downtme univeristy " * 70,
    "digits": "1,000 " * 330,
    "digits without end": "1" * 2_000,
    "numbers in words": "hundred and " * 160,
    "a number in words without end": "twenty five hundred a few thousand " * 57,
    "dots": "a." * 1_000,
    "apostrophes": "a'" * 1_000,
    "money": "$1m " * 500,
    "spaces": " " * 2_000,
    "right to left": "\u202eבנק بنك " * 200,
    "control characters": "\x00\x01\x1b\x7f" * 500,
    "combining": "e\u0301" * 1_000,
    "emoji": "🏦🏥" * 500,
    "script": "<script>alert(1)</script>" * 80,
    "wildcards": '*a* [a TO z] OR NOT "' * 95,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_read_and_its_chips_stand_in_it(text):
    reading = parse(text, VOCABULARY)

    assert all(text[chip.start : chip.end] == chip.words for chip in reading.chips)
