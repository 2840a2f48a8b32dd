"""Finding without the index: by the words of titles and by confirmed terms, straight from the database.

Slower and coarser, for the minutes in which the index is missing, broken or being made anew; never an error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from content_map.models import Asset, AssetTerm, Term
from content_map.services import library
from search.analysis import question, terms
from search.contract import Hit, Query, Results

NOTICE = (
    "Search is being put in order, so these are matches by title and by tag alone. Nothing is lost; "
    "the words inside your files are searched again in a few minutes."
)
ASSETS_READ = 2_000  # of those whose title or tags match, the latest
WORDS_AT_MOST = 12  # of the situation; each is looked for in every title
_LETTERS = 3


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    title: str
    conversation: str
    terms: tuple[str, ...]


def search(session: Session, query: Query, *, now: datetime) -> Results:
    """Answer as the index would, as far as titles and confirmed terms tell; hits name no pages."""
    words = _words(query)
    rows = _rows(session, words, query.boosts, now)
    scored = [
        (row, _score(row, words, query))
        for row in rows
        if row.id not in query.hidden and set(query.require) <= set(row.terms)
    ]
    asked = bool(words or query.boosts)
    matches = [(row, score) for row, score in scored if score.found or not asked]
    shown = [
        (row, score)
        for row, score in matches
        if query.conversation is None or row.conversation == query.conversation
    ]
    shown.sort(key=lambda each: (-each[1].points, each[0].id))
    stretch = shown[query.offset : query.offset + max(query.limit, 0)]
    return Results(
        hits=tuple(
            Hit(row.id, score.points, score.lexical, (), tuple(t for t in query.boosts if t in row.terms))
            for row, score in stretch
        ),
        total=len(shown),
        by_conversation=Counter(row.conversation for row, _ in matches if row.conversation),
        by_term=Counter(term for row, _ in shown for term in row.terms),
    )


@dataclass(frozen=True, slots=True)
class _Score:
    lexical: float
    points: float
    found: bool


def _score(row: _Row, words: Mapping[str, float], query: Query) -> _Score:
    said = terms(row.title).stems
    lexical = sum(weight for stem, weight in words.items() if stem in said) / max(sum(words.values()), 1.0)
    boosted = sum(points for term, points in query.boosts.items() if term in row.terms)
    home = query.conversation_boosts.get(row.conversation, 0.0)
    is_met = any(points > 0 and term in row.terms for term, points in query.boosts.items())
    return _Score(lexical, lexical + boosted + home, lexical > 0 or is_met)


def _words(query: Query) -> dict[str, float]:
    stems = question(query.text, query.expansions).stems
    # Of two letters are HR and every pair of Chinese signs; they are looked for where nothing longer is said.
    telling = [stem for stem in stems if len(stem) >= _LETTERS] or list(stems)
    heaviest = sorted(telling, key=lambda stem: -stems[stem])
    return {stem: stems[stem] for stem in heaviest[:WORDS_AT_MOST]}


def _rows(session: Session, words: Iterable[str], boosts: Mapping[str, float], now: datetime) -> list[_Row]:
    wanted: list[ColumnElement[bool]] = [
        # A stem is mostly how its word begins, but for compani of company; where it is not, tags may help.
        func.lower(Asset.title).contains(word.removesuffix("i"), autoescape=True)
        for word in words
    ]
    if carried := [term for term, points in boosts.items() if points > 0]:
        wanted.append(Asset.id.in_(_carriers(carried)))
    listed = select(Asset.id, Asset.title, Asset.conversation).where(library.live(now))
    if wanted:
        listed = listed.where(or_(*wanted))
    found = session.execute(listed.order_by(Asset.created_at.desc(), Asset.id).limit(ASSETS_READ)).all()
    tags = _terms(session, [row.id for row in found])
    return [_Row(row.id, row.title, row.conversation or "", tags.get(row.id, ())) for row in found]


def _carriers(refs: Collection[str]) -> Select[str]:
    keys = [ref.partition(":") for ref in refs]
    named = or_(*((Term.facet_key == facet) & (Term.key == key) for facet, _, key in keys))
    return select(AssetTerm.asset_id).join(Term, Term.id == AssetTerm.term_id).where(named)


def _terms(session: Session, asset_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    terms: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(asset_ids), 500):
        rows = session.execute(
            select(AssetTerm.asset_id, Term.facet_key, Term.key)
            .join(Term, Term.id == AssetTerm.term_id)
            .where(AssetTerm.asset_id.in_(asset_ids[start : start + 500]))
        )
        for asset_id, facet, key in rows:
            terms[asset_id] = (*terms.get(asset_id, ()), f"{facet}:{key}")
    return terms
