"""XLSX as a spreadsheet reads it back: numbers are numbers, days are days, nothing is a formula."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from python_calamine import CalamineWorkbook

from content_map.reports.formats import FORMATS, Freezing, Print
from content_map.reports.formats.sheets import sheet_names
from content_map.reports.parts import As, Column, Fraction, Table
from tests.support.prints import NOW, printed, row

pytestmark = pytest.mark.once


def _read(made: Print) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(io.BytesIO(FORMATS["xlsx"].write(made)))


def _lines(book: CalamineWorkbook, name: str) -> list[list[object]]:
    return list(book.get_sheet_by_name(name).to_python())


def test_numbers_days_and_shares_come_back_as_what_they_are() -> None:
    book = _read(printed([row()]))

    heads, line = _lines(book, "Eligible assets")

    assert heads == [
        "Asset id",
        "Asset",
        "Conversation",
        "Class",
        "Uses",
        "Reached",
        "Reached: of n",
        "Reached: rate from n = 10",
        "Live from",
        "Last used (UTC)",
    ]
    assert line == [
        "a1",
        "Late deliveries, in their numbers",
        "3 Relevant Meeting",
        "Never surfaced",
        3,
        6,
        12,
        0.5,
        date(2026, 7, 14),
        datetime(2026, 10, 2, 1, 15, tzinfo=UTC).replace(tzinfo=None),
    ]


def test_an_instant_meant_as_a_day_is_the_organisations_day() -> None:
    book = _read(printed([row(day=datetime.fromisoformat("2026-10-02T01:15Z"))]))

    assert _lines(book, "Eligible assets")[1][8] == date(2026, 10, 1)


def test_no_rate_is_given_below_ten_and_nothing_is_empty() -> None:
    book = _read(printed([row(reached=Fraction(6, 9)), row(reached=None, last=None, day=None)]))

    _, few, nothing = _lines(book, "Eligible assets")

    assert few[5:8] == [6, 9, ""]
    assert nothing[5:] == ["", "", "", "", ""]


@pytest.mark.parametrize(
    "title", ["=1+1", "+49 221", "-5", "@SUM(A1)", "https://x.example", "007", "\x01 ﷽ 😀"]
)
def test_a_title_is_text_whatever_it_looks_like(title: str) -> None:
    made = FORMATS["xlsx"].write(printed([row(title)]))

    book = CalamineWorkbook.from_filelike(io.BytesIO(made))

    assert _lines(book, "Eligible assets")[1][1] == title


def test_the_first_sheet_says_the_finding_and_the_last_what_it_means() -> None:
    freezing = Freezing(NOW, "0.1.0", "ab" * 32)

    book = _read(printed([row()], freezing=freezing, is_demo=True))

    assert book.sheet_names == ["Finding", "Eligible assets", "Charts", "Definitions"]
    finding = _lines(book, "Finding")
    said = [line[0] for line in finding]
    assert "No use was recorded for 1 of 1 assets." in said
    assert "Left out of every count: 12 by bots, 3 by the asset’s owner." in said
    assert any(str(each).startswith("Demonstration") for each in said)
    assert finding[-1][:4] == ["Used", 61, 184, pytest.approx(61 / 184)]
    meaning = {(line[0], line[1]): line[2] for line in _lines(book, "Definitions")}
    assert meaning["Use", ""] == "An asset that was taken to a named account."
    assert meaning["Eligible assets", "Uses"] == "Counted uses."
    assert meaning["SHA-256 of the JSON file", ""] == "ab" * 32
    assert meaning["Code version", ""] == "0.1.0"
    assert meaning["Left out", "by bots"] == 12
    assert ["2026-Q3", 74] in [line[:2] for line in _lines(book, "Charts")]


def test_sheets_have_names_that_a_spreadsheet_takes() -> None:
    long = "What reps are asked: industry / pain / competitor, by accounts"

    names = sheet_names(["History", long, long, long.upper(), "[]:*?/\\", "'quoted'", "", "sheet"])

    assert all(0 < len(name) <= 31 and not set("[]:*?/\\") & set(name) for name in names)
    assert len({name.casefold() for name in names}) == len(names)
    assert "history" not in {name.casefold() for name in names}


def test_the_same_print_gives_the_same_bytes() -> None:
    assert FORMATS["xlsx"].write(printed([row()])) == FORMATS["xlsx"].write(printed([row()]))


def test_a_table_of_many_rows_is_whole() -> None:
    columns = (Column("title", "Asset", As.TITLE), Column("uses", "Uses", As.NUMBER))
    table = Table("rows", "Rows", columns, [(f"Asset {each}", each) for each in range(50_000)])

    lines = _lines(_read(printed(tables=[table])), "Rows")

    assert len(lines) == 50_001
    assert lines[-1] == ["Asset 49999", 49_999]
