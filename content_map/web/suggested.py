"""What the tag form shows of the machine's suggestions: conversations and terms, each with its words and pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from content_map.domain.tagging import PRESELECT_FROM
from content_map.models import Asset, Suggestion
from content_map.services import tagging
from content_map.web.speech import _

SHOWN_WORDS = 4


@dataclass(frozen=True, slots=True)
class Place:
    """Words of the file and where they stand; `url` leads to that page, the title has none."""

    words: str
    where: str
    url: str | None


@dataclass(frozen=True, slots=True)
class SuggestedConversation:
    """A conversation that the file speaks for: its cues, and words that tagged assets of it share."""

    conversation: str
    is_preselected: bool
    cues: tuple[Place, ...]
    shared: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class FoundTerm:
    """The suggestion of a term that was found in the file."""

    id: str
    place: Place


def conversations(asset: Asset, suggestions: Iterable[Suggestion]) -> tuple[SuggestedConversation, ...]:
    """Pick the suggested conversations, the surest first."""
    return tuple(
        SuggestedConversation(
            each.value,
            each.confidence >= PRESELECT_FROM,
            _places(asset, each.evidence.get("cues")),
            _places(asset, each.evidence.get("shared")),
        )
        for each in suggestions
        if each.facet_key == tagging.CONVERSATION
    )


def terms(asset: Asset, suggestions: Iterable[Suggestion]) -> dict[str, FoundTerm]:
    """Pick the found terms, by `facet:term`."""
    return {
        f"{each.facet_key}:{each.value}": FoundTerm(each.id, _place(asset, each.evidence))
        for each in suggestions
        if each.facet_key != tagging.CONVERSATION
    }


def preselected(suggested: Sequence[SuggestedConversation]) -> str | None:
    """The conversation that is ticked beforehand, if one is sure enough."""
    return next((each.conversation for each in suggested if each.is_preselected), None)


def _places(asset: Asset, found: object) -> tuple[Place, ...]:
    listed = found if isinstance(found, list) else []
    return tuple(_place(asset, each) for each in listed[:SHOWN_WORDS] if isinstance(each, dict))


def _place(asset: Asset, evidence: Mapping[str, Any]) -> Place:
    page = evidence.get("page")
    if not isinstance(page, int):
        return Place(str(evidence.get("words", "")), _("title"), None)
    where = evidence.get("label") or _("page %(n)s", n=page)
    return Place(
        str(evidence.get("words", "")),
        str(where),
        url_for("pages.assets.turn", asset_id=asset.id, number=page),
    )
