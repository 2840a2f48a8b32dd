"""What the machine would tag: listed for marketers, taken or dismissed by them, and how often they agree."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.errors import NotFound
from content_map.models import Asset, Suggestion
from content_map.services import assets, tagging
from content_map.services.asset_changes import AssetChanges


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many suggestions of a facet (or of the conversation) wait, were taken and were dismissed."""

    facet: str
    open: int
    accepted: int
    dismissed: int

    @property
    def offered(self) -> int:
        """All that were ever offered and not forgotten unseen."""
        return self.open + self.accepted + self.dismissed

    @property
    def decided(self) -> int:
        """Those that somebody decided: what a share of acceptance is of."""
        return self.accepted + self.dismissed


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
    if suggestion is None or suggestion.asset_id != asset.id or suggestion.facet_key not in set(tagging.TAGS):
        raise NotFound("There is no such suggestion for this asset.")
    if accept:
        asset = assets.change(session, asset.id, _changes(asset, suggestion), actor=actor, now=now)
    tagging.decide(suggestion, accept=accept, actor=actor, now=now)
    session.flush()
    return asset


def dismiss(session: Session, asset_id: str, ids: Collection[str], *, actor: Actor, now: datetime) -> None:
    """Dismiss several of an asset's open suggestions; what was decided meanwhile stays. Raises NotAllowed."""
    require(actor, Right.EDIT_ASSET)
    for suggestion in session.scalars(
        select(Suggestion).where(
            Suggestion.asset_id == asset_id,
            Suggestion.id.in_(list(ids)),
            Suggestion.state == "open",
            Suggestion.facet_key.in_([str(each) for each in tagging.TAGS]),
        )
    ):
        tagging.decide(suggestion, accept=False, actor=actor, now=now)
    session.flush()


def agreement(session: Session, *, actor: Actor) -> list[Agreement]:
    """Count by facet, the conversation first, how often people agreed with the machine. Raises NotAllowed."""
    require(actor, Right.EDIT_ASSET)
    rows = session.execute(
        select(Suggestion.facet_key, Suggestion.state, func.count())
        .join(Asset, Asset.id == Suggestion.asset_id)
        .where(or_(Suggestion.state != "open", ~tagging.is_answered()))
        .group_by(Suggestion.facet_key, Suggestion.state)
    )
    counts = {(facet, state): count for facet, state, count in rows}
    return [
        Agreement(
            str(facet), *(counts.get((str(facet), state), 0) for state in ("open", "accepted", "dismissed"))
        )
        for facet in tagging.TAGS
    ]


def _changes(asset: Asset, suggestion: Suggestion) -> AssetChanges:
    if suggestion.facet_key == tagging.CONVERSATION:
        return {"conversation": Conversation(suggestion.value)}
    present = [tag.term.full_key for tag in asset.terms]
    return {"terms": [*present, f"{suggestion.facet_key}:{suggestion.value}"]}
