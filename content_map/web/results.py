"""An answer as the results page shows it: chips, tabs, hits with their reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import url_for
from sqlalchemy.orm import Session

from content_map import context
from content_map.domain.conversations import CONVERSATIONS
from content_map.domain.situations import ReadAs, Recognised
from content_map.models import Page
from content_map.services import showing, usage_shown
from content_map.services.answers import Found, FoundHit, Passage
from content_map.web.cards import Card, card_of
from content_map.web.speech import _

USED_WITHIN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Chip:
    """A detail read in the words. `value` None: it cannot be left out, the vocabulary does not hold it."""

    facet: str
    name: str
    value: str | None
    negated: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """All, or one of the five, with how many fit."""

    key: str
    number: int | None
    short: str
    count: int


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A row. `matched` of `of` details fit."""

    rank: int
    asset: Card
    url: str
    preview_url: str
    passages: tuple[Passage, ...]
    fit: str
    matched: int
    of: int
    used: int


@dataclass(frozen=True, slots=True)
class Drop:
    """The detail to leave out when nothing fits."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole list; `id` None and `draft` while typing."""

    id: str | None
    draft: bool
    chips: tuple[Chip, ...]
    ignored: tuple[str, ...]
    chosen: tuple[str, ...]
    tabs: tuple[Tab, ...]
    only: str
    total: int
    took_ms: float
    did_you_mean: str | None
    hits: tuple[ShownHit, ...]
    next: str | None
    drop: Drop | None
    page_url: str


def answer_of(session: Session, found: Found) -> Answer:
    """Put an answer into the words and addresses of the page."""
    hits = _hits(session, found)
    total = sum(found.by_conversation.values())
    chips = tuple(_chip(each) for each in found.chips)
    return Answer(
        id=found.id,
        draft=found.id is None,
        chips=chips,
        ignored=found.situation.ignore,
        chosen=found.situation.terms,
        tabs=(
            Tab("", None, "", total),
            *(
                Tab(each.key, each.number, each.short, found.by_conversation[each.key])
                for each in CONVERSATIONS
            ),
        ),
        only=found.situation.conversation or "",
        total=found.total,
        took_ms=found.took_ms,
        did_you_mean=found.reading.did_you_mean,
        hits=hits,
        next=found.next,
        drop=_drop(chips) if not hits else None,
        page_url=url_for("pages.find.results", search_id=found.id) if found.id else "",
    )


def _hits(session: Session, found: Found) -> tuple[ShownHit, ...]:
    ids = [hit.asset.id for hit in found.hits]
    usage = usage_shown.counts(session, ids, since=context.now() - USED_WITHIN)
    pages = showing.first_pages(session, [hit.asset.current for hit in found.hits])
    return tuple(
        _hit(hit, found, usage[hit.asset.id].uses, pages.get(hit.asset.current.id)) for hit in found.hits
    )


def _hit(hit: FoundHit, found: Found, used: int, first: Page | None) -> ShownHit:
    matched = ",".join(str(passage.page) for passage in hit.passages) or None
    card = card_of(hit.asset, first_page=first, search=found.id, matched_pages=matched)
    preview = ""
    if found.id:
        preview = url_for("pages.find.preview", search_id=found.id, asset_id=hit.asset.id, matched=matched)
    return ShownHit(
        rank=hit.rank,
        asset=card,
        url=card.url,
        preview_url=preview,
        passages=hit.passages,
        fit=_fit(hit),
        matched=len(hit.met),
        of=len(hit.met) + len(hit.missed),
        used=used,
    )


def _fit(hit: FoundHit) -> str:
    """Say what of the situation the row fits; without details in it, why it stands here at all."""
    if not hit.met and not hit.missed:
        return " ".join(hit.why[:1])
    if not hit.missed:
        return _("every detail")
    if len(hit.missed) == 1 and len(hit.met) > 1:
        return _("all but %(name)s", name=hit.missed[0].name)
    return ", ".join(chip.name for chip in hit.met)


def _chip(chip: Recognised) -> Chip:
    return Chip(chip.facet.value, chip.name, chip.ref, chip.negated, chip.read_as is ReadAs.CHOSEN)


def _drop(chips: Sequence[Chip]) -> Drop | None:
    """Name what to leave out first: the last thing said."""
    return next((Drop(chip.name, chip.value) for chip in reversed(chips) if chip.value), None)
