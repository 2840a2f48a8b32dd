"""The demo's role switch: on this machine only, and only where everything is made up."""

from __future__ import annotations

from ipaddress import ip_address

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.people import Role
from content_map.errors import NotFound
from content_map.models import User
from content_map.services import role_switching, users
from content_map.web import forms
from content_map.web.guard import open_to_all

blueprint = Blueprint("demo", __name__, url_prefix="/demo")


@blueprint.before_request
def only_here() -> None:
    """Hide the switch everywhere else. Raises NotFound."""
    here = ip_address(request.remote_addr or "0.0.0.0").is_loopback  # noqa: S104  # compared, not bound
    with context.reading() as session:
        offered = role_switching.is_offered(session, context.resources().settings)
    if not (offered and here):
        raise NotFound("There is nothing at this address.")


@blueprint.route("/sign-in/<role>", methods=["GET"])
@open_to_all
def sign_in(role: str) -> Response:
    """Sign in as the first sample person of a role."""
    if role not in set(Role):
        raise NotFound("There is no such role.")
    with context.reading() as session:
        person = role_switching.first_of(session, Role(role))
    return _enter(person, url_for("pages.find.home"))


@blueprint.post("/switch")
@open_to_all
def switch() -> Response:
    """Sign in as one person, or as the first of a role."""
    role = forms.choice("role", Role)
    with context.reading() as session:
        person = (
            role_switching.first_of(session, role)
            if role
            else users.get(session, request.form.get("user", ""))
        )
    return _enter(person, url_for("pages.find.home"))


def _enter(person: User, address: str) -> Response:
    context.sign_in(person)
    return redirect(address, 303)
