"""The tag form: read into changes, and filled from an asset and what the machine suggests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from content_map import context
from content_map.domain.assets import (
    GUIDE_FIELD_CHARACTERS,
    SUMMARY_CHARACTERS,
    TITLE_CHARACTERS,
    Audience,
    Status,
)
from content_map.domain.conversations import Conversation
from content_map.errors import FieldError, Invalid
from content_map.models import Asset, Suggestion
from content_map.services import tagging, users, vocabulary
from content_map.services.asset_changes import AssetChanges
from content_map.web import copies, forms
from content_map.web.speech import _

GUIDE_TEXTS = ("when_to_use", "say_first", "ask_next", "do_not", "may_change")
_BOUNDS = {
    "title": TITLE_CHARACTERS,
    "summary": SUMMARY_CHARACTERS,
    **dict.fromkeys(GUIDE_TEXTS, GUIDE_FIELD_CHARACTERS),
}


@dataclass(frozen=True, slots=True)
class FormTerm:
    """A term to choose; `suggested` was found in the file."""

    key: str
    name: str
    on: bool
    suggested: bool


@dataclass(frozen=True, slots=True)
class FormFacet:
    """A facet with its terms, and how many are chosen, found and neither."""

    key: str
    terms: tuple[FormTerm, ...]
    chosen: int
    found: int
    rest: int


@dataclass(frozen=True, slots=True)
class SuggestedConversation:
    """What the file's words speak for."""

    conversation: str
    because: str


def read() -> AssetChanges:
    """Read the whole form. Raises Invalid naming every field at fault."""
    form = request.form
    problems: list[FieldError] = [
        FieldError(f"/{name}", _("At most %(n)s characters, please.", n=bound))
        for name, bound in _BOUNDS.items()
        if len(form.get(name, "").strip()) > bound
    ]
    title = forms.text("title")
    if title is None:
        problems.append(FieldError("/title", _("Give it a title.")))
    if problems:
        raise Invalid(" ".join(each.detail for each in problems), problems)
    changes: AssetChanges = {
        "title": title or "",
        "summary": forms.text("summary"),
        "conversation": forms.choice("conversation", Conversation),
        "terms": form.getlist("term"),
        "guide": {
            **{name: forms.text(name) for name in GUIDE_TEXTS},
            "minutes": forms.whole_number("minutes", forms.text("minutes")),
        },
        "audience": forms.choice("audience", Audience) or Audience.CUSTOMER,
        "review_by": forms.day("review_by"),
        "expires_at": _ends("expires_at"),
    }
    if owner := forms.text("owner"):
        changes["owner"] = owner
    match form.get("act"):
        case "publish":
            changes["status"] = Status.PUBLISHED
        case "retire":
            changes["status"] = Status.ARCHIVED
    return changes


def seen_revision() -> int | None:
    """The revision that the form was filled from, so that two editors do not overwrite each other unseen."""
    return forms.whole_number("etag", forms.text("etag"))


def values_of(asset: Asset, errors: Mapping[str, str]) -> Mapping[str, Any]:
    """What the fields show: what was typed when the form comes back, else what is stored.

    Who was told that somebody else was faster has seen it: saving again is meant.
    """
    if request.form.get("title") is not None:
        typed = {**request.form.to_dict(), "terms": request.form.getlist("term")}
        return {**typed, "etag": asset.revision} if forms.STALE in errors else typed
    zone = context.resources().settings.zone
    return {
        "etag": asset.revision,
        "title": asset.title,
        "summary": asset.summary,
        "conversation": asset.conversation,
        "audience": asset.audience,
        "owner": asset.owner_id,
        "review_by": _written(asset.review_by),
        "expires_at": _written(asset.expires_at.astimezone(zone).date() if asset.expires_at else None),
        "terms": [tag.term.full_key for tag in asset.terms],
        **asset.guide,
    }


def filled(session: Session, asset: Asset, errors: Mapping[str, str]) -> dict[str, Any]:
    """Everything the form's template needs beside the asset's card and the errors."""
    values = values_of(asset, errors)
    suggestions = tagging.open_suggestions(session, asset)
    return {
        "copies": copies.shown(asset, copies.of(session, asset)),
        "values": values,
        "facets": facets_of(session, frozenset(values["terms"]), suggestions),
        "suggestion": _conversation_of(suggestions),
        "owners": [(person.id, person.name) for person in users.may_own(session)],
    }


def facets_of(
    session: Session, chosen: frozenset[str] = frozenset(), suggestions: Sequence[Suggestion] = ()
) -> tuple[FormFacet, ...]:
    """List the vocabulary with what is chosen and what was found; a retired term only where it is chosen."""
    found = {f"{each.facet_key}:{each.value}" for each in suggestions}
    facets = []
    for facet in vocabulary.facets(session):
        terms = tuple(
            FormTerm(term.key, term.name, term.full_key in chosen, term.full_key in found)
            for term in facet.terms
            if term.retired_at is None or term.full_key in chosen
        )
        on = sum(term.on for term in terms)
        only_found = sum(term.suggested and not term.on for term in terms)
        facets.append(FormFacet(facet.key, terms, on, only_found, len(terms) - on - only_found))
    return tuple(facets)


def _conversation_of(suggestions: Sequence[Suggestion]) -> SuggestedConversation | None:
    for each in suggestions:
        if each.facet_key == tagging.CONVERSATION:
            cues = each.evidence.get("cues") or each.evidence.get("words") or ()
            words = ", ".join(f"“{cue}”" for cue in cues[:3] if isinstance(cue, str))
            return SuggestedConversation(each.value, words)
    return None


def _ends(name: str) -> datetime | None:
    on = forms.day(name)
    return forms.start_of(on, context.resources().settings.zone) if on else None


def _written(on: date | None) -> str:
    return on.isoformat() if on else ""
