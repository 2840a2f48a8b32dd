"""The whole library at one moment, as arrays to score with; later commits make another snapshot."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Hashable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.contract import Recency
from search.engines._bounded import Bounded
from search.engines._whoosh_fact_arrays import key_of
from search.engines._whoosh_facts import Facts
from search.engines._whoosh_groups import Groups
from search.engines._whoosh_labels import Carried, Places
from search.engines._whoosh_part import Part
from search.engines._whoosh_segment import LENGTHS, NOWHERE, Segment
from search.feedback import Said
from search.scoring import Field, Floats, Indices, Weightings, impacts, length_norms, rarity

if TYPE_CHECKING:
    from search.engines._whoosh_words import Lexical

_DERIVED = frozenset(
    {"is_live", "terms", "suggested", "conversations", "groups", "page_owners", "_norms", "_asset_lengths"}
)
_FEW = 50
_IMPACTS_LIMIT_BYTES = 40 << 20
_VOICES_LIMIT_BYTES = 16 << 20
_SAID_BYTES = 2_500
_SAID_LIMIT_BYTES = 4 << 20
_ANSWERED_LIMIT_BYTES = 24 << 20


class Impacts(NamedTuple):
    """What one term adds to the score of each text it occurs in, and how rare it is."""

    places: Indices
    values: Floats
    rare: float


_NO_IMPACTS = Impacts(np.empty(0, np.int32), np.empty(0, np.float32), 0.0)


class Voice(NamedTuple):
    """How often a stem occurs in the whole text of each asset that has it, and how rare it is."""

    places: Indices
    frequencies: Floats
    rare: float


class Snapshot:
    """Assets are numbered 0 to size - 1, pages likewise; the pages of an asset stand together.

    Deleted assets keep their number until their segment is merged; they are not live and no term is in them.
    """

    def __init__(
        self,
        generation: tuple[str, int],
        segments: Sequence[tuple[Segment, frozenset[int]]],
        weightings: Weightings,
    ) -> None:
        self.generation = generation
        self.weightings = weightings
        self._parts: list[Part] = []
        self.size = self.page_count = 0
        for segment, deleted_rows in segments:
            part = Part(segment, deleted_rows, self.size, self.page_count)
            self.size, self.page_count = self.size + len(segment), self.page_count + part.page_count
            self._parts.append(part)
        self._firsts = [part.first for part in self._parts]
        self.count = sum(part.live_count for part in self._parts)
        self._impacts: Bounded[tuple[tuple[Field, ...], str], Impacts] = Bounded(_IMPACTS_LIMIT_BYTES)
        self._voices: Bounded[str, Voice] = Bounded(_VOICES_LIMIT_BYTES)
        self._said: Bounded[int, Said] = Bounded(_SAID_LIMIT_BYTES)
        self.answered: Bounded[Hashable, Lexical] = Bounded(_ANSWERED_LIMIT_BYTES)

    def prepare(self, earlier: Snapshot) -> None:
        """Make ready what searches asked of an earlier snapshot, before any asks this one."""
        for name in _DERIVED & earlier.__dict__.keys():
            getattr(self, name)

    def id(self, place: int) -> str:
        part = self._part(place)
        return part.segment.facts.id(place - part.first)

    def said(self, place: int) -> Said:
        """Give what an asset says most often."""
        found = self._said.get(place)
        if found is None:
            part = self._part(place)
            found = Facts.from_bytes(part.segment.facts.stored(place - part.first)).said
            self._said.put(place, found, _SAID_BYTES)
        return found

    def versions(self) -> Iterator[tuple[str, int]]:
        """List id and version of each asset."""
        for part in self._parts:
            for place in np.flatnonzero(part.is_live).tolist():
                facts = Facts.from_bytes(part.segment.facts.stored(place))
                yield facts.id, facts.version

    def places_of(self, ids: Collection[str]) -> Places:
        """Say where these assets are, in the order given; an unknown id is at -1."""
        keys = np.fromiter(map(key_of, ids), np.uint64, len(ids))
        places = np.full(len(ids), -1, np.intp)
        for part in self._parts:
            np.maximum(places, part.places_of(keys), out=places)
        return places

    def rows_of(self, ids: Collection[str]) -> Iterator[int]:
        """List Whoosh's document numbers, over all segments, of assets and their pages; none of unknown ones."""
        first_rows = np.cumsum([0, *(part.segment.row_count for part in self._parts)]).tolist()
        for place in self.places_of(ids).tolist():
            if place >= 0:
                number = bisect_right(self._firsts, place) - 1
                part = self._parts[number]
                for row in part.segment.rows_of(place - part.first):
                    yield first_rows[number] + row

    def first_by_id(self, places: Places, count: int) -> list[int]:
        """Give the `count` of the places whose ids come first, in order of id."""
        if len(places) < _FEW:
            return sorted(places.tolist(), key=self.id)[:count]
        bounds = np.searchsorted(places, [*self._firsts[1:], self.size]).tolist()
        chosen: list[int] = []
        start = 0
        for part, end in zip(self._parts, bounds, strict=True):
            chosen += part.first_by_id(places[start:end], count)
            start = end
        return sorted(chosen, key=self.id)[:count]

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages that the library's documents are in."""
        return frozenset(language for part in self._parts for language in part.segment.facts.languages)

    @cached_property
    def is_live(self) -> NDArray[np.bool_]:
        return np.concatenate([part.is_live for part in self._parts] or [np.empty(0, bool)])

    @cached_property
    def terms(self) -> Carried:
        return Carried([part.segment.facts.terms for part in self._parts])

    @cached_property
    def suggested(self) -> Carried:
        return Carried([part.segment.facts.suggested for part in self._parts])

    @cached_property
    def conversations(self) -> Carried:
        return Carried([part.segment.facts.conversations for part in self._parts])

    @cached_property
    def groups(self) -> Groups:
        pieces = [part.segment.facts.groups for part in self._parts]
        return Groups(np.concatenate(pieces or [np.empty(0, np.uint64)]), self.is_live, self.id)

    @cached_property
    def _facet_marks(self) -> dict[str, NDArray[np.bool_]]:
        return {}

    def with_facet(self, facet: str) -> NDArray[np.bool_]:
        """Mark the assets with any confirmed term of a facet."""
        marks = self._facet_marks.get(facet)
        if marks is None:
            marks = np.zeros(self.size, bool)
            for label in self.terms.labels:
                if label.partition(":")[0] == facet:
                    marks[self.terms.assets_with(label)] = True
            self._facet_marks[facet] = marks
        return marks

    def recent(self, recency: Recency) -> Floats:
        """Give every asset the points of its age; the last answer is kept, since all of a day's searches ask alike."""
        kept = self._recent
        if kept is None or kept[0] != recency:
            kept = self._recent = recency, self._points_of_age(recency)
        return kept[1]

    _recent: tuple[Recency, Floats] | None = None

    def _points_of_age(self, recency: Recency) -> Floats:
        dated = np.concatenate([part.segment.facts.dated for part in self._parts])
        review_by = np.concatenate([part.segment.facts.review_by for part in self._parts])
        fresh = recency.fresh * np.exp2(np.maximum(recency.today - dated, 0) / -recency.half_life_days)
        is_overdue = (review_by > 0) & (review_by < recency.today)
        return np.asarray(fresh + recency.overdue * is_overdue, np.float32)

    @cached_property
    def page_owners(self) -> Places:
        """The asset of each page."""
        pieces = [part.segment.page_owners + part.first for part in self._parts]
        return np.concatenate(pieces or [np.empty(0, np.intp)])

    def pages_of(self, place: int) -> tuple[slice, Indices]:
        """Say which pages are an asset's, and what numbers they have in the document."""
        part = self._part(place)
        start, numbers = part.segment.pages_of(place - part.first)
        start += part.first_page
        return slice(start, start + len(numbers)), numbers

    def weighed(self, fields: tuple[Field, ...], term: str) -> Impacts:
        """Score a term in some fields by their weights; a text may come once for each.

        Pages are numbered on from the assets.
        """
        found = self._impacts.get((fields, term))
        if found is None:
            found = self._weigh([field for field in fields if self.weightings[field].weight], term)
            self._impacts.put((fields, term), found, found.places.nbytes + found.values.nbytes + 300)
        return found

    def impacts(self, field: Field, term: str) -> Impacts:
        """Score a term in every text of one field; a term that is nowhere has no places."""
        postings = [part.postings(field, term) for part in self._parts]
        postings = [one for one in postings if one is not NOWHERE]
        if not postings:
            return _NO_IMPACTS
        places, frequencies, length_bytes = (
            one[0] if len(one) == 1 else np.concatenate(one) for one in zip(*postings, strict=True)
        )
        rare = rarity(self._text_count(field), len(places))
        values = impacts(frequencies, self._norms[field][length_bytes], rare, self.weightings[field])
        return Impacts(places, values, rare)

    def voice(self, stem: str) -> Voice:
        """Say which assets have a stem, and how often: less work than scoring it in all of them."""
        found = self._voices.get(stem)
        if found is None:
            pieces = [part.occurrences(stem) for part in self._parts]
            places, frequencies = (
                one[0] if len(one) == 1 else np.concatenate(one) for one in zip(*pieces, strict=True)
            )
            found = Voice(places, frequencies, rarity(self.count, len(places)))
            self._voices.put(stem, found, places.nbytes + frequencies.nbytes + 300)
        return found

    def norms_at(self, places: Indices) -> Floats:
        """Say what frequencies in the whole text of some assets are measured against."""
        return self._norms[Field.ALL][self._asset_lengths[places]]

    @cached_property
    def _asset_lengths(self) -> NDArray[np.uint8]:
        pieces = [part.segment.asset_lengths(Field.ALL) for part in self._parts]
        return np.concatenate(pieces or [np.empty(0, np.uint8)])

    def rarity_of(self, stem: str) -> float:
        """Weigh a stem by how few assets have it."""
        return rarity(self.count, sum(len(part.postings(Field.ALL, stem).places) for part in self._parts))

    def has(self, stem: str) -> bool:
        """Say whether any asset has the stem."""
        return any(len(part.postings(Field.ALL, stem).places) for part in self._parts)

    def _weigh(self, fields: Sequence[Field], term: str) -> Impacts:
        found = [self.impacts(field, term) for field in fields]
        if all(one is _NO_IMPACTS for one in found):
            return _NO_IMPACTS
        weights = [np.float32(self.weightings[field].weight) for field in fields]
        places = [
            one.places + np.int32(self.size) if field is Field.PAGE else one.places
            for one, field in zip(found, fields, strict=True)
        ]
        return Impacts(
            np.concatenate(places),
            np.concatenate([one.values * weight for one, weight in zip(found, weights, strict=True)]),
            found[0].rare,
        )

    @cached_property
    def _norms(self) -> dict[Field, Floats]:
        """What a frequency is measured against, by the byte that a text's length is stored in."""
        return {
            field: length_norms(
                LENGTHS,
                sum(part.length(field) for part in self._parts) / max(self._text_count(field), 1),
                self.weightings[field],
            )
            for field in Field
        }

    def _text_count(self, field: Field) -> int:
        return sum(part.live_page_count for part in self._parts) if field is Field.PAGE else self.count

    def _part(self, place: int) -> Part:
        return self._parts[bisect_right(self._firsts, place) - 1]
