"""A trie over phrases of tokens: finds every known phrase of a text in one walk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

P = TypeVar("P")


class _Node(Generic[P]):
    __slots__ = ("children", "payloads")

    def __init__(self) -> None:
        self.children: dict[str, _Node[P]] = {}
        self.payloads: list[P] = []


class PhraseTrie(Generic[P]):
    """Phrases as sequences of word keys, each with one payload or several."""

    def __init__(self) -> None:
        self._root: _Node[P] = _Node()

    def add(self, keys: Sequence[str], payload: P) -> None:
        """Remember a phrase; the empty phrase is none."""
        if not keys:
            return
        node = self._root
        for key in keys:
            node = node.children.setdefault(key, _Node())
        node.payloads.append(payload)

    def walk(self, keys: Sequence[str]) -> Iterator[tuple[int, int, P]]:
        """Yield (first, after, payload) of every phrase: leftmost first, at one place the longest first."""
        for first in range(len(keys)):
            node = self._root.children.get(keys[first])
            if node is None:
                continue
            ended = [(first + 1, node)] if node.payloads else []
            for after in range(first + 1, len(keys)):
                node = node.children.get(keys[after])
                if node is None:
                    break
                if node.payloads:
                    ended.append((after + 1, node))
            for after, end in reversed(ended):
                for payload in end.payloads:
                    yield first, after, payload
