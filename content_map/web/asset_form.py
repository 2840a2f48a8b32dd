"""The tag form: read into changes, and filled from an asset and what the machine suggests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from content_map.domain.assets import (
    GUIDE_FIELD_CHARACTERS,
    SUMMARY_CHARACTERS,
    TITLE_CHARACTERS,
    Audience,
    Status,
)
from content_map.domain.conversations import Conversation
from content_map.errors import FieldError, Invalid
from content_map.models import Asset, Term
from content_map.services import tagging, users, vocabulary
from content_map.services.asset_changes import AssetChanges
from content_map.web import choosing, conflicts, copies, forms, moments, suggested
from content_map.web.speech import _
from content_map.web.suggested import FoundTerm

# Acts that fill the form anew and save nothing.
ACCEPT_FOUND, NARROW = "accept_found", "narrow"
GUIDE_TEXTS = ("when_to_use", "say_first", "ask_next", "do_not", "may_change")
_BOUNDS = {
    "title": TITLE_CHARACTERS,
    "summary": SUMMARY_CHARACTERS,
    **dict.fromkeys(GUIDE_TEXTS, GUIDE_FIELD_CHARACTERS),
}


@dataclass(frozen=True, slots=True)
class FormTerm:
    """A term to choose; `found` where the file speaks of it, `dismissed` where that is not meant."""

    key: str
    name: str
    on: bool
    found: FoundTerm | None = None
    dismissed: bool = False

    @property
    def suggested(self) -> bool:
        """Say whether it was found in the file."""
        return self.found is not None


@dataclass(frozen=True, slots=True)
class FormFacet:
    """A facet with its terms, and how many are chosen, found and neither."""

    key: str
    terms: tuple[FormTerm, ...]
    chosen: int
    found: int
    rest: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far an asset is tagged: the facets with a term, and those without."""

    tagged: tuple[str, ...]
    missing: tuple[str, ...]


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
    }
    if moments.is_changed("publish_at"):
        changes["publish_at"] = moments.moment("publish_at")
    if moments.is_changed("expires_at"):
        changes["expires_at"] = moments.moment("expires_at")
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


def dismissed() -> Sequence[str]:
    """The ids of the suggestions that are not meant."""
    return request.form.getlist("dismiss")


def filled(session: Session, asset: Asset, errors: Mapping[str, str]) -> dict[str, Any]:
    """Everything the form's template needs beside the asset's card and the errors."""
    suggestions = tagging.open_suggestions(session, asset)
    offered = suggested.conversations(asset, suggestions)
    found = suggested.terms(asset, suggestions)
    values = dict(_values(asset, errors, suggested.preselected(offered)))
    if request.form.get("act") == ACCEPT_FOUND:
        values["terms"] = list(dict.fromkeys([*values["terms"], *found]))
    facets = facets_of(session, frozenset(values["terms"]), found, frozenset(dismissed()))
    owners = [(person.id, person.name) for person in users.may_own(session)]
    return {
        **conflicts.beside(values, _stored(asset), owners=owners, is_stale=forms.STALE in errors),
        "copies": copies.shown(asset, copies.of(session, asset)),
        "values": values,
        "facets": facets,
        "found_count": sum(facet.found for facet in facets),
        "coverage": Coverage(
            tuple(facet.key for facet in facets if facet.chosen),
            tuple(facet.key for facet in facets if not facet.chosen),
        ),
        "offered": offered,
        "chooser": choosing.answered(),
        "zone": moments.zone_said(),
        "owners": owners,
    }


def _values(asset: Asset, errors: Mapping[str, str], preselected: str | None) -> Mapping[str, Any]:
    """What the fields show: what was typed when the form comes back, else what is stored or suggested.

    Who was told that somebody else was faster has seen it: saving again is meant.
    """
    if request.form.get("title") is not None:
        typed = {**request.form.to_dict(), "terms": request.form.getlist("term")}
        return {**typed, "etag": asset.revision} if forms.STALE in errors else typed
    stored = _stored(asset)
    return {**stored, "conversation": stored["conversation"] or preselected}


def _stored(asset: Asset) -> Mapping[str, Any]:
    publish_at, expires_at = moments.written(asset.publish_at), moments.written(asset.expires_at)
    return {
        "etag": asset.revision,
        "title": asset.title,
        "summary": asset.summary,
        "conversation": asset.conversation,
        "audience": asset.audience,
        "owner": asset.owner_id,
        "review_by": asset.review_by.isoformat() if asset.review_by else "",
        "publish_at": publish_at,
        "publish_at_was": publish_at,
        "expires_at": expires_at,
        "expires_at_was": expires_at,
        "terms": [tag.term.full_key for tag in asset.terms],
        **asset.guide,
    }


def facets_of(
    session: Session,
    chosen: frozenset[str] = frozenset(),
    found: Mapping[str, FoundTerm] = MappingProxyType({}),
    dismissed_ids: frozenset[str] = frozenset(),
) -> tuple[FormFacet, ...]:
    """List the vocabulary with what is chosen and what was found; a retired term only where it is chosen."""
    facets = []
    for facet in vocabulary.facets(session):
        terms = tuple(
            _term(term, chosen, found.get(term.full_key), dismissed_ids)
            for term in facet.terms
            if term.retired_at is None or term.full_key in chosen
        )
        on = sum(term.on for term in terms)
        only_found = sum(term.suggested and not term.on for term in terms)
        facets.append(FormFacet(facet.key, terms, on, only_found, len(terms) - on - only_found))
    return tuple(facets)


def _term(
    term: Term, chosen: frozenset[str], found: FoundTerm | None, dismissed_ids: frozenset[str]
) -> FormTerm:
    is_dismissed = found is not None and found.id in dismissed_ids
    return FormTerm(term.key, term.name, term.full_key in chosen, found, is_dismissed)
