"""What may be set on an asset, checked as a whole before anything of it is set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.assets import Audience, Status
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor, Role
from content_map.errors import FieldError, Invalid
from content_map.models import Asset, AssetTerm, Term, User
from content_map.services import periods, tagging

_PLAIN = (
    "summary",
    "conversation",
    "audience",
    "status",
    "external_id",
    "publish_at",
    "expires_at",
    "review_by",
)


class AssetChanges(TypedDict, total=False):
    """The fields an asset may be given; a missing one is left alone, None clears it."""

    title: str
    summary: str | None
    conversation: Conversation | None
    terms: Sequence[str]  # `facet:term`
    guide: Mapping[str, Any] | None
    audience: Audience
    status: Status
    owner: str  # user id
    external_id: str | None
    publish_at: datetime | None
    expires_at: datetime | None
    review_by: date | None
    successor: str | None  # asset id


def apply(session: Session, asset: Asset, changes: AssetChanges, *, actor: Actor, now: datetime) -> None:
    """Set what is named, or nothing at all. Raises Invalid with a sentence for each field."""
    found = problems(session, asset, changes, actor=actor, now=now)
    if found:
        raise Invalid(" ".join(each.detail for each in found), found)
    put(asset, changes)
    if "terms" in changes:
        tagging.set_terms(session, asset, changes["terms"] or ())
    session.flush()
    if {"conversation", "terms"} & changes.keys():
        tagging.settle(session, asset, actor=actor, now=now)
    periods.record(session, asset, now=now, backdate=backdates(changes, actor))


def put(asset: Asset, changes: AssetChanges) -> None:
    """Set the columns that are named, unchecked; terms and periods are left to the caller."""
    for name in _PLAIN:
        if name in changes:
            setattr(asset, name, changes[name])  # type: ignore[literal-required]
    if "title" in changes:
        asset.title, asset.title_is_given = changes["title"], True
    if "guide" in changes:
        asset.guide = {key: value for key, value in (changes["guide"] or {}).items() if value is not None}
    if "owner" in changes:
        asset.owner_id = changes["owner"]
    if "successor" in changes:
        asset.successor_id = changes["successor"]


def backdates(changes: AssetChanges, actor: Actor) -> bool:
    """Say whether the change may lengthen the asset's first period backwards."""
    return actor.role is Role.ADMIN and changes.get("publish_at") is not None


def problems(
    session: Session, asset: Asset, changes: AssetChanges, *, actor: Actor, now: datetime
) -> Sequence[FieldError]:
    """List what speaks against the change, a sentence for each field; terms are checked where they are set."""
    found: list[FieldError] = []
    conversation = changes.get("conversation", asset.conversation)
    status = changes.get("status", asset.status)
    if status == Status.PUBLISHED and conversation is None:
        found.append(
            FieldError(
                "/conversation",
                "Choose one of the five conversations before publishing; it stays a draft until then.",
            )
        )
    publish_at = changes.get("publish_at", asset.publish_at)
    expires_at = changes.get("expires_at", asset.expires_at)
    if publish_at is not None and expires_at is not None and expires_at <= publish_at:
        found.append(FieldError("/expires_at", "It would expire before it is published. Choose a later day."))
    given = changes.get("publish_at")
    if given is not None and given < now and given != asset.publish_at and actor.role is not Role.ADMIN:
        found.append(FieldError("/publish_at", "Only an admin may set a publishing time in the past."))
    if "owner" in changes:
        found += _owner_problem(session, changes["owner"])
    external_id = changes.get("external_id")
    if external_id is not None and session.scalar(
        select(Asset.id).where(Asset.external_id == external_id, Asset.id != asset.id)
    ):
        found.append(FieldError("/external_id", f"Another asset has the external id {external_id!r}."))
    successor = changes.get("successor")
    if successor is not None and (successor == asset.id or session.get(Asset, successor) is None):
        found.append(FieldError("/successor", "The successor must be another asset of this library."))
    return found


def _owner_problem(session: Session, owner_id: str) -> list[FieldError]:
    owner = session.get(User, owner_id)
    if owner is None or not owner.is_active:
        return [FieldError("/owner", "There is no active person with this id.")]
    if Role(owner.role) not in {Role.MARKETER, Role.ADMIN}:
        return [FieldError("/owner", f"{owner.name} cannot own an asset: only marketers and admins can.")]
    return []


def snapshot(session: Session, asset: Asset) -> dict[str, Any]:
    """The settable fields as plain JSON values: for the audit trail and for an editor who came too late."""
    terms = session.scalars(
        select(Term).join(AssetTerm, AssetTerm.term_id == Term.id).where(AssetTerm.asset_id == asset.id)
    )
    return plain(asset, [term.full_key for term in terms])


def plain(asset: Asset, terms: Iterable[str]) -> dict[str, Any]:
    """The same of an asset whose terms (`facet:term`) are known already."""
    return {
        "title": asset.title,
        "summary": asset.summary,
        "conversation": asset.conversation,
        "terms": sorted(terms),
        "guide": dict(asset.guide),
        "audience": str(asset.audience),
        "status": str(asset.status),
        "owner": asset.owner_id,
        "external_id": asset.external_id,
        "publish_at": asset.publish_at.isoformat() if asset.publish_at else None,
        "expires_at": asset.expires_at.isoformat() if asset.expires_at else None,
        "review_by": asset.review_by.isoformat() if asset.review_by else None,
        "successor": asset.successor_id,
        "revision": asset.revision,
        "updated_at": asset.updated_at.isoformat(),
    }
