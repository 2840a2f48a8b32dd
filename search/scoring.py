"""How much words weigh: BM25 over arrays, and the one table of its constants."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
Indices: TypeAlias = NDArray[np.int32]


class Field(StrEnum):
    """The texts of an asset that are scored apart; PAGE belongs to each of its pages."""

    ALL = "all"
    TITLE = "title"
    PAIRS = "pairs"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Weighting:
    """A field's part in the score, with weight 0 not even read.

    k1 and b as in Robertson and Zaragoza 2009, section 3.
    """

    weight: float
    k1: float
    b: float


Weightings: TypeAlias = Mapping[Field, Weighting]

# Chosen by trial on Cranfield, CISI and judged sales situations: scripts/bench/relevance shows the effect.
WEIGHTINGS: Weightings = {
    Field.ALL: Weighting(1.0, 2.5, 0.7),
    Field.TITLE: Weighting(0.5, 1.8, 0.75),
    Field.PAIRS: Weighting(0.1, 1.2, 0.75),
    Field.PAGE: Weighting(0.2, 2.5, 0.7),
}


def rarity(count: int, occurring: int) -> float:
    """Weigh a term by how few of `count` texts it occurs in; above 0 even when all have it."""
    return math.log(1 + (count - occurring + 0.5) / (occurring + 0.5))


def length_norms(lengths: Floats, average: float, weighting: Weighting) -> Floats:
    """Say for texts of these lengths what a term's frequency is measured against: more for long texts."""
    relative = lengths / (average or 1.0)
    return (weighting.k1 * ((1 - weighting.b) + weighting.b * relative)).astype(np.float32)


def impacts(frequencies: Floats, norms: Floats, rare: float, weighting: Weighting) -> Floats:
    """Score one term in each text it occurs in."""
    return (rare * (weighting.k1 + 1) * frequencies / (frequencies + norms)).astype(np.float32)
