"""Messages inside the product, put into words here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.services import matching, notifications
from content_map.web import words
from content_map.web.speech import _

Page = str | Response

blueprint = Blueprint("notifications", __name__, url_prefix="/notifications")


@dataclass(frozen=True, slots=True)
class Message:
    """A message in words; `url` is where it leads."""

    sentence: str
    url: str | None
    at: datetime


@blueprint.get("")
def index() -> Page:
    """List one's own unread messages."""
    with context.reading() as session:
        found = notifications.unread(session, actor=context.actor())
        gone = matching.taken_back(session, found, now=context.now())
    shown = [
        Message(
            _sentence(matching.GONE if each.id in gone else each.message, each.values),
            each.path,
            each.created_at,
        )
        for each in found
    ]
    return render_template("notifications/index.html", notifications=shown)


@blueprint.post("/read")
def read() -> Page:
    """Mark all of them as read."""
    with context.transaction() as session:
        ids = [each.id for each in notifications.unread(session, actor=context.actor())]
        notifications.mark_read(session, ids, actor=context.actor(), now=context.now())
    return redirect(url_for("pages.notifications.index"), 303)


def _sentence(message: str, values: dict[str, object]) -> str:
    known = words.NOTIFICATIONS.get(message)
    if known is None:
        return _("Something of yours changed.")
    return str(known) % {"title": "", **values}
