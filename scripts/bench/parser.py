"""How well situations are read on labelled sentences, and how fast with small and large vocabularies.

Half of the sentences were set aside before the parser was tuned. Times are CPU of one thread, of sentences of 25
words put together from the labelled ones; larger vocabularies are made up of syllables and of the shipped words.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from statistics import median, quantiles
from time import process_time

from content_map.domain.situations import parse
from content_map.domain.vocabulary import Facet, Term, Vocabulary
from content_map.services.shipped import shipped_cues, shipped_terms
from tests.support.labelled import HELD_OUT, TUNED, Score, full_vocabulary, score, sentences

FLOORS = {"tuned": (0.97, 0.95), "held-out": (0.93, 0.92)}  # F1 over chips, share of conversations
HALVES = {"tuned": TUNED, "held-out": HELD_OUT}
WORDS = 25
REPEATS = 5
SYLLABLES = (
    "ba",
    "ko",
    "ri",
    "mun",
    "tel",
    "sor",
    "vex",
    "lan",
    "dri",
    "pha",
    "mo",
    "ster",
    "gi",
    "ul",
    "ten",
    "qua",
)


def main() -> int:
    """Print the tables; with --check, fail below the floors."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--check", action="store_true", help="fail below the floors, and measure no times")
    asked.add_argument("--misses", action="store_true", help="show what is misread in the tuned half")
    options = asked.parse_args()
    scores = {half: score(sentences(written), full_vocabulary()) for half, written in HALVES.items()}
    _print_quality(scores)
    if options.misses:
        print("\n" + "\n".join(scores["tuned"].misses))
    if options.check:
        return int(any(_is_below(half, result) for half, result in scores.items()))
    _print_times()
    return 0


def _is_below(half: str, result: Score) -> bool:
    chips, conversations = FLOORS[half]
    return result.f1 < chips or result.right_conversations < conversations


def _print_quality(scores: dict[str, Score]) -> None:
    print("  half       sentences   chips   precision   recall     F1   conversation")
    for half, result in scores.items():
        hits, extra, missed = result.counts(Facet)
        print(
            f"  {half:9} {result.sentences:10} {hits + missed:7} {hits / (hits + extra):11.3f}"
            f" {hits / (hits + missed):8.3f} {result.f1:6.3f} {result.right_conversations:12.1%}"
        )
    print("\n  facet         " + "".join(f"{half:>12} P / R / F1 (n)   " for half in scores))
    for facet in Facet:
        row = []
        for result in scores.values():
            hits, extra, missed = result.counts([facet])
            precision, recall = hits / max(1, hits + extra), hits / max(1, hits + missed)
            figures = f"{precision:.2f} / {recall:.2f} / {result.f1_of([facet]):.2f}"
            row.append(f"{figures} ({hits + missed})".rjust(27))
        print(f"  {facet:14}" + "  ".join(row))


def _print_times() -> None:
    texts = _long_sentences()
    print("\n  names and aliases   compile   again   parse p50      p95   (CPU; 25 words, warm)")
    for terms in (_few(1_200), _shipped(), _many(50_000)):
        first, vocabulary = _timed(lambda terms=terms: Vocabulary(terms, shipped_cues()))  # type: ignore[misc]  # the loop's own
        again, _ = _timed(lambda terms=terms: Vocabulary(terms, shipped_cues()))  # type: ignore[misc]  # the loop's own
        times = sorted(_time(text, vocabulary) for text in texts)
        print(
            f"  {_size(terms):17,} {first:7.2f} s {again:5.2f} s {median(times):8.3f} ms"
            f" {quantiles(times, n=20)[-1]:5.3f} ms"
        )


def _timed(make: Callable[[], Vocabulary]) -> tuple[float, Vocabulary]:
    started = process_time()
    vocabulary = make()
    return process_time() - started, vocabulary


def _time(text: str, vocabulary: Vocabulary) -> float:
    """Measure the median of a few readings, in milliseconds."""
    parse(text, vocabulary)
    times = []
    for _ in range(REPEATS):
        started = process_time()
        parse(text, vocabulary)
        times.append((process_time() - started) * 1_000)
    return median(times)


def _long_sentences() -> list[str]:
    texts = [sentence.text for half in HALVES.values() for sentence in sentences(half)]
    joined = (", ".join(texts[first : first + 5]).split()[:WORDS] for first in range(len(texts) - 4))
    return [" ".join(words) for words in joined if len(words) == WORDS]


def _shipped() -> list[Term]:
    return [Term(Facet(row.facet), row.key, row.name, row.aliases) for row in shipped_terms()]


def _few(size: int) -> list[Term]:
    """Take the first aliases of each shipped term."""
    shipped = _shipped()
    kept = size // len(shipped) - 1
    return [Term(term.facet, term.key, term.name, term.aliases[:kept]) for term in shipped]


def _many(size: int) -> list[Term]:
    return [*_shipped(), *_made_up(size - _size(_shipped()))]


def _made_up(size: int) -> Iterator[Term]:
    draw = random.Random(4)  # noqa: S311  # a vocabulary, no secret
    common = [word for term in _shipped() for alias in term.aliases for word in alias.split()]
    words = ["".join(draw.choices(SYLLABLES, k=draw.randint(2, 4))) for _ in range(size // 4)]
    for number in range(size // 13):
        phrases = {
            " ".join(
                draw.choice(words if draw.random() < 0.7 else common)
                for _ in range(draw.choice((1, 1, 2, 2, 3)))
            )
            for _ in range(12)
        }
        yield Term(draw.choice(list(Facet)), f"made-up-{number}", f"Made up {number}", tuple(sorted(phrases)))


def _size(terms: Sequence[Term]) -> int:
    return sum(1 + len(term.aliases) for term in terms)


if __name__ == "__main__":
    sys.exit(main())
