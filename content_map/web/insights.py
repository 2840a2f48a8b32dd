"""Insights: the reports there are, each as a page; the one on unused content has a page of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from content_map import context
from content_map.domain.quarters import Quarter
from content_map.reports.formats import FORMATS, Print
from content_map.services import reports
from content_map.web import forms
from content_map.web.report_view import Address, page_of
from content_map.web.speech import _

QUARTERS_OFFERED = 8

blueprint = Blueprint("insights", __name__, url_prefix="/insights")


@dataclass(frozen=True, slots=True)
class Listed:
    """A report of the list; `url` None for one that is opened from an asset's page."""

    heading: str
    answers: str
    url: str | None


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
    """List the reports the actor may read, and what each answers."""
    listed = [
        Listed(
            report.heading,
            report.title,
            None if report.needs_asset else url_for("pages.insights.report", name=report.name),
        )
        for report in reports.names(context.actor())
    ]
    return render_template("insights/index.html", reports=listed)


@blueprint.get("/<name>")
def report(name: str) -> str:
    """Show any report of a quarter, with its switch and its files."""
    with context.reading() as session:
        printed = _run(session, name)
    start = forms.whole_number("start", request.args.get("start")) or 0
    return render_template(
        "insights/report.html",
        report=page_of(printed, _address(name), table=request.args.get("table"), start=start),
        here_url=url_for("pages.insights.report", name=name),
        kept=_query(quarter=None),
        quarters=quarters_offered(reports.quarter_of(None, context.resources().settings, now=context.now())),
        formats=_formats(printed),
    )


def _run(session: Session, name: str) -> Print:
    return reports.run(
        session,
        name,
        request.args.get("quarter") or None,
        asset=request.args.get("asset") or None,
        with_left_out=bool(request.args.get("with_left_out")),
        actor=context.actor(),
        settings=context.resources().settings,
        now=context.now(),
    )


def _query(**changed: str | None) -> dict[str, str]:
    """Give the parts of this address that choose what is counted, some of them changed."""
    given = {name: request.args.get(name) for name in ("quarter", "asset", "with_left_out")}
    return {name: value for name, value in {**given, **changed}.items() if value}


def _address(name: str) -> Address:
    def changed_to(_anchor: str | None = None, **changed: str | None) -> str:
        values: dict[str, Any] = _query(**changed)
        return url_for("pages.insights.report", name=name, _anchor=_anchor, **values)

    return changed_to


def _formats(printed: Print) -> list[Format]:
    query = urlencode(_query(quarter=str(printed.question.quarter)))
    return [
        Format(form.label, f"/api/v1/reports/{printed.report.name}.{form.ending}?{query}")
        for form in FORMATS.values()
    ]


def quarters_offered(present: Quarter) -> list[QuarterChoice]:
    """Give the quarters a page lets choose from, the present one first."""
    offered = [present]
    while len(offered) < QUARTERS_OFFERED:
        offered.append(offered[-1].previous())
    return [
        QuarterChoice(str(each), _("Q%(number)s %(year)s", number=each.number, year=each.year))
        for each in offered
    ]
