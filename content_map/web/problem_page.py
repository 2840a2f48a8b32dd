"""The page a person meets when something is refused or broken: a sentence and a way on."""

from __future__ import annotations

from flask import g, render_template, request

from content_map.problems import Problem
from content_map.web.speech import _

_ICONS = {401: "lock", 403: "lock", 404: "search", 410: "clock", 413: "upload", 429: "clock"}


def problem_page(problem: Problem) -> str:
    """Render a problem. A broken database must still give a page: the frame is left out when it cannot load."""
    status = int(problem.status)
    if request.headers.get("HX-Request"):
        return render_template("errors/fragment.html", title=_title(status), detail=problem.detail)
    frame: dict[str, object] = {"me": None} if status >= 500 else {}
    if status >= 500:
        g.surroundings = frame
    return render_template(
        "errors/page.html",
        status=status,
        title=_title(status),
        detail=problem.detail,
        errors=[each.detail for each in problem.errors if each.detail != problem.detail],
        error_icon=_ICONS.get(status, "triangle-alert"),
        request_id=g.get("request_id") if status >= 500 else None,
        again=request.path if request.method == "GET" else None,
    )


def _title(status: int) -> str:
    titles = {
        401: _("Please sign in"),
        403: _("This is not yours to do"),
        404: _("There is nothing here"),
        405: _("That cannot be done here"),
        409: _("That contradicts what is stored"),
        410: _("This has ended"),
        412: _("Somebody was faster"),
        413: _("That is too large"),
        415: _("That kind of file is not accepted"),
        422: _("Some of that cannot be accepted"),
        429: _("A moment, please"),
        500: _("Something broke on our side"),
        503: _("A part of Content Map is not answering"),
    }
    return titles.get(status) or _("That did not work")
