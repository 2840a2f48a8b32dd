"""What a view may ask of its request: who asks, when, and the parts it may use."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import cast

from flask import current_app, g, request, session
from sqlalchemy.orm import Session

from content_map.domain.people import Actor
from content_map.errors import NotAllowed, NotSignedIn
from content_map.models import User
from content_map.services import signing_in
from content_map.wiring import Resources

EXTENSION = "content_map"
CSRF_FIELD = "_csrf"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def clock() -> datetime:
    """Read the wall clock: the one place a request's time comes from."""
    return datetime.now(UTC)


def resources() -> Resources:
    """The parts this application was opened with."""
    return cast(Resources, current_app.extensions[EXTENSION])


def now() -> datetime:
    """This request's instant, the same however often it is asked."""
    if "now" not in g:
        g.now = cast("Callable[[], datetime]", current_app.extensions["clock"])()
    return cast(datetime, g.now)


def today() -> date:
    """The day it is for the organisation at this request's instant."""
    return now().astimezone(resources().settings.zone).date()


def transaction() -> AbstractContextManager[Session]:
    """Open the request's writing transaction: leaving it commits, an error rolls back."""
    return resources().sessions.write()


def reading() -> AbstractContextManager[Session]:
    """Open a reading transaction."""
    return resources().sessions.read()


def actor() -> Actor:
    """Who asks, by bearer token or session cookie; found once a request, before any body is read.

    Raises NotSignedIn, and NotAllowed when a cookie comes without its CSRF token on a change.
    """
    if "actor" not in g:
        g.actor = _by_token() or _by_cookie()
    if g.actor is None:
        raise NotSignedIn("Sign in first: with a session or an API token.")
    return cast(Actor, g.actor)


def is_signed_in() -> bool:
    """Say whether anybody asks at all; a bad token still raises."""
    try:
        actor()
    except NotSignedIn:
        return False
    return True


def comes_by_token() -> bool:
    """Say whether the request carries an API token instead of a session."""
    return request.headers.get("Authorization", "").startswith("Bearer ")


def sign_in(person: User) -> None:
    """Begin a session; the CSRF token changes with it."""
    session.clear()
    session.permanent = True
    session.update(user=person.id, epoch=person.session_epoch, csrf=secrets.token_urlsafe(24))


def sign_out() -> None:
    """End the session of this browser."""
    session.clear()


def csrf_token() -> str:
    """The token that this session's forms carry."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return cast(str, session["csrf"])


def has_csrf_token() -> bool:
    """Say whether this session was given a token; without one no change is accepted, whatever its body holds."""
    return bool(session.get("csrf"))


def check_csrf(*, reading_too: bool = False) -> None:
    """Refuse a change that a page of ours did not send; `reading_too` where a GET records something.

    Raises NotAllowed.
    """
    if comes_by_token() or (request.method in SAFE_METHODS and not reading_too):
        return
    known = session.get("csrf", "")
    given = request.headers.get(CSRF_HEADER) or (
        "" if _is_api() or not known else request.form.get(CSRF_FIELD, "")
    )
    if not known or not hmac.compare_digest(str(known), str(given)):
        raise NotAllowed(
            "This page was open for too long or in another sign-in. Load it again; nothing was saved."
        )


def _is_api() -> bool:
    # Under /api the header alone counts: looking for a form field would read the body before anything is checked.
    return request.path.startswith("/api/")


def _by_token() -> Actor | None:
    if not comes_by_token():
        return None
    secret = request.headers["Authorization"].removeprefix("Bearer ").strip()
    with reading() as database:
        found, to_touch = signing_in.actor_of_token(database, secret, now=now())
    if to_touch is not None:
        with transaction() as database:
            signing_in.touch_token(database, to_touch, now=now())
    return found


def _by_cookie() -> Actor | None:
    user_id = session.get("user")
    if user_id is None:
        return None
    with reading() as database:
        person = database.get(User, user_id)
        if person is None or not person.is_active or person.session_epoch != session.get("epoch"):
            return None
        return person.as_actor()
