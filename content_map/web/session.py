"""The ways in and out: sign in, the one-time link, sign out."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.people import Role
from content_map.errors import Invalid, TooMany
from content_map.models import User
from content_map.services import role_switching, signing_in
from content_map.web import forms
from content_map.web.guard import open_to_all
from content_map.web.speech import _

Page = str | tuple[str, int] | Response

blueprint = Blueprint("session", __name__)


@blueprint.get("/sign-in")
@open_to_all
def sign_in() -> Page:
    """Ask for address and password."""
    if context.is_signed_in():
        return redirect(_wanted(), 303)
    return _sign_in_page({})


@blueprint.post("/sign-in")
@open_to_all
def enter() -> Page:
    """Check them and begin a session."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    try:
        person = signing_in.sign_in(context.resources().sessions, email, password, now=context.now())
    except TooMany as refusal:
        page = Response(
            _sign_in_page({forms.FORM: refusal.detail}), 429, content_type="text/html; charset=utf-8"
        )
        page.headers["Retry-After"] = str(refusal.facts["retry_after_seconds"])
        return page
    if person is None:
        return _sign_in_page({forms.FORM: _("E-mail address and password do not belong together.")}), 422
    context.sign_in(person)
    return redirect(_wanted(), 303)


@blueprint.post("/sign-out")
def sign_out() -> Page:
    """End this browser's session."""
    context.sign_out()
    return redirect(url_for("pages.session.sign_in"), 303)


@blueprint.get("/welcome/<secret>")
@open_to_all
def welcome(secret: str) -> Page:
    """Show the form behind a one-time link. Raises Gone."""
    return _welcome_page(secret, {})


@blueprint.post("/welcome/<secret>")
@open_to_all
def set_password(secret: str) -> Page:
    """Set the password, once, and sign in."""
    found: list[User] = []
    errors = forms.attempt(lambda: found.append(_use_link(secret)))
    if errors:
        return _welcome_page(secret, errors), 422
    context.sign_in(found[0])
    return redirect(url_for("pages.find.home"), 303)


def _use_link(secret: str) -> User:
    if forms.text("password") is None:
        raise Invalid.field("/password", _("Choose a password."))
    with context.transaction() as session:
        return signing_in.use_link(
            session,
            secret,
            password=request.form["password"],
            email=forms.text("email"),
            name=forms.text("name"),
            now=context.now(),
        )


def _wanted() -> str:
    return forms.own_path(request.args.get("next"), url_for("pages.find.home"))


def _may_switch() -> bool:
    with context.reading() as session:
        return role_switching.is_offered(session, context.resources().settings)


def _sign_in_page(errors: dict[str, str]) -> str:
    return render_template(
        "session/sign_in.html",
        errors=errors,
        values=forms.typed("email"),
        next_url=request.args.get("next"),
        demo_roles=[role.value for role in Role] if _may_switch() else None,
    )


def _welcome_page(secret: str, errors: dict[str, str]) -> str:
    with context.reading() as session:
        person = signing_in.look_at_link(session, secret, now=context.now()).user
    return render_template(
        "session/welcome.html",
        errors=errors,
        values=forms.typed("email", "name"),
        asks_email=person is None,
        email=person.email if person else None,
        password_characters=signing_in.PASSWORD_CHARACTERS,
    )
