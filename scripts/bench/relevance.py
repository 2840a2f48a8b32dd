"""How well search ranks judged collections: nDCG@10, MAP and recall@100, with floors that --check asserts.

The collections are three files each (docs.jsonl, queries.jsonl, qrels.tsv) in folders under CONTENT_MAP_CORPORA,
by default `shared/corpora` beside the repository. They are not part of the product.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from search import Document, Query, SearchIndex, open_index

DEPTH = 100
WORDS_PER_PAGE = 120  # the collections have no pages; this is about what a slide or half a printed page holds


@dataclass(frozen=True, slots=True)
class Collection:
    """A folder of judged questions. A grade of `relevant_from` or more counts as relevant for MAP and recall.

    `floor` is the nDCG@10 that --check asks for: the measured figure less what a sound change may cost.
    """

    name: str
    relevant_from: int
    floor: float


COLLECTIONS = (
    Collection("situations-dev", relevant_from=2, floor=0.58),
    Collection("cranfield", relevant_from=1, floor=0.37),
    Collection("cisi", relevant_from=1, floor=0.36),
)


@dataclass(frozen=True, slots=True)
class Figures:
    ndcg: float
    average_precision: float
    recall: float


def corpora() -> Path:
    """Say where the collections would be."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "corpora"
    return Path(os.environ.get("CONTENT_MAP_CORPORA", beside))


def measure(collection: Collection, index: SearchIndex) -> Figures:
    """Index a collection and ask its questions; those without a relevant document do not count."""
    folder = corpora() / collection.name
    index.rebuild(_documents(folder))
    judged = _judgements(folder)
    figures = []
    for line in _lines(folder / "queries.jsonl"):
        grades = judged.get(line["id"], {})
        relevant = {name for name, grade in grades.items() if grade >= collection.relevant_from}
        if relevant:
            ranked = [hit.id for hit in index.search(Query(line["text"], limit=DEPTH)).hits]
            figures.append(
                Figures(
                    ndcg(ranked, grades),
                    average_precision(ranked, relevant),
                    len(relevant & set(ranked)) / len(relevant),
                )
            )
    return Figures(
        fmean(one.ndcg for one in figures),
        fmean(one.average_precision for one in figures),
        fmean(one.recall for one in figures),
    )


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Weigh grades by 2^grade - 1 and places by 1 / log2(place + 1), against the best order there could be."""
    best = _gain(sorted(grades.values(), reverse=True)[:depth])
    return _gain([grades.get(name, 0) for name in ranked[:depth]]) / best if best else 0.0


def average_precision(ranked: Sequence[str], relevant: set[str]) -> float:
    """Average the precision at each relevant document; one that was not found counts 0."""
    found = [place for place, name in enumerate(ranked, start=1) if name in relevant]
    return sum(count / place for count, place in enumerate(found, start=1)) / len(relevant)


def _gain(grades: Sequence[int]) -> float:
    return math.fsum((2.0**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, start=1))


def _documents(folder: Path) -> Iterator[Document]:
    for line in _lines(folder / "docs.jsonl"):
        words = line["text"].split()
        starts = range(0, len(words), WORDS_PER_PAGE)
        yield Document(
            id=line["id"],
            version=1,
            title=line["title"],
            body="",
            pages=tuple(
                (number, " ".join(words[start : start + WORDS_PER_PAGE]))
                for number, start in enumerate(starts, start=1)
            ),
            terms=(),
            conversation="",
            language="en",
            group=line["id"],
        )


def _judgements(folder: Path) -> dict[str, dict[str, int]]:
    judged: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text().splitlines():
        question, name, grade = line.split("\t")
        judged.setdefault(question, {})[name] = int(grade)
    return judged


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open() as lines:
        for line in lines:
            yield json.loads(line)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit 1 when a collection is below its floor")
    check = parser.parse_args().check
    below = []
    print(f"{'collection':<16} {'nDCG@10':>8} {'floor':>6} {'MAP':>7} {'recall@100':>11}")
    for collection in COLLECTIONS:
        if not (corpora() / collection.name).is_dir():
            print(f"{collection.name:<16} left out: set CONTENT_MAP_CORPORA to the folder that holds it")
            continue
        with tempfile.TemporaryDirectory() as folder:
            index = open_index(f"whoosh:{folder}")
            got = measure(collection, index)
            index.close()
        print(
            f"{collection.name:<16} {got.ndcg:>8.4f} {collection.floor:>6.2f}"
            f" {got.average_precision:>7.4f} {got.recall:>11.4f}"
        )
        below += [collection.name] if got.ndcg < collection.floor else []
    if check and below:
        print(f"Below the floor: {', '.join(below)}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
