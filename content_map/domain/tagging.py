"""What the product suggests to the marketer of a new asset: its conversation, and terms with their pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log1p

from content_map.domain.conversations import Conversation
from content_map.domain.cues import ConversationCue
from content_map.domain.learning import Learner, words_of
from content_map.domain.negation import is_negated
from content_map.domain.vocabulary import Facet, Match, Term, Vocabulary
from content_map.domain.words import Token, tokens_of

TITLE_FACTOR = 2.0
PRESELECT_FROM = 0.7  # search.md: pre-select at confidence >= .7, offer two below
TERMS_PER_FACET = 4
PAGE_CHARACTERS = 20_000
PAGES_READ = 400

# Evidence for nothing yet: one page with one strong cue alone stays below the line of pre-selection.
_DOUBT = 4.0


@dataclass(frozen=True, slots=True)
class CueSeen:
    """A cue met in an asset: where first (None is the title) and how often in all."""

    words: str
    page: int | None
    count: int


@dataclass(frozen=True, slots=True)
class ConversationSuggestion:
    """A conversation offered to the marketer; never saved by itself. The strongest cues come first.

    `learned` are words that tagged assets of the conversation share.
    """

    conversation: Conversation
    confidence: float
    cues: tuple[CueSeen, ...]
    learned: tuple[CueSeen, ...] = ()

    @property
    def is_preselected(self) -> bool:
        """Say whether the form may tick it beforehand."""
        return self.confidence >= PRESELECT_FROM


@dataclass(frozen=True, slots=True)
class TermSuggestion:
    """A term found in an asset: where first, the page that has it most (None is the title), and how often."""

    term: Term
    words: str
    page: int | None
    pages: tuple[int, ...]
    count: int
    in_title: bool

    @property
    def confidence(self) -> float:
        """How sure that people would tag it: of the sample's files 9 in 10 from a title, 3 or 4 in 10 from pages."""
        return (0.88 if self.in_title else 0.3) + 0.1 * min(1.0, log1p(self.count) / 3)


def suggest_conversation(
    title: str, pages: Iterable[tuple[int, str]], vocabulary: Vocabulary, learner: Learner | None = None
) -> tuple[ConversationSuggestion, ...]:
    """Rank the conversations that an asset's title and pages speak for, best first; none without evidence.

    Each cue counts by the logarithm of how often it stands there, in the title twice. Their chances are shares
    of the squared points; a fixed part stays with doubt, divided among the five. What tagged assets taught
    multiplies them, raised to the learner's weight. Confidences add up to 1 over all five at most.
    """
    read = list(islice(pages, PAGES_READ))
    seen = _cues_seen(title, read, vocabulary)
    chances = _chances_by_cues(seen)
    learned: dict[Conversation, tuple[CueSeen, ...]] = {}
    if learner is not None and learner.weight:
        words = words_of(title, read, learner.stem)
        judged = learner.judge(words)
        raised = {key: chance * judged[key] ** learner.weight for key, chance in chances.items()}
        chances = {key: value / sum(raised.values()) for key, value in raised.items()}
        learned = {
            key: tuple(
                CueSeen(word.words, word.page, round(word.count)) for word in learner.evidence(key, words)
            )
            for key in Conversation
        }
    offered = [
        ConversationSuggestion(key, chances[key], _cues_of(key, seen), learned.get(key, ()))
        for key in sorted(Conversation, key=lambda key: -chances[key])
    ]
    return tuple(each for each in offered if each.cues or each.learned)


