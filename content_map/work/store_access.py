"""A bucket is kept open to parts from our pages, whatever address they have now."""

from __future__ import annotations

from content_map.services import store_access
from content_map.work._contract import Bench, Chore
from storage.contract import StorageError

TEN_MINUTES_SECONDS = 600


def _open(bench: Bench) -> int:
    try:
        return int(store_access.open_to_pages(bench.resources.store, bench.resources.settings))
    except StorageError:
        return 0  # we may not set it, or nobody answers: doctor says what to do


CHORES = (Chore("store_access", TEN_MINUTES_SECONDS, _open),)
