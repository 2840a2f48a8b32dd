"""Texts become the word pieces that BERT's uncased models were taught with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.meaning.wordpiece import WordPieces

VOCABULARY = (
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able", "able", "cafe", "don", "'", "t", "-"),
    *("re", "use", "$", "100", "北", "京", "東", "##s", "a", "b", "##b", "."),
)
FIRST, LAST, UNKNOWN = 2, 3, 1


@pytest.fixture(scope="module")
def pieces() -> WordPieces:
    return WordPieces(VOCABULARY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unaffable", ["un", "##aff", "##able"]),  # the example of the paper's own code
        ("able", ["able"]),
        ("CAFÉ cafe\u0301", ["cafe", "cafe"]),
        ("don't re-use", ["don", "'", "t", "re", "-", "use"]),
        ("$100.", ["$", "100", "."]),
        ("北京東", ["北", "京", "東"]),
        ("a北b", ["a", "北", "b"]),
        ("cafes", ["cafe", "##s"]),
        ("a\u200bb a\u00adb", ["a", "##b", "a", "##b"]),
        ("a\u00a0b\u3000a\tb\na", ["a", "b", "a", "b", "a"]),
        ("\x00\ufffd", []),
        ("", []),
    ],
)
def test_text_is_parted_as_the_paper_says(pieces: WordPieces, text: str, expected: list[str]) -> None:
    assert pieces.ids(text, longest=50) == [FIRST, *map(VOCABULARY.index, expected), LAST]


def test_a_word_that_no_pieces_make_is_unknown_as_a_whole(pieces: WordPieces) -> None:
    assert pieces.ids("unaffably able", longest=50) == [FIRST, UNKNOWN, VOCABULARY.index("able"), LAST]


def test_a_word_of_over_a_hundred_letters_is_not_looked_at(pieces: WordPieces) -> None:
    assert pieces.ids("a" + "b" * 99, longest=200) != [FIRST, UNKNOWN, LAST]
    assert pieces.ids("a" + "b" * 100, longest=200) == [FIRST, UNKNOWN, LAST]


def test_what_is_too_long_is_cut_and_still_ends(pieces: WordPieces) -> None:
    able = VOCABULARY.index("able")

    assert pieces.ids("able " * 1_000, longest=6) == [FIRST, able, able, able, able, LAST]


@given(text=st.text(max_size=200), longest=st.integers(2, 30))
def test_any_text_has_a_first_and_a_last_mark_and_known_pieces_between(text: str, longest: int) -> None:
    ids = WordPieces(VOCABULARY).ids(text, longest=longest)

    assert (ids[0], ids[-1]) == (FIRST, LAST)
    assert len(ids) <= longest
    assert set(ids[1:-1]) <= set(range(1, len(VOCABULARY))) - {FIRST, LAST}
