"""Which format a document is, by its content alone, and what to say about kinds that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from content_map.extraction import ole
from content_map.extraction.contract import Format
from content_map.extraction.problem import Code, Refusal, refuse, refuse_kind
from content_map.extraction.source import Source


def detect(source: Source, formats: Sequence[Format]) -> Format:
    """Give the first format that recognises the document.

    Raises Refusal: encrypted Office files, guards met while looking, and kinds that cannot be read.
    """
    if source.size_bytes == 0:
        raise refuse(Code.EMPTY)
    if "EncryptedPackage" in source.ole_names:
        raise refuse(Code.ENCRYPTED)
    found = next((entry for entry in formats if entry.recognises(source)), None)
    if found is None:
        raise _explain(source)
    return found


def _explain(source: Source) -> Refusal:
    for what, advice, matches in _UNREADABLE:
        if matches(source):
            return refuse_kind(what, advice)
    return refuse(Code.UNSUPPORTED)


def _begins(*signatures: bytes) -> Callable[[Source], bool]:
    return lambda source: source.head.startswith(signatures)


def _holds_stream(name: str) -> Callable[[Source], bool]:
    return lambda source: name in source.ole_names


def _is_type(*starts: str) -> Callable[[Source], bool]:
    return lambda source: source.main_type.startswith(starts)


def _holds_part(*starts: str) -> Callable[[Source], bool]:
    return lambda source: source.is_zip and any(name.startswith(starts) for name in source.package.names)


_PHONE_PICTURES = frozenset(
    b"ftyp" + brand for brand in (b"avif", b"avis", b"heic", b"heix", b"heif", b"mif1", b"msf1")
)
_OFFICE = "application/vnd.ms-"

_UNPACK = "Unpack it and upload the files one by one."


def _save_as(formats: str) -> str:
    return f"Save it as {formats} and upload it again."


_UNREADABLE: tuple[tuple[str, str, Callable[[Source], bool]], ...] = (
    ("Visio drawings (.vsd)", _save_as("PDF"), _holds_stream("VisioDocument")),
    ("Publisher files (.pub)", _save_as("PDF"), _holds_stream("Quill")),
    ("Installers (.msi)", "Upload documents only.", lambda source: source.ole_class == ole.INSTALLER_CLASS),
    ("Binary workbooks (.xlsb)", _save_as("XLSX"), _is_type(f"{_OFFICE}excel.sheet.binary")),
    ("Visio drawings (.vsdx)", _save_as("PDF"), _is_type(f"{_OFFICE}visio")),
    ("Books in EPUB", _save_as("PDF"), _is_type("application/epub")),
    (
        "Keynote, Pages and Numbers files",
        "Export it as PPTX, DOCX, XLSX or PDF and upload that.",
        _holds_part("index/", "index.zip", "index.apxl"),
    ),
    ("Archives (.zip)", _UNPACK, lambda source: source.is_zip),
    ("Archives (.7z)", _UNPACK, _begins(b"7z\xbc\xaf\x27\x1c")),
    ("Archives (.rar)", _UNPACK, _begins(b"Rar!\x1a\x07")),
    ("Archives (.tar)", _UNPACK, lambda source: source.head[257:262] == b"ustar"),
    ("Packed files (.gz)", _UNPACK, _begins(b"\x1f\x8b")),
    (
        "Pictures of phones (.heic, .avif)",
        "Save it as JPEG or PNG and upload that.",
        lambda source: source.head[4:12] in _PHONE_PICTURES,
    ),
    ("Photoshop files (.psd)", _save_as("PNG or PDF"), _begins(b"8BPS")),
    ("InDesign files (.indd)", _save_as("PDF"), _begins(bytes.fromhex("0606edf5d81d46e5bd31efe7fe74b71d"))),
    ("PostScript files (.eps)", _save_as("PDF"), _begins(b"%!PS", b"\xc5\xd0\xd3\xc6")),
    (
        "Fonts",
        "Upload a PDF that shows the letters.",
        _begins(b"\x00\x01\x00\x00\x00", b"OTTO", b"wOFF", b"wOF2"),
    ),
    (
        "XML files",
        _save_as("PDF, HTML or text"),
        lambda source: (source.head_text or "").lstrip().startswith("<?xml"),
    ),
)
