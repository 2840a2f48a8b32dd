"""The library's filter as it stands in an address: read, written back, and offered as choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from babel import Locale, UnknownLocaleError
from flask import url_for
from flask_babel import get_locale

from content_map import context
from content_map.domain.assets import Kind, State
from content_map.domain.conversations import Conversation
from content_map.services.library import LibraryFilter
from content_map.services.library_queues import Queue
from content_map.services.texts import is_storable
from content_map.web import forms
from content_map.web.speech import LazySentence, _
from content_map.web.speech import lazy_gettext as __

THIN = 3  # facets; fewer leave little for a situation to be matched with
SORTS: Mapping[str, LazySentence] = {
    "-updated_at": __("Last changed"),
    "-created_at": __("Newest"),
    "title": __("Title"),
    "review_by": __("Review, soonest first"),
    "expires_at": __("Expiry, soonest first"),
    "coverage": __("Fewest facets first"),
}
_FIRST: Mapping[Queue, str] = {Queue.REVIEW_DUE: "review_by", Queue.EXPIRING: "expires_at"}
# In an address; `status` names the tab.
_NAMES = ("status", "q", "conversation", "kind", "term", "owner", "mine", "language", "thin", "state", "sort")

Given = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter with its words."""

    value: str
    words: str


def given_in(pairs: Iterable[tuple[str, str]]) -> Given:
    """Take what belongs to the filter out of an address's fields; empty and unknown ones are left out."""
    found = {name: value for name, value in pairs if value.strip()}
    return {name: found[name] for name in _NAMES if name in found and is_storable(found[name])}


def from_query(query: str) -> Given:
    """Read a filter that a form carried as an address's query."""
    return given_in(parse_qsl(query))


def written(given: Given) -> str:
    """Write a filter as an address's query."""
    return urlencode(given)


def address(given: Given, **more: str | None) -> str:
    """The address of the library under this filter; `more` replaces fields, None takes them out."""
    kept = {**given, **more}
    query = urlencode({name: value for name, value in kept.items() if value})
    return url_for("pages.library.index") + (f"?{query}" if query else "")


def filter_of(given: Given) -> LibraryFilter:
    """Turn the words of an address into the service's filter. Raises Invalid for words of no list."""
    queue = queue_of(given)
    sort = given.get("sort") or (_FIRST.get(queue, "-updated_at") if queue else "-updated_at")
    return LibraryFilter(
        conversation=forms.one_of("conversation", given.get("conversation"), Conversation),
        queue=queue,
        state=forms.one_of("state", given.get("state"), State),
        kind=forms.one_of("kind", given.get("kind"), Kind),
        owner=owner_of(given),
        language=given.get("language"),
        coverage_below=THIN if given.get("thin") else None,
        terms=(given["term"],) if "term" in given else (),
        text=given.get("q"),
        sort=sort if sort in SORTS else "-updated_at",
    )


def queue_of(given: Given) -> Queue | None:
    """The tab that is open; None for all."""
    return forms.one_of("status", given.get("status"), Queue)


def owner_of(given: Given) -> str | None:
    """Whose assets: one's own, somebody's, or everybody's (None)."""
    return context.actor().id if given.get("mine") else given.get("owner")


def narrows(given: Given) -> bool:
    """Say whether anything but the tab and the order is chosen."""
    return bool(given.keys() - {"status", "sort"})


def languages(tags: Iterable[str]) -> list[Choice]:
    """Name languages in the reader's own."""
    return sorted((Choice(tag, language_name(tag)) for tag in tags), key=lambda each: each.words)


def language_name(tag: str) -> str:
    """Name a language; an unknown tag stands for itself."""
    try:
        name = Locale.parse(tag, sep="-").get_display_name(get_locale())
    except (UnknownLocaleError, ValueError):
        name = None
    return (name or tag)[:1].upper() + (name or tag)[1:]


def heading(queue: Queue | None) -> str:
    """What an open tab is for, in one sentence; empty where the numbers say enough."""
    match queue:
        case Queue.NEEDS_TAGGING:
            return _("Without a conversation, or without a single term, hardly any rep will find these.")
        case Queue.FAILED:
            return _("These are kept, and found by title and tags alone. Replace the file, or read it again.")
        case Queue.REVIEW_DUE:
            return _("Live, and due for review within two weeks or overdue. Say that they are still right.")
        case Queue.FLAGGED:
            return _("Readers said that something is wrong with these.")
        case Queue.EXPIRING:
            return _("Reps stop finding these within 30 days. Extend them, or let them go.")
        case Queue.DRAFT:
            return _("Nobody but marketing sees these yet.")
        case Queue.SCHEDULED:
            return _("These go live by themselves on their day.")
        case Queue.ARCHIVED:
            return _("Reps no longer find these; their history stays, and they can come back.")
    return ""


def nothing_in(queue: Queue | None) -> tuple[str, str]:
    """What to say where a tab is empty: a title and a sentence."""
    match queue:
        case Queue.NEEDS_TAGGING:
            return _("Everything is tagged"), _("Every asset has its conversation and at least one term.")
        case Queue.FAILED:
            return _("Every file could be read"), _("What cannot be read would stand here, with what to do.")
        case Queue.REVIEW_DUE:
            return _("No review is due"), _("What comes up within two weeks would stand here.")
        case Queue.FLAGGED:
            return _("No flag is open"), _("What readers say is wrong would stand here until it is answered.")
        case Queue.EXPIRING:
            return _("Nothing expires soon"), _("What ends within 30 days would stand here.")
        case Queue.DRAFT:
            return _("No drafts"), _("Whatever was uploaded is published.")
        case Queue.SCHEDULED:
            return _("Nothing is scheduled"), _("What is to go live on a later day would stand here.")
        case Queue.ARCHIVED:
            return _("Nothing is retired"), _("What was taken out of reps’ sight would stand here.")
    return "", ""
