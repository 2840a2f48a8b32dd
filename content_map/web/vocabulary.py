"""The vocabulary: facets, terms and aliases, as marketers and admins keep them."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from content_map import context
from content_map.domain.permissions import Right, require
from content_map.errors import Invalid
from content_map.files import stream_of
from content_map.models import Term
from content_map.services import suggestions, terms, vocabulary, vocabulary_files
from content_map.services.terms import TermChanges
from content_map.services.vocabulary_files import Imported
from content_map.web import forms, vocabulary_view
from content_map.web.speech import _

Page = str | tuple[str, int] | AnyResponse

blueprint = Blueprint("vocabulary", __name__, url_prefix="/vocabulary")


@blueprint.get("")
def index() -> Page:
    """List a facet's terms, or those that were searched for. Raises NotAllowed."""
    return _list_page({})


@blueprint.post("")
def add() -> Page:
    """Add a term."""
    errors = forms.attempt(_add)
    if errors:
        return _list_page(errors), 422
    flash(_("Added. Reps’ sentences are read with it from now on."), "ok")
    return redirect(url_for("pages.vocabulary.index", facet=request.form.get("facet")), 303)


@blueprint.get("/terms/<term_id>")
def term(term_id: str) -> Page:
    """Show one term and what can be done with it. Raises NotAllowed, NotFound."""
    return _term_page(term_id, {})


@blueprint.post("/terms/<term_id>")
def change(term_id: str) -> Page:
    """Rename it, add or remove an alias, retire or wake it."""
    errors = forms.attempt(lambda: _change(term_id))
    if errors:
        return _term_page(term_id, errors), 422
    flash(_("Saved. It counts from now on; the index follows within seconds."), "ok")
    return redirect(url_for("pages.vocabulary.term", term_id=term_id), 303)


@blueprint.post("/terms/<term_id>/merge")
def merge(term_id: str) -> Page:
    """Merge it into another term of its facet."""
    into = request.form.get("into", "")
    errors = forms.attempt(lambda: _merge(term_id, into))
    if errors:
        return _term_page(term_id, errors), 422
    flash(_("They are one term now; the old words are its aliases."), "ok")
    return redirect(url_for("pages.vocabulary.term", term_id=into), 303)


@blueprint.post("/terms/<term_id>/remove")
def remove(term_id: str) -> Page:
    """Delete a term that no asset carries."""
    errors = forms.attempt(lambda: _remove(term_id))
    if errors:
        return _term_page(term_id, errors), 422
    flash(_("Deleted. No asset carried it."), "ok")
    return redirect(url_for("pages.vocabulary.index"), 303)


@blueprint.get("/vocabulary.csv")
def export() -> Response:
    """Give the whole vocabulary as a file. Raises NotAllowed."""
    with context.reading() as session:
        content = vocabulary_files.write_file(session, actor=context.actor())
    response = Response(content, content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="vocabulary.csv")
    return response


@blueprint.post("/import")
def bring_in() -> Page:
    """Look at a file, or bring it in: all rows, or none and every row's problem."""
    done: list[Imported] = []
    errors = forms.attempt(lambda: done.append(_bring_in()))
    if errors or done[0].problems:
        return _list_page(errors, *done), 422
    if request.form.get("act") == "look":
        return _list_page({}, done[0])
    flash(_counted(done[0]), "ok")
    return redirect(url_for("pages.vocabulary.index"), 303)


def _list_page(errors: dict[str, str], looked: Imported | None = None) -> str:
    require(context.actor(), Right.MANAGE_TERMS)
    facet = request.values.get("facet", "")
    with context.reading() as session:
        listed = vocabulary_view.list_of(session, facet, request.args.get("q", "").strip(), now=context.now())
        agreed = suggestions.agreement(session, actor=context.actor())
    return render_template(
        "vocabulary/index.html",
        listed=listed,
        agreed=[each for each in agreed if each.offered],
        looked=looked,
        looked_said=_counted(looked) if looked else "",
        values=forms.typed("name", "aliases"),
        errors=errors,
    )


def _term_page(term_id: str, errors: dict[str, str]) -> str:
    require(context.actor(), Right.MANAGE_TERMS)
    with context.reading() as session:
        shown = vocabulary_view.one(session, term_id, request.values.get("into"), now=context.now())
    return render_template(
        "vocabulary/term.html",
        shown=shown,
        term=shown.term,
        values={"name": request.form.get("name", shown.term.name), "alias": request.form.get("alias", "")},
        errors=errors,
    )


def _add() -> None:
    name = forms.text("name")
    if name is None:
        raise Invalid.field("/name", _("Write the term’s name."))
    with context.transaction() as session:
        terms.add(
            session,
            request.form.get("facet", ""),
            " ".join(name.split()),
            aliases=(request.form.get("aliases") or "").split(","),
            actor=context.actor(),
            now=context.now(),
        )


def _change(term_id: str) -> None:
    with context.transaction() as session:
        present = vocabulary.get(session, term_id)
        changes = _changes(present, [each.alias for each in present.aliases])
        terms.change(session, term_id, **changes, actor=context.actor(), now=context.now())


def _changes(present: Term, aliases: list[str]) -> TermChanges:
    if gone := forms.text("remove_alias"):
        return {"aliases": [each for each in aliases if each != gone]}
    match request.form.get("act"):
        case "rename":
            name = " ".join((forms.text("name") or present.name).split())
            kept = [*aliases, present.name] if request.form.get("keep") else aliases
            return {"name": name, "aliases": kept}
        case "add_alias":
            added = forms.text("alias")
            if added is None:
                raise Invalid.field("/alias", _("Write the other word for it."))
            return {"aliases": [*aliases, added]}
        case "retire" | "wake" as act:
            return {"retired": act == "retire"}
    return {}


def _merge(term_id: str, into: str) -> None:
    with context.transaction() as session:
        terms.merge(session, term_id, into, actor=context.actor(), now=context.now())


def _remove(term_id: str) -> None:
    with context.transaction() as session:
        terms.remove(session, term_id, actor=context.actor(), now=context.now())


def _bring_in() -> Imported:
    rows = vocabulary_files.read_file(stream_of(request.files["file"])[1])
    actor, now = context.actor(), context.now()
    if request.form.get("act") == "look":
        with context.reading() as session:
            return vocabulary_files.look(session, rows, actor=actor)
    with context.transaction() as session:
        try:
            return vocabulary_files.import_rows(session, rows, actor=actor, now=now)
        except Invalid:
            # Shown row by row, as the look before it would have.
            return vocabulary_files.look(session, rows, actor=actor)


def _counted(done: Imported) -> str:
    return _(
        "%(created)s added, %(changed)s changed, %(unchanged)s as they were.",
        created=done.created,
        changed=done.changed,
        unchanged=done.unchanged,
    )
