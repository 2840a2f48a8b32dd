"""Words to go on with while somebody types: titles, terms, and one's own past situations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.beginnings import folded, tails
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.domain.situations import SITUATION_CHARACTERS
from content_map.domain.vocabulary import Vocabulary
from content_map.errors import Invalid
from content_map.models import Search
from content_map.services.at_hand import AtHand
from content_map.services.texts import NOT_STORABLE, is_storable

EACH_AT_MOST = 5
OWN_READ = 300


class SuggestedAs(StrEnum):
    """What a suggestion is."""

    TERM = "term"
    TITLE = "title"
    SITUATION = "situation"


@dataclass(frozen=True, slots=True)
class Suggested:
    """One way to go on; `term` is `facet:term`, `asset` an id.

    `words` are what the typing goes on to say: of a term the name or alias that begins so.
    """

    kind: SuggestedAs
    text: str
    words: str
    term: str | None = None
    asset: str | None = None


def suggest(
    session: Session, prefix: str, *, vocabulary: Vocabulary, at_hand: AtHand, actor: Actor, now: datetime
) -> list[Suggested]:
    """Go on from what was typed: terms and live titles complete its last words, one's own situations any of it.

    Terms that three or more reps have asked with come first, then those whose name begins so; nothing comes from
    nothing. Raises NotAllowed, Invalid.
    """
    require(actor, Right.SEARCH)
    if not is_storable(prefix):
        raise Invalid.field("/prefix", NOT_STORABLE)
    if len(prefix) > SITUATION_CHARACTERS:
        raise Invalid.field("/prefix", f"Write at most {SITUATION_CHARACTERS:,} characters.")
    begun = tails(prefix)
    if not begun:
        return []
    return [
        *_terms(session, begun, vocabulary, at_hand, now),
        *(
            Suggested(SuggestedAs.TITLE, title, title, asset=asset_id)
            for asset_id, title in at_hand.titles.begin_with(session, begun, limit=EACH_AT_MOST, now=now)
        ),
        *(
            Suggested(SuggestedAs.SITUATION, text, text)
            for text in islice(_own_situations(session, folded(prefix), actor), EACH_AT_MOST)
        ),
    ]


def _terms(
    session: Session, begun: tuple[str, ...], vocabulary: Vocabulary, at_hand: AtHand, now: datetime
) -> list[Suggested]:
    said = at_hand.phrases.begin_with(vocabulary, begun)
    asked = at_hand.asked_for.terms(session, now=now) if len(said) > 1 else frozenset[str]()
    found = [
        Suggested(SuggestedAs.TERM, vocabulary.terms[ref].name, words, term=ref)
        for ref, words in said.items()
    ]

    found.sort(key=lambda each: (each.term not in asked, not folded(each.text).startswith(begun)))
    return found[:EACH_AT_MOST]


def _own_situations(session: Session, begun: str, actor: Actor) -> Iterator[str]:
    """Yield one's own that have a word beginning so, each once, as it was written last, the latest first."""
    mine = (
        select(Search.situation)
        .where(Search.user_id == actor.id, Search.situation.is_not(None))
        .order_by(Search.asked_at.desc())
        .limit(OWN_READ)
    )
    known = {begun}  # what is written already is no way to go on
    for text in session.scalars(mine):
        fold = folded(text or "")
        if fold not in known and (fold.startswith(begun) or f" {begun}" in fold):
            known.add(fold)
            yield text or ""
