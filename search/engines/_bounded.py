"""A memory of arrays that never grows past its bound; what was used longest ago leaves first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """Keep values while their sizes sum to at most `limit_bytes`; safe between threads."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._size_bytes = 0
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        """Give the value. A search asks forty times, so it takes no lock: each step is whole by itself."""
        found = self._kept.get(key)
        if found is None:
            return None
        try:  # noqa: SIM105  # a context manager takes as long as the lock would
            self._kept.move_to_end(key)
        except KeyError:
            pass  # another thread has just let it go
        return found[0]

    def put(self, key: K, value: V, size_bytes: int) -> None:
        """Keep the value, unless it alone is over the bound."""
        if size_bytes > self._limit_bytes:
            return
        with self._lock:
            replaced = self._kept.pop(key, None)
            self._size_bytes += size_bytes - (replaced[1] if replaced else 0)
            self._kept[key] = (value, size_bytes)
            while self._size_bytes > self._limit_bytes:
                self._size_bytes -= self._kept.popitem(last=False)[1][1]
