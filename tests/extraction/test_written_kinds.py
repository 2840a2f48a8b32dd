"""Web pages, Markdown, text, tables, subtitles, mail, rich text and OpenDocument, all known by content alone."""

from __future__ import annotations

import pytest

from content_map.domain.assets import Kind
from content_map.extraction import Limits
from tests.extraction.conftest import Read
from tests.extraction.documents import PARAGRAPH, opendocument, picture


def test_a_web_page_gives_what_a_reader_sees(read: Read) -> None:
    page = b"""<!doctype html><html><head><title>Audit proof</title><meta name="author" content="Maya">
        <style>p { color: red }</style></head><body><script>track('visit')</script><h1>Faster  audits</h1>
        <p>Two <b>days</b> lost.</p><table><tr><td>Plan</td><td>Price</td></tr></table><noscript>Turn on</noscript>
        <img src=x alt="A plant"><a href="https://kestrel.example/">site</a><a href="javascript:alert(1)">no</a>"""

    extract = read(page)

    assert extract.kind is Kind.WEB
    assert (extract.title, extract.author) == ("Audit proof", "Maya")
    assert [page.label for page in extract.pages] == ["Page"]
    assert extract.pages[0].text.split("\n") == [
        "Faster audits",
        "Two days lost.",
        "Plan\tPrice",
        "A plant siteno",
    ]
    assert extract.links == ("https://kestrel.example/",)


def test_a_long_web_page_is_cut_at_its_headings(read: Read) -> None:
    body = "".join(f"<h2>Part {n}</h2><p>{PARAGRAPH} {PARAGRAPH}</p>" for n in (1, 2))

    extract = read(f"<html><body>{body}</body></html>".encode())

    assert [(page.label, page.title) for page in extract.pages] == [
        ("Section 1", "Part 1"),
        ("Section 2", "Part 2"),
    ]


def test_a_web_page_over_the_limit_is_cut_with_a_warning(read: Read) -> None:
    extract = read(b"<html><body>" + b"<p>word</p>" * 200_000, limits=Limits(html_bytes=1024**2))

    assert extract.warnings == ("Only the first 1 MB of the page were read.",)
    assert not extract.failed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_decoded_whatever_wrote_it(read: Read, encoding: str) -> None:
    extract = read("Prüfung für 100 € im März".encode(encoding))

    assert extract.kind is Kind.TEXT
    assert extract.pages[0].text == "Prüfung für 100 € im März"


def test_a_declared_charset_counts_for_web_pages(read: Read) -> None:
    page = '<html><head><meta charset="windows-1251"></head><body>Привет</body></html>'

    assert read(page.encode("cp1251")).pages[0].text == "Привет"


def test_markdown_loses_its_marks_and_keeps_its_headings(read: Read) -> None:
    text = (
        "# Questions they ask\n\nWhy **now**? See [the proof](https://kestrel.example/p).\n\n"
        "- One\n- Two\n\n| Plan | Price |\n|---|---|\n| Plant | 900 |\n\n```\nx = 1\n```\n"
    )

    extract = read(text.encode())

    assert extract.media_type == "text/markdown"
    assert extract.title == "Questions they ask"
    assert extract.pages[0].text == (
        "Questions they ask\n\nWhy now? See the proof.\n\n• One\n• Two\n\nPlan\tPrice\nPlant\t900\n\nx = 1"
    )
    assert extract.links == ("https://kestrel.example/p",)


def test_plain_text_is_cut_into_sections_at_blank_lines(read: Read) -> None:
    extract = read("\n\n".join("y" * 1400 for _ in range(3)).encode())

    # 3,000 characters hold two paragraphs of 1,400.
    assert [(page.label, page.text.count("y")) for page in extract.pages] == [
        ("Section 1", 2800),
        ("Section 2", 1400),
    ]


def test_form_feeds_in_plain_text_are_page_ends(read: Read) -> None:
    assert [page.text for page in read(b"First page.\fSecond page.\n").pages] == [
        "First page.",
        "Second page.",
    ]


def test_values_between_semicolons_are_a_sheet(read: Read) -> None:
    extract = read(b"Plan;Price\nPlant;900\nGroup;4000\n")

    assert (extract.kind, extract.media_type) == (Kind.SHEET, "text/csv")
    assert [(page.label, page.text) for page in extract.pages] == [
        ("Rows 1–3", "Plan\tPrice\nPlant\t900\nGroup\t4000")
    ]


def test_prose_with_commas_is_not_taken_for_a_table(read: Read) -> None:
    extract = read(b"Dear Kumar, thank you.\nWe met, we talked, we agreed.\nYours\n")

    assert extract.media_type == "text/plain"


