"""A situation read, weighed, and put to the index: what of it is words, what points, what meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.conversations import Conversation
from content_map.domain.ranking import CONSTANTS, Weights, weigh
from content_map.domain.situations import Reading, Recognised, Situation, chips_for, parse
from content_map.domain.synonyms import SynonymMet
from content_map.domain.vocabulary import Vocabulary
from content_map.errors import FieldError, Invalid
from content_map.services import indexing
from content_map.services.answers import Found, FoundHit
from content_map.services.vocabulary import Compiled
from search.contract import Query, Results, SearchIndex


@dataclass(frozen=True, slots=True)
class Finder:
    """What finding works with, once a process."""

    sessions: Sessions
    index: SearchIndex
    vocabulary: Compiled


@dataclass(frozen=True, slots=True)
class Asked:
    """A situation, read and weighed; `hidden` are assets that the index may still show though they are not live."""

    situation: Situation
    reading: Reading
    chips: tuple[Recognised, ...]
    weights: Weights
    hidden: frozenset[str]
    points: Mapping[str, float] = field(default_factory=dict)
    synonyms: tuple[SynonymMet, ...] = ()

    def query(self, *, limit: int, without: Sequence[str] = ()) -> Query:
        """Ask for the best `limit`, leaving out those served before."""
        return Query(
            text=self.situation.text,
            expansions={**self.weights.expansions, **self._synonym_words()},
            boosts=self.weights.boosts,
            conversation_boosts=self.weights.conversation_boosts,
            conversation=self.situation.conversation,
            require=self.situation.require,
            points=self.points,
            hidden=self.hidden.union(without),
            limit=limit,
        )

    def found(self, results: Results, hits: Sequence[FoundHit], took_ms: float) -> Found:
        """Put the answer together; nothing of it is stored yet."""
        return Found(
            id=None,
            situation=self.situation,
            reading=self.reading,
            chips=self.chips,
            hits=tuple(hits),
            total=results.total,
            by_conversation={each: results.by_conversation.get(each.value, 0) for each in Conversation},
            by_term=results.by_term,
            next=None,
            took_ms=took_ms,
            synonyms=self.synonyms,
        )

    def _synonym_words(self) -> dict[str, float]:
        return {each.means.casefold(): CONSTANTS.synonym_words for each in self.synonyms}


def ask(finder: Finder, session: Session, situation: Situation, *, now: datetime) -> Asked:
    """Read and weigh a situation at this moment. Raises Invalid (unknown terms, with the nearest match)."""
    vocabulary = finder.vocabulary.current(session)
    _refuse_unknown(situation, vocabulary)
    reading = parse(situation.text, vocabulary)
    return Asked(
        situation=situation,
        reading=reading,
        chips=chips_for(reading, situation, vocabulary),
        weights=weigh(reading, situation, vocabulary),
        hidden=indexing.hidden(session, now=now),
        synonyms=vocabulary.synonyms.met(situation.text),
    )


def _refuse_unknown(situation: Situation, vocabulary: Vocabulary) -> None:
    problems = [
        FieldError(f"/{name}/{place}", _unknown(ref, vocabulary))
        for name, refs in (
            ("term", situation.terms),
            ("require", situation.require),
            ("ignore", situation.ignore),
        )
        for place, ref in enumerate(refs)
        if vocabulary.get(ref) is None
    ]
    if problems:
        raise Invalid(" ".join(each.detail for each in problems), problems)


def _unknown(ref: str, vocabulary: Vocabulary) -> str:
    match = vocabulary.nearest_ref(ref)
    return f"There is no term {ref!r}." + (f" Did you mean {match}?" if match else "")
