"""Reports by mail: one page where everybody chooses for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.cadence import Cadence
from content_map.models import ReportMail
from content_map.reports.formats import FORMATS
from content_map.services import mailing, report_mails, reports
from content_map.web import forms
from content_map.web.speech import _

blueprint = Blueprint("report_mails", __name__, url_prefix="/insights/mail")


@dataclass(frozen=True, slots=True)
class Wish:
    """A report and how it comes by mail; empty where it does not."""

    name: str
    heading: str
    url: str
    cadence: str
    attach: str


@blueprint.get("")
def page() -> str:
    """Show which reports come by mail, and how often."""
    with context.reading() as session:
        mine = {each.report: each for each in report_mails.mine(session, actor=context.actor())}
    return render_template(
        "insights/mail.html",
        wishes=_wishes(mine),
        cadences=[
            (Cadence.WEEKLY.value, _("Every Monday")),
            (Cadence.MONTHLY.value, _("On the first of a month")),
            (Cadence.QUARTERLY.value, _("When a quarter was frozen")),
        ],
        attachments=[(each.ending, _("%(format)s attached", format=each.label)) for each in FORMATS.values()],
        is_mail_on=mailing.is_on(context.resources().settings),
    )


@blueprint.post("")
def change() -> Response:
    """Keep one's wish for one report; without a rhythm no mail comes."""
    name = request.form.get("report", "")
    errors = forms.attempt(lambda: _keep(name))
    flash(" ".join(errors.values()) if errors else _("Saved."), "error" if errors else "ok")
    return redirect(url_for("pages.report_mails.page"), 303)


def _keep(name: str) -> None:
    cadence = forms.choice("cadence", Cadence)
    actor, now = context.actor(), context.now()
    with context.transaction() as session:
        if cadence is None:
            report_mails.stop(session, name, actor=actor, now=now)
        else:
            report_mails.want(session, name, cadence, forms.text("attach"), actor=actor, now=now)


def _wishes(mine: dict[str, ReportMail]) -> Sequence[Wish]:
    return [
        Wish(
            report.name,
            report.heading,
            url_for("pages.insights.report", name=report.name),
            mine[report.name].cadence if report.name in mine else "",
            (mine[report.name].attach or "") if report.name in mine else "",
        )
        for report in reports.names(context.actor())
        if not report.needs_asset
    ]
