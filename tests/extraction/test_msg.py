"""Outlook messages are read without Outlook, and bounded like everything else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from content_map.domain.assets import Kind
from content_map.extraction import Limits
from content_map.extraction.compressed_rtf import unpack
from tests.extraction.compounds import Tree, attached_message, attachment, compound, message
from tests.extraction.conftest import Read

SUBJECT, BODY, RICH, HTML, SENDER, ADDRESS, TO, CC = (
    0x37,
    0x1000,
    0x1009,
    0x1013,
    0x0C1A,
    0x5D01,
    0x0E04,
    0x0E03,
)
# The worked example of [MS-OXRTFCP] 3.1.1: what it unpacks to stands there too.
PACKED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
UNPACKED = b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_a_message_gives_subject_people_date_text_and_names_of_files(read: Read) -> None:
    content = compound(
        message(
            {
                SUBJECT: "Proof for the auditor",
                SENDER: "Maya Ortiz",
                ADDRESS: "maya@kestrel.example",
                TO: "Ben Adler",
                CC: "Kumar",
                BODY: "Please read.\r\nIt is at https://kestrel.example/proof.",
            },
            sent_at=datetime(2026, 3, 31, 9, 5, tzinfo=UTC),
            attached=(attachment("proof.pdf"), attachment("prices.xlsx")),
        )
    )

    extract = read(content)

    assert (extract.kind, extract.media_type) == (Kind.EMAIL, "application/vnd.ms-outlook")
    assert (extract.title, extract.author) == ("Proof for the auditor", "Maya Ortiz")
    assert [(page.label, page.text) for page in extract.pages] == [
        (
            "Message",
            "From: Maya Ortiz <maya@kestrel.example>\nTo: Ben Adler\nCc: Kumar\nDate: 2026-03-31 09:05 UTC\n\n"
            "Please read.\nIt is at https://kestrel.example/proof.\n\nAttached: proof.pdf, prices.xlsx",
        )
    ]
    assert extract.links == ("https://kestrel.example/proof",)


@pytest.mark.parametrize(
    ("binaries", "text"),
    [
        (
            {HTML: b"<html><body><p>Two <b>days</b></p><a href='https://kestrel.example/'>x</a>"},
            "Two days\nx",
        ),
        ({RICH: PACKED}, "hello world"),
    ],
)
def test_a_message_without_plain_text_gives_that_of_its_other_body(
    read: Read, binaries: dict[int, bytes], text: str
) -> None:
    extract = read(compound(message({SUBJECT: "Notes"}, binaries=binaries)))

    assert extract.pages[0].text == text
    assert extract.links == (("https://kestrel.example/",) if HTML in binaries else ())


def test_a_body_larger_than_the_small_sectors_is_whole(read: Read) -> None:
    words = " ".join(f"word{number}" for number in range(2_000))

    extract = read(compound(message({SUBJECT: "Long", BODY: words})))

    assert " ".join(page.text for page in extract.pages).split() == words.split()


def test_a_message_within_a_message_is_read_too(read: Read) -> None:
    inner = message({SUBJECT: "The first mail", BODY: "Two days are lost."}, header_bytes=24)

    extract = read(
        compound(message({SUBJECT: "Fwd", BODY: "See below."}, attached=(attached_message(inner),)))
    )

    assert extract.pages[0].text == "See below.\n\nAttached message: The first mail\n\nTwo days are lost."


def test_messages_within_messages_without_end_are_refused(read: Read) -> None:
    tree: Tree = message({SUBJECT: "Innermost"})
    for _ in range(6):
        tree = message({SUBJECT: "Outer"}, attached=(attached_message(tree),))

    extract = read(compound(tree), limits=Limits(mime_depth=5))

    assert extract.problem is not None
    assert (extract.problem.code, extract.failed) == ("mime_depth", True)


def test_only_so_many_attachments_are_named(read: Read) -> None:
    files = tuple(attachment(f"file{number}.pdf") for number in range(4))

    extract = read(compound(message({SUBJECT: "Files"}, attached=files)), limits=Limits(attachments=2))

    assert extract.pages[0].text == "Attached: file0.pdf, file1.pdf"


def test_a_file_whose_messages_hold_each_other_ends_soon(read: Read) -> None:
    """Every storage of its directory is made to begin with the same attachments as the first."""
    inner = message({SUBJECT: "Inner"}, attached=(attachment("a.pdf"), attachment("b.pdf")))
    content = compound(
        message({SUBJECT: "Outer", BODY: "Two days."}, attached=(attached_message(inner),) * 3)
    )
    name = "__substg1.0_3701000D".encode("utf-16-le")
    circular = bytearray(content)
    root_child = content[content.index("Root Entry".encode("utf-16-le")) + 76 :][:4]
    place = content.find(name)
    while place >= 0:
        circular[place + 76 : place + 80] = root_child
        place = content.find(name, place + 1)

    extract = read(bytes(circular), limits=Limits(cpu_seconds=5))

    assert extract.problem is None or extract.problem.code == "mime_depth"


def test_packed_rich_text_is_unpacked_as_its_specification_shows() -> None:
    assert unpack(PACKED, 1_000) == UNPACKED
    assert unpack(PACKED, 5) == UNPACKED[:5]


@pytest.mark.parametrize("cut", range(0, len(PACKED), 7))
def test_packed_rich_text_that_is_cut_short_gives_what_came_before(cut: int) -> None:
    assert UNPACKED.startswith(unpack(PACKED[:cut], 1_000))
