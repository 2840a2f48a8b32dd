"""File names in the header of a download (RFC 6266)."""

from __future__ import annotations

import email.message
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import attachment


@pytest.mark.parametrize(
    ("file_name", "header"),
    [
        ("Deck.pptx", 'attachment; filename="Deck.pptx"'),
        ("Value case (v2).pdf", 'attachment; filename="Value case (v2).pdf"'),
        ("Größe.pdf", "attachment; filename=\"Gro_e.pdf\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf"),
        ("提案.pdf", "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E6%8F%90%E6%A1%88.pdf"),
        ("10% more.pdf", "attachment; filename=\"10_ more.pdf\"; filename*=UTF-8''10%25%20more.pdf"),
        ('a"b.pdf', 'attachment; filename="a_b.pdf"'),
        ("a\r\nSet-Cookie: x=1.pdf", 'attachment; filename="a__Set-Cookie_ x=1.pdf"'),
        ("../../etc/passwd", 'attachment; filename="_.._etc_passwd"'),
        ("C:\\deck.pdf", 'attachment; filename="C__deck.pdf"'),
        ("a／b.pdf", "attachment; filename=\"a_b.pdf\"; filename*=UTF-8''a%EF%BC%8Fb.pdf"),
        ("invoice\u202efdp.exe", 'attachment; filename="invoicefdp.exe"'),
        ("\ud800.pdf", 'attachment; filename="_.pdf"'),
        ("", 'attachment; filename="download"'),
        (" . ", 'attachment; filename="download"'),
    ],
)
def test_a_file_name_becomes_a_header(file_name: str, header: str) -> None:
    assert attachment(file_name) == header


def test_a_long_name_keeps_its_ending() -> None:
    assert attachment("a" * 300 + ".pptx") == f'attachment; filename="{"a" * 145}.pptx"'


@given(st.text(alphabet=st.characters(), max_size=400))
def test_any_name_becomes_one_header_line_that_a_reader_understands(file_name: str) -> None:
    header = attachment(file_name)

    assert re.fullmatch(
        r"attachment; filename=\"[ !#$&-.0-9;=@-\[\]-~]+\"(; filename\*=UTF-8''[!#$&+\-.^_`|~%0-9A-Za-z]+)?",
        header,
    )
    message = email.message.Message()
    message["Content-Disposition"] = header
    read = message.get_filename()
    assert read is not None
    assert len(read) <= 150
    assert "/" not in read
