"""A situation read, weighed, and put to the index: what of it is words, what points, what meaning."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.conversations import Conversation
from content_map.domain.days import number_of
from content_map.domain.denying import DENIALS, without_denied, words_to_look_for
from content_map.domain.ranking import CONSTANTS, Constants, Part, Weights, weigh
from content_map.domain.situations import Reading, Recognised, Situation, chips_for, parse
from content_map.domain.synonyms import SynonymMet
from content_map.domain.vocabulary import Facet, Vocabulary
from content_map.errors import FieldError, Invalid
from content_map.services import indexing
from content_map.services.answers import Found, FoundHit
from content_map.services.coverage import Coverage
from content_map.services.lift_table import Lifts, LiftTable
from content_map.services.meaning import Meanings
from content_map.services.page_vectors import Alike
from content_map.services.vocabulary import Compiled
from search.contract import Query, Recency, Results, SearchIndex, SearchUnavailable

NEAREST_OFFERED = 3  # of unknown terms: each is compared with every name there is


@dataclass(frozen=True, slots=True)
class Finder:
    """What finding works with, once a process; `constants` without some parts show what each is worth."""

    sessions: Sessions
    index: SearchIndex
    vocabulary: Compiled
    coverage: Coverage = field(default_factory=Coverage)
    constants: Constants = CONSTANTS
    uses: Lifts = field(default_factory=Lifts)
    meanings: Meanings | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A situation, read and weighed; `hidden` are assets that the index may still show though they are not live.

    `words` are those of its text that are looked for. `points` by asset are what use taught. `explored` stands in
    the slot for what was rarely shown.
    """

    situation: Situation
    reading: Reading
    chips: tuple[Recognised, ...]
    words: str
    weights: Weights
    constants: Constants
    hidden: frozenset[str]
    today: date
    points: Mapping[str, float] = field(default_factory=dict)
    meanings: Meanings | None = None
    synonyms: tuple[SynonymMet, ...] = ()
    uses: LiftTable = field(default_factory=LiftTable)
    explored: str | None = None

    @property
    def purpose(self) -> Conversation | None:
        """Name the conversation in question: what the rep prepares, looks at, or seems to speak of."""
        return self.situation.prefer or self.situation.conversation or self.reading.conversation

    @property
    def alike(self) -> Alike:
        """Say which assets are alike in meaning; costs ten milliseconds once, so no transaction should be open."""
        is_on = self.meanings is not None and Part.MEANING in self.constants.parts
        return self.meanings.alike(self.words) if self.meanings is not None and is_on else Alike()

    def query(self, *, limit: int, without: Collection[str] = ()) -> Query:
        """Ask for the best `limit`, leaving out those served before."""
        parts = self.constants.parts
        meaning = self.alike.by_asset
        return Query(
            text=self.words,
            expansions={**self.weights.expansions, **self._synonym_words()},
            boosts=self.weights.boosts,
            suggested_share=self.weights.suggested_share,
            otherwise=self.weights.otherwise,
            conversation_boosts=self.weights.conversation_boosts,
            meaning=meaning,
            meaning_share=self.constants.meaning if meaning else 0.0,
            points=self.points if Part.USE in parts else {},
            recency=self._recency() if Part.RECENCY in parts else None,
            conversation=self.situation.conversation,
            require=self.situation.require,
            fold=Part.FOLDING in parts,
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
        if Part.SYNONYMS not in self.constants.parts:
            return {}
        return {each.means.casefold(): self.constants.synonym_words for each in self.synonyms}

    def _recency(self) -> Recency:
        constants = self.constants
        return Recency(number_of(self.today), constants.fresh, constants.half_life_days, constants.overdue)


def ask(finder: Finder, session: Session, situation: Situation, *, now: datetime) -> Asked:
    """Read and weigh a situation at this moment. Raises Invalid (unknown terms, with the nearest match)."""
    vocabulary = finder.vocabulary.current(session)
    reading = parse(situation.text, vocabulary, known_to(finder.index))
    _refuse_unknown(situation, reading, vocabulary)
    return _weighed(finder, session, situation, reading, vocabulary, now)


def ask_again(finder: Finder, session: Session, situation: Situation, *, now: datetime) -> Asked:
    """Read and weigh a situation that was kept: terms that were retired since no longer count."""
    vocabulary = finder.vocabulary.current(session)
    reading = parse(situation.text, vocabulary, known_to(finder.index))
    return _weighed(finder, session, situation, reading, vocabulary, now)


def known_to(index: SearchIndex) -> Callable[[str], bool]:
    """Ask the library for its words, so that none of them is read as misspelt; without an index it has none."""

    @cache  # a word said ten times is looked up once
    def is_known(word: str) -> bool:
        try:
            return index.knows(word)
        except SearchUnavailable:
            return False

    return is_known


def _weighed(
    finder: Finder,
    session: Session,
    situation: Situation,
    reading: Reading,
    vocabulary: Vocabulary,
    now: datetime,
) -> Asked:
    reading = without_denied(reading, situation)
    constants = finder.constants.at(finder.coverage.current(session, now=now))
    uses = finder.uses.current(session)
    return Asked(
        situation=situation,
        reading=reading,
        chips=chips_for(reading, situation, vocabulary),
        words=words_to_look_for(situation, reading),
        weights=weigh(reading, situation, vocabulary, constants),
        constants=constants,
        hidden=indexing.hidden(session, now=now),
        today=now.date(),
        points=uses.points(_chances(situation, reading), constants.use),
        meanings=finder.meanings,
        synonyms=vocabulary.synonyms.met(situation.text),
        uses=uses,
    )


def _chances(situation: Situation, reading: Reading) -> Mapping[Conversation, float]:
    chosen = situation.prefer or situation.conversation
    return reading.probabilities if chosen is None else {chosen: 1.0}


def _refuse_unknown(situation: Situation, reading: Reading, vocabulary: Vocabulary) -> None:
    known = {*(chip.handle for chip in reading.chips), *DENIALS}
    unknown = [
        (f"/{name}/{place}", ref)
        for name, refs in (
            ("term", situation.terms),
            ("require", situation.require),
            ("ignore", situation.ignore),
        )
        for place, ref in enumerate(refs)
        if vocabulary.get(ref) is None and not (name == "ignore" and (ref in known or _names_a_rival(ref)))
    ]
    problems = [
        FieldError(pointer, _unknown(ref, vocabulary if place < NEAREST_OFFERED else None))
        for place, (pointer, ref) in enumerate(unknown)
    ]
    if problems:
        raise Invalid(" ".join(each.detail for each in problems), problems)


def _names_a_rival(ref: str) -> bool:
    """A rival that was left out may since have gone from the words; then there is nothing to leave out."""
    return ref.startswith(f"{Facet.COMPETITOR}:")


def _unknown(ref: str, vocabulary: Vocabulary | None) -> str:
    match = vocabulary.nearest_ref(ref) if vocabulary else None
    return f"There is no term {ref!r}." + (f" Did you mean {match}?" if match else "")
