"""In front of every page: who is not signed in goes to the sign-in page, and a change carries its CSRF token."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from flask import Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from content_map import context
from content_map.errors import Invalid, TooLarge, Unavailable
from content_map.services.texts import NOT_STORABLE, is_storable

View = TypeVar("View", bound=Callable[..., object])
_OPEN = "open_to_all"
_SIGNED = "signed"
STRANGERS_BYTES = 64 * 1024
STRANGERS_AT_ONCE = 8
_strangers = threading.BoundedSemaphore(STRANGERS_AT_ONCE)


def open_to_all(view: View) -> View:
    """Mark a view that answers without sign-in; changes still need the CSRF token."""
    setattr(view, _OPEN, True)
    return view


def signed(view: View) -> View:
    """Mark a view whose address is its own proof: the view checks it before it reads the body."""
    setattr(view, _SIGNED, True)
    return view


def let_in() -> AnyResponse | None:
    """Find the actor before any body is read; then check that a page of ours sent the change.

    Raises NotSignedIn, NotAllowed, TooLarge, Unavailable, Invalid.
    """
    view = current_app.view_functions[request.endpoint or ""]
    if getattr(view, _SIGNED, False):
        return None
    if not getattr(view, _OPEN, False):
        if request.method in context.SAFE_METHODS and not context.is_signed_in():
            return _to_sign_in()
        context.actor()
    elif request.method not in context.SAFE_METHODS and context.has_csrf_token():
        read_strangers_form()
    context.check_csrf()
    if request.method not in context.SAFE_METHODS:
        _refuse_what_is_no_text()
    return None


def read_strangers_form() -> None:
    """Read a form that anybody may send, so that nobody holds every thread by sending one slowly.

    The server has no time limit for bodies: a few threads a process wait for strangers, the others serve on.
    """
    if request.content_length is None or request.content_length > STRANGERS_BYTES:
        raise TooLarge("This form is far larger than what it asks for. Nothing was stored.")
    if not _strangers.acquire(blocking=False):
        raise Unavailable("Too many forms arrive at the moment. Try again shortly.")
    try:
        _ = request.form
    finally:
        _strangers.release()


def _refuse_what_is_no_text() -> None:
    """Refuse characters that no database takes, for every field of every form. Raises Invalid."""
    for name, text in request.form.items(multi=True):
        if not is_storable(text):
            raise Invalid.field(f"/{name}", NOT_STORABLE)


def _to_sign_in() -> AnyResponse:
    wanted = request.full_path.rstrip("?")
    address = url_for("pages.session.sign_in", next=wanted if wanted != "/" else None)
    if request.headers.get("HX-Request"):
        # A redirect would be followed in the background and the sign-in form swapped into the list.
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, 303)
