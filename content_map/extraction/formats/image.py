"""Pictures by Pillow: checked for what they claim to be; their only text is what their fields say of them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from content_map.domain.assets import Kind
from content_map.extraction.contract import About, Block, Format, Item
from content_map.extraction.image_notes import image_notes
from content_map.extraction.limits import Limits
from content_map.extraction.problem import PROBLEMS, Code, refuse
from content_map.extraction.source import Source

_MEDIA_TYPES = {
    "BMP": "image/bmp",
    "GIF": "image/gif",
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "TIFF": "image/tiff",
    "WEBP": "image/webp",
}
_OPENED = tuple(name for name in _MEDIA_TYPES if name != "MPO")  # which JPEG opens
_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*", b"BM")


def open_image(file: BinaryIO, limits: Limits) -> Image.Image:
    """Open and fully decode, upright; raises Refusal (corrupt, image_pixels)."""
    image = _open(file, limits)
    try:
        image.load()
        return ImageOps.exif_transpose(image)
    except (OSError, ValueError, SyntaxError, EOFError, ZeroDivisionError) as fault:
        raise refuse(Code.CORRUPT) from fault


def _open(file: BinaryIO, limits: Limits) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = None  # ours is checked below, and says what to do
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(file, formats=_OPENED)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as fault:
        raise refuse(Code.CORRUPT) from fault
    if image.width * image.height > limits.image_pixels:
        raise refuse(Code.IMAGE_PIXELS)
    return image


def _recognises(source: Source) -> bool:
    head = source.head
    if head.startswith(b"BM"):  # two letters prove little: its reserved fields are zero
        return head[6:10] == b"\x00\x00\x00\x00"
    return head.startswith(_SIGNATURES) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP")


def _read(source: Source) -> Iterator[Item]:
    image = _open(source.file, source.limits)
    notes = image_notes(image)
    yield About(title=notes.title, author=notes.author, media_type=_MEDIA_TYPES[str(image.format)])
    open_image(source.file, source.limits)
    yield Block("Picture", notes.description)
    if not notes.description:
        yield PROBLEMS[Code.NO_TEXT]


FORMAT = Format(
    name="Pictures",
    kind=Kind.IMAGE,
    media_type="image/png",
    extensions=("png", "jpg", "jpeg", "gif", "webp", "tif", "tiff", "bmp"),
    recognises=_recognises,
    read=_read,
    counts_text=False,
)
