"""What the machine would tag: listed for marketers, taken or dismissed by them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.errors import NotFound
from content_map.models import Asset, Suggestion
from content_map.services import assets, tagging
from content_map.services.asset_changes import AssetChanges


def listed(session: Session, asset_id: str, *, actor: Actor, now: datetime) -> Sequence[Suggestion]:
    """List what is still to be decided, the surest first. Raises NotAllowed, NotFound."""
    require(actor, Right.EDIT_ASSET)
    return tagging.open_suggestions(session, assets.get(session, asset_id, actor=actor, now=now))


def decide(
    session: Session, asset_id: str, suggestion_id: str, accept: bool, *, actor: Actor, now: datetime
) -> Asset:
    """Take or dismiss a suggestion. Taking one is a change of the asset like any other: periods, audit, index.

    Raises NotAllowed, NotFound, Invalid (the term was retired meanwhile).
    """
    require(actor, Right.EDIT_ASSET)
    asset = assets.get(session, asset_id, actor=actor, now=now)
    suggestion = session.get(Suggestion, suggestion_id)
    if suggestion is None or suggestion.asset_id != asset.id:
        raise NotFound("There is no such suggestion for this asset.")
    suggestion.state = "accepted" if accept else "dismissed"
    suggestion.decided_by, suggestion.decided_at = actor.id, now
    session.flush()
    if not accept:
        return asset
    return assets.change(session, asset.id, _changes(asset, suggestion), actor=actor, now=now)


def _changes(asset: Asset, suggestion: Suggestion) -> AssetChanges:
    if suggestion.facet_key == tagging.CONVERSATION:
        return {"conversation": Conversation(suggestion.value)}
    present = [tag.term.full_key for tag in asset.terms]
    return {"terms": [*present, f"{suggestion.facet_key}:{suggestion.value}"]}