def test_subtitles_give_what_is_said_by_the_time_it_is_said(read: Read) -> None:
    text = (
        "WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.000\n<v Maya>Two days are lost.\n\n"
        "00:02:05.000 --> 00:02:07.000 align:start\nMinutes are <i>enough</i>.\n"
    )

    extract = read(text.encode())

    assert (extract.kind, extract.media_type) == (Kind.TEXT, "text/vtt")
    assert [(page.label, page.text) for page in extract.pages] == [
        ("From 0:01", "Maya: Two days are lost."),
        ("From 2:05", "Minutes are enough."),
    ]


def test_subrip_subtitles_are_known_without_a_signature(read: Read) -> None:
    extract = read(
        b"1\r\n00:00:01,000 --> 00:00:02,500\r\nTwo days.\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nLost.\r\n"
    )

    assert extract.media_type == "application/x-subrip"
    assert extract.pages[0].text == "Two days.\nLost."


def test_a_message_gives_subject_people_text_and_names_of_files(read: Read) -> None:
    message = (
        b"From: Maya Ortiz <maya@kestrel.example>\r\nTo: Ben\r\nSubject: Proof for the auditor\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nPlease read.\r\n'
        b"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; "
        b'filename="proof.pdf"\r\n\r\nxx\r\n--b--\r\n'
    )

    extract = read(message)

    assert extract.kind is Kind.EMAIL
    assert (extract.title, extract.author) == ("Proof for the auditor", "Maya Ortiz")
    assert extract.pages[0].text == (
        "From: Maya Ortiz <maya@kestrel.example>\nTo: Ben\n\nPlease read.\n\nAttached: proof.pdf"
    )


def test_rich_text_gives_its_words_in_their_encoding(read: Read) -> None:
    text = (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\info{\title Offer}}"
        rb"\f0 Pr\'fcfung \u8364? 100\par Zwei\page Drei}"
    )

    extract = read(text)

    assert (extract.kind, extract.media_type) == (Kind.DOCUMENT, "application/rtf")
    assert [page.text for page in extract.pages] == ["Prüfung € 100\nZwei", "Drei"]


def test_opendocument_text_keeps_its_saved_page_ends(read: Read) -> None:
    body = (
        '<office:text><text:h text:outline-level="1">The proof</text:h><text:p>One<text:s text:c="2"/>two</text:p>'
        "<text:p>end<text:soft-page-break/>start</text:p></office:text>"
    )

    extract = read(opendocument("text", body, title="Audit proof"))

    assert extract.title == "Audit proof"
    assert [(page.label, page.text) for page in extract.pages] == [
        ("Page 1 (approx.)", "The proof\nOne two\nend"),
        ("Page 2 (approx.)", "start"),
    ]


def test_opendocument_slides_have_titles_and_notes(read: Read) -> None:
    body = (
        '<office:presentation><draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>Proof</text:p>'
        "</draw:text-box></draw:frame><presentation:notes><draw:frame><draw:text-box><text:p>Ask first</text:p>"
        "</draw:text-box></draw:frame></presentation:notes></draw:page></office:presentation>"
    )

    extract = read(opendocument("presentation", body))

    assert extract.kind is Kind.DECK
    assert [(page.label, page.title, page.text) for page in extract.pages] == [
        ("Slide 1", "Proof", "Proof\nAsk first")
    ]


@pytest.mark.parametrize(
    ("content", "kind", "media_type", "code"),
    [
        (picture(4, 4), Kind.IMAGE, "image/png", "no_text"),
        (picture(4, 4, "JPEG"), Kind.IMAGE, "image/jpeg", "no_text"),
        (picture(4, 4, "WEBP"), Kind.IMAGE, "image/webp", "no_text"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", Kind.VIDEO, "video/mp4", "media"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x00", Kind.AUDIO, "audio/mpeg", "media"),
    ],
)
def test_pictures_and_recordings_are_ready_with_their_limit_stated(
    read: Read, content: bytes, kind: Kind, media_type: str, code: str
) -> None:
    extract = read(content)

    assert (extract.kind, extract.media_type, extract.failed) == (kind, media_type, False)
    assert extract.problem is not None
    assert extract.problem.code == code


def test_an_svg_gives_its_words(read: Read) -> None:
    extract = read(b'<svg xmlns="http://www.w3.org/2000/svg"><title>Map</title><text>Two days</text></svg>')

    assert (extract.kind, extract.media_type) == (Kind.IMAGE, "image/svg+xml")
    assert extract.pages[0].text == "Map\nTwo days"


def test_the_name_never_decides_the_kind(read: Read) -> None:
    assert read(b"Only words.", "deck.pptx").media_type == "text/plain"


@pytest.mark.parametrize("content", [b"\x93\x07\x00\xfe" * 40, b"7z\xbc\xaf\x27\x1c\x00\x04"])
def test_an_unknown_kind_ends_failed_and_says_what_to_do(read: Read, content: bytes) -> None:
    extract = read(content, "thing.xyz")

    assert extract.failed
    assert extract.problem is not None
    assert extract.problem.code == "unsupported"
    assert "upload" in extract.problem.sentence
    assert extract.title == "thing"
