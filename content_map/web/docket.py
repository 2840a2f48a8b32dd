"""The retirement docket: a closed quarter's unused assets, and what marketing and sales say about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.assets import Status
from content_map.domain.docket import Choice
from content_map.domain.permissions import Right, allows
from content_map.domain.quarters import Quarter
from content_map.domain.unused import Side, Stage
from content_map.errors import Invalid
from content_map.models import DocketItem
from content_map.services import docket, docket_lists, library, tasks, titled
from content_map.services.docket import Decision
from content_map.services.docket_lists import Beside, State, Wanted
from content_map.services.library import LibraryFilter
from content_map.web import forms, words
from content_map.web.speech import _, ngettext

Page = str | tuple[str, int] | Response
SUCCESSORS_OFFERED = 200
SHOWN = 50

blueprint = Blueprint("docket", __name__, url_prefix="/docket")


@dataclass(frozen=True, slots=True)
class Tab:
    """A state, with how many items are in it."""

    name: str
    count: int
    url: str
    on: bool


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item with its evidence, and what its viewer may do with it."""

    item: DocketItem
    state: State
    beside: Beside
    may_take_back: bool
    may_open: bool


@blueprint.get("")
def index() -> Page:
    """Show a closed quarter's docket, the last one when none is chosen."""
    return _page(_quarter(request.args.get("quarter")), {})


@blueprint.post("/fill")
def fill() -> Page:
    """Put the quarter's unused assets on the docket."""
    settings, now = context.resources().settings, context.now()
    quarter = _quarter(forms.text("quarter"))
    docket.check_may_fill(context.actor())
    with context.reading() as session:
        unused = docket.unused_in(session, quarter, settings=settings, now=now)
    with context.transaction() as session:
        added = docket.put_on(session, quarter, unused, actor=context.actor(), now=now)
    said = ngettext("On the docket now: %(num)s asset.", "On the docket now: %(num)s assets.", added)
    flash(said if added else _("Nothing is new for the docket."), "ok")
    return redirect(url_for("pages.docket.index", quarter=str(quarter)), 303)


@blueprint.post("")
def decide() -> Page:
    """Say for one side what to do with those that are ticked, or take back what it said of one."""
    quarter = _quarter(forms.text("quarter"))
    said: list[str] = []
    errors = forms.attempt(lambda: said.append(_decide()))
    if errors:
        return _page(quarter, errors), 422
    flash(said[0], "ok")
    state = forms.one_of("state", forms.text("state"), State)
    return redirect(url_for("pages.docket.index", quarter=str(quarter), state=state), 303)


def _decide() -> str:
    actor = context.actor()
    back = request.form.get("take_back")
    choice = None if back else forms.choice("choice", Choice)
    ids = [back] if back else request.form.getlist("shown" if request.form.get("all") else "item")
    if not ids:
        raise Invalid.field("/items", _("Tick the assets you decide on."))
    if choice is None and not back:
        raise Invalid.field("/choice", _("Choose one of the four."))
    with context.transaction() as session:
        successor = forms.text("successor") if choice is Choice.RETIRE else None
        decision = Decision(
            choice,
            None if back else forms.text("note"),
            titled.live_titled(session, successor, pointer="/successor", now=context.now())
            if successor
            else None,
        )
        side = forms.choice("side", Side)
        items = docket.decide(session, ids, decision, side=side, actor=actor, now=context.now())
        settled = sum(each.settled_choice is not None for each in items)
    if back:
        return _("Taken back. What had been settled is undone.")
    if settled:
        return _("Both sides say the same; settled and done: %(n)s.", n=settled)
    return _("Noted for your side. It is settled when the other side says the same.")


def _page(quarter: Quarter, errors: Mapping[str, str]) -> str:
    actor, settings, now = context.actor(), context.resources().settings, context.now()
    given = request.args if request.method == "GET" else request.form
    state = forms.one_of("state", given.get("state"), State)
    stage = forms.one_of("class", request.args.get("class"), Stage)
    wanted = Wanted(quarter, state, stage)
    with context.reading() as session:
        found = docket_lists.listed(
            session, wanted, limit=SHOWN, cursor=request.args.get("cursor"), actor=actor
        )
        counts = docket_lists.counts(session, quarter, actor=actor)
        beside = docket_lists.beside(session, found.items, settings=settings)
        offered = {*docket_lists.quarters(session, actor=actor), _quarter(None), quarter}
        live = LibraryFilter(status=Status.PUBLISHED, sort="-updated_at")
        successors = library.listed(session, live, limit=SUCCESSORS_OFFERED, actor=actor, now=now).items
    sides = [side for side, right in tasks.RIGHT_OF.items() if allows(actor, right)]
    return render_template(
        "docket/index.html",
        quarter=quarter,
        quarters=sorted(offered, reverse=True),
        items=[_shown(each, beside[each.id], sides) for each in found.items],
        unsettled=sum(each.settled_choice is None for each in found.items),
        tabs=[
            Tab(_("All"), sum(counts.values()), _url(quarter, None, stage), state is None),
            *(
                Tab(str(words.DOCKET_STATES[each]), counts[each], _url(quarter, each, stage), state is each)
                for each in State
            ),
        ],
        total=sum(counts.values()),
        state=state,
        stage=stage,
        stages=[each for each in Stage if each.is_unused],
        sides=sides,
        may_fill=allows(actor, Right.OPEN_TASKS),
        successors=[each.title for each in successors],
        next_url=_url(quarter, state, stage, found.next) if found.next else None,
        errors=errors,
        ticked=set(request.form.getlist("item")),
        typed=forms.typed("note", "successor", "side"),
    )


def _shown(item: DocketItem, beside: Beside, sides: list[Side]) -> ShownItem:
    own = {Side.MARKETING: item.marketing_choice, Side.SALES: item.sales_choice}
    spoken = [side for side in sides if own[side] is not None]
    # What has ended is seen by those who keep the library.
    may_open = item.asset.status != Status.ARCHIVED or allows(context.actor(), Right.SEE_RETIRED)
    # An admin speaks for both: which side takes back is then asked for below.
    return ShownItem(item, docket_lists.state_of(item), beside, may_take_back=bool(spoken), may_open=may_open)


def _quarter(text: str | None) -> Quarter:
    return docket.closed_quarter(text or None, context.resources().settings, now=context.now())


def _url(quarter: Quarter, state: State | None, stage: Stage | None, cursor: str | None = None) -> str:
    query = {"state": state, "class": stage, "cursor": cursor}
    given = {"quarter": quarter, **{name: value for name, value in query.items() if value is not None}}
    return f"{url_for('pages.docket.index')}?{urlencode(given)}"
