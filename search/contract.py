"""What every search engine does: documents in, a situation's words and boosts in, ranked ids out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

MAX_QUERY_CHARACTERS = 2_000
MAX_QUERY_TERMS = 64
MAX_TOKEN_CHARACTERS = 40


class SearchError(Exception):
    """Anything an engine says of itself."""


class SearchUnavailable(SearchError):
    """The index is missing, broken or locked; `rebuild` makes it anew from the database."""


@dataclass(frozen=True, slots=True)
class Document:
    """One asset as the index knows it; an engine may ignore parts.

    `version` is a fingerprint of the content: two documents with one id and one version are equal.
    `terms` are `facet:term` keys that people confirmed, `suggested` those that nobody has yet; `body` is the
    words of guide, summary, term names and aliases. `group` folds near-copies (the id itself when alone).
    `dated` and `review_by` are days since 1970-01-01: when the present version came, and when somebody must
    look at it again (0: never).
    """

    id: str
    version: int
    title: str
    body: str
    pages: tuple[tuple[int, str], ...]
    terms: tuple[str, ...]
    conversation: str
    language: str
    group: str
    suggested: tuple[str, ...] = ()
    dated: int = 0
    review_by: int = 0


@dataclass(frozen=True, slots=True)
class Recency:
    """How much a document's age counts: `fresh` points when it came today, half of it `half_life_days` later.

    `overdue` is added (it is negative) when its review day is before `today`, a day since 1970-01-01.
    """

    today: int
    fresh: float
    half_life_days: float
    overdue: float


@dataclass(frozen=True, slots=True)
class Query:
    """A situation as the engine sees it: never an engine's query syntax.

    A document matches when it holds a word of `text` or `expansions`, carries a term with a positive boost
    (confirmed, or suggested when `suggested_share` is positive), or stands in `meaning`. Text without a usable
    word asks nothing, so then every document matches, by points and then by id.
    `expansions` are weaker words (an acronym's long form, a term's aliases) with their weight in 0..1.
    `boosts` are `facet:term` -> points added to a document that carries the term (may be negative), times
    `suggested_share` where it is only suggested; `otherwise` is facet -> points for a document with confirmed
    terms of the facet, none of which has a boost; `conversation_boosts` are points by conversation key.
    Lexical evidence itself is scaled to 0..1. `meaning` is how alike documents are in meaning, by id in 0..1;
    unless empty, it takes `meaning_share` (0..1) of the place of lexical evidence; a document that is not in it
    has none. `points` by id are added as they are and make no match.
    `conversation` and `require` (confirmed terms) cut; `hidden` ids are left out of hits, totals and counts.
    With `fold`, of matches that share a group only the best is a hit, and `total` and every count are of
    groups: each count is the total that a cut by it would give, so a group may count under several labels.
    """

    text: str
    expansions: Mapping[str, float] = field(default_factory=dict)
    boosts: Mapping[str, float] = field(default_factory=dict)
    suggested_share: float = 0.0
    otherwise: Mapping[str, float] = field(default_factory=dict)
    conversation_boosts: Mapping[str, float] = field(default_factory=dict)
    meaning: Mapping[str, float] = field(default_factory=dict)
    meaning_share: float = 0.0
    points: Mapping[str, float] = field(default_factory=dict)
    recency: Recency | None = None
    conversation: str | None = None
    require: tuple[str, ...] = ()
    fold: bool = False
    hidden: frozenset[str] = frozenset()
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """One document's place. `score` orders; `lexical` in 0..1 is the words' part, before meaning takes its share.

    `pages` are the best page numbers, best first; `boosted` the query's boosts that applied.
    `folded` are the other matches of its group, best first, when the query folds.
    """

    id: str
    score: float
    lexical: float
    pages: tuple[int, ...]
    boosted: tuple[str, ...]
    folded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """`total`, `by_conversation` and `by_term` count every match, not only the hits returned.

    Hits come by score, equal scores by id; labels that no match carries are not counted.
    `by_conversation` ignores the query's `conversation` cut, so that tabs can show their counts.
    """

    hits: tuple[Hit, ...]
    total: int
    by_conversation: Mapping[str, int]
    by_term: Mapping[str, int]


class SearchIndex(Protocol):
    """A durable index with one writer and any number of readers, in any process.

    Readers see a commit within a second. Every method may raise SearchUnavailable.
    """

    def search(self, query: Query) -> Results:
        """Rank the documents; hostile or empty text is harmless."""

    def apply(self, documents: Iterable[Document], deleted: Iterable[str] = ()) -> None:
        """Add or replace documents by id and remove others, in one commit; all or nothing.

        Of documents with one id the last counts; an id both written and deleted is written. An index that was
        never made is made; one that is broken is left as it is. Waits for another writer, half a minute at most.
        """

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Write a whole new index beside the live one, swap it in, and return the number of documents.

        No other writer gets in meanwhile; readers stay on the old one until the swap. If it fails, or the
        documents' source does, nothing changes.
        """

    def tidy(self) -> None:
        """Merge what many small commits left behind: worth a quiet hour, never needed."""

    def versions(self) -> Iterator[tuple[str, int]]:
        """List (id, version) of every document, for verification against the database."""

    def count(self) -> int:
        """Say how many documents there are."""

    def check(self) -> None:
        """Answer when the index can be read."""

    def knows(self, word: str) -> bool:
        """Say whether any text of the library has the word, in whatever form; a stop word is known."""

    def highlighter(self, query: Query, *, characters: int = 240) -> Callable[[str], str | None]:
        """Make what cuts the passage of a text that answers best, for all the pages that one answer shows.

        A passage is HTML-escaped with `<mark>` only; None when no word of the query is in the text.
        """

    def close(self) -> None:
        """Release files; the index may be opened again."""
