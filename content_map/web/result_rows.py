"""The rows of an answer: each asset with the page that answers best, why it is there, and its near-copies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import url_for
from sqlalchemy.orm import Session

from content_map import context
from content_map.domain.reasons import Reason, ReasonKind
from content_map.domain.usage import Surface
from content_map.models import Asset, Page
from content_map.services import showing, usage_shown
from content_map.services.answers import Found, FoundHit, Passage
from content_map.web.cards import Card, card_of
from content_map.web.speech import _

USED_WITHIN = timedelta(days=90)
_LABELLED = re.compile(r"^(?:Page|Slide|Section) (\w{1,6})\b")


@dataclass(frozen=True, slots=True)
class Copy:
    """A near-copy that is folded into a row."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A row. `matched` of `of` details fit.

    `pictured` numbers the picture's page as its label does, when it is the one that answers.
    `used` is of the last 90 days, and None where `fit` speaks of use already.
    """

    rank: int
    asset: Card
    url: str
    preview_url: str
    passages: tuple[Passage, ...]
    pictured: str | None
    fit: str
    matched: int
    of: int
    used: int | None
    is_explored: bool
    copies: tuple[Copy, ...]


@dataclass(frozen=True, slots=True)
class Jump:
    """A page that answers, in the preview: its marked words, and whether it is the page shown."""

    label: str
    html: str
    url: str
    on: bool


@dataclass(frozen=True, slots=True)
class ShownElsewhere:
    """An asset of another conversation that `reps` colleagues used in the one that is shown."""

    id: str
    title: str
    url: str
    conversation: str | None
    reps: int


def rows_of(session: Session, found: Found) -> tuple[ShownHit, ...]:
    """Make the rows of an answer at once."""
    ids = [hit.asset.id for hit in found.hits]
    usage = usage_shown.counts(session, ids, since=context.now() - USED_WITHIN)
    pages = showing.numbered_pages(session, [place for hit in found.hits for place in _pictures(hit)])
    return tuple(
        _row(hit, found, usage[hit.asset.id].uses, [pages[each] for each in _pictures(hit) if each in pages])
        for hit in found.hits
    )


def elsewhere_of(found: Found) -> tuple[ShownElsewhere, ...]:
    """Show what colleagues used in this conversation though it was made for another."""
    return tuple(
        ShownElsewhere(
            id=each.asset.id,
            title=each.asset.title,
            url=url_for("pages.assets.page", asset_id=each.asset.id, via=Surface.RECOMMENDATION.value),
            conversation=each.asset.conversation,
            reps=each.reps,
        )
        for each in found.elsewhere
    )


def jumps_of(hit: FoundHit, shown: int, **where: str | int) -> tuple[Jump, ...]:
    """Lead to each page that answers; `where` goes into every address."""
    return tuple(
        Jump(
            each.label,
            each.html,
            url_for("pages.find.preview", asset_id=hit.asset.id, number=each.page, **where),  # type: ignore[arg-type]
            each.page == shown,
        )
        for each in hit.passages
    )


def pages_that_answer(passages: Sequence[Passage]) -> str | None:
    """Write the pages that answer, best first, as addresses carry them."""
    return ",".join(str(passage.page) for passage in passages) or None


def _pictures(hit: FoundHit) -> list[tuple[str, int]]:
    """Where the row's picture may come from: the page that answers best, else the first."""
    numbers = dict.fromkeys([*(passage.page for passage in hit.passages[:1]), 1])
    return [(hit.asset.current.id, number) for number in numbers]


def _row(hit: FoundHit, found: Found, used: int, pages: Sequence[Page]) -> ShownHit:
    drawn = next((page for page in pages if page.thumbnail_key is not None), None)
    matched = pages_that_answer(hit.passages)
    card = card_of(hit.asset, first_page=drawn, search=found.id, matched_pages=matched)
    preview = ""
    if found.id:
        preview = url_for("pages.find.preview", search_id=found.id, asset_id=hit.asset.id, matched=matched)
    reason = _reason(hit)
    answers = drawn is not None and any(drawn.number == passage.page for passage in hit.passages[:1])
    return ShownHit(
        rank=hit.rank,
        asset=card,
        url=card.url,
        preview_url=preview,
        passages=hit.passages,
        pictured=_number_of(drawn) if drawn is not None and answers and (card.page_count or 0) > 1 else None,
        fit=reason.sentence if reason is not None else _fit(hit),
        matched=len(hit.met),
        of=len(hit.met) + len(hit.missed),
        used=None if reason is not None and reason.kind is ReasonKind.USED else used,
        is_explored=hit.is_explored,
        copies=tuple(_copy(each) for each in hit.folded),
    )


def _number_of(page: Page) -> str:
    """Number a page as the words beside its picture do: a PDF's twelfth may be its “Page 10”."""
    written = _LABELLED.search(page.label)
    return written[1] if written else str(page.number)


def _copy(asset: Asset) -> Copy:
    return Copy(asset.title, url_for("pages.assets.page", asset_id=asset.id, via=Surface.BROWSE.value))


def _reason(hit: FoundHit) -> Reason | None:
    """Say why a row stands here that meets no detail; that it is rarely shown, its label says."""
    if hit.met:
        return None
    return next((each for each in hit.reasons if each.kind is not ReasonKind.RARELY_SHOWN), None)


def _fit(hit: FoundHit) -> str:
    """Say what of the situation the row fits."""
    if not hit.met:
        return ""
    if not hit.missed:
        return _("every detail")
    if len(hit.missed) == 1 and len(hit.met) > 1:
        return _("all but %(name)s", name=hit.missed[0].name)
    return ", ".join(chip.name for chip in hit.met)
