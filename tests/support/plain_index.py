"""A search engine of dictionaries, for tests alone: it shows that the contract is of no one engine.

Everything is counted anew for each question, as the contract's docstrings say it and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from search import Document, Hit, Query, Results, SearchUnavailable
from search.analysis import question, terms
from search.forms import forms_of
from search.highlighting import Highlighter
from search.scoring import WEIGHTINGS, Field, rarity

K = TypeVar("K")

K = TypeVar("K")

_KEPT: dict[str, dict[str, Document]] = {}  # by the path of the index: what a folder is to a real engine


@dataclass(frozen=True, slots=True)
class PlainIndex:
    """An index that lasts as long as its process."""

    path: str

    @property
    def _documents(self) -> dict[str, Document]:
        if self.path not in _KEPT:
            raise SearchUnavailable("There is no index yet; run `content-map index rebuild`.")
        return _KEPT[self.path]

    def apply(self, documents: Iterable[Document], deleted: Iterable[str] = ()) -> None:
        written = {one.id: one for one in documents}
        gone = set(deleted)
        kept = {key: one for key, one in _KEPT.get(self.path, {}).items() if key not in gone}
        _KEPT[self.path] = kept | written

    def rebuild(self, documents: Iterable[Document]) -> int:
        _KEPT[self.path] = {one.id: one for one in documents}
        return self.count()

    def tidy(self) -> None:
        self.check()

    def versions(self) -> Iterator[tuple[str, int]]:
        return iter([(one.id, one.version) for one in self._documents.values()])

    def count(self) -> int:
        return len(self._documents)

    def check(self) -> None:
        self.count()

    def close(self) -> None:
        pass

    def knows(self, word: str) -> bool:
        held = {stem for one in self._documents.values() for stem in _whole(one)}
        forms = forms_of(word)
        return held.issuperset(forms.stems) or not held.isdisjoint(forms.joined)

    def highlighter(self, query: Query, *, characters: int = 240) -> Callable[[str], str | None]:
        cutting = Highlighter(question(query.text, query.expansions).stems)
        return lambda text: cutting.passage(text, characters)

    def search(self, query: Query) -> Results:
        found = {one.id: one for one in self._documents.values() if one.id not in query.hidden}
        asked = question(query.text, query.expansions)
        pages = {
            (one.id, number): terms(text).stems
            for one in self._documents.values()
            for number, text in one.pages
        }
        of_pages = _bm25(Field.PAGE, asked.stems, pages)
        lexical = self._lexical(query, of_pages)
        best = max((lexical[key] for key in found), default=0.0) or 1.0
        lexical = {key: lexical[key] / best for key in found}
        every_tab = [
            one
            for one in found.values()
            if (not asked.stems or lexical[one.id] > 0 or one.id in query.meaning or _is_boosted(one, query))
            and set(query.require) <= set(one.terms)
        ]
        score = {one.id: _score(one, query, lexical[one.id]) for one in every_tab}
        matches = [one for one in every_tab if query.conversation in (None, one.conversation)]
        folded: dict[str, list[Document]] = {}
        for one in sorted(matches, key=lambda one: (-score[one.id], one.id)):
            folded.setdefault(_group(one, query), []).append(one)
        start = max(query.offset, 0)
        return Results(
            tuple(
                Hit(
                    first.id,
                    score[first.id],
                    lexical[first.id],
                    _best_pages(first, of_pages),
                    tuple(term for term in query.boosts if _carries(first, term, query)),
                    tuple(one.id for one in others),
                )
                for first, *others in list(folded.values())[start : start + query.limit]
            ),
            len(folded),
            _counts((one.conversation, _group(one, query)) for one in every_tab),
            _counts((term, _group(one, query)) for one in matches for term in one.terms),
        )

    def _lexical(self, query: Query, of_pages: Mapping[tuple[str, int], float]) -> dict[str, float]:
        held = self._documents.values()
        asked = question(query.text, query.expansions)
        whole = _bm25(Field.ALL, asked.stems, {one.id: _whole(one) for one in held})
        title = _bm25(Field.TITLE, asked.stems, {one.id: terms(one.title).stems for one in held})
        best_page = {
            one.id: max((of_pages[one.id, page] for page, _ in one.pages), default=0.0) for one in held
        }
        return {key: whole[key] + title[key] + best_page[key] for key in whole}


def _whole(document: Document) -> Counter[str]:
    texts = (document.title, document.body, *(text for _, text in document.pages))
    return sum((terms(text).stems for text in texts), Counter())


def _bm25(field: Field, asked: Mapping[str, float], texts: Mapping[K, Counter[str]]) -> dict[K, float]:
    weighting = WEIGHTINGS[field]
    average = sum(text.total() for text in texts.values()) / max(len(texts), 1) or 1.0
    having = {term: sum(term in text for text in texts.values()) for term in asked}
    return {
        key: weighting.weight
        * sum(
            weight
            * rarity(len(texts), having[term])
            * text[term]
            * (weighting.k1 + 1)
            / (text[term] + weighting.k1 * (1 - weighting.b + weighting.b * text.total() / average))
            for term, weight in asked.items()
        )
        for key, text in texts.items()
    }


def _carries(document: Document, term: str, query: Query) -> bool:
    return term in document.terms or (query.suggested_share > 0 and term in document.suggested)


def _is_boosted(document: Document, query: Query) -> bool:
    return any(boost > 0 and _carries(document, term, query) for term, boost in query.boosts.items())


def _score(document: Document, query: Query, lexical: float) -> float:
    score = lexical
    if query.meaning:
        score += query.meaning_share * (query.meaning.get(document.id, 0.0) - lexical)
    for term, boost in query.boosts.items():
        share = (
            1.0 if term in document.terms else query.suggested_share if term in document.suggested else 0.0
        )
        score += boost * share
    for facet, points in query.otherwise.items():
        own = {term for term in document.terms if term.partition(":")[0] == facet}
        score += points if own and own.isdisjoint(query.boosts) else 0.0
    score += query.conversation_boosts.get(document.conversation, 0.0) + query.points.get(document.id, 0.0)
    if query.recency is not None:
        age = max(query.recency.today - document.dated, 0)
        score += query.recency.fresh * 2 ** (-age / query.recency.half_life_days)
        score += query.recency.overdue if 0 < document.review_by < query.recency.today else 0.0
    return score


def _best_pages(document: Document, of_pages: Mapping[tuple[str, int], float]) -> tuple[int, ...]:
    scores = {page: of_pages[document.id, page] for page, _ in document.pages}
    return tuple(sorted((page for page in scores if scores[page] > 0), key=lambda page: -scores[page])[:3])


def _group(document: Document, query: Query) -> str:
    return (document.group or document.id) if query.fold else document.id


def _counts(pairs: Iterable[tuple[str, str]]) -> Mapping[str, int]:
    return dict(Counter(label for label, _ in set(pairs)))
