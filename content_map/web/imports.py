"""Tables of assets: checked, imported, exported; and the log of everything that came in by the many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from content_map import context
from content_map.domain.asset_rows import COLUMNS, by_row
from content_map.domain.permissions import Right, require
from content_map.errors import FieldError, Invalid
from content_map.services import asset_exports, asset_imports, checked_tables, intakes
from content_map.services.asset_imports import Desk, Imported
from content_map.web import forms
from content_map.web.intake_words import KINDS, said, shown_item
from content_map.web.row_tables import as_download
from content_map.web.speech import _, ngettext

SHOWN_AT_ONCE = 200
NAME_CHARACTERS = 120
CSV = "text/csv; charset=utf-8"
Page = str | tuple[str, int] | AnyResponse

blueprint = Blueprint("imports", __name__, url_prefix="/imports")


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """What is wrong in one cell; `row` counts as a spreadsheet does."""

    row: int
    column: str
    detail: str


@blueprint.get("")
def index() -> Page:
    """Offer the form, and list what came in before."""
    return _index({})


@blueprint.post("")
def check() -> Page:
    """Take a table in to be looked at; nothing of it is imported yet."""
    require(context.actor(), Right.IMPORT_METADATA)
    file = request.files.get("file")
    if file is None or not file.filename:
        return _index({"file": _("Choose a file first.")}), 422
    store = context.resources().store
    kept = checked_tables.keep(store, cast("BinaryIO", file.stream), actor=context.actor())
    return redirect(url_for("pages.imports.checked", table=kept, name=file.filename[-NAME_CHARACTERS:]), 303)


@blueprint.get("/checks/<table>")
def checked(table: str) -> Page:
    """Show what an import would do, and every row's problem."""
    try:
        found = _look(table)
    except Invalid as refusal:
        return _index(forms.errors_of(refusal)), 422
    problems = list(_problems(found.problems))
    name = request.args.get("name", "")[:NAME_CHARACTERS]
    return render_template(
        "imports/check.html",
        name=name or _("The table"),
        found=found,
        rows_at_fault=len({each.row for each in problems}),
        problems=problems[:SHOWN_AT_ONCE],
        more=max(0, len(problems) - SHOWN_AT_ONCE),
        preview=[shown_item(each.name, each.verdict, each.reason, None) for each in found.preview],
        unseen=max(0, found.created + found.changed - len(found.preview)),
        nothing_to_do=not (found.created or found.changed),
        problems_url=url_for("pages.imports.problems", table=table),
        commit_url=url_for("pages.imports.commit", table=table, name=name),
    )


@blueprint.get("/checks/<table>/problems.csv")
def problems(table: str) -> Page:
    """Every problem of a checked table as a table of its own."""
    rows = ((str(each.row), each.column, each.detail) for each in _problems(_look(table).problems))
    return as_download("problems.csv", ("row", "column", "problem"), rows)


@blueprint.post("/checks/<table>")
def commit(table: str) -> Page:
    """Import a checked table, all rows or none."""
    store, actor = context.resources().store, context.actor()
    name = request.args.get("name", "")[:NAME_CHARACTERS]
    with checked_tables.open_kept(store, table, actor=actor) as stream:
        done: list[Imported] = []
        errors = forms.attempt(
            lambda: done.append(asset_imports.import_table(_desk(), stream, name or "table"))
        )
    if errors:
        flash(_("Nothing was imported: some rows need a correction first."), "error")
        return redirect(url_for("pages.imports.checked", table=table, name=name), 303)
    checked_tables.discard(store, table, actor=actor)
    flash(
        _(
            "The table is in: %(created)s added, %(changed)s changed, %(unchanged)s as they were.",
            created=done[0].created,
            changed=done[0].changed,
            unchanged=done[0].unchanged,
        ),
        "ok",
    )
    return redirect(url_for("pages.intakes.page", run_id=done[0].run_id), 303)


@blueprint.get("/assets.csv")
def export() -> Page:
    """Write every asset's description as the table that an import takes."""
    parts = context.resources()
    table = asset_exports.write_table(parts.sessions, parts.settings.zone, actor=context.actor())
    response = Response(table, content_type=CSV)
    response.headers.set("Content-Disposition", "attachment", filename="assets.csv")
    return response


def _index(errors: dict[str, str]) -> str:
    actor = context.actor()
    require(actor, Right.IMPORT_METADATA)
    with context.reading() as session:
        cursor = request.args.get("cursor")
        found = intakes.listed(session, cursor=cursor, actor=actor, now=context.now())
    return render_template(
        "imports/index.html",
        errors=errors,
        columns=COLUMNS,
        runs=[(view, KINDS[view.kind], said(view)) for view in found.items],
        next_url=url_for("pages.imports.index", cursor=found.next) if found.next else None,
        first_url=url_for("pages.imports.index") if cursor else None,
        shown=ngettext("%(num)s shown", "%(num)s shown", len(found.items)),
    )


def _desk() -> Desk:
    parts = context.resources()
    return Desk.set_up(parts.settings, parts.sessions, parts.store, actor=context.actor(), now=context.now())


def _look(table: str) -> Imported:
    with checked_tables.open_kept(context.resources().store, table, actor=context.actor()) as stream:
        return asset_imports.look(_desk(), stream)


def _problems(found: tuple[FieldError, ...]) -> Iterator[ShownProblem]:
    return (ShownProblem(index + 2, column, detail) for index, column, detail in by_row(found))
