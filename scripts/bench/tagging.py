"""How often the suggested conversation and terms of the sample assets are right, as tags arrive.

The sample's files are made and read as an upload would be; each conversation and term is known. With n tagged
assets the others are judged, over several draws; "all" leaves one asset out in turn.
"""

from __future__ import annotations

import io
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from time import perf_counter

from content_map.domain.conversations import Conversation
from content_map.domain.learning import Learner, Words, words_of
from content_map.domain.tagging import PRESELECT_FROM, suggest_conversation, suggest_terms
from content_map.domain.vocabulary import Facet, Term, Vocabulary
from content_map.extraction import extract
from content_map.sample.library import assets, make_file
from content_map.services.shipped import shipped_cues, shipped_terms
from search.stemming import stem

DRAWS = 8
BINS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 1.01)


@dataclass(frozen=True, slots=True)
class Known:
    """A sample asset as it is read, and what is true of it."""

    title: str
    pages: tuple[tuple[int, str], ...]
    words: Words
    conversation: Conversation
    terms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Judged:
    """The first suggestion for one asset; `offered` when the truth is among the three that are shown."""

    confidence: float
    right: bool
    offered: bool


def main() -> int:
    """Print the tables."""
    known = list(_read())
    vocabulary = _vocabulary()
    print(f"{len(known)} sample assets, {sum(len(each.words) for each in known)} distinct stems in all\n")
    print("  tagged   first right   in the three   share >= .7   right of those")
    for count in (0, 10, 25, 50):
        _print_row(str(count), _by_draws(known, vocabulary, count))
    started = perf_counter()
    left_out = [each for one in range(len(known)) for each in _judge(known, {one}, vocabulary)]
    _print_row("all", left_out)
    print(f"\none lesson of {len(known) - 1} assets and one answer: {_ms(started, len(known))} ms")
    print("\ncalibration, all tagged: confidence, assets, right")
    for low, high in pairwise(BINS):
        within = [each for each in left_out if low <= each.confidence < high]
        print(f"  {low:.1f} to {min(high, 1):.1f}   {len(within):3}   {sum(each.right for each in within):3}")
    _print_terms(known, vocabulary)
    return 0


def _read() -> Iterator[Known]:
    for asset in assets():
        read = extract(io.BytesIO(make_file(asset)), asset.file_name)
        pages = tuple((page.number, page.text) for page in read.pages)
        words = words_of(read.title, pages, stem)
        yield Known(read.title, pages, words, asset.conversation, frozenset(asset.terms))


def _vocabulary() -> Vocabulary:
    terms = [Term(Facet(row.facet), row.key, row.name, row.aliases) for row in shipped_terms()]
    return Vocabulary(terms, shipped_cues())


def _by_draws(known: Sequence[Known], vocabulary: Vocabulary, count: int) -> list[Judged]:
    judged: list[Judged] = []
    for draw in range(DRAWS if count else 1):
        order = list(range(len(known)))
        random.Random(draw).shuffle(order)  # noqa: S311  # nothing secret is drawn
        judged += _judge(known, set(order[count:]), vocabulary)
    return judged


def _judge(known: Sequence[Known], held_out: set[int], vocabulary: Vocabulary) -> Iterator[Judged]:
    lessons = [(each.conversation, each.words) for place, each in enumerate(known) if place not in held_out]
    learner = Learner(lessons, stem)
    for place in sorted(held_out):
        asset = known[place]
        found = suggest_conversation(asset.title, asset.pages, vocabulary, learner)
        named = [each.conversation for each in found[:3]]
        right = named[:1] == [asset.conversation]
        yield Judged(found[0].confidence if found else 0.0, right, asset.conversation in named)


def _print_row(name: str, judged: Sequence[Judged]) -> None:
    sure = [each for each in judged if each.confidence >= PRESELECT_FROM]
    cells = (
        _share(each.right for each in judged),
        _share(each.offered for each in judged),
        _share(each in sure for each in judged),
        _share(each.right for each in sure),
    )
    print(f"  {name:>6}   {cells[0]:>11}   {cells[1]:>12}   {cells[2]:>11}   {cells[3]:>14}")


def _print_terms(known: Sequence[Known], vocabulary: Vocabulary) -> None:
    found = true = right = 0
    for asset in known:
        refs = {each.term.ref for each in suggest_terms(asset.title, asset.pages, vocabulary)}
        wanted = {ref for ref in asset.terms if ref in vocabulary.terms}
        found, true, right = found + len(refs), true + len(wanted), right + len(refs & wanted)
    print(f"\nterms: {found} found, {right} of them tagged by the people of the sample, who tagged {true}")


def _share(of: Iterable[bool]) -> str:
    each = list(of)
    return f"{100 * sum(each) / len(each):.0f} %" if each else "-"


def _ms(started: float, count: int) -> str:
    return f"{1000 * (perf_counter() - started) / count:.1f}"


if __name__ == "__main__":
    sys.exit(main())
