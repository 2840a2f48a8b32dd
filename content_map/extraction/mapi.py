"""What an Outlook message holds: its properties, recipients and attachments, read from the streams of its file."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from content_map.extraction.ole import Compound, Entry
from content_map.extraction.summary import code_page

# [MS-OXPROPS] numbers of the properties.
SUBJECT, BODY, RICH_BODY, HTML_BODY = 0x0037, 0x1000, 0x1009, 0x1013
SENDER_NAME, SENDER_ADDRESS, SENDER_INTERNET_ADDRESS = 0x0C1A, 0x0C1F, 0x5D01
SENT_FOR_NAME = 0x0042
SHOWN_TO, SHOWN_CC = 0x0E04, 0x0E03
DISPLAY_NAME, ADDRESS, INTERNET_ADDRESS = 0x3001, 0x3003, 0x39FE
LONG_FILE_NAME, FILE_NAME = 0x3707, 0x3704
_ATTACHED_OBJECT = 0x3701000D
_SENT_AT, _DELIVERED_AT = 0x0039, 0x0E06
_BODY_CODE_PAGE, _CODE_PAGE = 0x3FDE, 0x3FFD
_WIDE, _BYTES, _BINARY = 0x001F, 0x001E, 0x0102

_PROPERTIES = "__properties_version1.0"
_PROPERTY_BYTES = 16
# [MS-OXMSG] 2.4.1: what stands before the properties of a message, of one within it, and of everything else.
_TOP_HEADER, _INNER_HEADER, _OTHER_HEADER = 32, 24, 8
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_TABLE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Properties:
    """The properties of one storage: the message, a recipient, or an attachment."""

    compound: Compound
    storage: Entry | None
    header_bytes: int
    most_bytes: int
    encoding: str = "cp1252"

    def text(self, *numbers: int) -> str:
        """The first of these properties that says something, on one line."""
        return next((text for number in numbers if (text := " ".join(self.long_text(number).split()))), "")

    def long_text(self, number: int) -> str:
        """A text with its lines."""
        wide = self._stream(number, _WIDE)
        if wide:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        return self._stream(number, _BYTES).decode(self.encoding, "replace").rstrip("\0")

    def binary(self, number: int) -> bytes:
        """Bytes, whatever type they were kept as."""
        return self._stream(number, _BINARY) or self._stream(number, _BYTES)

    def fixed(self) -> dict[int, bytes]:
        """The eight bytes of each property that has no stream of its own, by number."""
        entry = self.compound.members(self.storage).get(_PROPERTIES)
        content = b"" if entry is None else self.compound.read(entry, _TABLE_BYTES)
        places = range(self.header_bytes, len(content) - _PROPERTY_BYTES + 1, _PROPERTY_BYTES)
        return {struct.unpack_from("<I", content, at)[0] >> 16: content[at + 8 : at + 16] for at in places}

    def _stream(self, number: int, kind: int) -> bytes:
        entry = self.compound.members(self.storage).get(f"__substg1.0_{number:04X}{kind:04X}")
        return b"" if entry is None else self.compound.read(entry, self.most_bytes)


@dataclass(frozen=True, slots=True)
class Message:
    """A message, the file's own or one attached to it."""

    properties: Properties
    sent_at: datetime | None
    html_encoding: str | None

    def recipients(self) -> Iterator[Properties]:
        """To whom it went."""
        yield from self._each("__recip_version1.0_#")

    def attachments(self) -> Iterator[Properties]:
        """What was attached, in order."""
        yield from self._each("__attach_version1.0_#")

    def _each(self, prefix: str) -> Iterator[Properties]:
        mine = self.properties
        members = mine.compound.members(mine.storage)
        for name in sorted(name for name in members if name.startswith(prefix)):
            if members[name].is_storage:
                yield Properties(mine.compound, members[name], _OTHER_HEADER, mine.most_bytes, mine.encoding)


def open_message(compound: Compound, most_bytes: int) -> Message:
    """The message that the file is; no stream is read further than `most_bytes`."""
    return _message(compound, None, _TOP_HEADER, most_bytes)


def attached_message(attachment: Properties) -> Message | None:
    """The message that an attachment is; None for a file."""
    members = attachment.compound.members(attachment.storage)
    storage = members.get(f"__substg1.0_{_ATTACHED_OBJECT:08X}")
    if storage is None or not storage.is_storage:
        return None
    if _PROPERTIES not in attachment.compound.members(storage):
        return None  # an object of another program
    return _message(attachment.compound, storage, _INNER_HEADER, attachment.most_bytes)


def _message(compound: Compound, storage: Entry | None, header_bytes: int, most_bytes: int) -> Message:
    fixed = Properties(compound, storage, header_bytes, most_bytes).fixed()
    pages = {number: struct.unpack_from("<I", value)[0] for number, value in fixed.items()}
    page = pages.get(_CODE_PAGE) or pages.get(_BODY_CODE_PAGE)
    body_page = pages.get(_BODY_CODE_PAGE)
    encoding = code_page(page) if page else "cp1252"
    return Message(
        properties=Properties(compound, storage, header_bytes, most_bytes, encoding),
        sent_at=_instant(fixed.get(_SENT_AT) or fixed.get(_DELIVERED_AT)),
        html_encoding=code_page(body_page) if body_page else None,
    )


def _instant(value: bytes | None) -> datetime | None:
    """Tenths of microseconds since 1601."""
    tenths = 0 if value is None else struct.unpack("<Q", value)[0]
    try:
        return _EPOCH + timedelta(microseconds=tenths // 10) if tenths else None
    except OverflowError:
        return None
