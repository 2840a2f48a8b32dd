"""What is refused before anything is stored: empty files, bad names and executable content."""

from __future__ import annotations

import re
import unicodedata

from content_map.domain.assets import FILE_NAME_CHARACTERS
from content_map.errors import Invalid, Unsupported
from content_map.extraction.ole import INSTALLER_CLASS, SIGNATURE
from content_map.extraction.text import is_textual

HEAD_BYTES = 64 * 1024
"""How much of a file `refuse_at_door` wants to see."""

_POINTER = "/file"
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
# Direction marks, and spaces of no width; joiners stay, since Persian and emoji are written with them.
_UNSEEN = frozenset(
    "\u200b\u2060\u180e\ufeff\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)

_SIGNATURES = (
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",  # Java class or universal Mach-O
    b"\xca\xfe\xba\xbf",
    b"dex\n03",
    b"\x00asm",
    b"L\x00\x00\x00\x01\x14\x02\x00",  # Windows shortcut
    b"!<arch>\ndebian",
    b"\xed\xab\xee\xdb",  # RPM
)
_SHEBANG = re.compile(rb"(\xef\xbb\xbf)?#![ \t]*/")
_PROGRAM_PARTS = (b"META-INF/MANIFEST.MF", b"AndroidManifest.xml", b"classes.dex")
_OFFICE_PARTS = (b"[Content_Types].xml", b"mimetypeapplication/")

_PROGRAM_ENDINGS = frozenset(
    (
        *(
            "apk",
            "app",
            "appimage",
            "bat",
            "cmd",
            "cpl",
            "deb",
            "dll",
            "dmg",
            "exe",
            "gadget",
            "hta",
            "inf",
            "ipa",
        ),
        *(
            "jar",
            "js",
            "jse",
            "lnk",
            "msi",
            "msix",
            "msp",
            "mst",
            "pif",
            "pkg",
            "ps1",
            "psm1",
            "reg",
            "rpm",
            "scf",
        ),
        *("scr", "sh", "sys", "url", "vb", "vbe", "vbs", "wasm", "workflow", "ws", "wsc", "wsf", "wsh"),
    )
)


def refuse_at_door(head: bytes, file_name: str) -> str:
    """Give the clean file name of what may come in, judging by the first 64 KiB and the name.

    Raises Invalid for an empty file or a bad name, Unsupported for executable content.
    """
    name = clean_file_name(file_name)
    if not head:
        raise Invalid.field(_POINTER, "The file is empty (0 bytes). Export it again and upload the new copy.")
    if _is_program(head) or _is_program_by_name(head, name):
        raise Unsupported(
            "Programs and scripts cannot be uploaded. If it is a document, save it as PDF, PPTX or DOCX "
            "and upload that."
        )
    return name


def clean_file_name(file_name: str) -> str:
    """Give the name in composed form without outer spaces; raises Invalid for a name nobody should store."""
    name = unicodedata.normalize("NFC", file_name).strip(" \u00a0\ufeff")
    if not name or not name.strip("."):
        raise Invalid.field(_POINTER, "The file needs a name. Rename it and upload it again.")
    if len(name) > FILE_NAME_CHARACTERS:
        sentence = f"The file's name is longer than {FILE_NAME_CHARACTERS} characters. Shorten it and upload it again."
        raise Invalid.field(_POINTER, sentence)
    if "/" in name or "\\" in name:
        sentence = "The file's name holds a slash, as a folder does. Rename it and upload it again."
        raise Invalid.field(_POINTER, sentence)
    if any(unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} or sign in _UNSEEN for sign in name):
        sentence = "The file's name holds characters that cannot be seen. Rename it and upload it again."
        raise Invalid.field(_POINTER, sentence)
    if _RESERVED.fullmatch(name):
        sentence = (
            "Windows keeps this file name for itself, so nobody could save it. Rename it and upload it again."
        )
        raise Invalid.field(_POINTER, sentence)
    return name


def _is_program(head: bytes) -> bool:
    if head.startswith(_SIGNATURES) or _SHEBANG.match(head):
        return True
    # "MZ" alone may begin a sentence; a program's header holds zeros at once.
    if head.startswith((b"MZ", b"ZM")) and b"\x00" in head[:64]:
        return True
    if head.startswith(SIGNATURE):
        return INSTALLER_CLASS in head
    return head.startswith(b"PK") and _holds_program_parts(head)


def _holds_program_parts(head: bytes) -> bool:
    if any(part in head for part in _OFFICE_PARTS):
        return False
    return any(part in head for part in _PROGRAM_PARTS)


def _is_program_by_name(head: bytes, name: str) -> bool:
    ending = name.rstrip(" .").rpartition(".")[2].lower() if "." in name else ""
    if ending == "com":  # a saved page may be called "Offer for example.com"
        return not is_textual(head) and not head.startswith((b"%PDF-", b"PK", SIGNATURE))
    return ending in _PROGRAM_ENDINGS
