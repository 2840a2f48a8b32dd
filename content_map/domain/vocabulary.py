"""The controlled vocabulary: nine facets, their terms, and finding them in a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from content_map.domain.ambiguity import Guard, guard_for
from content_map.domain.cues import ConversationCue, CueBook
from content_map.domain.nearest import edit_distance, nearest
from content_map.domain.phrases import PhraseTrie
from content_map.domain.synonyms import SynonymBook, SynonymPair
from content_map.domain.words import ORDINARY_WORDS, Token, singular, tokens_of

TERM_KEY_CHARACTERS = 60
TERM_NAME_CHARACTERS = 100
ALIAS_CHARACTERS = 100
TYPO_FROM_LETTERS = 5


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
    """A term found in tokens `first` to `after` (exclusive); `as_written`: word for word."""

    term: Term
    first: int
    after: int
    as_written: bool


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
        self._trie: PhraseTrie[_Entry] = PhraseTrie()
        self._words: set[str] = set()
        for term in self.terms.values():
            for phrase in dict.fromkeys((term.name, *term.aliases)):
                self._add(term, phrase)
        self._near_words = _NearWords(word for word in self._words if len(word) >= TYPO_FROM_LETTERS)

    def find(self, tokens: Sequence[Token], keys: Sequence[str] | None = None) -> list[Match]:
        """Find terms, in each facet leftmost and longest first; `keys` stand in for the tokens' own keys.

        A phrase inside a longer one of another facet is not found again (“finance sector” is no finance
        department), but for the seniority inside a function (“plant manager”).
        """
        looked_up = keys if keys is not None else [token.key for token in tokens]
        shouting = _is_shouting(tokens)
        reached: dict[Facet, int] = {}
        matches: list[Match] = []
        for first, after, entry in self._trie.walk(looked_up):
            facet = entry.term.facet
            if first < reached.get(facet, 0):
                continue
            if entry.guard is not None and not entry.guard.admits(tokens, first, shouting=shouting):
                continue
            reached[facet] = after
            as_written = entry.words == tuple(token.word for token in tokens[first:after])
            matches.append(Match(entry.term, first, after, as_written))
        return [match for match in matches if not any(_hides(other, match) for other in matches)]

    def corrected(
        self, tokens: Sequence[Token], is_known: Callable[[str], bool] | None = None
    ) -> tuple[list[str], dict[int, str]]:
        """Give the tokens' keys with misspellings put right, and what was put right by the token's place.

        Only words of five letters or more that neither vocabulary, everyday language nor `is_known` (the
        library's own words) have, and only where a single word of the vocabulary is one edit away.
        """
        keys = [token.key for token in tokens]
        changed: dict[int, str] = {}
        for place, token in enumerate(tokens):
            if not self._may_be_misspelt(token) or (is_known is not None and is_known(token.word)):
                continue
            right = self._near_words.only(token.key)
            if right is not None:
                keys[place] = changed[place] = right
        return keys, changed

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

    def _may_be_misspelt(self, token: Token) -> bool:
        word = token.word
        if len(token.key) < TYPO_FROM_LETTERS or token.key in self._words or word in ORDINARY_WORDS:
            return False
        return token.key not in ORDINARY_WORDS and word.isalpha()

    def _add(self, term: Term, phrase: str) -> None:
        written = [phrase, phrase.replace("-", "")] if "-" in phrase else [phrase]
        for form in written:
            words = tuple(token.word for token in tokens_of(form))
            keys = tuple(singular(word) for word in words)
            self._words.update(keys)
            self._trie.add(keys, _Entry(term, words, guard_for(term.facet, form)))


@dataclass(frozen=True, slots=True)
class _Entry:
    term: Term
    words: tuple[str, ...]
    guard: Guard | None


def _hides(longer: Match, match: Match) -> bool:
    """Say whether `match` is only a part of what `longer` says."""
    if not (longer.first <= match.first and match.after <= longer.after):
        return False
    if longer.after - longer.first == match.after - match.first:
        return False
    return not (longer.term.facet is Facet.FUNCTION and match.term.facet is Facet.SENIORITY)


def _is_shouting(tokens: Sequence[Token]) -> bool:
    return (
        bool(tokens) and all(token.surface.upper() == token.surface for token in tokens) and len(tokens) > 2
    )


class _NearWords:
    """Words by what is left of them without one letter: one edit apart means a remainder in common."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_rest: dict[str, set[str]] = {}
        for word in words:
            for rest in _rests(word):
                self._by_rest.setdefault(rest, set()).add(word)

    def only(self, word: str) -> str | None:
        """Give the one word a single edit away that begins alike; None where there is none or a choice."""
        near = {
            candidate
            for rest in _rests(word)
            for candidate in self._by_rest.get(rest, ())
            if (candidate[0] == word[0] or sorted(candidate[:2]) == sorted(word[:2]))
            and edit_distance(word, candidate, at_most=1) == 1
        }
        return near.pop() if len(near) == 1 else None


def _rests(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}
