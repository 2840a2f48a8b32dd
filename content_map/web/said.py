"""Answers to what somebody says of an asset: a toast or a sheet for a page that stays, else a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from content_map.services.own_events import Logged
from content_map.web import forms, words
from content_map.web.speech import _

_SAID = "said"

blueprint = Blueprint("said", __name__)


def is_piece() -> bool:
    """Say whether a script of ours asks, which shows the answer over the page that stays."""
    return bool(request.headers.get("HX-Request"))


def answer(
    sentence: str, event_ids: Sequence[str] = (), *, change: str | None = None, go: str | None = None
) -> Response:
    """Say that it is done, with an undo of these events; `change` leads to the form, `go` on to a download."""
    said = {"sentence": sentence, "events": list(event_ids), "change": change}
    if is_piece():
        return make_response(render_template("uses/_said.html", said=said, go=go))
    session[_SAID] = said
    return redirect(go or back(), 303)


def sheet(template: str, errors: dict[str, str], **given: Any) -> Response:
    """Show a form over the page, or as a page of its own; with errors it is a refusal."""
    layout = "uses/_sheet.html" if is_piece() else "uses/_sheet_page.html"
    page = render_template(template, layout=layout, errors=errors, back=back(), **given)
    return make_response(page, 422 if errors else 200)


def back() -> str:
    """Where the form was met."""
    return forms.own_path(request.values.get("back"), url_for("pages.find.home"))


def not_counted(logged: Logged) -> str:
    """Say why an event does not count, or nothing."""
    reason = str(logged.excluded_reason)
    return f" {words.NOT_COUNTED[reason]}" if reason in words.NOT_COUNTED else ""


def sentence_of(logged: Logged) -> str:
    """Say what was recorded."""
    reason = words.FEEDBACK_AND_REASONS.get(logged.feedback or "")
    account = logged.account or ""
    if logged.outcome:
        outcome = words.OUTCOME_ANSWERS[logged.outcome]
        said = _("Recorded for %(account)s: %(outcome)s.", account=account, outcome=outcome)
    elif logged.kind == "not_used":
        said = _("Not used for %(account)s: %(reason)s.", account=account, reason=reason)
    elif logged.kind == "feedback":
        said = _("Marketing sees this with your team and role.")
    else:
        said = _("Used for %(account)s.", account=account)
    return said + not_counted(logged)


@blueprint.app_context_processor
def _context() -> dict[str, object]:
    """Let the next page say it, once."""
    return {"said_before": lambda: session.pop(_SAID, None)}
