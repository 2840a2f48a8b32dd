"""Accepting suggestions for the ticked assets of the library, or for all that fit its filter: looked at, then done."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.permissions import Right, require
from content_map.errors import Invalid
from content_map.services import accepting, bulk, vocabulary
from content_map.services.accepting import Outcome, Wish
from content_map.services.bulk import Selection
from content_map.web import bulk_form, forms
from content_map.web.bulk import UNDO_ANCHOR
from content_map.web.speech import _, ngettext

Page = str | tuple[str, int] | Response

blueprint = Blueprint("accepting", __name__, url_prefix="/library/suggestions")


@blueprint.post("")
def look() -> Page:
    """Show what would be set; nothing is written. Raises NotAllowed."""
    require(context.actor(), Right.EDIT_ASSET)
    try:
        return _look_page(bulk_form.selection(), "")
    except Invalid as refused:
        flash(refused.detail, "error")
        return redirect(_back(), 303)


@blueprint.post("/accept")
def accept() -> Page:
    """Take them for all in one act that can be undone."""
    done: list[Outcome] = []
    errors = forms.attempt(lambda: done.append(_accept()))
    if errors:
        try:
            chosen = bulk_form.selection()
        except Invalid:
            return redirect(_back(), 303)
        return _look_page(
            Selection(chosen.ids, chosen.filter, None, chosen.today), " ".join(errors.values())
        ), 422
    flash(_said(done[0]), "ok")
    return redirect(_back() + (UNDO_ANCHOR if done[0].undo else ""), 303)


def _accept() -> Outcome:
    wish = Wish(conversation="conversation" in _kinds(), terms="terms" in _kinds())
    with context.transaction() as session:
        return accepting.accept(
            session, bulk_form.selection(), wish, actor=context.actor(), now=context.now()
        )


def _kinds() -> list[str]:
    return request.form.getlist("kind")


def _back() -> str:
    return forms.own_path(request.form.get("back"), url_for("pages.library.index"))


def _look_page(chosen: Selection, error: str) -> str:
    actor, now = context.actor(), context.now()
    with context.reading() as session:
        count = len(bulk.chosen_ids(session, chosen, actor=actor, now=now))
        outcome = accepting.preview(session, chosen, Wish(), actor=actor, now=now)
        names = {term.full_key: term.name for facet in vocabulary.facets(session) for term in facet.terms}
    carried = [("asset", each) for each in chosen.ids]
    if chosen.filter is not None:
        carried = [("all", "1"), ("filter", request.form.get("filter", "")), ("expected", str(count))]
    return render_template(
        "suggestions/look.html",
        outcome=outcome,
        count=count,
        unlisted=outcome.changed - len(outcome.listed),
        names=names,
        carried=carried,
        error=error,
        back_url=_back(),
    )


def _said(done: Outcome) -> str:
    if not done.changed:
        return _("Nothing was waiting that is sure enough; nothing changed.")
    sentences = [ngettext("%(num)s asset is tagged.", "%(num)s assets are tagged.", done.changed)]
    if done.conversations:
        sentences.append(
            ngettext(
                "%(num)s conversation was accepted.",
                "%(num)s conversations were accepted.",
                done.conversations,
            )
        )
    if done.terms:
        sentences.append(ngettext("%(num)s term was accepted.", "%(num)s terms were accepted.", done.terms))
    return " ".join(sentences)
