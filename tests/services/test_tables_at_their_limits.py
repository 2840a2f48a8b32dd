"""Tables made to be large: what is refused for its size is refused before it is held in memory."""

from __future__ import annotations

import io
import tracemalloc

import pytest

from content_map.errors import TooLarge
from content_map.services import tables

MIB = 1024 * 1024


@pytest.mark.once
@pytest.mark.parametrize("line", [b"a\n", b'{"title":"a"}\n'], ids=["csv", "json"])
def test_rows_beyond_the_limit_are_never_held(monkeypatch: pytest.MonkeyPatch, line: bytes) -> None:
    monkeypatch.setattr(tables, "ROWS_AT_MOST", 1_000)
    heading = b"" if line.startswith(b"{") else b"title\n"
    body = heading + line * 100_000  # held as rows: over 20 MB

    tracemalloc.start()
    try:
        with pytest.raises(TooLarge, match="more than 1,000 rows"):
            tables.read_rows(io.BytesIO(body), {"title"})
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < len(body) * 10 + MIB
