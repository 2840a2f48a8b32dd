"""People: who can sign in and as what; for the admin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.people import Role
from content_map.services import signing_in, users
from content_map.web import forms
from content_map.web.speech import _

Page = str | tuple[str, int] | Response

blueprint = Blueprint("people", __name__, url_prefix="/people")


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link, shown once."""

    email: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Leaving:
    """A person who owns assets and is to lose the right to; `fields` is what was asked for."""

    id: str
    name: str
    why: str
    fields: Mapping[str, str]
    takers: Sequence[tuple[str, str]]
    chosen: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A person of the list."""

    id: str
    name: str
    email: str
    role: Role
    team: str | None
    active: bool
    has_password: bool


@blueprint.get("")
def index() -> Page:
    """List everybody. Raises NotAllowed."""
    return _people_page(None, {})


@blueprint.post("")
def add() -> Page:
    """Add a person and show the link with which they choose a password."""
    made: list[Link] = []
    errors = forms.attempt(lambda: made.append(_add()))
    return (_people_page(None, errors), 422) if errors else _people_page(made[0], {})


@blueprint.post("/<user_id>")
def change(user_id: str) -> Page:
    """Change a person's role, or let them in or out."""
    errors = forms.attempt(lambda: _change(user_id))
    if "new_owner" in errors:
        return _people_page(None, {}, leaving=_leaving(user_id, errors["new_owner"])), 422
    flash(" ".join(errors.values()) if errors else _changed(user_id), "error" if errors else "ok")
    return redirect(url_for("pages.people.index"), 303)


@blueprint.post("/<user_id>/link")
def link(user_id: str) -> Page:
    """Make a new one-time link and show it once."""
    with context.transaction() as session:
        secret = signing_in.invite(session, user_id, actor=context.actor(), now=context.now())
        email = users.get(session, user_id).email
    return _people_page(_link(email, secret), {})


def _add() -> Link:
    with context.transaction() as session:
        person = users.add(
            session,
            request.form.get("email", ""),
            role=forms.choice("role", Role) or Role.REP,
            name=forms.text("name"),
            team=forms.text("team"),
            actor=context.actor(),
            now=context.now(),
        )
        secret = signing_in.invite(session, person.id, actor=context.actor(), now=context.now())
        return _link(person.email, secret)


def _change(user_id: str) -> None:
    active = {"block": False, "unblock": True}.get(request.form.get("act", ""))
    with context.transaction() as session:
        users.change(
            session,
            user_id,
            role=forms.choice("role", Role),
            is_active=active,
            new_owner=forms.text("new_owner"),
            actor=context.actor(),
            now=context.now(),
        )


def _changed(user_id: str) -> str:
    new_owner = forms.text("new_owner")
    if new_owner is None:
        return _("Saved.")
    with context.reading() as session:
        person, taker = users.get(session, user_id), users.get(session, new_owner)
    return _("Saved. %(taker)s owns the assets of %(name)s now.", taker=taker.name, name=person.name)


def _link(email: str, secret: str) -> Link:
    path = url_for("pages.session.welcome", secret=secret)
    return Link(email, context.resources().settings.base_url + path, context.now() + signing_in.LINK_LASTS)


def _leaving(user_id: str, why: str) -> Leaving:
    with context.reading() as session:
        person = users.get(session, user_id)
        takers = [(each.id, each.name) for each in users.may_own(session) if each.id != user_id]
        fields = {name: value for name in ("act", "role") if (value := forms.text(name))}
        return Leaving(person.id, person.name, why, fields, takers, forms.text("new_owner"))


def _people_page(made: Link | None, errors: dict[str, str], leaving: Leaving | None = None) -> str:
    with context.reading() as session:
        people = [
            Listed(
                person.id,
                person.name,
                person.email,
                Role(person.role),
                person.team.name if person.team else None,
                person.is_active,
                person.password_hash is not None,
            )
            for person in users.listed(session, actor=context.actor())
        ]
    return render_template(
        "people/index.html",
        people=people,
        link=made,
        leaving=leaving,
        teams=sorted({person.team for person in people if person.team}),
        values=forms.typed("email", "name", "role", "team") if errors else {},
        errors=errors,
    )
