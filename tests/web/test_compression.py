"""Pages on the wire: compressed for whoever takes it, never twice the same size."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from content_map.domain.people import Role
from tests.web.browsing import Browser

Visit = Callable[[Role], Browser]


def test_page_is_compressed_only_for_a_browser_that_takes_gzip(visit: Visit) -> None:
    rep = visit(Role.REP)

    plain = rep.get("/insights")
    packed = rep.get("/insights", headers={"Accept-Encoding": "gzip, deflate, br"})

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert {"Accept-Encoding", "Cookie"} <= set(plain.vary)


def test_size_of_a_compressed_page_says_nothing_of_the_token_in_it(visit: Visit) -> None:
    rep = visit(Role.REP)

    sizes = {len(rep.get("/insights", headers={"Accept-Encoding": "gzip"}).data) for _ in range(20)}

    assert len(sizes) > 5
