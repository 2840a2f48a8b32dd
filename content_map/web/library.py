"""The library: a table with filters, and work queues as its tabs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.permissions import Right, allows
from content_map.services import library, library_queues, rereading, undoing, usage_shown, users
from content_map.services.library_queues import Queue
from content_map.web import asset_form, forms, library_filter
from content_map.web.cards import cards_of
from content_map.web.library_filter import Given
from content_map.web.speech import _, ngettext

USED_WITHIN = timedelta(days=90)

Page = str | tuple[str, int] | Response

blueprint = Blueprint("library", __name__, url_prefix="/library")


@dataclass(frozen=True, slots=True)
class Tab:
    """A queue of the library and how many are in it; `count` None where nobody counted."""

    name: str
    count: int | None
    url: str
    on: bool


@blueprint.get("")
def index() -> Page:
    """List what the actor may know of."""
    actor, now = context.actor(), context.now()
    given = library_filter.given_in(request.args.items())
    wanted, queue = library_filter.filter_of(given), library_filter.queue_of(given)
    cursor = request.args.get("cursor")
    may_edit = allows(actor, Right.EDIT_ASSET)
    with context.reading() as session:
        found = library.listed(session, wanted, cursor=cursor, today=context.today(), actor=actor, now=now)
        counts = library_queues.counts(
            session, owner=wanted.owner, today=context.today(), actor=actor, now=now
        )
        is_all = cursor is None and found.next is None
        matching = (
            len(found.items)
            if is_all
            else library.count(session, wanted, today=context.today(), actor=actor, now=now)
        )
        ids = [asset.id for asset in found.items]
        usage = usage_shown.counts(session, ids, since=now - USED_WITHIN)
        cards = cards_of(session, found.items, usage=usage, surface="browse")
        editing = _for_editors(session) if may_edit else {}
    return render_template(
        "library/index.html",
        assets=cards,
        begins={asset.id: asset.publish_at for asset in found.items},
        ends={asset.id: asset.expires_at for asset in found.items},
        live=counts[Queue.LIVE],
        untagged=counts.get(Queue.NEEDS_TAGGING, 0),
        tabs=_tabs(counts, queue, given),
        queue=queue or "",
        heading=library_filter.heading(queue),
        nothing=library_filter.nothing_in(queue),
        given=given,
        order=wanted.sort,
        filtered=library_filter.narrows(given),
        kept_query=library_filter.written(given),
        matching=matching,
        may_edit=may_edit,
        shown=_shown(len(cards), matching),
        next_url=library_filter.address(given, cursor=found.next) if found.next else None,
        first_url=library_filter.address(given) if cursor else None,
        clear_url=library_filter.address({}, status=given.get("status")),
        back_url=request.full_path.rstrip("?"),
        here_conversation=given.get("conversation"),
        **editing,
    )


@blueprint.post("/read-again/<asset_id>")
def read_again(asset_id: str) -> Page:
    """Read a file once more."""

    def act() -> None:
        with context.transaction() as session:
            rereading.read_again(session, asset_id, actor=context.actor(), now=context.now())

    errors = forms.attempt(act)
    flash(" ".join(errors.values()) or _("It is being read again."), "error" if errors else "ok")
    return redirect(forms.own_path(request.form.get("back"), url_for("pages.library.index")), 303)


def _for_editors(session: Session) -> Mapping[str, object]:
    actor, now = context.actor(), context.now()
    last = undoing.last(session, actor=actor, now=now)
    return {
        "owners": users.may_own(session),
        "facets": asset_form.facets_of(session),
        "languages": library_filter.languages(library.languages(session)),
        "sorts": library_filter.SORTS,
        "undo_token": last.id if last else None,
    }


def _shown(shown: int, matching: int) -> str:
    if shown == matching:
        return ngettext("%(num)s shown", "%(num)s shown", shown)
    return _("%(n)s of %(all)s shown", n=f"{shown:,}", all=f"{matching:,}")


def _tabs(counts: Mapping[Queue, int], on: Queue | None, given: Given) -> list[Tab]:
    if len(counts) < 2:
        return []
    named = {
        Queue.LIVE: _("Live"),
        Queue.NEEDS_TAGGING: _("Needs tagging"),
        Queue.FAILED: _("Could not be read"),
        Queue.REVIEW_DUE: _("Review due"),
        Queue.FLAGGED: _("Flagged"),
        Queue.EXPIRING: _("Expiring"),
        Queue.DRAFT: _("Drafts"),
        Queue.SCHEDULED: _("Scheduled"),
        Queue.ARCHIVED: _("Retired"),
    }
    mine = {name: given[name] for name in ("mine", "owner") if name in given}
    everything = Tab(_("All"), None, library_filter.address(mine), on is None)
    return [
        everything,
        *(
            Tab(named[each], count, library_filter.address(mine, status=each.value), each is on)
            for each, count in counts.items()
        ),
    ]
