"""In front of every page: who is not signed in goes to the sign-in page, and a change carries its CSRF token."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from content_map import context

View = TypeVar("View", bound=Callable[..., object])
_OPEN = "open_to_all"


def open_to_all(view: View) -> View:
    """Mark a view that answers without sign-in; changes still need the CSRF token."""
    setattr(view, _OPEN, True)
    return view


def let_in() -> AnyResponse | None:
    """Find the actor before any body is read; then check that a page of ours sent the change.

    Raises NotSignedIn, NotAllowed.
    """
    view = current_app.view_functions[request.endpoint or ""]
    if not getattr(view, _OPEN, False):
        if request.method in context.SAFE_METHODS and not context.is_signed_in():
            return _to_sign_in()
        context.actor()
    context.check_csrf()
    return None


def _to_sign_in() -> AnyResponse:
    wanted = request.full_path.rstrip("?")
    address = url_for("pages.session.sign_in", next=wanted if wanted != "/" else None)
    if request.headers.get("HX-Request"):
        # A redirect would be followed in the background and the sign-in form swapped into the list.
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, 303)