def suggest_terms(
    title: str, pages: Iterable[tuple[int, str]], vocabulary: Vocabulary
) -> tuple[TermSuggestion, ...]:
    """Find the terms an asset speaks of, the clearest first and at most four a facet.

    A term said once, in the body of a longer asset, is a mention and no subject: it is left out, and so is one
    that the asset denies (“not for hospitals”).
    """
    seen: dict[str, _Seen] = {}
    words: dict[str, Counter[str]] = {}
    total_pages = 0
    for page, text in _texts(title, pages):
        total_pages += page is not None
        tokens = tokens_of(text)
        for match in _affirmed(tokens, vocabulary.find(tokens)):
            ref = match.term.ref
            seen.setdefault(ref, _Seen(page)).add(page)
            said = text[tokens[match.first].start : tokens[match.after - 1].end]
            words.setdefault(ref, Counter())[said] += 1
    kept = {
        ref: places for ref, places in seen.items() if places.in_title or places.count > (total_pages > 2)
    }
    ranked = sorted(kept, key=lambda ref: (-kept[ref].strength, ref))
    suggestions = [_term(vocabulary.terms[ref], kept[ref], words[ref]) for ref in ranked]
    return tuple(_at_most(suggestions, TERMS_PER_FACET))


def _affirmed(tokens: Sequence[Token], matches: Sequence[Match]) -> Iterator[Match]:
    facets = {place: match.term.facet for match in matches for place in range(match.first, match.after)}
    for match in matches:
        is_pain = match.term.facet is Facet.PAIN
        if not is_negated(tokens, match.first, match.after, facets, is_pain=is_pain):
            yield match


def _cues_seen(
    title: str, pages: Iterable[tuple[int, str]], vocabulary: Vocabulary
) -> dict[ConversationCue, _Seen]:
    seen: dict[ConversationCue, _Seen] = {}
    for page, text in _texts(title, pages):
        for hit in vocabulary.cues.find(tokens_of(text)):
            seen.setdefault(hit.cue, _Seen(page)).add(page)
    return seen


def _chances_by_cues(seen: Mapping[ConversationCue, _Seen]) -> dict[Conversation, float]:
    scores = dict.fromkeys(Conversation, 0.0)
    for cue, places in seen.items():
        scores[cue.conversation] += cue.weight * places.strength
    total = sum(score * score for score in scores.values()) + _DOUBT
    return {key: (score * score + _DOUBT / len(scores)) / total for key, score in scores.items()}


class _Seen:
    """Where something was met, counted as the pages are read."""

    def __init__(self, first: int | None) -> None:
        self.first = first
        self.by_page: Counter[int] = Counter()
        self.in_title = False

    def add(self, page: int | None) -> None:
        if page is None:
            self.in_title = True
        else:
            self.by_page[page] += 1

    @property
    def count(self) -> int:
        return sum(self.by_page.values()) + self.in_title

    @property
    def strength(self) -> float:
        return log1p(sum(self.by_page.values())) + (TITLE_FACTOR if self.in_title else 0.0)


def _texts(title: str, pages: Iterable[tuple[int, str]]) -> Iterable[tuple[int | None, str]]:
    yield None, title
    for read, (number, text) in enumerate(pages):
        if read >= PAGES_READ:
            return
        yield number, text[:PAGE_CHARACTERS]


def _cues_of(conversation: Conversation, seen: dict[ConversationCue, _Seen]) -> tuple[CueSeen, ...]:
    own = [cue for cue in seen if cue.conversation is conversation]
    own.sort(key=lambda cue: -cue.weight * seen[cue].strength)
    return tuple(CueSeen(cue.words, seen[cue].first, seen[cue].count) for cue in own)


def _term(term: Term, places: _Seen, words: Counter[str]) -> TermSuggestion:
    most = max(places.by_page, key=lambda page: (places.by_page[page], -page), default=None)
    said = words.most_common(1)[0][0]
    return TermSuggestion(term, said, most, tuple(sorted(places.by_page)), places.count, places.in_title)


def _at_most(suggestions: Sequence[TermSuggestion], limit: int) -> Iterable[TermSuggestion]:
    taken: Counter[Facet] = Counter()
    for suggestion in suggestions:
        taken[suggestion.term.facet] += 1
        if taken[suggestion.term.facet] <= limit:
            yield suggestion
