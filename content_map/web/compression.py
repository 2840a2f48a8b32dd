"""Pages travel compressed, at a size that says nothing of the secret token they hold beside the reader's words."""

from __future__ import annotations

import gzip
import secrets
from io import BytesIO

from flask import Response, request

SMALLEST_BYTES = 1000  # below this a packet is a packet
LEVEL = 6
PADDING_BYTES = 100  # "Heal the BREACH" (2022): a name of random length in the head


def compress(response: Response) -> Response:
    """Compress a page for a browser that takes gzip; everything else goes out as it is."""
    if response.mimetype != "text/html" or response.is_streamed or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) < SMALLEST_BYTES or not request.accept_encodings.quality("gzip"):
        return response
    response.set_data(_packed(body))
    response.headers["Content-Encoding"] = "gzip"
    return response


def _packed(body: bytes) -> bytes:
    packed = BytesIO()
    name = "x" * secrets.randbelow(PADDING_BYTES)
    with gzip.GzipFile(name, "wb", LEVEL, packed, mtime=0) as stream:
        stream.write(body)
    return packed.getvalue()
