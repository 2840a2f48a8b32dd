"""Which assets somebody means: the filters of the library, in an address or in a body."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load

from content_map.domain.assets import Kind, State, Status
from content_map.domain.vocabulary import FACET_NAMES
from content_map.schemas.fields import Choice, ConversationKey, Identifier, Line, TermKey, Whole
from content_map.schemas.strict import Page, Strict
from content_map.services.library import SORTS, LibraryFilter
from content_map.services.library_queues import Queue

WORDS_AT_MOST = 300
LANGUAGE_CHARACTERS = 12
FACETS = len(FACET_NAMES)


class AssetFilter(Strict):
    """Which assets; what is not named is left open."""

    conversation = ConversationKey(load_default=None)
    status = Choice(*Status, load_default=None)
    queue = Choice(*Queue, load_default=None)
    state = Choice(*State, load_default=None)
    kind = Choice(*Kind, load_default=None)
    owner = Identifier(load_default=None)
    language = Line(least=1, most=LANGUAGE_CHARACTERS, load_default=None)
    coverage_below = Whole(1, FACETS, error=f"Write 1 to {FACETS} facets.", load_default=None)
    term = fields.List(TermKey(), load_default=list)
    q = Line(most=WORDS_AT_MOST, load_default=None)

    @post_load
    def to_filter(self, given: dict[str, Any], **_options: Any) -> Any:
        """The words become the service's values."""
        return filter_of(given)


class AssetQuery(Page, AssetFilter):
    """Which assets to list."""

    sort = Choice(*SORTS, load_default="-updated_at")

    @post_load
    def to_filter(self, given: dict[str, Any], **_options: Any) -> Any:
        """What to list, beside the limit and the cursor."""
        return {"wanted": filter_of(given), "limit": given["limit"], "cursor": given["cursor"]}


def filter_of(given: dict[str, Any]) -> LibraryFilter:
    """Make the filter of fields that were checked."""
    return LibraryFilter(
        conversation=given["conversation"],
        status=Status(given["status"]) if given["status"] else None,
        queue=Queue(given["queue"]) if given["queue"] else None,
        state=State(given["state"]) if given["state"] else None,
        kind=Kind(given["kind"]) if given["kind"] else None,
        owner=given["owner"],
        language=given["language"],
        coverage_below=given["coverage_below"],
        terms=tuple(given["term"]),
        text=given["q"],
        sort=given.get("sort", "-updated_at"),
    )
