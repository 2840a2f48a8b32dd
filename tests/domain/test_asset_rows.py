"""Cells of a table: what they say, however people write it, and that an export reads back as what was written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_map.domain import row_values
from content_map.domain.asset_rows import COLUMNS, AssetRow, read_row
from content_map.domain.cells import FORMULA_STARTS, escaped, quoted, unescaped
from content_map.domain.row_values import Lexicon, Moment, Owner, Reading, TableTerm, Unreadable
from content_map.domain.vocabulary import Facet

BERLIN = ZoneInfo("Europe/Berlin")
READING = Reading(
    BERLIN,
    {"mia@example.com": Owner("u1", "Mia", True), "rita@example.com": Owner("u2", "Rita", False)},
    Lexicon(
        (
            TableTerm(Facet.INDUSTRY, "healthcare", "Healthcare", ("hospitals",), False),
            TableTerm(Facet.INDUSTRY, "hospitals", "Clinics", (), False),
            TableTerm(Facet.INDUSTRY, "steel", "Steel", (), True),
            TableTerm(Facet.PAIN, "late-deliveries", "Late deliveries", (), False),
        )
    ),
)


def _read(**cells: str) -> AssetRow:
    row, problems = read_row(0, {"external_id": "a", **cells}, READING)
    if problems:
        raise ValueError(problems)
    return row


def _problems(**cells: str) -> dict[str, str]:
    _, problems = read_row(4, {"external_id": "a", **cells}, READING)
    return {each.pointer: each.detail for each in problems}


@given(st.text())
def test_escaped_text_reads_back_and_is_never_a_formula(text: str) -> None:
    cell = escaped(text)

    assert unescaped(cell) == text
    assert not cell.startswith(FORMULA_STARTS)


def test_cell_that_somebody_typed_keeps_its_own_apostrophe() -> None:
    assert unescaped("'twas the night") == "'twas the night"
    assert unescaped("=1+1") == "=1+1"


@pytest.mark.parametrize(
    ("cell", "at", "on"),
    [
        ("2026-07-01", datetime(2026, 6, 30, 22, tzinfo=UTC), date(2026, 7, 1)),
        ("2026-01-01", datetime(2025, 12, 31, 23, tzinfo=UTC), date(2026, 1, 1)),
        ("2026-07-01 09:30", datetime(2026, 7, 1, 7, 30, tzinfo=UTC), None),
        ("2026-07-01T09:30:00Z", datetime(2026, 7, 1, 9, 30, tzinfo=UTC), None),
        ("2026-07-01T09:30:00-05:00", datetime(2026, 7, 1, 14, 30, tzinfo=UTC), None),
    ],
)
def test_times_without_a_zone_are_the_organisations(cell: str, at: datetime, on: date | None) -> None:
    assert row_values.moment(cell, BERLIN) == Moment(at, on)


@pytest.mark.parametrize(
    "cell", ["31.12.2026", "2026-13-01", "tomorrow", "0001-01-01", "9999-12-31", "12:00"]
)
def test_what_is_no_day_is_told_with_an_example(cell: str) -> None:
    with pytest.raises(Unreadable, match="2026-11-30"):
        row_values.moment(cell, BERLIN)
    with pytest.raises(Unreadable, match="2026-11-30"):
        row_values.day(cell)


@pytest.mark.parametrize("cell", ["3", "relevant-meeting", "Have a relevant meeting", " RELEVANT  Meeting "])
def test_conversation_is_read_by_number_key_and_name(cell: str) -> None:
    assert _read(conversation=cell).values == {"conversation": "relevant-meeting"}


def test_sixth_conversation_and_two_are_refused_with_the_nearest() -> None:
    assert "Did you mean tangible-value?" in _problems(conversation="tangible-valu")["/4/conversation"]
    assert "exactly one" in _problems(conversation="1;2")["/4/conversation"]


@pytest.mark.parametrize(
    ("cell", "language"), [("de", "de"), ("German", "de"), ("pt_br", "pt-BR"), ("EN", "en")]
)
def test_language_is_read_by_code_and_name(cell: str, language: str) -> None:
    assert _read(language=cell).values == {"language": language}


def test_key_wins_over_a_name_and_a_name_over_an_alias() -> None:
    terms = _read(industry="hospitals;HEALTHCARE ; clinics; industry:steel").values["industry"]

    assert [term.key for term in terms] == ["hospitals", "healthcare", "steel"]


def test_unknown_words_are_told_with_the_nearest_that_is_in_use() -> None:
    problems = _problems(industry="helthcare;steal", owner_email="mia@exmple.com", audience="costumer")

    assert problems == {
        "/4/industry": "There is no industry 'helthcare'. Did you mean Healthcare?",
        "/4/owner_email": "Nobody here has the address 'mia@exmple.com'. Did you mean mia@example.com?",
        "/4/audience": "'costumer' is not one of customer or internal. Did you mean customer?",
    }


def test_hyphen_clears_what_may_be_empty_and_nothing_else() -> None:
    cleared = _read(
        summary="-", conversation=" - ", industry="-", review_by="-", language="-", publish_at="-"
    )

    assert cleared.values == {
        "summary": None,
        "conversation": None,
        "industry": (),
        "review_by": None,
        "language": None,
        "publish_at": None,
    }
    assert {name for name in COLUMNS if _problems(**{name: "-"})} == {
        "external_id",
        "title",
        "url_or_path",
        "owner_email",
        "audience",
    }


def test_a_sentence_names_a_long_cell_by_its_beginning() -> None:
    assert quoted("short") == "'short'"
    assert quoted("x" * 61) == f"'{'x' * 60}…'"


def test_escaped_hyphen_is_a_hyphen() -> None:
    assert _read(summary="'-").values == {"summary": "-"}


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=40), max_size=8))
def test_any_row_is_read_or_told_what_is_wrong(cells: dict[str, str]) -> None:
    row, problems = read_row(7, cells, READING)

    assert row.index == 7
    assert all(each.pointer.startswith("/7/") and each.detail for each in problems)
    assert set(row.values) <= set(cells)
