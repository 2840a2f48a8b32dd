"""A segment at its place in a snapshot, less what later commits deleted from it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search.engines._whoosh_files import RawPostings
from search.engines._whoosh_segment import NOWHERE, Postings, Segment
from search.scoring import Field


class Part:
    """Its assets are numbered from `first`, its pages from `first_page`, deleted ones among them."""

    def __init__(self, segment: Segment, deleted_rows: frozenset[int], first: int, first_page: int) -> None:
        self.segment = segment
        self.first, self.first_page = first, first_page
        self._dead = np.fromiter(deleted_rows, np.intp, len(deleted_rows))
        self.is_live = np.ones(len(segment), bool)
        if deleted_rows:
            is_live_row = np.ones(segment.row_count, bool)
            is_live_row[self._dead] = False
            self.is_live = is_live_row[segment.facts.rows]
            self._is_live_page = self.is_live[segment.page_owners]
        self.live_count = int(np.count_nonzero(self.is_live))
        self.page_count = segment.row_count - len(segment)
        self.live_page_count = segment.row_count - len(deleted_rows) - self.live_count

    def postings(self, field: Field, term: str) -> Postings:
        """Read where a term occurs, places as in the snapshot, deleted ones left out."""
        found = self.segment.postings(field, term)
        if found is NOWHERE:
            return found
        first = np.int32(self.first_page if field is Field.PAGE else self.first)
        if not len(self._dead):
            return found._replace(places=found.places + first)
        kept = (self._is_live_page if field is Field.PAGE else self.is_live)[found.places]
        return Postings(found.places[kept] + first, found.frequencies[kept], found.length_bytes[kept])

    def occurrences(self, stem: str) -> RawPostings:
        """Read in which assets a stem occurs and how often, as `postings` does, but keep nothing."""
        places, frequencies = self.segment.occurrences(Field.ALL, stem)
        if len(self._dead):
            kept = self.is_live[places]
            places, frequencies = places[kept], frequencies[kept]
        return RawPostings(places + np.int32(self.first), frequencies)

    def length(self, field: Field) -> float:
        """Sum the lengths of the field's texts."""
        return self.segment.length(field) - self.segment.length(field, self._dead)

    def places_of(self, keys: NDArray[np.uint64]) -> NDArray[np.intp]:
        """Say where the assets with these keys are in the snapshot; -1 where they are not here."""
        facts = self.segment.facts
        found = np.minimum(np.searchsorted(facts.keys, keys), len(facts.keys) - 1)
        local = facts.by_key[found]
        return np.where((facts.keys[found] == keys) & self.is_live[local], local + self.first, -1)

    def first_by_id(self, places: NDArray[np.intp], count: int) -> Sequence[int]:
        """Choose among places of this part the `count` whose ids come first, in no order."""
        if len(places) <= count:
            return list(map(int, places))
        ranks = self.segment.facts.id_ranks[places - self.first]
        return list(map(int, places[np.argpartition(ranks, count)[:count]]))
