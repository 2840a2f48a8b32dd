"""Every document gets a picture; PDF and pictures their own, others a drawn card."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from content_map.domain.assets import Kind
from content_map.extraction import Extract, Limits, Page, Preview, Sandbox, extract, preview_pages
from tests.extraction.documents import pdf, picture


def _previews(content: bytes, sandbox: Sandbox, limits: Limits | None = None) -> list[Preview]:
    found = extract(io.BytesIO(content), "x", limits, sandbox)
    return list(preview_pages(io.BytesIO(content), found, limits, sandbox=sandbox))


def _size(webp: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(webp), formats=["WEBP"]) as image:
        return image.size


def test_pdf_pages_are_rendered_wide_and_as_thumbnails(sandbox: Sandbox) -> None:
    previews = _previews(pdf(["one", "two"]), sandbox)

    assert [(preview.number, preview.drawn) for preview in previews] == [(1, False), (2, False)]
    # A4 is 595.28 by 841.89 points: 1280 wide is 1810.3 high, 320 wide is 452.6.
    assert _size(previews[0].large)[0] == 1280
    assert _size(previews[0].large)[1] == pytest.approx(1810, abs=2)
    assert _size(previews[0].thumbnail) == (320, pytest.approx(453, abs=1))


def test_only_the_first_pages_are_drawn_unless_others_are_asked_for(sandbox: Sandbox) -> None:
    content = pdf(["one", "two", "three"])
    limits = Limits(preview_pages=2)
    found = extract(io.BytesIO(content), "x", limits, sandbox)

    later = preview_pages(io.BytesIO(content), found, limits, [3, 99], sandbox)

    assert [preview.number for preview in _previews(content, sandbox, limits)] == [1, 2]
    assert [preview.number for preview in later] == [3]


def test_a_picture_is_shown_never_larger_than_it_is(sandbox: Sandbox) -> None:
    (preview,) = _previews(picture(400, 200), sandbox)

    assert (_size(preview.large), _size(preview.thumbnail), preview.drawn) == ((400, 200), (320, 160), False)


def test_other_kinds_get_a_card_for_each_page(sandbox: Sandbox) -> None:
    pages = tuple(Page(n, f"Slide {n}", f"Point {n}", f"Point {n}\nand why", no_text=False) for n in (1, 2))
    deck = Extract(Kind.DECK, "application/x-deck", "Proof", pages=pages)

    previews = list(preview_pages(io.BytesIO(b"anything"), deck, sandbox=sandbox))

    assert [(preview.number, preview.drawn) for preview in previews] == [(1, True), (2, True)]
    assert _size(previews[0].large) == (1280, 720)
    assert _size(previews[0].thumbnail) == (320, 180)
    assert previews[0].large != previews[1].large


def test_a_document_without_pages_gets_one_card(sandbox: Sandbox) -> None:
    failed = Extract(None, "application/octet-stream", "A file nobody can read")

    previews = list(preview_pages(io.BytesIO(b"\x00\x01"), failed, sandbox=sandbox))

    assert [(preview.number, preview.drawn) for preview in previews] == [(1, True)]


def test_a_page_that_cannot_be_rendered_gets_a_card(sandbox: Sandbox) -> None:
    claimed = Extract(
        Kind.DOCUMENT, "application/pdf", "Damaged", pages=(Page(1, "Page 1", None, "Words", no_text=False),)
    )

    (preview,) = preview_pages(io.BytesIO(b"%PDF-1.7 and then nothing"), claimed, sandbox=sandbox)

    assert preview.drawn


def test_a_child_that_ends_early_still_leaves_cards(sandbox: Sandbox) -> None:
    content = pdf(["x"])
    found = extract(io.BytesIO(content), "x", None, sandbox)

    # Far too little memory to render 20,000 pixels across.
    limits = Limits(preview_width_pixels=20_000, memory_bytes=400 * 1024**2)
    (preview,) = preview_pages(io.BytesIO(content), found, limits, sandbox=sandbox)

    assert preview.drawn


@pytest.mark.parametrize("text", ["案例研究 " * 30, "\U0001f680 \u0e01" * 50, "x" * 5_000, "", "\t\n"])
def test_any_text_can_be_put_on_a_card(sandbox: Sandbox, text: str) -> None:
    page = Page(1, "Page 1", text.strip() or None, text, no_text=not text.strip())
    found = Extract(Kind.TEXT, "text/plain", "Any", pages=(page,))

    (preview,) = preview_pages(io.BytesIO(b"x"), found, sandbox=sandbox)

    assert _size(preview.large) == (1280, 1656)
