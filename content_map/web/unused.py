"""The report on unused content as its page: a finding and six classes first, all else behind tabs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.conversations import Conversation
from content_map.domain.unused import Act, Stage
from content_map.reports.formats import FORMATS
from content_map.reports.unused.frozen import NAME
from content_map.reports.unused_assets import Part
from content_map.reports.unused_result import UnusedReport
from content_map.services import cures, demonstration, reports, undoing, unused_content
from content_map.web import forms, unused_rows, unused_tabs, unused_view
from content_map.web.insights import quarters_offered
from content_map.web.speech import _
from content_map.web.unused_rows import Choice, Order
from content_map.web.unused_tabs import Tab

ADOPTION = "team-adoption"

blueprint = Blueprint("unused", __name__, url_prefix="/insights/unused-assets")

# What each tab shows beside the rows; the others cost nothing then.
_PARTS: Mapping[Tab, tuple[Part, ...]] = {
    Tab.OVERVIEW: (Part.PREVIOUS, Part.TWELVE_MONTHS),
    Tab.BREAKDOWNS: (Part.FACETS,),
    Tab.TREND: (Part.TREND, Part.RESTATED),
    Tab.DRIFT: (Part.DRIFT,),
    Tab.COUNTED: (Part.PREVIOUS, Part.TWELVE_MONTHS),
}


_TEMPLATES: Mapping[Tab, str] = {Tab.OVERVIEW: "overview", Tab.ASSETS: "assets"}  # else parts


@blueprint.get("")
def page() -> str:
    """Show a quarter's report, the present one when none is chosen; one tab at a time."""
    settings, now = context.resources().settings, context.now()
    tab = forms.one_of("tab", request.args.get("tab"), Tab) or Tab.OVERVIEW
    with context.reading() as session:
        report = unused_content.look(
            session,
            request.args.get("quarter") or None,
            _PARTS.get(tab, ()),
            with_left_out=bool(request.args.get("with_left_out")),
            actor=context.actor(),
            settings=settings,
            now=now,
        )
        is_demo = demonstration.is_demonstration(session)
        shown = _tab(session, tab, report)
    query = unused_tabs.query(quarter=str(report.question.quarter))
    return render_template(
        f"insights/unused/{_TEMPLATES.get(tab, 'parts')}.html",
        report=unused_view.view_of(report, demo=is_demo),
        tabs=unused_tabs.tabs(tab, report),
        tab=tab,
        kept=unused_tabs.query(quarter=None, tab=None if tab is Tab.OVERVIEW else tab.value),
        quarters=quarters_offered(reports.quarter_of(None, settings, now=now)),
        formats=[
            (form.label, f"/api/v1/reports/{NAME}.{form.ending}?{urlencode(query)}")
            for form in FORMATS.values()
        ],
        adoption_url=_adoption_url(),
        sides=unused_rows.SIDES,
        splits=unused_rows.SPLITS,
        **shown,
    )


@blueprint.post("/asked")
def ask() -> Response:
    """Ask the side that owns it for a cure, or the owner what would help."""
    act = forms.choice("act", Act)
    asset, quarter = request.form.get("asset", ""), request.form.get("quarter", "")[:7]
    with context.transaction() as session:
        if act is Act.ASK:
            told = cures.ask_owner(
                session,
                asset,
                quarter=quarter,
                path=url_for("pages.assets.page", asset_id=asset),
                actor=context.actor(),
                now=context.now(),
            )
            said = _("The owner is asked.") if told else _("You asked the owner already; wait for an answer.")
        else:
            cures.ask_for(
                session, act or Act.RETIRE, asset, quarter=quarter, actor=context.actor(), now=context.now()
            )
            said = _("Asked for. It stands among the tasks of the side that owns it.")
    flash(said, "ok")
    return redirect(_back(), 303)


@blueprint.post("/retired")
def retire() -> Response:
    """Retire an asset, with one that takes its place where the form names one; ten minutes to undo it."""

    def act() -> None:
        successor = unused_rows.asset_id_of(request.form.get("successor", ""))
        with context.transaction() as session:
            cures.retire(
                session,
                request.form.get("asset", ""),
                successor,
                actor=context.actor(),
                now=context.now(),
            )

    errors = forms.attempt(act)
    if errors:
        flash(" ".join(errors.values()), "error")
    else:
        flash(
            _("Retired. Reps no longer find it; its history stays, and it can be undone for 10 minutes."),
            "ok",
        )
    return redirect(_back(), 303)


def _adoption_url() -> str | None:
    """Lead those who may read it to the report on who uses the product at all."""
    may_read = any(each.name == ADOPTION for each in reports.names(context.actor()))
    values: dict[str, Any] = unused_tabs.query()
    return url_for("pages.insights.report", name=ADOPTION, **values) if may_read else None


def _back() -> str:
    return forms.own_path(request.form.get("back"), url_for("pages.unused.page", tab=Tab.ASSETS.value))


def _tab(session: Session, tab: Tab, report: UnusedReport) -> Mapping[str, Any]:
    match tab:
        case Tab.OVERVIEW:
            return unused_view.overview(report)
        case Tab.ASSETS:
            return _assets(session, report)
        case _:
            start = forms.whole_number("start", request.args.get("start")) or 0
            return unused_tabs.content(
                tab,
                report,
                table=request.args.get("table"),
                start=max(start, 0),
                may_edit=cures.may_edit(context.actor()),
            )


def _assets(session: Session, report: UnusedReport) -> Mapping[str, Any]:
    choice = Choice(
        stage=forms.one_of("stage", request.args.get("stage"), Stage),
        conversation=forms.one_of("conversation", request.args.get("conversation"), Conversation),
        act=forms.one_of("act", request.args.get("act"), Act),
        order=forms.one_of("order", request.args.get("order"), Order) or Order.CLASS,
        start=max(forms.whole_number("start", request.args.get("start")) or 0, 0),
    )
    actor = context.actor()
    chosen = unused_rows.chosen(report.rows, choice)
    standing = cures.present(session, [row.asset for row in chosen.shown])
    last = undoing.last(session, actor=actor, now=context.now()) if cures.may_edit(actor) else None
    return {
        "choice": choice,
        "orders": unused_rows.ORDERS,
        "rows": [unused_rows.view_of(row, standing[row.asset], actor) for row in chosen.shown],
        "page": chosen,
        "back_url": request.full_path.rstrip("?"),
        "undo_token": last.id if last else None,
    }
