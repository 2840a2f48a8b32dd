"""Rows as a file to download: UTF-8 with a byte order mark, no cell a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from content_map.domain.cells import escaped

CSV = "text/csv; charset=utf-8"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def as_download(file_name: str, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """Write the rows below the heading and send them as an attachment."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(heading)
    writer.writerows([escaped(cell) for cell in row] for row in rows)
    response = Response(BYTE_ORDER_MARK + text.getvalue().encode(), content_type=CSV)
    response.headers.set("Content-Disposition", "attachment", filename=file_name)
    return response
