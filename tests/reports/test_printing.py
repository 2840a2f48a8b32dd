"""PDF as a reader and as a machine find it: tagged, marked, whole, and the same for the same report."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content_map.reports.formats import FORMATS, Freezing, Print
from content_map.reports.formats.print_tables import ROWS_PRINTED
from content_map.reports.formats.typesetting import plain
from content_map.reports.parts import As, Column, Table
from tests.support.prints import NOW, printed, row

pytestmark = pytest.mark.once

FREEZING = Freezing(NOW, "0.1.0", "ab" * 32)


def _pdf(made: Print) -> bytes:
    return FORMATS["pdf"].write(made)


def _pages(made: bytes) -> list[str]:
    with closing(pypdfium2.PdfDocument(made)) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def test_the_print_is_tagged_titled_and_says_its_language() -> None:
    made = _pdf(printed([row()]))

    with closing(pypdfium2.PdfDocument(made)) as document:
        assert document.get_metadata_dict()["Title"] == "Made-up report, Q3 2026"
        assert document.is_tagged()
    for word in (
        b"/StructTreeRoot",
        b"/MarkInfo",
        b"/Marked true",
        b"/Lang",
        b"pdfuaid:part",
        b"/DisplayDocTitle true",
    ):
        assert word in made


def test_the_finding_figures_tables_and_definitions_are_printed() -> None:
    text = " ".join(_pages(_pdf(printed([row()]))))

    for said in (
        "No use was recorded for 1 of 1 assets.",
        "61 of 184 (33 %)",
        "Assets with a use.",
        "Before: 50 of 180.",
        "Left out of every count: 12 by bots, 3 by the asset’s owner.",
        "Uses doubled within the year.",
        "Late deliveries, in their numbers",
        "3 Relevant Meeting",
        "6 of 12 (50 %)",
        "14 Jul 2026",
        "2 Oct 2026 01:15 UTC",
        "Use: An asset that was taken to a named account.",
        "1 July 2026 to 30 September 2026",
        "America/New_York",
    ):
        assert said in text.replace("\u00a0", " ")


def test_every_page_carries_the_marks_it_needs() -> None:
    pages = _pages(
        _pdf(printed([row(f"Asset {each}") for each in range(120)], is_demo=True, freezing=FREEZING))
    )

    assert len(pages) > 2
    for number, text in enumerate(pages, start=1):
        assert "Made-up report, Q3 2026" in text
        assert "Demonstration" in text
        assert f"Page {number} of {len(pages)}" in text
        assert "Frozen on 9 October 2026, 09:30 UTC" in text
        assert "ab" * 32 in text


def test_a_preliminary_print_says_so_and_has_no_mark() -> None:
    pages = _pages(_pdf(printed([row()])))

    assert all("not the frozen report" in text and "Demonstration" not in text for text in pages)


def test_the_heads_of_a_table_stand_on_every_page_it_covers() -> None:
    pages = _pages(_pdf(printed([row(f"Asset {each}") for each in range(120)], charts=())))

    covered = [text for text in pages if "Asset 6" in text or "Asset 11" in text]

    assert len(covered) > 1
    assert all("Live from Last used" in text for text in covered)


@pytest.mark.parametrize(
    "title",
    [
        "#panic() *no* _markup_ $x$ @ref <label> \\ `raw` = head",
        '#import "@preview/cetz:0.4.0"',
        '#read("/etc/passwd") and #image("/etc/passwd")',
        "// no comment /* either */ [brackets] {braces} ~ -- 'quotes' \"and more\"",
        "https://example.com/a?b=c&d=e",
        "Łódź, Ελλάδα, Київ, Việt Nam",
        "מידע מרכזי",
    ],
)
def test_a_title_is_printed_as_it_is_written(title: str) -> None:
    pages = _pages(_pdf(printed([row(title)], lead=[title])))

    shown = " ".join(pages).replace("\u200b", "")
    assert title in shown or title[::-1] in shown or set(title.split()) <= set(shown.split())


def test_what_no_letter_of_ours_can_print_becomes_a_square() -> None:
    pages = _pages(_pdf(printed([row("遅延 delivery 😀 \x01done")])))

    assert "□□ delivery □ done" in " ".join(pages)


@given(st.text(max_size=60))
@settings(max_examples=25, deadline=None)
def test_any_title_can_be_printed(title: str) -> None:
    made = _pdf(printed([row(title)], lead=[title]))

    assert made.startswith(b"%PDF-")


def test_no_control_character_reaches_the_print() -> None:
    assert plain({"a": ["x\x00\ud800y\n\tz", 3, None]}) == {"a": ["xy  z", 3, None]}


def test_two_thousand_rows_are_printed_and_the_print_says_where_the_others_are() -> None:
    columns = (Column("title", "Asset", As.TITLE), Column("uses", "Uses", As.NUMBER))
    rows = [(f"Asset {each}.", each) for each in range(ROWS_PRINTED + 5)]

    text = " ".join(_pages(_pdf(printed(tables=[Table("rows", "Rows", columns, rows)], charts=()))))

    assert f"Asset {ROWS_PRINTED - 1}." in text
    assert f"Asset {ROWS_PRINTED}." not in text
    assert "The first 2,000 of 2,005 rows." in text


def test_an_empty_table_says_that_it_is_empty() -> None:
    assert "Nothing in this quarter." in " ".join(_pages(_pdf(printed())))


_WRITE = """
import hashlib
from content_map.reports.formats import FORMATS
from tests.support.prints import printed, row
for ending in ("pdf", "xlsx", "csv", "json"):
    print(hashlib.sha256(FORMATS[ending].write(printed([row("遅延 delivery")]))).hexdigest())
"""


def test_two_processes_write_the_same_bytes() -> None:
    first, second = (
        subprocess.run(
            [sys.executable, "-c", _WRITE],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
        ).stdout
        for seed in ("1", "2")
    )

    assert first == second
    assert len(set(first.split())) == 4
