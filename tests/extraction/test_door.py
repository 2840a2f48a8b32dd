"""What may come in, by its first bytes and its name."""

from __future__ import annotations

import struct

import pytest

from content_map.errors import Invalid, Unsupported
from content_map.extraction import clean_file_name, refuse_at_door
from tests.extraction.documents import deck, document, opendocument, pdf, picture, workbook, zipped

PROGRAM = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + bytes(200)


@pytest.mark.parametrize(
    "head",
    [
        PROGRAM,
        b"\x7fELF\x02\x01\x01" + bytes(57),
        b"\xcf\xfa\xed\xfe\x07\x00\x00\x01",
        b"\xca\xfe\xba\xbe\x00\x00\x00\x37",
        b"#!/bin/sh\nrm -rf /\n",
        b"#! /usr/bin/env python3\n",
        b"\xef\xbb\xbf#!/bin/bash\n",
        b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(60),
        b"dex\n035\x00",
        zipped({"META-INF/MANIFEST.MF": b"Manifest-Version: 1.0", "A.class": b"\xca\xfe\xba\xbe"}),
        zipped({"AndroidManifest.xml": b"\x03\x00", "classes.dex": b"dex\n035"}),
    ],
)
def test_programs_and_scripts_are_refused_whatever_they_are_called(head: bytes) -> None:
    with pytest.raises(Unsupported, match="cannot be uploaded"):
        refuse_at_door(head, "harmless.pdf")


@pytest.mark.parametrize(
    "name", ["setup.exe", "run.BAT", "x.cmd", "offer.pdf.scr", "a.msi", "b.lnk", "c.ps1", "d.jar", "e.js"]
)
def test_names_that_a_double_click_would_run_are_refused(name: str) -> None:
    with pytest.raises(Unsupported):
        refuse_at_door(b"harmless words", name)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (pdf(["x"]), "deck.pdf"),
        (deck(lambda _made: None), "deck.pptx"),
        (document(lambda _made: None), "letter.docx"),
        (workbook({"S": [["x"]]}), "prices.xlsx"),
        (opendocument("text", "<office:text/>"), "letter.odt"),
        (picture(2, 2), "plant.png"),
        (zipped({"a.txt": b"a"}), "files.zip"),
        (b"MZ is how the memo begins, and it goes on in words.", "memo.txt"),
        (b"#!important: read this first\n", "notes.md"),
        (b"<html>", "Offer for example.com"),
        (b"words", "report.v2.final"),
        (b"words", ".htaccess"),
    ],
)
def test_what_marketing_makes_comes_in(head: bytes, name: str) -> None:
    assert refuse_at_door(head, name) == name


def test_an_empty_file_is_refused_with_what_to_do() -> None:
    with pytest.raises(Invalid, match="empty"):
        refuse_at_door(b"", "deck.pptx")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        ".",
        "..",
        "../../../../etc/passwd",
        "..\\..\\windows\\win.ini",
        "/absolute/path.pdf",
        "C:\\boot.ini",
        "deck.pdf\x00.exe",
        "new\nline.pdf",
        "tab\tname.pdf",
        "deck\r\nContent-Type: text/html.pdf",
        "con.pptx",
        "NUL",
        "aux.docx",
        "COM1",
        "\u202excod.exe",
        "lone\ud800surrogate.pdf",
        "a" * 252 + ".pdf",
    ],
)
def test_names_nobody_should_store_are_refused_at_the_file_field(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_file_name(name)

    assert [error.pointer for error in refused.value.errors] == ["/file"]
    assert refused.value.detail.endswith("upload it again.")


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("a" * 251 + ".pdf", "a" * 251 + ".pdf"),
        ("  deck.pdf ", "deck.pdf"),
        ("re\u0301sume\u0301.docx", "r\u00e9sum\u00e9.docx"),
        ("案例研究 2026.pptx", "案例研究 2026.pptx"),
        ("🚀 launch.pptx", "🚀 launch.pptx"),
        ("<script>alert(1)<.pdf", "<script>alert(1)<.pdf"),
        ("console.pdf", "console.pdf"),
        ("nullable.txt", "nullable.txt"),
        ("semi;colon 'quoted' \"name\".pdf", "semi;colon 'quoted' \"name\".pdf"),
    ],
)
def test_unusual_but_honest_names_are_kept(name: str, clean: str) -> None:
    assert clean_file_name(name) == clean
