"""What stands around every page: who is signed in, the four destinations with their counts, the demo's switch."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request, url_for
from sqlalchemy.orm import Session

from content_map import context
from content_map.domain.people import Role
from content_map.errors import ContentMapError
from content_map.services import (
    demonstration,
    library,
    notifications,
    request_counts,
    role_switching,
    users,
    waiting,
)
from content_map.services.requests import RequestStatus
from content_map.web.speech import _

_PLACES = {
    "find": "find",
    "saved": "find",
    "library": "library",
    "assets": "library",
    "editing": "library",
    "uploads": "library",
    "imports": "library",
    "vocabulary": "library",
    "requests": "requests",
    "gaps": "requests",
    "request_pages": "requests",
    "docket": "insights",
    "tasks": "to_do",
    "insights": "insights",
    "report_runs": "insights",
    "report_mails": "insights",
    "to_do": "to_do",
}


@dataclass(frozen=True, slots=True)
class Me:
    """The signed-in person as pages show them."""

    id: str
    name: str
    email: str
    role: Role
    team: str | None


@dataclass(frozen=True, slots=True)
class Destination:
    """A place of the main navigation."""

    key: str
    name: str
    icon: str
    url: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the demo can be seen as."""

    id: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Demo:
    """Everything here is made up; `people` to see it as, none where the role switch is not offered."""

    people: tuple[Person, ...]


def surroundings() -> dict[str, object]:
    """Load what the page's frame shows, once a request; a fragment and a signed-out page have none."""
    if "surroundings" not in g:
        g.surroundings = _load()
    return dict(g.surroundings)


def _load() -> dict[str, object]:
    try:
        actor = context.actor()
    except ContentMapError:
        return {"me": None}
    if request.headers.get("HX-Request"):
        return {"me": Me(actor.id, actor.name, actor.email, actor.role, None)}
    with context.reading() as session:
        person = users.get(session, actor.id)
        me = Me(actor.id, actor.name, actor.email, actor.role, person.team.name if person.team else None)
        live = library.live_count(session, now=context.now())
        asked = request_counts.by_status(session, actor=actor)[RequestStatus.OPEN]
        unread = notifications.count_unread(session, actor=actor)
        work = _work(session)
        demo = _demo(session) if demonstration.is_demonstration(session) else None
    return {
        "me": me,
        "unread": unread,
        "demo": demo,
        "here": _PLACES.get((request.blueprint or "").rpartition(".")[2], ""),
        "here_conversation": None,
        "destinations": _destinations(live, asked, work),
    }


def _work(session: Session) -> int | None:
    """How much waits for the one who asks; None for a role nothing ever waits for."""
    actor, now = context.actor(), context.now()
    if not waiting.queues_of(actor):
        return None
    today = now.astimezone(context.resources().settings.zone).date()
    return sum(waiting.counts(session, today=today, actor=actor, now=now).values())


def _destinations(live: int, asked: int, work: int | None) -> tuple[Destination, ...]:
    to_do = (
        ()
        if work is None
        else (Destination("to_do", _("To do"), "circle-check", url_for("pages.to_do.index"), work or None),)
    )
    return (
        Destination("find", _("Find"), "search", url_for("pages.find.home")),
        Destination("library", _("Library"), "library", url_for("pages.library.index"), live),
        Destination("requests", _("Requests"), "inbox", url_for("pages.requests.index"), asked or None),
        *to_do,
        Destination("insights", _("Insights"), "chart-no-axes-column", url_for("pages.insights.index")),
    )


def _demo(session: Session) -> Demo:
    offered = role_switching.is_offered(session, context.resources().settings)
    people = role_switching.everybody(session) if offered else ()
    return Demo(tuple(Person(each.id, each.name, Role(each.role)) for each in people))
