"""Texts found by how their words begin: the same as looking through all of them, whatever was put and dropped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.beginnings import Beginnings, completed, folded, tails

WORDS = st.sampled_from(["a", "an", "and", "bank", "banks", "Zürich", "zur", "late", "% of", "应链"])
TEXTS = st.lists(WORDS, max_size=5).map(" ".join)
ACTS = st.lists(st.tuples(st.integers(0, 6), st.none() | TEXTS), max_size=40)


@given(acts=ACTS, begun=TEXTS.map(folded))
def test_it_finds_what_looking_through_all_texts_finds(
    acts: list[tuple[int, str | None]], begun: str
) -> None:
    table: Beginnings[int] = Beginnings([(0, "Late banks"), (1, "and a bank")])
    plain = {0: "late banks", 1: "and a bank"}
    for key, text in acts:
        if text is None:
            table.drop(key)
            plain.pop(key, None)
        else:
            table.put(key, text)
            plain[key] = folded(text)

    found = list(table.find(begun))

    heads = [key for key in found if plain[key].startswith(begun)]
    assert found[: len(heads)] == heads
    assert [plain[key] for key in heads] == sorted(plain[key] for key in heads)
    assert sorted(found) == sorted(key for key, text in plain.items() if begun and f" {begun}" in f" {text}")
    assert len(table) == len(plain)


def test_what_was_dropped_often_leaves_nothing_behind() -> None:
    table: Beginnings[str] = Beginnings()
    for number in range(5_000):
        table.put("one", f"Renamed {number}")

    assert list(table.find("renamed 4999")) == ["one"]
    assert list(table.find("renamed 4998")) == []
    assert len(table._texts) < 1_100


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zürich & Søn (EMEA)", "zurich søn emea"),
        ("100% *late*_now", "100 late now"),
        ("供应链 plan", "供 应 链 plan"),
        ("شركة", "شركة"),
        ("🚚 %", ""),
    ],
)
def test_words_are_folded_without_case_accents_and_signs(text: str, expected: str) -> None:
    assert folded(text) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("hosp", ("hosp",)),
        ("CFO at a Hosp", ("cfo at a hosp", "at a hosp", "a hosp", "hosp")),
        ("a b c d e fg", ("c d e fg", "d e fg", "e fg", "fg")),
        ("a bank l", ("a bank l", "bank l")),
        ("l", ("l",)),
        (" % ", ()),
        ("", ()),
    ],
)
def test_ends_of_a_text_are_what_one_may_be_in_the_middle_of(typed: str, expected: tuple[str, ...]) -> None:
    assert tails(typed) == expected


@pytest.mark.parametrize(
    ("typed", "words", "expected"),
    [
        ("CFO at a hosp", "hospital groups", "CFO at a hospital groups"),
        ("CFO at a Hospital gr", "hospital groups", "CFO at a hospital groups"),
        ("Bank in zur", "Zürich", "Bank in Zürich"),
        ("hosp", "hospitals", "hospitals"),
        ("slow bank", "A bank that is slow", "A bank that is slow"),
    ],
)
def test_typing_is_completed_from_where_the_words_begin(typed: str, words: str, expected: str) -> None:
    assert completed(typed, words) == expected
