"""Words to go on with while somebody types: titles, terms, and one's own past situations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import product

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from content_map.domain.people import SALES_ROLES, Actor
from content_map.domain.permissions import Right, require
from content_map.errors import Invalid
from content_map.models import Asset, Search, Term, User
from content_map.services import library
from content_map.services.texts import NOT_STORABLE, is_storable

EACH_AT_MOST = 5
REPS_NEEDED = 3  # api.md: others' situations show only as terms that 3 or more reps used
LOOK_BACK = timedelta(days=90)
SEARCHES_READ = 1_000


class SuggestedAs(StrEnum):
    """What a suggestion is."""

    TERM = "term"
    TITLE = "title"
    SITUATION = "situation"


@dataclass(frozen=True, slots=True)
class Suggested:
    """One way to go on; `term` is `facet:term`, `asset` an id."""

    kind: SuggestedAs
    text: str
    term: str | None = None
    asset: str | None = None


def suggest(session: Session, prefix: str, *, actor: Actor, now: datetime) -> list[Suggested]:
    """Go on from the first letters of a word: terms, live titles, one's own situations; nothing from nothing.

    Terms that three or more reps have asked with come first. Raises NotAllowed, Invalid.
    """
    require(actor, Right.SEARCH)
    if not is_storable(prefix):
        raise Invalid.field("/prefix", NOT_STORABLE)
    begun = " ".join(prefix.split()).casefold()
    if not begun:
        return []
    return [
        *_terms(session, begun, now),
        *_titles(session, {begun, " ".join(prefix.split())}, now),
        *_own_situations(session, begun, actor),
    ]


def _terms(session: Session, begun: str, now: datetime) -> list[Suggested]:
    terms = session.scalars(
        select(Term)
        .where(Term.retired_at.is_(None))
        .options(selectinload(Term.aliases))
        .order_by(Term.name, Term.id)
    )
    names = {term.full_key: (term.name, *(alias.alias for alias in term.aliases)) for term in terms}
    found = {key: said for key, said in names.items() if any(_begins(begun, name) for name in said)}
    asked = _asked_by_several(session, now) if len(found) > 1 else frozenset()
    ordered = sorted(found, key=lambda key: key not in asked)
    return [Suggested(SuggestedAs.TERM, found[key][0], term=key) for key in ordered[:EACH_AT_MOST]]


def _asked_by_several(session: Session, now: datetime) -> frozenset[str]:
    latest = (
        select(Search.user_id, Search.recognised)
        .join(User, User.id == Search.user_id)
        .where(Search.asked_at >= now - LOOK_BACK, User.role.in_([role.value for role in SALES_ROLES]))
        .order_by(Search.asked_at.desc())
        .limit(SEARCHES_READ)
    )
    people: dict[str, set[str]] = {}
    for user_id, chips in session.execute(latest):
        for chip in chips:
            if chip.get("term"):
                people.setdefault(f"{chip['facet']}:{chip['term']}", set()).add(user_id)
    return frozenset(key for key, asking in people.items() if len(asking) >= REPS_NEEDED)


def _titles(session: Session, written: Iterable[str], now: datetime) -> Iterator[Suggested]:
    # SQLite folds only ASCII letters, so that a title is also looked for as it was typed.
    starts, inside = [], []
    for begun, column in product(sorted(written), (func.lower(Asset.title), Asset.title)):
        starts.append(column.startswith(begun, autoescape=True))
        inside.append(column.contains(f" {begun}", autoescape=True))
    first = or_(*starts)
    wanted = select(Asset.id, Asset.title).where(library.live(now), or_(first, *inside))
    for asset_id, text in session.execute(wanted.order_by(first.desc(), Asset.title).limit(EACH_AT_MOST)):
        yield Suggested(SuggestedAs.TITLE, text, asset=asset_id)


def _own_situations(session: Session, begun: str, actor: Actor) -> list[Suggested]:
    mine = (
        select(Search.situation)
        .where(Search.user_id == actor.id, Search.situation.is_not(None))
        .order_by(Search.asked_at.desc())
        .limit(SEARCHES_READ)
    )
    found = _first_of_each(text for text in session.scalars(mine) if text and _begins(begun, text))
    return [Suggested(SuggestedAs.SITUATION, text) for text in found[:EACH_AT_MOST]]


def _first_of_each(texts: Iterable[str]) -> Sequence[str]:
    return list({" ".join(text.split()).casefold(): text for text in reversed(list(texts))}.values())[::-1]


def _begins(begun: str, text: str) -> bool:
    """Say whether any word of the text begins so."""
    folded = " ".join(text.split()).casefold()
    return folded.startswith(begun) or f" {begun}" in folded
