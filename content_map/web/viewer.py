"""The viewer: one page of an asset, the strip of all pages, and which of them answer the situation in hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import url_for

from content_map.models import Asset, Page, Version

SNIPPET_CHARACTERS = 70
STRIP_AT_MOST = 120


@dataclass(frozen=True, slots=True)
class StripPage:
    """A page in the strip; `thumbnail_url` is missing where no picture was drawn."""

    number: int
    label: str
    url: str
    snippet: str
    thumbnail_url: str | None
    matched: bool


@dataclass(frozen=True, slots=True)
class Viewer:
    """What the viewer shows; `count` 0: there is no page."""

    number: int = 0
    count: int = 0
    label: str = ""
    title: str | None = None
    text: str = ""
    paragraphs: tuple[str, ...] = ()
    image_url: str | None = None
    previous_url: str | None = None
    next_url: str | None = None
    matches: tuple[StripPage, ...] = ()
    pages: tuple[StripPage, ...] = ()
    problem: str | None = None


def viewer_of(
    asset: Asset,
    version: Version,
    pages: Sequence[Page],
    number: int | None,
    /,
    *,
    answering: Sequence[int] = (),
    endpoint: str = "pages.assets.turn",
    **where: str | int,
) -> Viewer:
    """Show page `number`, else the one that answers best, else the first; `where` goes into every page's address."""
    if not pages:
        return Viewer(problem=version.problem)

    def address(page: Page) -> str:
        return url_for(endpoint, asset_id=asset.id, number=page.number, **where)  # type: ignore[arg-type]

    strip = tuple(
        _strip_page(asset, version.number, page, address(page), page.number in answering)
        for page in pages[:STRIP_AT_MOST]
    )
    numbers = [page.number for page in pages]
    wanted = (
        number if number in numbers else next((each for each in answering if each in numbers), numbers[0])
    )
    place = numbers.index(wanted)
    page = pages[place]
    return Viewer(
        number=page.number,
        count=len(pages),
        label=page.label,
        title=page.title,
        text=page.text,
        paragraphs=tuple(_paragraphs(page)),
        image_url=_picture(asset, version.number, page, "image") if page.image_key else None,
        previous_url=address(pages[place - 1]) if place else None,
        next_url=address(pages[place + 1]) if place + 1 < len(pages) else None,
        matches=tuple(each for each in strip if each.matched),
        pages=strip,
    )


def _paragraphs(page: Page) -> Iterator[str]:
    for line in page.text.splitlines():
        words = line.strip()
        if words and words != page.title:
            yield words


def _strip_page(asset: Asset, version: int, page: Page, address: str, matched: bool) -> StripPage:
    words = page.title or " ".join(page.text.split())
    snippet = words if len(words) <= SNIPPET_CHARACTERS else f"{words[: SNIPPET_CHARACTERS - 1]}…"
    small = _picture(asset, version, page, "thumbnail") if page.thumbnail_key else None
    return StripPage(page.number, page.label, address, snippet or page.label, small, matched)


def _picture(asset: Asset, version: int, page: Page, size: str) -> str:
    return url_for(f"pages.pictures.{size}", asset_id=asset.id, version=version, number=page.number)


def numbers_of(text: str | None) -> tuple[int, ...]:
    """Read page numbers from an address; what is none is left out."""
    return tuple(
        int(each) for each in (text or "").split(",") if each.isascii() and each.isdecimal() and len(each) < 7
    )
