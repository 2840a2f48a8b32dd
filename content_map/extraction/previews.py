"""Pictures of a document's pages, made in the sandbox."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from content_map.domain.assets import Kind
from content_map.extraction.contract import Extract, Page
from content_map.extraction.extracting import Document, opened
from content_map.extraction.job import Card, Drawing, Job
from content_map.extraction.limits import Limits
from content_map.extraction.sandbox import Sandbox, default_sandbox
from content_map.extraction.wire import Message

log = logging.getLogger(__name__)

MEDIA_TYPE = "image/webp"
_ONE_PICTURE = frozenset((Kind.IMAGE, Kind.VIDEO, Kind.AUDIO))
_CARD_LINES = 30
_CARD_LINE_CHARACTERS = 400


@dataclass(frozen=True, slots=True)
class Preview:
    """A page as WebP, 1,280 pixels wide unless the original is smaller, and as a thumbnail of 320.

    `drawn` is true for a stand-in that only shows the page's title and first lines.
    """

    number: int
    large: bytes
    thumbnail: bytes
    drawn: bool


@dataclass(frozen=True, slots=True)
class Embedded:
    """The picture that a document carries of its first page; `hash` is of that picture's own bytes."""

    hash: str
    width_pixels: int
    large: bytes
    thumbnail: bytes


def preview_pages(
    document: Document,
    extract: Extract,
    limits: Limits | None = None,
    page_numbers: Sequence[int] | None = None,
    sandbox: Sandbox | None = None,
) -> Iterator[Preview]:
    """Draw the given pages, by default the first thirty, in order; a document without pages gets one card."""
    limits = limits or Limits()
    drawing = Drawing(str(extract.kind or ""), extract.media_type, _cards(extract, limits, page_numbers))
    yield from draw(document, drawing, limits, sandbox)


def draw(
    document: Document, drawing: Drawing, limits: Limits | None = None, sandbox: Sandbox | None = None
) -> Iterator[Preview]:
    """Draw the pages that the cards name, in order.

    Never raises for any content: a page that cannot be rendered gets a card. Should even that fail, fewer
    pictures come.
    """
    limits = limits or Limits()
    sandbox = sandbox or default_sandbox()
    with opened(document, limits.document_bytes) as descriptor:
        if descriptor is None:
            return
        found = _ask(sandbox, drawing, limits, descriptor)
        missing = tuple(card for card in drawing.cards if card.number not in found)
        if missing:  # the child ended before it got that far
            found |= _ask(sandbox, replace(drawing, cards=missing, only_cards=True), limits, descriptor)
    yield from (found[number] for number in sorted(found))


def embedded(
    document: Document, limits: Limits | None = None, sandbox: Sandbox | None = None
) -> Embedded | None:
    """Give the picture that an office document carries of its first page; None where it has none."""
    limits = limits or Limits()
    with opened(document, limits.document_bytes) as descriptor:
        if descriptor is None:
            return None
        job = Job("", limits, Drawing("", "", (), embedded=True))
        answer = (sandbox or default_sandbox()).ask(job, descriptor)
    return next((found for message in answer.messages if (found := _embedded(message)) is not None), None)


def card_of(page: Page, title: str, kind: str | None) -> Card:
    """Put a page's heading and first lines on a card; `title` is the document's."""
    lines = [line.replace("\t", "   ") for line in page.text.splitlines() if line.strip()]
    heading = page.title or (title if page.number == 1 or not lines else lines[0])
    said = _flat(heading)
    rest = [line[:_CARD_LINE_CHARACTERS] for line in lines if _flat(line) not in said]
    label = "" if kind in _ONE_PICTURE else page.label  # it would repeat the kind
    return Card(page.number, label, heading[:_CARD_LINE_CHARACTERS], tuple(rest[:_CARD_LINES]))


def _ask(sandbox: Sandbox, drawing: Drawing, limits: Limits, descriptor: int) -> dict[int, Preview]:
    answer = sandbox.ask(Job("", limits, drawing), descriptor)
    if answer.fault is not None:
        log.info("extraction.preview_fault", extra={"code": answer.fault})
    previews = (_preview(message) for message in answer.messages)
    wanted = {card.number for card in drawing.cards}
    return {
        preview.number: preview for preview in previews if preview is not None and preview.number in wanted
    }


def _preview(message: Message) -> Preview | None:
    content = message.get("preview")
    if not isinstance(content, dict):
        return None
    number, pictures = content.get("number"), _pictures(content)
    if not isinstance(number, int) or pictures is None:
        return None
    return Preview(number, *pictures, drawn=content.get("drawn") is True)


def _embedded(message: Message) -> Embedded | None:
    content = message.get("embedded")
    if not isinstance(content, dict):
        return None
    hash_, width, pictures = content.get("hash"), content.get("width"), _pictures(content)
    if not (isinstance(hash_, str) and hash_.isalnum() and len(hash_) <= 32 and isinstance(width, int)):
        return None
    return None if pictures is None else Embedded(hash_, width, *pictures)


def _pictures(content: Mapping[str, object]) -> tuple[bytes, bytes] | None:
    """The large and the small one, if they are what they should be."""
    large, thumbnail = content.get("large"), content.get("thumbnail")
    if not (isinstance(large, str) and isinstance(thumbnail, str)):
        return None
    try:
        pictures = base64.b64decode(large, validate=True), base64.b64decode(thumbnail, validate=True)
    except binascii.Error:
        return None
    return pictures if all(each[:4] == b"RIFF" and each[8:12] == b"WEBP" for each in pictures) else None


def _cards(extract: Extract, limits: Limits, page_numbers: Sequence[int] | None) -> tuple[Card, ...]:
    wanted = range(1, limits.preview_pages + 1) if page_numbers is None else page_numbers
    pages = [extract.pages[number - 1] for number in wanted if 1 <= number <= len(extract.pages)]
    if pages:
        return tuple(card_of(page, extract.title, extract.kind) for page in pages)
    return (Card(1, "", extract.title, ()),) if page_numbers is None or 1 in page_numbers else ()


def _flat(text: str) -> str:
    """A title stands in the text over several lines; without spaces they compare."""
    return "".join(text.casefold().split())
