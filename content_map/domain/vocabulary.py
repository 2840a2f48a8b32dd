"""The controlled vocabulary: nine facets, their terms, and finding them in a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from content_map.domain.ambiguity import Guard, guard_for
from content_map.domain.cues import ConversationCue, CueBook
from content_map.domain.misspelling import TYPO_FROM_LETTERS, NearWords
from content_map.domain.nearest import nearest
from content_map.domain.phrases import PhraseBook
from content_map.domain.synonyms import SynonymBook, SynonymPair
from content_map.domain.words import ORDINARY_WORDS, Token, folded_words, key_of, plural, singular

TERM_KEY_CHARACTERS = 60
TERM_NAME_CHARACTERS = 100
ALIAS_CHARACTERS = 100
_EVERYDAY_FROM_LETTERS = 7  # a name is soon like a shorter everyday word: Tracko and track


class Facet(StrEnum):
    """The nine sides from which a situation is described. Language and kind are properties of a file."""

    INDUSTRY = "industry"
    FUNCTION = "function"
    SENIORITY = "seniority"
    SIZE = "size"
    REGION = "region"
    PAIN = "pain"
    GOAL = "goal"
    COMPETITOR = "competitor"
    PRODUCT = "product"


FACET_NAMES: Mapping[Facet, str] = {
    Facet.INDUSTRY: "Industry",
    Facet.FUNCTION: "Function",
    Facet.SENIORITY: "Seniority",
    Facet.SIZE: "Company size",
    Facet.REGION: "Region",
    Facet.PAIN: "Pain",
    Facet.GOAL: "Goal",
    Facet.COMPETITOR: "Competitor",
    Facet.PRODUCT: "Product",
}


@dataclass(frozen=True, slots=True)
class Term:
    """One entry. `key` is unique within its facet; the name is found in texts like an alias."""

    facet: Facet
    key: str
    name: str
    aliases: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        """Write the term as `facet:key`, the form that assets, addresses and boosts use."""
        return f"{self.facet}:{self.key}"


@dataclass(frozen=True, slots=True)
class Match:
    """A term found in tokens `first` to `after` (exclusive).

    `as_written`: word for word; `as_role`: as the department in a title, where it says no more (“risk lead”).
    """

    term: Term
    first: int
    after: int
    as_written: bool
    as_role: bool = False


class Vocabulary:
    """The terms compiled for finding, the cues for a conversation and the synonyms; build once, share freely."""

    def __init__(
        self,
        terms: Iterable[Term],
        cues: Iterable[ConversationCue] = (),
        synonyms: Iterable[SynonymPair] = (),
    ) -> None:
        self.terms: Mapping[str, Term] = {term.ref: term for term in terms}
        self.cues = CueBook(cues)
        self.synonyms = SynonymBook(synonyms)
        self._phrases: PhraseBook[_Entry] = PhraseBook()
        self._written: dict[str, str] = {key: key for key in self.cues.words}
        for term in self.terms.values():
            for phrase in dict.fromkeys((term.name, *term.aliases)):
                self._add(term, phrase)
        self._near_words = NearWords(
            key for key in self._written if len(key) >= _EVERYDAY_FROM_LETTERS or key not in ORDINARY_WORDS
        )

    def find(self, tokens: Sequence[Token]) -> list[Match]:
        """Find terms, in each facet leftmost and longest first.

        A phrase inside a longer one of another facet is not found again (“finance sector” is no finance
        department), but for the seniority inside a function (“plant manager”) and the other way round.
        """
        shouting = _is_shouting(tokens)
        reached: dict[Facet, int] = {}
        matches: list[Match] = []
        for first, after, entry in self._phrases.walk([token.key for token in tokens]):
            facet = entry.term.facet
            if first < reached.get(facet, 0):
                continue
            if entry.guard is not None and not entry.guard.admits(tokens, first, after, shouting=shouting):
                continue
            reached[facet] = after
            as_written = entry.words == tuple(token.word for token in tokens[first:after])
            as_role = entry.guard is not None and entry.guard.role
            matches.append(Match(entry.term, first, after, as_written, as_role))
        return _standing(matches, tokens)

    def corrected(
        self, tokens: Sequence[Token], is_known: Callable[[str], bool] | None = None
    ) -> tuple[list[Token], dict[int, str]]:
        """Give the tokens with misspellings put right, and the right word by the token's place.

        Only words of five letters or more that neither vocabulary, everyday language nor `is_known` (the
        library's own words) have, and only where a single word of the vocabulary can have been meant.
        """
        right_tokens = [*tokens]
        changed: dict[int, str] = {}
        for place, token in enumerate(tokens):
            right = self._right_word(token, is_known)
            if right is not None:
                written = self._written[right]
                changed[place] = written if token.key == token.word else plural(written)
                right_tokens[place] = token._replace(key=right, word=changed[place])
        return right_tokens, changed

    def get(self, ref: str) -> Term | None:
        """Look a term up by `facet:key`."""
        return self.terms.get(ref)

    def nearest_ref(self, ref: str) -> str | None:
        """Offer the known `facet:key` most like an unknown one, in the same facet where that exists."""
        facet, _, key = ref.partition(":")
        peers = [known for known, term in self.terms.items() if term.facet == facet]
        by_name = {name: term.ref for term in self.terms.values() for name in (term.name, *term.aliases)}
        found = nearest(ref, peers or self.terms)
        return found or by_name.get(nearest(key or facet, by_name) or "")

    def _right_word(self, token: Token, is_known: Callable[[str], bool] | None) -> str | None:
        if len(token.key) < TYPO_FROM_LETTERS or not token.word.isalpha() or token.key in self._written:
            return None
        if token.word in ORDINARY_WORDS or token.key in ORDINARY_WORDS:
            return None
        right = self._near_words.only(token.key)
        # The library is asked last: its answer is the dearest.
        return None if right is None or (is_known is not None and is_known(token.word)) else right

    def _add(self, term: Term, phrase: str) -> None:
        written = [phrase, phrase.replace("-", "")] if "-" in phrase else [phrase]
        for form in written:
            keys, words, guard = _read(term.facet, form)
            for key, word in zip(keys, words, strict=True):
                if key not in self._written:
                    self._written[key] = singular(word)
            self._phrases.add(keys, _Entry(term, words, guard))


# Of one vocabulary after the other most phrases are the same: only the first time has to read them all.
@lru_cache(maxsize=100_000)
def _read(facet: Facet, phrase: str) -> tuple[tuple[str, ...], tuple[str, ...], Guard | None]:
    words = folded_words(phrase)
    keys = tuple(map(key_of, words))
    return keys, words, guard_for(facet, phrase, keys)


class _Entry(NamedTuple):
    term: Term
    words: tuple[str, ...]
    guard: Guard | None


def _standing(matches: Sequence[Match], tokens: Sequence[Token]) -> list[Match]:
    """Leave out what is only a part of what another match says."""
    wider: dict[int, list[Match]] = {}
    chiefs: set[int] = set()
    for match in matches:
        if match.after - match.first > 1 or match.as_role:
            for place in range(match.first, match.after):
                wider.setdefault(place, []).append(match)
        if match.term.facet is Facet.SENIORITY and tokens[match.first].key == "chief":
            chiefs.add(match.after)
    return [
        match
        for match in matches
        # A title goes on: a chief nurse is no nurse by seniority.
        if not (match.term.facet is Facet.SENIORITY and match.first in chiefs)
        and not any(_hides(other, match) for other in wider.get(match.first, ()))
    ]


def _hides(wider: Match, match: Match) -> bool:
    """Say whether `match` is only a part of what `wider` says, which has a place in common with it."""
    if not (wider.first <= match.first and match.after <= wider.after):
        return False
    if wider.after - wider.first == match.after - match.first:
        return wider.as_role and match.term.facet is not Facet.FUNCTION
    return {wider.term.facet, match.term.facet} != {Facet.FUNCTION, Facet.SENIORITY}


def _is_shouting(tokens: Sequence[Token]) -> bool:
    return (
        bool(tokens) and all(token.surface.upper() == token.surface for token in tokens) and len(tokens) > 2
    )
