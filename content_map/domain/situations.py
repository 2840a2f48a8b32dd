"""A customer's situation as a rep describes it, and what the product reads in the words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from content_map.domain.conversations import Conversation
from content_map.domain.cues import CueHit, points, probabilities
from content_map.domain.negation import is_negated
from content_map.domain.rivals import unknown_rivals
from content_map.domain.roles import ranks_after
from content_map.domain.sizes import band_of, sizes_in
from content_map.domain.vocabulary import Facet, Match, Term, Vocabulary
from content_map.domain.words import Token, tokens_of

SITUATION_CHARACTERS = 2_000
SURE_FROM = 0.7  # search.md: pre-select at confidence >= .7
GUESS_FROM = 0.35  # one weak cue alone gives .40, one of no more than a hint .3


@dataclass(frozen=True, slots=True)
class Situation:
    """What a rep knows of a customer and asks for. Terms are `facet:term`.

    `conversation` restricts the view, `prefer` only boosts; `terms` boost, `require` filter, `ignore` drops
    what was recognised, by its handle: a term, or a rival by name. A `draft` is asked while typing: answered,
    never stored.
    """

    text: str = ""
    account: str | None = None
    conversation: Conversation | None = None
    prefer: Conversation | None = None
    terms: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    draft: bool = False


class ReadAs(StrEnum):
    """How a term was recognised."""

    EXACT = "exact"
    STEM = "stem"
    TYPO = "typo"
    PATTERN = "pattern"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Recognised:
    """One chip: a term, the words that say it with their span in the text, and whether they deny it.

    `term` is a key within the facet, None for a competitor that the vocabulary does not know.
    """

    facet: Facet
    term: str | None
    name: str
    words: str
    start: int
    end: int
    read_as: ReadAs
    negated: bool = False

    @property
    def ref(self) -> str | None:
        """Write the term as `facet:key`; None without one."""
        return None if self.term is None else f"{self.facet}:{self.term}"

    @property
    def handle(self) -> str:
        """Give what an `ignore` names to leave the chip out: its term, or a rival by the name it was given."""
        return self.ref or f"{self.facet}:{' '.join(self.name.casefold().split())}"


@dataclass(frozen=True, slots=True)
class Cue:
    """Words of the text that speak for a conversation."""

    conversation: Conversation
    words: str
    weight: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says: chips in the order of the text, each conversation's probability, and the cues for it.

    `did_you_mean` is the whole text with misspellings put right, None when nothing was.
    """

    chips: tuple[Recognised, ...] = ()
    probabilities: Mapping[Conversation, float] = field(default_factory=lambda: probabilities({}))
    cues: tuple[Cue, ...] = ()
    did_you_mean: str | None = None

    @property
    def conversation(self) -> Conversation | None:
        """Name the most probable conversation; None when hardly a word speaks for any, or two lead alike."""
        first, second = sorted(self.probabilities, key=lambda key: -self.probabilities[key])[:2]
        if self.probabilities[first] < GUESS_FROM or self.probabilities[first] == self.probabilities[second]:
            return None
        return first

    @property
    def confidence(self) -> float:
        """Give the probability of the most probable conversation, 0 when there is none."""
        return self.probabilities[self.conversation] if self.conversation else 0.0

    @property
    def because(self) -> tuple[str, ...]:
        """Give the words that speak for the most probable conversation, strongest first."""
        leading = [cue for cue in self.cues if cue.conversation is self.conversation]
        ordered = sorted(leading, key=lambda cue: -cue.weight)
        return tuple(dict.fromkeys(cue.words for cue in ordered))


def parse(text: str, vocabulary: Vocabulary, is_known: Callable[[str], bool] | None = None) -> Reading:
    """Read a sentence: never raises, and text beyond 2,000 characters is not read.

    `is_known` says whether the library's own texts have a (folded) word, which then is no misspelling.
    """
    text = text[:SITUATION_CHARACTERS]
    tokens = tokens_of(text)
    if not tokens:
        return Reading()
    typed = tokens
    tokens, changed = vocabulary.corrected(typed, is_known)
    matches = vocabulary.find(tokens)
    facets = {place: match.term.facet for match in matches for place in _places(match)}
    chips = [_chip(text, tokens, match, changed, facets) for match in matches]
    chips += _size_chips(text, vocabulary)
    chips += _size_adjectives(tokens, matches, vocabulary)
    chips += _rank_chips(tokens, matches, facets, vocabulary)
    chips += _rival_chips(text, typed, facets, is_known)  # a name may be like a word
    hits = vocabulary.cues.find(tokens)
    cues = tuple(_cue(text, tokens, hit) for hit in hits)
    read = {*facets, *(place for hit in hits for place in range(hit.first, hit.after))}
    corrections = {place: right for place, right in changed.items() if place in read}
    weights = points(hit.cue for hit in hits)
    return Reading(_tidy(chips), probabilities(weights), cues, _corrected_text(text, tokens, corrections))


