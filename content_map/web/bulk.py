"""Changing many assets: fields, preview, act, undo; as pages, and as pieces for the library's dialog."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.permissions import Right, require
from content_map.errors import Invalid
from content_map.services import bulk, library, undoing, users
from content_map.services.bulk import Edit, Outcome, Selection
from content_map.web import asset_form, bulk_form, bulk_words, forms
from content_map.web.speech import ngettext

# Where the library offers the undo; its script says there what was done.
UNDO_ANCHOR = "#undo"

Page = str | tuple[str, int] | Response

blueprint = Blueprint("bulk", __name__, url_prefix="/library/bulk")


@blueprint.get("")
def page() -> Page:
    """Ask what to do to the assets that the address names, or to all that fit its filter. Raises NotAllowed."""
    return edit()


@blueprint.post("/edit")
def edit() -> Page:
    """Ask what to do to the chosen assets. Raises NotAllowed."""
    require(context.actor(), Right.EDIT_ASSET)
    try:
        chosen = bulk_form.selection()
    except Invalid as refused:
        flash(refused.detail, "error")
        return redirect(_back(), 303)
    return _fields(chosen, {})


@blueprint.post("/preview")
def preview() -> Page:
    """Say what would change; nothing is written."""
    found: list[tuple[Selection, Edit]] = []
    errors = forms.attempt(lambda: found.append((bulk_form.selection(), bulk_form.edit())))
    if errors:
        return _fields(_chosen(), errors), 422
    shown: list[str] = []
    errors = forms.attempt(lambda: shown.append(_preview(*found[0], {})))
    return (_fields(found[0][0], errors), 422) if errors else shown[0]


@blueprint.post("")
def act() -> Page:
    """Do it to all or to none; where rules stand against it for some, say which, and offer the others."""
    done: list[Outcome] = []
    errors = forms.attempt(lambda: done.append(_change()))
    if done:
        flash(bulk_words.done(done[0]), "ok")
        return redirect(_back() + (UNDO_ANCHOR if done[0].undo else ""), 303)
    return _after_refusal(errors), 422


@blueprint.post("/undo")
def undo() -> Page:
    """Take the reader's act back."""

    def take_back() -> None:
        with context.transaction() as session:
            found = undoing.undo(
                session, request.form.get("token", ""), actor=context.actor(), now=context.now()
            )
        flash(bulk_words.undone(found), "ok")

    errors = forms.attempt(take_back)
    if errors:
        flash(" ".join(errors.values()), "error")
    return redirect(_back(), 303)


def _change() -> Outcome:
    chosen, meant = bulk_form.selection(), bulk_form.edit()
    with context.transaction() as session:
        return bulk.change(
            session,
            chosen,
            meant,
            skip_refused=bool(request.form.get("skip_refused")),
            actor=context.actor(),
            now=context.now(),
        )


def _after_refusal(errors: Mapping[str, str]) -> str:
    """Show what stands against it: the preview where there is one to show, else the fields."""
    try:
        chosen, meant = bulk_form.selection(), bulk_form.edit()
        return _preview(Selection(chosen.ids, chosen.filter, None, chosen.today), meant, errors)
    except Invalid:
        return _fields(_chosen(), errors)


def _chosen() -> Selection:
    try:
        return bulk_form.selection()
    except Invalid:
        return Selection()


def _back() -> str:
    return forms.own_path(request.values.get("back"), url_for("pages.library.index"))


def _is_piece() -> bool:
    return bool(request.headers.get("HX-Request"))


def _level() -> int:
    """The page's own heading is the first; a piece stands below the library's."""
    return 2 if _is_piece() else 1


def _fields(chosen: Selection, errors: Mapping[str, str]) -> str:
    typed: MultiDict[str, str] = request.form if request.form.get("form") else MultiDict()
    with context.reading() as session:
        count = _count(session, chosen)
        given: dict[str, Any] = {
            "groups": bulk_form.GROUPS,
            "statuses": bulk_form.STATUSES.items(),
            "owners": users.may_own(session),
            "facets": asset_form.facets_of(session),
        }
    return render_template(
        "library/_bulk_fields.html" if _is_piece() else "library/bulk_edit.html",
        **given,
        **_selection(chosen, count),
        count=count,
        typed=typed,
        added=typed.getlist("add_term"),
        removed=typed.getlist("remove_term"),
        errors={name.removeprefix(bulk_form.VALUE): text for name, text in errors.items()},
        zone=context.resources().settings.time_zone,
        level=_level(),
        back_url=_back(),
    )


def _preview(chosen: Selection, meant: Edit, errors: Mapping[str, str]) -> str:
    with context.reading() as session:
        outcome = bulk.preview(session, chosen, meant, actor=context.actor(), now=context.now())
        told = bulk_words.tell(session, outcome)
    count = outcome.changed + outcome.unchanged + len(outcome.refused)
    return render_template(
        "library/_bulk_preview.html" if _is_piece() else "library/bulk_preview.html",
        **_selection(chosen, count),
        told=told,
        outcome=outcome,
        count=count,
        unlisted=outcome.changed - len(outcome.listed),
        apply_label=_apply_label(outcome),
        error=" ".join(errors.values()) if errors and not outcome.refused else "",
        repeated=[
            (name, value)
            for name, value in request.form.items(multi=True)
            if name.startswith((bulk_form.VALUE, bulk_form.CHOICE))
            or name in {"form", "add_term", "remove_term", "conversation", "act"}
        ],
        is_full=bool(request.form.get("form")),
        level=_level(),
        back_url=_back(),
    )


def _apply_label(outcome: Outcome) -> str:
    if outcome.refused:
        return ngettext("Change the other %(num)s", "Change the other %(num)s", outcome.changed)
    return ngettext("Change %(num)s asset", "Change %(num)s assets", outcome.changed)


def _count(session: Any, chosen: Selection) -> int:
    if chosen.filter is None:
        return len(chosen.ids)
    return library.count(session, chosen.filter, today=chosen.today, actor=context.actor(), now=context.now())


def _selection(chosen: Selection, count: int) -> Mapping[str, Any]:
    """What the next form carries, so that it is about the same assets."""
    if chosen.filter is None:
        return {"chosen": [("asset", each) for each in chosen.ids]}
    carried = request.values.get("filter", "")
    return {"chosen": [("all", "1"), ("filter", carried), ("expected", str(count))]}
