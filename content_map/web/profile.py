"""One's own page: colours and keys, access tokens, the ways to people, customers and what is recorded."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.errors import Invalid
from content_map.services import signing_in
from content_map.web import chrome, forms
from content_map.web.guard import open_to_all
from content_map.web.speech import _

YEAR_SECONDS = 365 * 24 * 60 * 60
TOKEN_NAME_CHARACTERS = 100

Page = str | tuple[str, int] | Response

blueprint = Blueprint("profile", __name__, url_prefix="/me")


@blueprint.get("")
def page() -> Page:
    """Show one's own page."""
    return _profile_page(None, {})


@blueprint.post("/theme")
@open_to_all
def theme() -> Page:
    """Switch between light and dark and stay on the page."""
    back = forms.own_path(request.form.get("back"), url_for("pages.find.home"))
    return _keep(redirect(back, 303), chrome.THEME_COOKIE, _known_theme())


@blueprint.post("/settings")
def settings() -> Page:
    """Keep colours and keys in this browser."""
    flash(_("Saved for this browser."), "ok")
    answer = redirect(url_for("pages.profile.page"), 303)
    _keep(answer, chrome.KEYS_COOKIE, "" if request.form.get("single_keys") else "off")
    return _keep(answer, chrome.THEME_COOKIE, _known_theme())


@blueprint.post("/tokens")
def create_token() -> Page:
    """Make an access token; its secret is shown once, by the answer itself."""
    made: list[str] = []
    errors = forms.attempt(lambda: made.append(_make_token()))
    return (_profile_page(None, errors), 422) if errors else _profile_page(made[0], {})


@blueprint.post("/tokens/<token_id>/revoke")
def revoke_token(token_id: str) -> Page:
    """End a token at once."""
    with context.transaction() as session:
        signing_in.revoke_token(session, token_id, actor=context.actor(), now=context.now())
    flash(_("Revoked. Scripts that use it are refused from now on."), "ok")
    return redirect(url_for("pages.profile.page", _anchor="tokens"), 303)


def _make_token() -> str:
    name = forms.text("name")
    if name is None or len(name) > TOKEN_NAME_CHARACTERS:
        raise Invalid.field(
            "/name", _("Say in a few words what it is for, so that you know which one to revoke.")
        )
    with context.transaction() as session:
        return signing_in.make_token(
            session, context.actor().id, name, actor=context.actor(), now=context.now()
        )[1]


def _profile_page(new_token: str | None, errors: dict[str, str]) -> str:
    with context.reading() as session:
        tokens = signing_in.tokens_of(session, context.actor())
    return render_template(
        "profile/page.html", tokens=tokens, new_token=new_token, values=forms.typed("name"), errors=errors
    )


def _known_theme() -> str:
    wanted = request.form.get("theme", "")
    return wanted if wanted in chrome.THEMES else ""


def _keep(answer: Response, name: str, value: str) -> Response:
    """Keep a choice as a cookie; an empty one is forgotten."""
    response = make_response(answer)
    if not value:
        response.delete_cookie(name)
        return response
    is_https = context.resources().settings.is_https
    response.set_cookie(name, value, max_age=YEAR_SECONDS, samesite="Lax", secure=is_https)
    return response
