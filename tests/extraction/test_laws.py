"""For any bytes: reading never raises, pages count from one, and what is wrong is said in a sentence."""

from __future__ import annotations

import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content_map.extraction import Extract, Limits, Sandbox, extract
from content_map.extraction.text import clean, decode
from tests.extraction.compounds import attached_message, compound, message
from tests.extraction.documents import deck, document, opendocument, pdf, tagged_pdf, workbook

WHOLE = (
    pdf(["one", "two"]),
    deck(lambda made: made.slides.add_slide(made.slide_layouts[0])),
    document(lambda made: made.add_heading("Words", 1)),
    workbook({"S": [["a", 1]]}),
    opendocument("text", "<office:text/>"),
    b"From: a\nSubject: b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nhello\n--x--\n",
    b"{\\rtf1\\ansi hello \\'fc}",
    b"WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n",
    b"<html><body><h1>x</h1><p>y</p></body></html>",
    b"# Title\n\n[a](b)\n\n- c\n",
    compound(
        message({0x37: "Subject", 0x1000: "Body"}, attached=(attached_message(message({0x37: "Inner"})),))
    ),
    tagged_pdf("Two days lost", alternatives=["A plant"]),
    b"sep=;\nPlan;Price\nPlant;900\n",
)
STARTS = (
    b"",
    b"%PDF-1.7\n",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"<svg ",
    b"{\\rtf1",
    b"\x89PNG\r\n\x1a\n",
    b"GIF89a",
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A real file with a few bytes changed, or cut short."""
    content = bytearray(draw(st.sampled_from(WHOLE)))
    for _ in range(draw(st.integers(1, 8))):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    return bytes(content[: draw(st.integers(1, len(content)))])


def assert_lawful(found: Extract) -> None:
    assert [page.number for page in found.pages] == list(range(1, len(found.pages) + 1))
    assert all(page.no_text == (page.text == "") for page in found.pages)
    assert found.title
    assert found.problem is None or found.problem.sentence.endswith(".")
    assert found.failed or found.kind is not None
    assert found.problem is None or found.problem.code not in {"crash", "timeout"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=400), damaged(), st.builds(bytes.__add__, st.sampled_from(STARTS), st.binary())
    )
)
def test_reading_never_raises_for_any_bytes(sandbox: Sandbox, content: bytes) -> None:
    assert_lawful(extract(io.BytesIO(content), "x", Limits(wall_seconds=20), sandbox))


@given(st.binary())
def test_any_bytes_become_text_that_can_be_stored(content: bytes) -> None:
    text = clean(decode(content))

    assert text.encode("utf-8").decode("utf-8") == text
    assert "\x00" not in text


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
