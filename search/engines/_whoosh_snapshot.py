"""The whole library at one moment, as arrays to score with; later commits make another snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines._bounded import Bounded
from search.engines._whoosh_segment import Postings, Segment
from search.scoring import Field, Floats, Indices, Weightings, impacts, length_norms, rarity

_IMPACTS_LIMIT_BYTES = 48 << 20


class Impacts(NamedTuple):
    """What one term adds to the score of each text it occurs in, and how rare it is."""

    places: Indices
    values: Floats
    rare: float


class Carried(NamedTuple):
    """Which assets carry each label: those of label i are `assets[starts[i] : starts[i + 1]]`."""

    labels: Mapping[str, int]
    assets: Indices
    starts: NDArray[np.intp]

    def assets_with(self, label: str) -> Indices:
        found = self.labels.get(label)
        return self.assets[:0] if found is None else self.assets[self.starts[found] : self.starts[found + 1]]

    def counts(self, matches: NDArray[np.bool_]) -> dict[str, int]:
        """Count the matching assets of each label; labels without any are left out."""
        running = np.concatenate(([0], np.cumsum(matches[self.assets])))
        counts = (running[self.starts[1:]] - running[self.starts[:-1]]).tolist()
        return {label: counts[i] for label, i in self.labels.items() if counts[i]}


class _Part:
    """A segment without its deleted rows, at its place in the whole."""

    def __init__(self, segment: Segment, deleted_rows: frozenset[int], first: int, first_page: int) -> None:
        self.segment = segment
        is_live = ~np.isin(segment.asset_rows, list(deleted_rows))
        is_live_page = is_live[segment.page_owners]
        self.live = np.flatnonzero(is_live)
        self.live_pages = np.flatnonzero(is_live_page)
        self._assets = None if is_live.all() else _new_places(is_live, first)
        self._pages = None if is_live_page.all() else _new_places(is_live_page, first_page)
        self._first, self._first_page = first, first_page
        self.page_owners = self._move(segment.page_owners[self.live_pages], self._assets, first)

    def postings(self, field: Field, term: str) -> Postings:
        found = self.segment.postings(field, term)
        new, first = (self._pages, self._first_page) if field is Field.PAGE else (self._assets, self._first)
        places = self._move(found.places, new, first)
        if new is None:
            return Postings(places, found.frequencies)
        kept = places >= 0
        return Postings(places[kept], found.frequencies[kept])

    def lengths(self, field: Field) -> Floats:
        return self.segment.lengths[field][self.live_pages if field is Field.PAGE else self.live]

    @staticmethod
    def _move(places: Indices, new: Indices | None, first: int) -> Indices:
        return places + np.int32(first) if new is None else new[places]


class Snapshot:
    """Assets are numbered 0 to len(ids) - 1, pages likewise; the pages of an asset stand together."""

    def __init__(
        self,
        generation: tuple[str, int],
        segments: Sequence[tuple[Segment, frozenset[int]]],
        weightings: Weightings,
    ) -> None:
        self.generation = generation
        self.weightings = weightings
        self._parts: list[_Part] = []
        first = first_page = 0
        for segment, deleted_rows in segments:
            part = _Part(segment, deleted_rows, first, first_page)
            first, first_page = first + len(part.live), first_page + len(part.live_pages)
            self._parts.append(part)
        self._facts = [part.segment.facts[i] for part in self._parts for i in part.live.tolist()]
        self.ids = [facts.id for facts in self._facts]
        self._norms = {field: self._length_norms(field) for field in Field}
        self._impacts: Bounded[tuple[Field, str], Impacts] = Bounded(_IMPACTS_LIMIT_BYTES)
        owners = _joined([part.page_owners for part in self._parts])
        self.page_numbers = _joined([p.segment.page_numbers[p.live_pages] for p in self._parts])
        self.page_starts = np.searchsorted(owners, np.arange(len(self.ids) + 1))
        self._with_pages = np.flatnonzero(np.diff(self.page_starts))

    @property
    def page_count(self) -> int:
        return len(self.page_numbers)

    @cached_property
    def versions(self) -> list[tuple[str, int]]:
        return [(facts.id, facts.version) for facts in self._facts]

    @cached_property
    def places(self) -> dict[str, int]:
        return {asset_id: place for place, asset_id in enumerate(self.ids)}

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """Each asset's place when all are sorted by id, to settle equal scores."""
        order = np.empty(len(self.ids), np.intp)
        order[sorted(range(len(self.ids)), key=self.ids.__getitem__)] = np.arange(len(self.ids))
        return order

    @cached_property
    def terms(self) -> Carried:
        return _carried([facts.terms for facts in self._facts])

    @cached_property
    def suggested(self) -> Carried:
        return _carried([facts.suggested for facts in self._facts])

    @cached_property
    def facets(self) -> Carried:
        """By facet alone, of confirmed terms."""
        return _carried([tuple({term.partition(":")[0]: None for term in one.terms}) for one in self._facts])

    @cached_property
    def conversations(self) -> Carried:
        return _carried([(facts.conversation,) for facts in self._facts])

    @cached_property
    def groups(self) -> Indices:
        """A number for each asset; near-copies of each other have the same."""
        numbers: dict[str, int] = {}
        return np.array([numbers.setdefault(one.group, len(numbers)) for one in self._facts], np.int32)

    @cached_property
    def dated(self) -> Indices:
        return np.array([facts.dated for facts in self._facts], np.int32)

    @cached_property
    def review_by(self) -> Indices:
        return np.array([facts.review_by for facts in self._facts], np.int32)

    def places_of(self, ids: Iterable[str]) -> list[int]:
        """Where these assets are, in the order given; an unknown id is at -1."""
        return [self.places.get(asset_id, -1) for asset_id in ids]

    def terms_of(self, place: int) -> tuple[str, ...]:
        return self._facts[place].terms

    def suggested_of(self, place: int) -> tuple[str, ...]:
        return self._facts[place].suggested

    def rows_of(self, asset_id: str) -> tuple[int, ...]:
        """Whoosh's document numbers, over all segments, of an asset and its pages; none when it is not there."""
        if asset_id not in self.places:
            return ()
        first_row, place = 0, self.places[asset_id]
        for part in self._parts:
            if place < len(part.live):
                return tuple(first_row + row for row in part.segment.rows_of(int(part.live[place])))
            place -= len(part.live)
            first_row += part.segment.row_count
        raise AssertionError("every place belongs to a segment")

    def impacts(self, field: Field, term: str) -> Impacts:
        """Score a term in every text of the field; a term that is nowhere has no places."""
        found = self._impacts.get((field, term))
        if found is None:
            found = self._compute(field, term)
            self._impacts.put((field, term), found, found.places.nbytes + found.values.nbytes + 200)
        return found

    def has(self, stem: str) -> bool:
        """Say whether any asset has the stem."""
        return len(self.impacts(Field.ALL, stem).places) > 0

    def best_pages(self, page_scores: Floats) -> Floats:
        """Give each asset the score of its best page, 0 when it has none."""
        best = np.zeros(len(self.ids), np.float32)
        if len(self._with_pages):
            best[self._with_pages] = np.maximum.reduceat(page_scores, self.page_starts[self._with_pages])
        return best

    def _compute(self, field: Field, term: str) -> Impacts:
        postings = [part.postings(field, term) for part in self._parts]
        places = _joined([one.places for one in postings])
        frequencies = np.concatenate([one.frequencies for one in postings] or [np.empty(0, np.float32)])
        norms = self._norms[field]
        rare = rarity(len(norms), len(places))
        return Impacts(places, impacts(frequencies, norms[places], rare, self.weightings[field]), rare)

    def _length_norms(self, field: Field) -> Floats:
        lengths = [part.lengths(field) for part in self._parts]
        return length_norms(np.concatenate(lengths or [np.empty(0, np.float32)]), self.weightings[field])


def _new_places(is_live: NDArray[np.bool_], first: int) -> Indices:
    places = np.cumsum(is_live, dtype=np.int32) + np.int32(first - 1)
    return np.where(is_live, places, np.int32(-1)).astype(np.int32)


def _joined(arrays: list[Indices]) -> Indices:
    return np.concatenate(arrays) if arrays else np.empty(0, np.int32)


def _carried(labels_of: Sequence[Sequence[str]]) -> Carried:
    labels: dict[str, int] = {}
    codes = [labels.setdefault(label, len(labels)) for own in labels_of for label in own]
    assets = np.repeat(np.arange(len(labels_of), dtype=np.int32), [len(own) for own in labels_of])
    by_label = np.argsort(np.array(codes, np.intp), kind="stable")
    starts = (
        np.concatenate(([0], np.cumsum(np.bincount(codes, minlength=len(labels)))))
        if codes
        else np.zeros(1, int)
    )
    return Carried(labels, assets[by_label], starts)
