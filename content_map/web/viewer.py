"""The viewer: one page of an asset, the strip of all pages, and which of them answer the situation in hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import url_for

from content_map.domain.assets import Kind
from content_map.files import PLAYED, is_being_drawn
from content_map.models import Asset, Page, Version
from content_map.web import picture_addresses

SNIPPET_CHARACTERS = 70
STRIP_AT_MOST = 120
_RECORDINGS = frozenset((Kind.VIDEO, Kind.AUDIO))


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
class Player:
    """Film or sound, played where it stands."""

    url: str
    is_film: bool
    poster_url: str | None
    subtitles_url: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Viewer:
    """What the viewer shows; `count` 0: there is no page.

    `awaited_url` is where the page's picture will be once it is drawn. `is_simplified`: the picture only stands in
    for the page.
    """

    number: int = 0
    count: int = 0
    label: str = ""
    title: str | None = None
    text: str = ""
    paragraphs: tuple[str, ...] = ()
    image_url: str | None = None
    awaited_url: str | None = None
    is_simplified: bool = False
    player: Player | None = None
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

    def in_strip(page: Page) -> StripPage:
        return _strip_page(asset, version.number, page, address(page), page.number in answering)

    numbers = [page.number for page in pages]
    wanted = (
        number if number in numbers else next((each for each in answering if each in numbers), numbers[0])
    )
    place = numbers.index(wanted)
    page = pages[place]
    has_picture, player = page.image_key is not None, _player(asset, version, pages[0])
    is_awaited = not has_picture and player is None and is_being_drawn(version.id, page.number)
    return Viewer(
        number=page.number,
        count=len(pages),
        label=page.label,
        title=page.title,
        text=page.text,
        paragraphs=tuple(_paragraphs(page)),
        image_url=picture_addresses.picture(asset.id, version.number, page, "image") if has_picture else None,
        awaited_url=picture_addresses.picture(asset.id, version.number, page, "image")
        if is_awaited
        else None,
        is_simplified=has_picture and page.is_simplified,
        player=player,
        previous_url=address(pages[place - 1]) if place else None,
        next_url=address(pages[place + 1]) if place + 1 < len(pages) else None,
        matches=tuple(in_strip(each) for each in pages if each.number in answering),
        pages=tuple(in_strip(each) for each in _around(pages, place)),
    )


def _around(pages: Sequence[Page], place: int) -> Sequence[Page]:
    """As many pages as the strip holds, the present one in their midst: so every page is a few clicks away."""
    start = max(min(place - STRIP_AT_MOST // 2, len(pages) - STRIP_AT_MOST), 0)
    return pages[start : start + STRIP_AT_MOST]


def _player(asset: Asset, version: Version, first: Page) -> Player | None:
    if version.kind not in _RECORDINGS or version.media_type not in PLAYED or version.store_key is None:
        return None
    given = {"asset_id": asset.id, "version": version.number}
    return Player(
        url=url_for("pages.media.recording", **given),  # type: ignore[arg-type]
        is_film=version.kind == Kind.VIDEO,
        poster_url=picture_addresses.picture(asset.id, version.number, first, "image")
        if first.image_key
        else None,
        subtitles_url=url_for("pages.media.subtitles", **given) if version.rendition_key else None,  # type: ignore[arg-type]
        language=version.language,
    )


def _paragraphs(page: Page) -> Iterator[str]:
    for line in page.text.splitlines():
        words = line.strip()
        if words and words != page.title:
            yield words


def _strip_page(asset: Asset, version: int, page: Page, address: str, matched: bool) -> StripPage:
    words = page.title or " ".join(page.text.split())
    snippet = words if len(words) <= SNIPPET_CHARACTERS else f"{words[: SNIPPET_CHARACTERS - 1]}…"
    small = picture_addresses.picture(asset.id, version, page, "thumbnail") if page.thumbnail_key else None
    return StripPage(page.number, page.label, address, snippet or page.label, small, matched)


def numbers_of(text: str | None) -> tuple[int, ...]:
    """Read page numbers from an address; what is none is left out."""
    return tuple(
        int(each) for each in (text or "").split(",") if each.isascii() and each.isdecimal() and len(each) < 7
    )
