"""Customers: the accounts that searches and uses name."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.permissions import Right, allows
from content_map.services import accounts, outcome_questions
from content_map.web import forms
from content_map.web.speech import _

SHOWN_AT_ONCE = 100
OUTCOMES_SHOWN = 20

Page = str | tuple[str, int] | Response

blueprint = Blueprint("accounts", __name__, url_prefix="/accounts")


@blueprint.get("")
def index() -> Page:
    """List customers by name."""
    prefix = request.args.get("prefix", "")
    with context.reading() as session:
        found = accounts.listed(
            session, prefix, limit=SHOWN_AT_ONCE, cursor=request.args.get("cursor"), actor=context.actor()
        )
        outcomes = outcome_questions.due(
            session,
            limit=OUTCOMES_SHOWN,
            zone=context.resources().settings.zone,
            actor=context.actor(),
            now=context.now(),
        )
    following = (
        url_for("pages.accounts.index", prefix=prefix or None, cursor=found.next) if found.next else None
    )
    return render_template(
        "accounts/index.html",
        accounts_list=found.items,
        prefix=prefix,
        next_url=following,
        outcomes=outcomes,
        may_merge=allows(context.actor(), Right.MANAGE_ACCOUNTS),
    )


@blueprint.post("/merge")
def merge() -> Page:
    """Make two customers one."""
    errors = forms.attempt(_merge)
    flash(
        " ".join(errors.values()) if errors else _("They are one customer now."), "error" if errors else "ok"
    )
    return redirect(url_for("pages.accounts.index"), 303)


def _merge() -> None:
    gone, stays = request.form.get("from", ""), request.form.get("into", "")
    with context.transaction() as session:
        accounts.merge(session, gone, stays, actor=context.actor(), now=context.now())
