"""An answer as the results page shows it: chips, tabs, rows with their reasons, and what to do when there are none."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from content_map import context
from content_map.domain.conversations import CONVERSATIONS
from content_map.domain.people import SALES_ROLES
from content_map.domain.synonyms import SynonymMet
from content_map.services import accounts
from content_map.services.answers import Found
from content_map.web.details import (
    AddableFacet,
    Chip,
    Guess,
    LeftOut,
    addable_to,
    chips_of,
    guess_of,
    left_out_of,
)
from content_map.web.result_rows import ShownElsewhere, ShownHit, elsewhere_of, rows_of
from content_map.web.use_forms import Place


@dataclass(frozen=True, slots=True)
class Tab:
    """All, or one of the five, with how many fit."""

    key: str
    number: int | None
    short: str
    count: int


@dataclass(frozen=True, slots=True)
class WayOut:
    """A detail whose leaving out gives `total` assets where nothing fits."""

    name: str
    value: str
    total: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What the fragment hands back to the form, so that the next question still knows it."""

    terms: tuple[str, ...]
    require: tuple[str, ...]
    ignore: tuple[str, ...]
    conversation: str
    prefer: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole list; `id` None and `draft` while typing."""

    id: str | None
    draft: bool
    kept: Kept
    chips: tuple[Chip, ...]
    left_out: tuple[LeftOut, ...]
    addable: tuple[AddableFacet, ...]
    guess: Guess | None
    tabs: tuple[Tab, ...]
    total: int
    took_ms: float
    did_you_mean: str | None
    synonyms: tuple[SynonymMet, ...]
    notice: str | None
    hits: tuple[ShownHit, ...]
    elsewhere: tuple[ShownElsewhere, ...]
    next: str | None
    ways_out: tuple[WayOut, ...]
    page_url: str
    place: Place | None  # None while typing, and for those whose uses do not count


def answer_of(session: Session, found: Found) -> Answer:
    """Put an answer into the words and addresses of the page."""
    vocabulary = context.resources().vocabulary.current(session)
    asked = found.situation
    return Answer(
        id=found.id,
        draft=found.id is None,
        kept=Kept(asked.terms, asked.require, asked.ignore, asked.conversation or "", asked.prefer or ""),
        chips=chips_of(found),
        left_out=left_out_of(found),
        addable=addable_to(found, vocabulary),
        guess=guess_of(found),
        tabs=_tabs(found),
        total=found.total,
        took_ms=found.took_ms,
        did_you_mean=found.reading.did_you_mean,
        synonyms=found.synonyms,
        notice=found.notice,
        hits=rows_of(session, found),
        elsewhere=elsewhere_of(found),
        next=found.next,
        ways_out=_ways_out(found),
        page_url=url_for("pages.find.results", search_id=found.id) if found.id else "",
        place=_place(session, found),
    )


def _tabs(found: Found) -> tuple[Tab, ...]:
    total = sum(found.by_conversation.values())
    five = (Tab(each.key, each.number, each.short, found.by_conversation[each.key]) for each in CONVERSATIONS)
    return (Tab("", None, "", total), *five)


def _place(session: Session, found: Found) -> Place | None:
    if found.id is None or context.actor().role not in SALES_ROLES:
        return None
    account = found.situation.account
    if account and accounts.looks_like_id(account):
        account = accounts.get(session, account, actor=context.actor()).name
    return Place(search=found.id, account=account)


def _ways_out(found: Found) -> tuple[WayOut, ...]:
    return tuple(WayOut(each.chip.name, each.chip.handle, each.total) for each in found.without)
