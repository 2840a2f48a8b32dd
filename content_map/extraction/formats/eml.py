"""Mail messages by the standard library: headers, the text, and the names of what is attached."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default

from content_map.domain.assets import Kind
from content_map.extraction.contract import About, Block, Format, Item, Link
from content_map.extraction.formats.html import page_links, page_text
from content_map.extraction.limits import Limits
from content_map.extraction.problem import Code, refuse
from content_map.extraction.sectioning import sectioned
from content_map.extraction.source import Source
from content_map.extraction.text import addresses, decode

_HEADER = re.compile(r"(?:>?From [^\n]{0,200}\n)?(?:[\w-]{1,60}:[^\n]*\n(?:[ \t]+[^\n]*\n)*)+", re.ASCII)
_TELLING = re.compile(
    r"^(from|to|subject|date|received|message-id|mime-version|return-path|delivered-to|content-type):",
    re.IGNORECASE | re.MULTILINE,
)
_SHOWN = ("From", "To", "Cc", "Date")


def message_text(content: bytes, limits: Limits) -> str:
    """All text of a message or saved web archive; raises Refusal (mime_depth)."""
    _check_depth(content, limits)
    return "\n".join(_texts(_parse(content), limits))


def _recognises(source: Source) -> bool:
    text = (source.head_text or "").replace("\r\n", "\n")
    header = _HEADER.match(text)
    if header is None:
        return False
    return len({name.lower() for name in _TELLING.findall(header.group())}) >= 2


def _parse(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=default)


def _read(source: Source) -> Iterator[Item]:
    content = source.read()
    _check_depth(content, source.limits)
    message = _parse(content)
    yield About(title=_header(message, "Subject"), author=_author(_header(message, "From")))
    lines = [f"{name}: {value}" for name in _SHOWN if (value := _header(message, name))]
    body = "\n".join(_texts(message, source.limits))
    files = _attached(message)[: source.limits.attachments]
    if files:
        body += "\n\nAttached: " + ", ".join(files)
    parts = list(sectioned(["\n".join(lines), "", *body.split("\n")]))
    for number, part in enumerate(parts, 1):
        title = _header(message, "Subject") if number == 1 else None
        yield Block(f"Section {number}" if len(parts) > 1 else "Message", part.text, title=title)
    for address in (*addresses(body), *_linked(message)):
        yield Link(address)


def _check_depth(content: bytes, limits: Limits) -> None:
    """Refuse before parsing what nests too deep: each level of parts declares a boundary or a message."""
    levels = len(
        re.findall(rb"^content-type:\s*(?:message/rfc822|multipart/)", content, re.IGNORECASE | re.MULTILINE)
    )
    if levels > limits.mime_depth * 4:
        raise refuse(Code.MIME_DEPTH)


def _texts(message: EmailMessage, limits: Limits, depth: int = 0) -> Iterator[str]:
    if depth > limits.mime_depth:
        raise refuse(Code.MIME_DEPTH)
    kind = message.get_content_type()
    if message.is_multipart():
        parts = [part for part in message.iter_parts() if isinstance(part, EmailMessage)]
        if kind == "multipart/alternative":
            readable = [part for part in parts if part.get_content_type() in {"text/plain", "text/html"}]
            plain = [part for part in readable if part.get_content_type() == "text/plain"]
            parts = (plain or readable or parts)[:1]
        for part in parts:
            if kind == "message/rfc822" and (subject := _header(part, "Subject")):
                yield f"Attached message: {subject}"
            yield from _texts(part, limits, depth + 1)
    elif kind in {"text/plain", "text/html"} and message.get_content_disposition() != "attachment":
        content = message.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        charset = message.get_content_charset()
        yield page_text(content, charset) if kind == "text/html" else decode(content, charset)


def _linked(message: EmailMessage) -> Iterator[str]:
    """Addresses behind the words of its web pages."""
    for part in message.walk():
        if part.get_content_type() == "text/html" and part.get_content_disposition() != "attachment":
            content = part.get_payload(decode=True)
            yield from page_links(content if isinstance(content, bytes) else b"", part.get_content_charset())


def _attached(message: EmailMessage) -> list[str]:
    found = []
    for part in message.walk():
        try:
            name = part.get_filename()
        except (ValueError, LookupError, AttributeError, TypeError, IndexError):
            name = None
        if name:
            found.append(" ".join(str(name).split()))
    return found


def _header(message: EmailMessage, name: str) -> str:
    """A header as text; the standard parser itself fails on some malformed ones."""
    try:
        return " ".join(str(message.get(name, "")).split())
    except (ValueError, LookupError, AttributeError, TypeError, IndexError):
        return ""


def _author(sender: str) -> str:
    return re.sub(r"\s*<[^<>]*>\s*$", "", sender).strip(" \"'") or sender.strip("<>")


FORMAT = Format(
    name="Mail",
    kind=Kind.EMAIL,
    media_type="message/rfc822",
    extensions=("eml", "mht", "mhtml"),
    recognises=_recognises,
    read=_read,
    order=15,
)
