"""All vectors of the library in memory, and which assets are most alike in meaning to what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.models import Asset, PageMeaning, Version
from content_map.services.page_meanings import UNIT
from search.meaning import MODEL

ROWS_AT_ONCE = 1_024  # as floating-point numbers they fit the cache of a processor core
ALIKE_AT_MOST = 500
# Cosines of texts that have nothing to do with each other lie below it; scripts/bench/relevance measures with it.
LEAST_ALIKE = 0.3
WORTH_A_WORD = 0.3  # of the way from there to the best: less ranks, but is no reason that a rep would see


@dataclass(frozen=True, slots=True)
class Alike:
    """Assets that are alike in meaning, 0..1 by id, and of each the page that is most so."""

    by_asset: Mapping[str, float] = field(default_factory=dict)
    pages: Mapping[str, int] = field(default_factory=dict)

    def page_of(self, asset_id: str) -> tuple[int, ...]:
        """Give the page that is most alike where that is worth a word, else nothing."""
        return (self.pages[asset_id],) if self.by_asset.get(asset_id, 0.0) >= WORTH_A_WORD else ()


@dataclass(frozen=True, slots=True)
class Vectors:
    """One row a page, those of one asset together; `starts` are the rows at which the assets begin."""

    rows: NDArray[np.int8]
    numbers: NDArray[np.int32]
    assets: tuple[str, ...]
    starts: NDArray[np.intp]

    def alike(self, asked: NDArray[np.float32]) -> Alike:
        """Compare with every page; an asset is as alike as its best page."""
        if not self.assets:
            return Alike()
        cosines = self._cosines(asked)
        best = np.maximum.reduceat(cosines, self.starts)
        chosen = np.flatnonzero(best > LEAST_ALIKE)
        least = LEAST_ALIKE
        if len(chosen) > ALIKE_AT_MOST:
            chosen = chosen[np.argpartition(-best[chosen], ALIKE_AT_MOST)[:ALIKE_AT_MOST]]
            least = float(best[chosen].min())
        ends = np.append(self.starts[1:], len(cosines))
        pages = {}
        for place in chosen:
            start, end = int(self.starts[place]), int(ends[place])
            pages[self.assets[place]] = int(self.numbers[start + int(cosines[start:end].argmax())])
        return Alike(dict(zip(pages, _scaled(best[chosen], least), strict=True)), pages)

    def _cosines(self, asked: NDArray[np.float32]) -> NDArray[np.float32]:
        found = np.empty(len(self.rows), dtype=np.float32)
        for start in range(0, len(found), ROWS_AT_ONCE):
            rows = self.rows[start : start + ROWS_AT_ONCE].astype(np.float32)
            np.dot(rows, asked / np.float32(UNIT), out=found[start : start + len(rows)])
        return found


def read_vectors(session: Session, width: int) -> Vectors:
    """Read the vectors of the present versions of published assets."""
    wanted = (
        select(Asset.id, PageMeaning.number, PageMeaning.vector)
        .join(Version, Version.id == PageMeaning.version_id)
        .join(Asset, Asset.id == Version.asset_id)
        .where(
            PageMeaning.model == MODEL,
            Asset.version_number == Version.number,
            Asset.status == Status.PUBLISHED.value,
        )
        .order_by(Asset.id, PageMeaning.number)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    rows = bytearray()
    numbers: list[int] = []
    starts: dict[str, int] = {}
    for asset_id, number, vector in session.execute(wanted):
        starts.setdefault(asset_id, len(numbers))
        numbers.append(number)
        rows += vector
    return Vectors(
        np.frombuffer(rows, dtype=np.int8).reshape(-1, width),
        np.array(numbers, dtype=np.int32),
        tuple(starts),
        np.array(list(starts.values()), dtype=np.intp),
    )


def _scaled(best: NDArray[np.float32], least: float) -> list[float]:
    if not len(best):
        return []
    span = float(best.max()) - least
    return [(float(each) - least) / span if span > 0 else 1.0 for each in best]
