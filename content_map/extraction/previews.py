"""Pictures of a document's first pages, made in the sandbox."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Iterator, Sequence
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


def preview_pages(
    document: Document,
    extract: Extract,
    limits: Limits | None = None,
    page_numbers: Sequence[int] | None = None,
    sandbox: Sandbox | None = None,
) -> Iterator[Preview]:
    """Draw the given pages, by default the first twelve, in order.

    Never raises for any content: a page that cannot be rendered gets a card, and a document without pages
    one card with its kind and title. Should even that fail, fewer pictures come.
    """
    limits = limits or Limits()
    sandbox = sandbox or default_sandbox()
    drawing = Drawing(str(extract.kind or ""), extract.media_type, _cards(extract, limits, page_numbers))
    with opened(document, limits.document_bytes) as descriptor:
        if descriptor is None:
            return
        found = _ask(sandbox, drawing, limits, descriptor)
        missing = tuple(card for card in drawing.cards if card.number not in found)
        if missing:  # the child ended before it got that far
            found |= _ask(sandbox, replace(drawing, cards=missing, only_cards=True), limits, descriptor)
    yield from (found[number] for number in sorted(found))


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
    number, large, thumbnail = content.get("number"), content.get("large"), content.get("thumbnail")
    if not (isinstance(number, int) and isinstance(large, str) and isinstance(thumbnail, str)):
        return None
    try:
        pictures = [base64.b64decode(picture, validate=True) for picture in (large, thumbnail)]
    except binascii.Error:
        return None
    if not all(picture[:4] == b"RIFF" and picture[8:12] == b"WEBP" for picture in pictures):
        return None
    return Preview(number, pictures[0], pictures[1], drawn=content.get("drawn") is True)


def _cards(extract: Extract, limits: Limits, page_numbers: Sequence[int] | None) -> tuple[Card, ...]:
    wanted = range(1, limits.preview_pages + 1) if page_numbers is None else page_numbers
    pages = [extract.pages[number - 1] for number in wanted if 1 <= number <= len(extract.pages)]
    if pages:
        return tuple(_card(page, extract) for page in pages)
    return (Card(1, "", extract.title, ()),) if page_numbers is None or 1 in page_numbers else ()


def _card(page: Page, extract: Extract) -> Card:
    lines = [line.replace("\t", "   ") for line in page.text.splitlines() if line.strip()]
    heading = page.title or (extract.title if page.number == 1 or not lines else lines[0])
    said = _flat(heading)
    rest = [line[:_CARD_LINE_CHARACTERS] for line in lines if _flat(line) not in said]
    label = "" if extract.kind in _ONE_PICTURE else page.label  # it would repeat the kind
    return Card(page.number, label, heading[:_CARD_LINE_CHARACTERS], tuple(rest[:_CARD_LINES]))


def _flat(text: str) -> str:
    """A title stands in the text over several lines; without spaces they compare."""
    return "".join(text.casefold().split())