def chips_for(reading: Reading, situation: Situation, vocabulary: Vocabulary) -> tuple[Recognised, ...]:
    """Give the chips that count: recognised without those ignored, and the terms the rep chose.

    What the rep chose or requires stands for itself: the same term read in the text, even denied, gives way.
    """
    chosen = dict.fromkeys((*situation.terms, *situation.require))
    dropped = {*situation.ignore, *chosen}
    kept = [chip for chip in reading.chips if chip.handle not in dropped]
    terms = [vocabulary.get(ref) for ref in chosen]
    return (*kept, *(_chosen(term) for term in terms if term is not None))


def _chosen(term: Term) -> Recognised:
    return Recognised(term.facet, term.key, term.name, term.name, 0, 0, ReadAs.CHOSEN)


def _places(match: Match) -> range:
    return range(match.first, match.after)


def _chip(
    text: str, tokens: Sequence[Token], match: Match, changed: Mapping[int, str], facets: Mapping[int, Facet]
) -> Recognised:
    start, end = tokens[match.first].start, tokens[match.after - 1].end
    how = ReadAs.EXACT if match.as_written else ReadAs.STEM
    if any(place in changed for place in _places(match)):
        how = ReadAs.TYPO
    facet = match.term.facet
    is_pain = facet is Facet.PAIN
    negated = is_negated(tokens, match.first, match.after, facets, is_pain=is_pain)
    return Recognised(facet, match.term.key, match.term.name, text[start:end], start, end, how, negated)


def _rank_chips(
    tokens: Sequence[Token],
    matches: Sequence[Match],
    facets: Mapping[int, Facet],
    vocabulary: Vocabulary,
) -> Iterator[Recognised]:
    ends = {match.after: match for match in matches if match.term.facet is Facet.FUNCTION}
    for place, key in ranks_after(tokens, [*ends], facets):
        term = vocabulary.get(f"{Facet.SENIORITY}:{key}")
        if term is not None:
            token, first = tokens[place], ends[place].first
            negated = is_negated(tokens, first, place + 1, facets, is_pain=False)
            yield Recognised(
                term.facet,
                term.key,
                term.name,
                token.surface,
                token.start,
                token.end,
                ReadAs.PATTERN,
                negated,
            )


def _rival_chips(
    text: str, tokens: Sequence[Token], facets: Mapping[int, Facet], is_known: Callable[[str], bool] | None
) -> Iterator[Recognised]:
    covered = {place: facet is Facet.COMPETITOR for place, facet in facets.items()}
    for first, after in unknown_rivals(tokens, covered, is_known):
        start, end = tokens[first].start, tokens[after - 1].end
        name = text[start:end]
        yield Recognised(Facet.COMPETITOR, None, name, name, start, end, ReadAs.PATTERN)


def _size_chips(text: str, vocabulary: Vocabulary) -> list[Recognised]:
    found = ((size, vocabulary.get(f"{Facet.SIZE}:{size.band}")) for size in sizes_in(text))
    return [
        Recognised(
            term.facet, term.key, term.name, text[size.start : size.end], size.start, size.end, ReadAs.PATTERN
        )
        for size, term in found
        if term is not None
    ]


def _size_adjectives(
    tokens: Sequence[Token], matches: Sequence[Match], vocabulary: Vocabulary
) -> Iterator[Recognised]:
    """Read “a small law firm” and “a global retailer”: a size before a kind of company."""
    for match in matches:
        token = tokens[match.first - 1] if match.first and match.term.facet is Facet.INDUSTRY else None
        term = vocabulary.get(f"{Facet.SIZE}:{band_of(token.word)}") if token else None
        if token is not None and term is not None:
            span = (token.start, token.end)
            yield Recognised(Facet.SIZE, term.key, term.name, token.surface, *span, ReadAs.PATTERN)


def _tidy(chips: Sequence[Recognised]) -> tuple[Recognised, ...]:
    """Order by place; a term said twice is one chip, said and denied are two."""
    ordered = sorted(chips, key=lambda chip: (chip.start, chip.end, chip.facet))
    first: dict[tuple[str, bool], Recognised] = {}
    for chip in ordered:
        first.setdefault((chip.ref or f"?{chip.name.casefold()}", chip.negated), chip)
    return tuple(first.values())


def _cue(text: str, tokens: Sequence[Token], hit: CueHit) -> Cue:
    words = text[tokens[hit.first].start : tokens[hit.after - 1].end]
    return Cue(hit.cue.conversation, words, hit.cue.weight)


def _corrected_text(text: str, tokens: Sequence[Token], corrections: Mapping[int, str]) -> str | None:
    if not corrections:
        return None
    parts, end = [], 0
    for place in sorted(corrections):
        token = tokens[place]
        parts += [text[end : token.start], _in_the_case_of(token.surface, corrections[place])]
        end = token.end
    return "".join([*parts, text[end:]])


def _in_the_case_of(surface: str, word: str) -> str:
    if surface.isupper():
        return word.upper()
    return word.capitalize() if surface[0].isupper() else word
