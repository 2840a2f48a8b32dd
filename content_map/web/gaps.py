"""Searches that found nothing useful, and what marketing was asked for them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for

from content_map import context
from content_map.domain.conversations import Conversation
from content_map.domain.permissions import Right, allows
from content_map.domain.quarters import Quarter
from content_map.services import gaps, reports
from content_map.services.gaps import Gap
from content_map.web import forms, words
from content_map.web.speech import _

SHOWN = 30
QUARTERS_OFFERED = 8

blueprint = Blueprint("gaps", __name__, url_prefix="/requests/gaps")


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time to choose; the last 90 days have no key."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class ShownTerm:
    """A term with its facet in words."""

    facet: str
    name: str


@dataclass(frozen=True, slots=True)
class ShownGap:
    """A gap with where it leads: the request there is, or the form to ask for it."""

    gap: Gap
    terms: tuple[ShownTerm, ...]
    request_url: str | None
    ask_url: str | None


@blueprint.get("")
def index() -> str:
    """List them for a period, the last 90 days when none is chosen."""
    resources, now = context.resources(), context.now()
    chosen = request.args.get("quarter") or None
    conversation = forms.one_of("conversation", request.args.get("conversation"), Conversation)
    with context.reading() as session:
        found = gaps.listed(
            session,
            quarter=chosen,
            conversation=conversation,
            limit=SHOWN,
            cursor=request.args.get("cursor"),
            vocabulary=resources.vocabulary.current(session),
            known=resources.at_hand.asked_for.terms(session, now=now),
            actor=context.actor(),
            settings=resources.settings,
            now=now,
        )
    given = {"quarter": chosen, "conversation": conversation}
    present = reports.quarter_of(None, resources.settings, now=now)
    return render_template(
        "requests/gaps.html",
        gaps=[_shown(each) for each in found.items],
        periods=[Period("", _("Last 90 days")), *_quarters(present)],
        given=given,
        may_teach_words=allows(context.actor(), Right.MANAGE_TERMS),
        next_url=_url(chosen, conversation, found.next) if found.next else None,
        first_url=_url(chosen, conversation, None) if request.args.get("cursor") else None,
    )


def _url(quarter: str | None, conversation: Conversation | None, cursor: str | None) -> str:
    return url_for("pages.gaps.index", quarter=quarter, conversation=conversation, cursor=cursor)


def _shown(gap: Gap) -> ShownGap:
    facets = (each.term.partition(":")[0] for each in gap.terms)
    terms = tuple(
        ShownTerm(str(words.FACETS.get(facet, facet)), each.name)
        for facet, each in zip(facets, gap.terms, strict=True)
    )
    asked = gap.request
    request_url = url_for("pages.request_pages.page", request_id=asked.id) if asked and asked.id else None
    ask_url = None
    if gap.search is not None and (asked is None or asked.status in {"filled", "declined"}):
        ask_url = url_for("pages.requests.index", search=gap.search, _anchor="ask-form")
    return ShownGap(gap, terms, request_url, ask_url)


def _quarters(present: Quarter) -> list[Period]:
    offered = [present]
    while len(offered) < QUARTERS_OFFERED:
        offered.append(offered[-1].previous())
    return [
        Period(str(each), _("Q%(number)s %(year)s", number=each.number, year=each.year)) for each in offered
    ]
