"""Insights: the reports there are, and the quarterly one on unused content."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for

from content_map import context
from content_map.domain.quarters import Quarter
from content_map.domain.unused import Stage
from content_map.reports.unused_result import UnusedReport
from content_map.services import demonstration, reports
from content_map.web import forms
from content_map.web.speech import _
from content_map.web.unused_view import view_of

UNUSED = "unused-assets"
QUARTERS_OFFERED = 8

blueprint = Blueprint("insights", __name__, url_prefix="/insights")


@dataclass(frozen=True, slots=True)
class Listed:
    """A report of the list."""

    title: str
    about: str
    url: str


@dataclass(frozen=True, slots=True)
class QuarterChoice:
    """A quarter to choose."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Format:
    """The same rows as a file."""

    name: str
    url: str


@blueprint.get("")
def index() -> str:
    """List the reports the actor may read."""
    shown = {UNUSED: (_("Unused content"), url_for("pages.insights.unused"))}
    listed = [
        Listed(shown[report.name][0], report.title, shown[report.name][1])
        for report in reports.names(context.actor())
        if report.name in shown
    ]
    return render_template("insights/index.html", reports=listed)


@blueprint.get("/unused-assets")
def unused() -> str:
    """Show the report of a quarter, the present one when none is chosen."""
    settings = context.resources().settings
    with context.reading() as session:
        result = reports.run(
            session,
            UNUSED,
            request.args.get("quarter") or None,
            actor=context.actor(),
            settings=settings,
            now=context.now(),
        )
        is_demo = demonstration.is_demonstration(session)
    built = result.built
    if not isinstance(built, UnusedReport):
        raise TypeError("the unused-assets report is not what it was")
    only = forms.one_of("stage", request.args.get("stage"), Stage)
    return render_template(
        "insights/unused.html",
        report=view_of(built, only=only, demo=is_demo, zone=settings.zone),
        quarters=_quarters(reports.quarter_of(None, settings, now=context.now())),
        formats=[
            Format("CSV", f"/api/v1/reports/{UNUSED}.csv?quarter={result.question.quarter}"),
            Format("JSON", f"/api/v1/reports/{UNUSED}?quarter={result.question.quarter}"),
        ],
        only_class=only,
        all_rows_url=url_for("pages.insights.unused", quarter=str(result.question.quarter), _anchor="rows"),
    )


def _quarters(present: Quarter) -> list[QuarterChoice]:
    offered = [present]
    while len(offered) < QUARTERS_OFFERED:
        offered.append(offered[-1].previous())
    return [
        QuarterChoice(str(each), _("Q%(number)s %(year)s", number=each.number, year=each.year))
        for each in offered
    ]
