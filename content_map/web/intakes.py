"""The log of what came in by the many: each run, each file, object or row of it, and another try."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from content_map import context
from content_map.domain.intakes import IntakeKind, RunState, Verdict
from content_map.errors import Invalid
from content_map.services import intakes
from content_map.services.folder_adding import FolderOptions, Shelf, Unwatched
from content_map.services.intakes import RunView
from content_map.services.registering import register_again
from content_map.web import forms
from content_map.web.intake_words import KINDS, VERDICTS, said, shown_item
from content_map.web.row_tables import as_download
from content_map.web.speech import _, ngettext

SHOWN_AT_ONCE = 200

Page = str | tuple[str, int] | AnyResponse

blueprint = Blueprint("intakes", __name__, url_prefix="/imports/runs")


@blueprint.get("/<run_id>")
def page(run_id: str) -> Page:
    """Show what became of each file, object or row of a run."""
    verdict = forms.one_of("verdict", request.args.get("verdict"), Verdict)
    after = forms.whole_number("after", request.args.get("after")) or 0
    with context.reading() as session:
        view = intakes.get(session, run_id, actor=context.actor(), now=context.now())
        found = intakes.items(session, view, verdict=verdict, after=after, limit=SHOWN_AT_ONCE + 1)
    shown = found[:SHOWN_AT_ONCE]
    return render_template(
        "imports/run.html",
        run=view,
        kind=KINDS[view.kind],
        is_running=view.state is RunState.RUNNING,
        is_stopped=view.state is RunState.STOPPED,
        said=said(view),
        tabs=_tabs(view, verdict),
        items=[shown_item(each.name, Verdict(each.verdict), each.reason, each.asset_id) for each in shown],
        shown=ngettext("%(num)s shown", "%(num)s shown", len(shown)),
        next_url=_more(view, verdict, shown[-1].number) if len(found) > SHOWN_AT_ONCE else None,
        first_url=_more(view, verdict, None) if after else None,
        log_url=url_for("pages.intakes.log", run_id=view.id),
        may_retry=view.kind is IntakeKind.OBJECTS and Verdict.REFUSED in view.counts,
        retry_command=f"content-map asset retry {view.id[: intakes.SHORT_ID_CHARACTERS]}"
        if view.kind is IntakeKind.FOLDER and Verdict.REFUSED in view.counts
        else None,
    )


@blueprint.get("/<run_id>/log.csv")
def log(run_id: str) -> Page:
    """The whole log of a run as a table."""
    with context.reading() as session:
        view = intakes.get(session, run_id, actor=context.actor(), now=context.now())
        rows = [
            (item.name, item.verdict, item.reason or "", item.asset_id or "")
            for item in intakes.items(session, view)
        ]
    return as_download("log.csv", ("name", "verdict", "reason", "asset"), rows)


@blueprint.post("/<run_id>/retry")
def retry(run_id: str) -> Page:
    """Try the refused objects of a run again, with the same options."""
    parts, actor = context.resources(), context.actor()
    with context.reading() as session:
        view = intakes.get(session, run_id, actor=actor, now=context.now())
        names = [item.name for item in intakes.items(session, view, verdict=Verdict.REFUSED)]
    if view.kind is not IntakeKind.OBJECTS:
        raise Invalid.field("/run", _("Only objects in the store can be tried again from here."))
    shelf = Shelf(
        parts.sessions, parts.store, parts.settings.upload_limit_bytes, actor=actor, clock=context.now
    )
    done = register_again(
        shelf,
        parts.settings.register_prefix,
        view.source,
        names,
        FolderOptions.from_json(dict(view.options)),
        Unwatched(),
    )
    flash(
        ngettext("%(num)s object is in now.", "%(num)s objects are in now.", done.counts[Verdict.ADDED]), "ok"
    )
    return redirect(url_for("pages.intakes.page", run_id=done.id), 303)


def _tabs(view: RunView, on: Verdict | None) -> list[tuple[str, int, str, bool]]:
    every = (_("All"), view.total, url_for("pages.intakes.page", run_id=view.id), on is None)
    return [
        every,
        *(
            (
                str(VERDICTS[verdict]),
                view.counts[verdict],
                url_for("pages.intakes.page", run_id=view.id, verdict=verdict.value),
                verdict is on,
            )
            for verdict in Verdict
            if verdict in view.counts
        ),
    ]


def _more(view: RunView, verdict: Verdict | None, after: int | None) -> str:
    return url_for(
        "pages.intakes.page", run_id=view.id, verdict=verdict.value if verdict else None, after=after
    )
