"""Outlook messages: subject, people, text, names of what is attached, and the messages among that."""

from __future__ import annotations

from collections.abc import Iterator

from content_map.domain.assets import Kind
from content_map.extraction import compressed_rtf, mapi
from content_map.extraction.contract import About, Block, Format, Item, Link
from content_map.extraction.formats.html import page_links, page_text
from content_map.extraction.formats.rtf import rich_text
from content_map.extraction.limits import Limits
from content_map.extraction.problem import Code, refuse
from content_map.extraction.sectioning import sectioned
from content_map.extraction.source import Source
from content_map.extraction.text import addresses

_RECIPIENTS_SHOWN = 100


def _recognises(source: Source) -> bool:
    names = source.ole_names
    return "__properties_version1.0" in names and names.isdisjoint(("WordDocument", "PowerPoint Document"))


def _read(source: Source) -> Iterator[Item]:
    message = mapi.open_message(source.compound, source.limits.part_bytes)
    subject = message.properties.text(mapi.SUBJECT)
    yield About(title=subject, author=_sender_name(message))
    left = iter(range(source.limits.attachments))
    lines = list(_within(source.limits.document_characters, _lines(message, source.limits, 0, left)))
    parts = list(sectioned(lines))
    for number, part in enumerate(parts, 1):
        label = f"Section {number}" if len(parts) > 1 else "Message"
        yield Block(label, part.text, title=subject if number == 1 else None)
    for address in (*addresses("\n".join(lines)), *page_links(_html(message), message.html_encoding)):
        yield Link(address)


def _within(most_characters: int, lines: Iterator[str]) -> Iterator[str]:
    """Lines until there are more than can be kept: attached messages may share one text of any size."""
    for line in lines:
        yield line
        most_characters -= len(line)
        if most_characters < 0:
            return


def _lines(message: mapi.Message, limits: Limits, depth: int, left: Iterator[int]) -> Iterator[str]:
    """The message and those within it; `left` ends after as many attachments as are looked at in the whole file."""
    if depth > limits.mime_depth:
        raise refuse(Code.MIME_DEPTH)
    yield from _header(message)
    yield ""
    yield from _body(message).split("\n")
    names: list[str] = []
    inner: list[mapi.Message] = []
    for attachment, _ in zip(message.attachments(), left, strict=False):
        within = mapi.attached_message(attachment)
        if within is not None:
            inner.append(within)
        elif name := attachment.text(mapi.LONG_FILE_NAME, mapi.FILE_NAME, mapi.DISPLAY_NAME):
            names.append(name)
    if names:
        yield from ("", "Attached: " + ", ".join(names))
    for within in inner:
        yield from ("", f"Attached message: {within.properties.text(mapi.SUBJECT)}")
        yield from _lines(within, limits, depth + 1, left)


def _header(message: mapi.Message) -> Iterator[str]:
    mine = message.properties
    address = mine.text(mapi.SENDER_INTERNET_ADDRESS, mapi.SENDER_ADDRESS)
    sender = _named(_sender_name(message), address)
    to = mine.text(mapi.SHOWN_TO) or ", ".join(_recipients(message))
    sent = "" if message.sent_at is None else message.sent_at.strftime("%Y-%m-%d %H:%M UTC")
    shown = (("From", sender), ("To", to), ("Cc", mine.text(mapi.SHOWN_CC)), ("Date", sent))
    yield from (f"{name}: {value}" for name, value in shown if value)


def _sender_name(message: mapi.Message) -> str:
    return message.properties.text(mapi.SENDER_NAME, mapi.SENT_FOR_NAME, mapi.SENDER_INTERNET_ADDRESS)


def _recipients(message: mapi.Message) -> Iterator[str]:
    for place, each in enumerate(message.recipients()):
        if place >= _RECIPIENTS_SHOWN:
            return
        yield _named(each.text(mapi.DISPLAY_NAME), each.text(mapi.INTERNET_ADDRESS, mapi.ADDRESS))


def _named(name: str, address: str) -> str:
    """A name with its address, unless that is one of Exchange's own or says the same."""
    return f"{name} <{address}>" if "@" in address and address != name else name


def _body(message: mapi.Message) -> str:
    """Its plain text, else what its web page or its rich text says."""
    plain = message.properties.long_text(mapi.BODY)
    if plain.strip():
        return plain.replace("\r\n", "\n").replace("\r", "\n")
    page = _html(message)
    if page:
        return page_text(page, message.html_encoding)
    packed = message.properties.binary(mapi.RICH_BODY)
    return rich_text(compressed_rtf.unpack(packed, message.properties.most_bytes))


def _html(message: mapi.Message) -> bytes:
    return message.properties.binary(mapi.HTML_BODY)


FORMAT = Format(
    name="Outlook message",
    kind=Kind.EMAIL,
    media_type="application/vnd.ms-outlook",
    extensions=("msg",),
    recognises=_recognises,
    read=_read,
)
