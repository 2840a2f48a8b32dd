"""The small picture of its first page that an office program left in a document."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import BinaryIO

from PIL import Image

from content_map.extraction.formats.image import open_image
from content_map.extraction.limits import Limits
from content_map.extraction.package import Package

_NAMES = (
    *("docprops/thumbnail.jpeg", "docprops/thumbnail.jpg", "docprops/thumbnail.png"),
    "thumbnails/thumbnail.png",
)
_HASH_BYTES = 16


def embedded_picture(file: BinaryIO, limits: Limits) -> tuple[str, Image.Image] | None:
    """Give the picture and the hash of its bytes; None where there is none. Raises Refusal."""
    package = Package(file, limits)
    name = next((each for each in _NAMES if package.has(each)), None)
    if name is None:
        return None
    content = package.read(name)
    picture = open_image(BytesIO(content), limits)
    return hashlib.blake2b(content, digest_size=_HASH_BYTES).hexdigest(), picture
