"""Older alphabets: what a server says of its text's encoding is lost with its headers, so the text is rewritten."""

from __future__ import annotations

import codecs
import re
from email.message import Message
from typing import IO

# Closed: Python knows codecs by name that are no alphabets, and slow ones.
_KNOWN = re.compile(
    r"windows-125[0-8]|iso-8859-(?:[1-9]|1[013456])|koi8-[ru]|gb2312|gbk|gb18030|big5|shift_jis|euc-jp|euc-kr|tis-620"
)


def alphabet_of(headers: Message) -> str | None:
    """The encoding that the headers of a text name; None for UTF-8, for anything else than text, and for none."""
    if headers.get_content_maintype() != "text":
        return None
    named = (headers.get_content_charset() or "").lower()
    return named if _KNOWN.fullmatch(named) else None


def rewrite(body: IO[bytes], alphabet: str) -> None:
    """Turn a text into UTF-8 with its mark in front; one that is UTF-8 already, or is not what was said, stays."""
    body.seek(0)
    content = body.read()
    if content.startswith(codecs.BOM_UTF8) or _decoded(content, "utf-8") is not None:
        return
    text = _decoded(content, alphabet)
    if text is None:
        return
    body.seek(0)
    body.truncate()
    body.write(codecs.BOM_UTF8 + text.encode())
    body.flush()


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (LookupError, ValueError):
        return None
