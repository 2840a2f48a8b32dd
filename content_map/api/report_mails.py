"""Reports by mail: everybody for themselves."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.schemas.report_mail import ReportMailView, ReportMailWant
from content_map.schemas.strict import list_of
from content_map.services import report_mails

blueprint = ApiBlueprint("report-mails", __name__, description="Reports that come by mail")


@blueprint.route("/report-mails", endpoint="all")
class ReportMails(MethodView):
    """One's own."""

    @blueprint.response(200, list_of(ReportMailView))
    def get(self) -> Any:
        """List which reports one is mailed about."""
        with context.reading() as session:
            return {"items": report_mails.mine(session, actor=context.actor()), "next": None}


@blueprint.route("/reports/<name>/mail", endpoint="one")
class OneReportMail(MethodView):
    """One report by mail."""

    @blueprint.response(200, ReportMailView)
    def get(self, name: str) -> Any:
        """Show how often one is mailed about it."""
        with context.reading() as session:
            return report_mails.wish(session, name, actor=context.actor())

    @blueprint.arguments(ReportMailWant)
    @blueprint.response(200, ReportMailView)
    def put(self, given: dict[str, Any], name: str) -> Any:
        """Be mailed about it from the next week, month or frozen quarter on."""
        with context.transaction() as session:
            return report_mails.want(session, name, **given, actor=context.actor(), now=context.now())

    @blueprint.response(204)
    def delete(self, name: str) -> None:
        """Be mailed no longer."""
        with context.transaction() as session:
            report_mails.stop(session, name, actor=context.actor(), now=context.now())
