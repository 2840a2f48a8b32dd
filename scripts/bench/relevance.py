"""How well search ranks judged collections: full-text engines used plainly, then ours with each part added in turn.

nDCG@10, MAP and recall@100 by trec_eval; --check exits 1 when a floor is not reached. Every document is indexed with
the sure terms and the conversation that the product itself suggests for it, confirmed by nobody.

--meaning shows what the extra `[semantic]` adds, to the words alone and to all parts; no floor asks for it. The first
run encodes every page, about fifteen a second on one core.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

import pytrec_eval
from judged import COLLECTIONS, DEPTH, Collection, Grades, mean_ndcg
from meant import Meaning, meaning_of
from rankers import PLAIN

from content_map.domain.ranking import CONSTANTS, Part, weigh
from content_map.domain.situations import SURE_FROM, Situation, parse
from content_map.domain.tagging import suggest_conversation, suggest_terms
from content_map.domain.vocabulary import Facet, Term, Vocabulary
from content_map.services.shipped import shipped_cues, shipped_terms
from search import Document, Query, SearchIndex, analysis, feedback, open_index
from search.meaning import is_installed
from search.scoring import WEIGHTINGS, Field, Weightings

WORDS_ALONE = "+ feedback"  # what the floors are of: nothing but the words, and all that ours makes of them

WEIGHTS: Mapping[str, tuple[ModuleType, str]] = {
    "acronyms": (analysis, "ACRONYM_WEIGHT"),
    "feedback": (feedback, "WEIGHT"),
}

Ranked = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Figures:
    ndcg: float
    average_precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class Step:
    """Ours with one part more than the step before it."""

    name: str
    query: Callable[[str], Query]
    weightings: Weightings | None = None
    without: frozenset[str] = frozenset()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="exit 1 when a collection is below its floor")
    parser.add_argument("--meaning", action="store_true", help="with the extra [semantic] too")
    arguments = parser.parse_args()
    present = [collection for collection in COLLECTIONS if collection.folder.is_dir()]
    for collection in COLLECTIONS:
        if collection not in present:
            print(f"{collection.name} left out: set CONTENT_MAP_CORPORA to the folder that holds it")
    if not present:
        return 0
    if arguments.meaning and not is_installed():
        print("The model is not installed: `scripts/setup semantic` brings it.", file=sys.stderr)
        return 1
    columns = {
        collection.name: dict(_rows(collection, with_meaning=arguments.meaning)) for collection in present
    }
    _print(columns)
    below = [one for one in present if columns[one.name][WORDS_ALONE].ndcg < one.floor]
    for one in present:
        got = columns[one.name][WORDS_ALONE].ndcg
        print(
            f"{one.name}: {got:.4f} by its words alone, floor {one.floor:.3f}{' - BELOW' if one in below else ''}"
        )
    return 1 if arguments.check and below else 0


def steps(vocabulary: Vocabulary) -> Iterator[Step]:
    """Ours, from one field to all that finding knows of a situation."""

    def words(text: str) -> Query:
        return Query(text, limit=DEPTH)

    def asked(*parts: Part) -> Callable[[str], Query]:
        return lambda text: _query(text, vocabulary, parts)

    bare = frozenset(WEIGHTS)
    fields = [Field.ALL]
    yield Step("ours: one field", words, _only(fields), bare)
    for field in (Field.TITLE, Field.PAIRS, Field.PAGE):
        fields.append(field)
        yield Step(f"+ {field}", words, _only(fields), bare)
    yield Step("+ acronyms", words, without=bare - {"acronyms"})
    yield Step(WORDS_ALONE, words)
    yield Step("+ other words", asked(Part.OTHER_WORDS))
    facets = (Part.OTHER_WORDS, Part.TERMS, Part.SUGGESTED)
    yield Step("+ facets", asked(*facets))
    yield Step("+ conversation", asked(*facets, Part.CONVERSATION))


def steps_with_meaning(vocabulary: Vocabulary, meaning: Meaning) -> Iterator[Step]:
    """Ours with the extra `[semantic]`: by the words alone, then with all that finding knows of a situation."""

    def alike(query: Query) -> Query:
        return replace(query, meaning=meaning(query.text), meaning_share=CONSTANTS.meaning)

    *_, last = steps(vocabulary)
    yield Step("words, meaning", lambda text: alike(Query(text, limit=DEPTH)))
    yield Step("all, meaning", lambda text: alike(last.query(text)))


def judge(ranked: Ranked, judged: Mapping[str, Grades], collection: Collection) -> Figures:
    """Measure with trec_eval. It sorts by score, so a place becomes one. Our own nDCG, which tests use, must agree."""
    run = {
        question: {name: float(-place) for place, name in enumerate(names)}
        for question, names in ranked.items()
        if names
    }
    grades = {question: dict(own) for question, own in judged.items()}
    gained = pytrec_eval.RelevanceEvaluator(grades, {"ndcg_cut.10"}).evaluate(run)
    found = pytrec_eval.RelevanceEvaluator(
        grades, {"map_cut.100", "recall.100"}, relevance_level=collection.relevant_from
    ).evaluate(run)

    def mean(measured: Mapping[str, Mapping[str, float]], name: str) -> float:
        return sum(of.get(name, 0.0) for of in measured.values()) / len(judged)

    figures = Figures(mean(gained, "ndcg_cut_10"), mean(found, "map_cut_100"), mean(found, "recall_100"))
    own = mean_ndcg(ranked, judged)
    if abs(own - figures.ndcg) > 1e-6:
        raise ArithmeticError(f"{collection.name}: our nDCG is {own:.6f}, trec_eval's {figures.ndcg:.6f}")
    return figures


def _rows(collection: Collection, *, with_meaning: bool) -> Iterator[tuple[str, Figures]]:
    vocabulary = _vocabulary()
    documents = [_tagged(document, vocabulary) for document in collection.documents()]
    questions, judged = collection.questions(), collection.judgements()
    for name, plain in PLAIN.items():
        with tempfile.TemporaryDirectory() as folder:
            rank = plain(documents, Path(folder))
            yield name, judge({key: rank(text) for key, text in questions.items()}, judged, collection)
    with tempfile.TemporaryDirectory() as folder:
        url = f"whoosh:{folder}"
        open_index(url).rebuild(documents)
        wanted = list(steps(vocabulary))
        if with_meaning:
            wanted += steps_with_meaning(vocabulary, meaning_of(documents))
        for step in wanted:
            index = open_index(url, step.weightings or WEIGHTINGS)
            with ExitStack() as left_out:
                for part in step.without:
                    left_out.enter_context(_without(part))
                ranked = {key: _ranked(index, step.query(text)) for key, text in questions.items()}
            yield step.name, judge(ranked, judged, collection)
            index.close()


def _ranked(index: SearchIndex, query: Query) -> list[str]:
    return [hit.id for hit in index.search(query).hits]


def _vocabulary() -> Vocabulary:
    terms = [Term(Facet(row.facet), row.key, row.name, row.aliases) for row in shipped_terms()]
    return Vocabulary(terms, shipped_cues())


def _tagged(document: Document, vocabulary: Vocabulary) -> Document:
    terms = suggest_terms(document.title, document.pages, vocabulary)
    conversations = suggest_conversation(document.title, document.pages, vocabulary)
    return replace(
        document,
        suggested=tuple(each.term.ref for each in terms if each.confidence >= SURE_FROM),
        conversation=conversations[0].conversation.value if conversations else "",
    )


def _query(text: str, vocabulary: Vocabulary, parts: Sequence[Part]) -> Query:
    situation = Situation(text)
    constants = replace(CONSTANTS, parts=frozenset(parts))
    weights = weigh(parse(text, vocabulary), situation, vocabulary, constants)
    return Query(
        text,
        expansions=weights.expansions,
        boosts=weights.boosts,
        suggested_share=weights.suggested_share,
        otherwise=weights.otherwise,
        conversation_boosts=weights.conversation_boosts,
        limit=DEPTH,
    )


def _only(fields: Sequence[Field]) -> Weightings:
    return {
        field: weighting if field in fields else replace(weighting, weight=0.0)
        for field, weighting in WEIGHTINGS.items()
    }


@contextmanager
def _without(part: str) -> Iterator[None]:
    """Leave a part out by its weight: no setting does that, for nobody but a trial wants it."""
    module, name = WEIGHTS[part]
    weight = getattr(module, name)
    setattr(module, name, 0.0)
    try:
        yield
    finally:
        setattr(module, name, weight)


def _print(columns: Mapping[str, Mapping[str, Figures]]) -> None:
    print(f"{'':<16}" + "".join(f"  {name:^24}" for name in columns))
    print(f"{'':<16}" + f"  {'nDCG@10':>8}{'MAP':>8}{'R@100':>8}" * len(columns))
    for row in next(iter(columns.values())):
        figures = [column[row] for column in columns.values()]
        cells = (f"  {one.ndcg:>8.4f}{one.average_precision:>8.4f}{one.recall:>8.4f}" for one in figures)
        print(f"{row:<16}" + "".join(cells))


if __name__ == "__main__":
    sys.exit(main())
