"""What the best answers themselves say most often, asked for a little too.

The relevance model RM3 (Lavrenko and Croft 2001; Abdul-Jaleel and others 2004), kept cheap: each asset keeps its few
most frequent stems, and only assets near the best are moved. scripts/bench/relevance shows what it is worth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Said: TypeAlias = tuple[tuple[str, float], ...]  # stems and their shares of the text, the most frequent first

KEPT_STEMS = 15
BEST_ASSETS = 3
BEST_FROM = 0.7  # of the very best score: a worse answer teaches nothing
ASKED_STEMS = 10
WEIGHT = 0.25  # of the question's own weight; 0 asks for nothing
NEAR_FROM = 0.3  # of the best score: what is further away is not moved
NEAR_ASSETS = 50


def said_most(counts: Mapping[str, int]) -> Said:
    """List the most frequent stems of a text with their shares of it; equal ones by the alphabet."""
    total = sum(counts.values())
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:KEPT_STEMS]
    return tuple((stem, round(count / total, 4)) for stem, count in most)


def also_asked(best: Sequence[tuple[float, Said]], own_weight: float) -> dict[str, float]:
    """Weigh what good answers say by how good they are; together a share of the question's own weight."""
    shares: dict[str, float] = {}
    for score, said in best:
        for stem, share in said:
            shares[stem] = shares.get(stem, 0.0) + score * share
    chosen = sorted(shares.items(), key=lambda item: (-item[1], item[0]))[:ASKED_STEMS]
    total = sum(share for _, share in chosen)
    return {stem: WEIGHT * own_weight * share / total for stem, share in chosen} if total else {}
