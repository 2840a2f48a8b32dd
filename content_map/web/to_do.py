"""What waits for one: flags of readers, files that could not be read, reviews, ends, missing tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.assets import Kind
from content_map.domain.flagging import Mender
from content_map.domain.permissions import Right, allows, require
from content_map.models import Asset, Flag
from content_map.services import docket, docket_lists, flags, mail_wishes, mailing, reviews, waiting
from content_map.services.flags import FlagState, Words
from content_map.services.waiting import Queue, Waiting
from content_map.web import forms
from content_map.web.speech import _

Page = str | tuple[str, int] | Response
FLAGS_SHOWN = 50

blueprint = Blueprint("to_do", __name__)

# Where the library lists all of a kind.
_TABS = {
    Queue.FAILED: "failed",
    Queue.REVIEW: "review-due",
    Queue.EXPIRING: "expiring",
    Queue.TAGGING: "needs-tagging",
}
# What has a page of its own.
_PAGES = {Queue.TASKS: "pages.tasks.index", Queue.REQUESTS: "pages.requests.index"}


@dataclass(frozen=True, slots=True)
class ShownFlag:
    """A complaint as its mender meets it."""

    id: str
    asset_id: str
    title: str
    code: str
    teaching: bool
    reports: int
    at: datetime
    words: Sequence[Words]


@dataclass(frozen=True, slots=True)
class Row:
    """An asset that needs something."""

    id: str
    title: str
    url: str
    is_link: bool
    problem: str | None
    review_by: date | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Section:
    """A kind of work; `all_url` leads to the rest of it."""

    queue: Queue
    count: int
    rows: Sequence[Row]
    all_url: str | None


@blueprint.get("/to-do")
def index() -> Page:
    """List what waits for the one who asks. Raises NotAllowed."""
    return _page({}, None)


@blueprint.post("/flags/<flag_id>")
def decide(flag_id: str) -> Page:
    """Say what was done about a flag; its readers are told."""
    errors = forms.attempt(lambda: _decide(flag_id))
    if errors:
        return _page(errors, flag_id), 422
    flash(_("Answered. The readers who said it are told."), "ok")
    return redirect(url_for("pages.to_do.index", _anchor="flagged"), 303)


@blueprint.post("/assets/<asset_id>/still-right")
def still_right(asset_id: str) -> Page:
    """Say that an asset is still right; its next review moves by what the settings say."""
    settings = context.resources().settings
    with context.transaction() as session:
        asset = reviews.confirm(
            session,
            asset_id,
            months=settings.review_months,
            today=_today(),
            actor=context.actor(),
            now=context.now(),
        )
    flash(_("Still right. Its next review is on %(day)s.", day=f"{asset.review_by:%-d %b %Y}"), "ok")
    page = url_for("pages.assets.page", asset_id=asset_id)
    return redirect(forms.own_path(request.form.get("back"), page), 303)


@blueprint.post("/to-do/mail")
def wish() -> Page:
    """Keep whether the list comes by mail on Mondays."""
    wanted = bool(request.form.get("weekly"))
    with context.transaction() as session:
        mail_wishes.set_weekly(session, wanted, actor=context.actor())
    flash(_("You get this list by mail on Mondays.") if wanted else _("No more mail on Mondays."), "ok")
    return redirect(url_for("pages.to_do.index"), 303)


def _decide(flag_id: str) -> None:
    state = forms.choice("state", FlagState) or FlagState.DONE
    with context.transaction() as session:
        flags.decide(
            session,
            flag_id,
            state,
            note=forms.text("note"),
            reps_reached=forms.whole_number("reps_reached", forms.text("reps_reached")),
            actor=context.actor(),
            now=context.now(),
        )


def _page(errors: Mapping[str, str], errors_for: str | None) -> str:
    actor = context.actor()
    if not allows(actor, Right.TEACH):
        require(actor, Right.EDIT_ASSET)
    settings = context.resources().settings
    last = docket.closed_quarter(None, settings, now=context.now())
    with context.reading() as session:
        found = waiting.waiting(session, today=_today(), actor=actor, now=context.now())
        open_flags = flags.listed(session, mine=True, limit=FLAGS_SHOWN, actor=actor).items
        shown_flags = _flags(session, open_flags)
        undecided = docket_lists.count_waiting(session, last, actor=actor)
        weekly = mail_wishes.wants_weekly(session, actor=actor)
    return render_template(
        "to_do/index.html",
        flags=shown_flags,
        sections=[_section(each) for each in found if each.queue in _TABS or each.queue in _PAGES],
        undecided=undecided,
        docket_url=url_for("pages.docket.index"),
        count=sum(each.count for each in found),
        back_url=url_for("pages.to_do.index"),
        mails=mailing.is_on(context.resources().settings),
        weekly=weekly,
        errors=errors,
        errors_for=errors_for,
        typed=forms.typed("note", "reps_reached"),
    )


def _flags(session: Session, found: Sequence[Flag]) -> list[ShownFlag]:
    words = flags.words_of(session, found)
    return [
        ShownFlag(
            each.id,
            each.asset_id,
            each.asset.title,
            each.code,
            flags.mender_of_flag(each) is Mender.MANAGER,
            each.reports,
            each.last_raised_at,
            words.get(each.id, ()),
        )
        for each in found
    ]


def _section(of: Waiting) -> Section:
    if of.queue in _PAGES:
        rows = [_row(each) for each in of.first]
        mine = 1 if of.queue is Queue.REQUESTS else None
        return Section(of.queue, of.count, rows, url_for(_PAGES[of.queue], waiting=mine))
    more = of.count > len(of.first)
    address = url_for("pages.library.index", status=_TABS[of.queue], owner=context.actor().id)
    return Section(of.queue, of.count, [_row(each) for each in of.first], address if more else None)


def _row(asset: Asset) -> Row:
    url = url_for("pages.assets.page", asset_id=asset.id)
    version = asset.current
    is_link = version.kind == Kind.LINK
    return Row(asset.id, asset.title, url, is_link, version.problem, asset.review_by, asset.expires_at)


def _today() -> date:
    return context.now().astimezone(context.resources().settings.zone).date()
