"""What the vocabulary's pages show: facets with their counts, terms with theirs, and one term alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from content_map.domain import wording
from content_map.models import Facet, Term
from content_map.services import terms, vocabulary, vocabulary_counts

SHOWN_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class ShownTerm:
    """A term with how much it is used; `asked` is None where fewer than three reps asked with it."""

    id: str
    facet: str
    key: str
    name: str
    aliases: tuple[str, ...]
    retired: bool
    live: int
    asked: int | None
    url: str


@dataclass(frozen=True, slots=True)
class FacetTab:
    """A facet and how many terms it has that are not retired."""

    key: str
    count: int
    url: str
    on: bool


@dataclass(frozen=True, slots=True)
class TermList:
    """The terms of a facet, or those whose words hold what was searched; `total` may be more than are shown."""

    tabs: tuple[FacetTab, ...]
    facet: str
    searched: str
    terms: tuple[ShownTerm, ...]
    total: int


@dataclass(frozen=True, slots=True)
class OneTerm:
    """A term, what it can be merged into, and what a merge would move."""

    term: ShownTerm
    carried: int
    others: tuple[tuple[str, str], ...]
    into: tuple[str, str] | None


def list_of(session: Session, facet: str, searched: str, *, now: datetime) -> TermList:
    """Gather a page of the vocabulary; an unknown facet shows the first."""
    facets = vocabulary.facets(session)
    chosen = next((each.key for each in facets if each.key == facet), facets[0].key if facets else "")
    wanted = wording.plain(searched)
    found = [
        term
        for each in facets
        if wanted or each.key == chosen
        for term in each.terms
        if not wanted or _holds(term, wanted)
    ]
    found.sort(
        key=lambda term: (term.retired_at is not None, term.facet_key if wanted else "", term.name.casefold())
    )
    live, asked = vocabulary_counts.live_uses(session, now=now), vocabulary_counts.asked(session, now=now)
    return TermList(
        tuple(_tab(each, on=not wanted and each.key == chosen) for each in facets),
        chosen,
        searched,
        tuple(_shown(term, live, asked) for term in found[:SHOWN_AT_ONCE]),
        len(found),
    )


def one(session: Session, term_id: str, into_id: str | None, *, now: datetime) -> OneTerm:
    """Gather a term's page. Raises NotFound."""
    term = vocabulary.get(session, term_id)
    facets = vocabulary.facets(session)
    peers = [
        (other.id, other.name)
        for each in facets
        if each.key == term.facet_key
        for other in each.terms
        if other.id != term.id and other.retired_at is None
    ]
    live, asked = vocabulary_counts.live_uses(session, now=now), vocabulary_counts.asked(session, now=now)
    into = next((peer for peer in peers if peer[0] == into_id), None)
    return OneTerm(_shown(term, live, asked), terms.carried_by(session, term), tuple(peers), into)


def _tab(facet: Facet, *, on: bool) -> FacetTab:
    count = sum(term.retired_at is None for term in facet.terms)
    return FacetTab(facet.key, count, url_for("pages.vocabulary.index", facet=facet.key), on)


def _shown(term: Term, live: Mapping[str, int], asked: Mapping[str, int]) -> ShownTerm:
    return ShownTerm(
        term.id,
        term.facet_key,
        term.key,
        term.name,
        _sorted([alias.alias for alias in term.aliases]),
        term.retired_at is not None,
        live.get(term.id, 0),
        asked.get(term.full_key),
        url_for("pages.vocabulary.term", term_id=term.id),
    )


def _holds(term: Term, wanted: str) -> bool:
    return any(
        wanted in wording.plain(words) for words in (term.name, *(each.alias for each in term.aliases))
    )


def _sorted(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=str.casefold))
