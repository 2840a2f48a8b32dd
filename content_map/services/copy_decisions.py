"""What a marketer says of a copy: it is the next version, the other one will do, or the two are different."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.domain.versions import Change
from content_map.errors import Conflict, NotFound
from content_map.models import Asset, Suggestion
from content_map.services import asset_changes, assets, audit, near_copies, sketches, versions


class Decision(StrEnum):
    """What to do with an asset that holds the same as another."""

    NEW_VERSION = "new_version"
    USE_OTHER = "use_other"
    DIFFERENT = "different"


def decide(
    session: Session,
    asset_id: str,
    other_id: str,
    decision: Decision,
    *,
    change: Change = Change.MAJOR,
    note: str | None = None,
    actor: Actor,
    now: datetime,
) -> Asset:
    """Do what was decided, in one act, and return the asset to go on with.

    A draft whose file went to the other asset is retired with that one as its successor: nothing that points at
    it breaks. Raises NotAllowed, NotFound, Conflict (no draft, retired, the same file, still being read).
    """
    require(actor, Right.EDIT_ASSET)
    asset, other = _both(session, asset_id, other_id)
    match decision:
        case Decision.DIFFERENT:
            _keep_apart(session, asset, other, actor, now)
            return assets.get(session, asset.id, actor=actor, now=now)
        case Decision.USE_OTHER:
            _retire(session, asset, other, actor, now)
        case Decision.NEW_VERSION:
            source = assets.version_of(session, asset)
            if source.sha256 is not None and source.sha256 == assets.version_of(session, other).sha256:
                raise Conflict(f"“{other.title}” has this very file already: use that one.")
            _retire(session, asset, other, actor, now)
            taken = versions.take_over(session, other, source, change=change, note=note, actor=actor, now=now)
            audit.note(
                session,
                "asset.version_added",
                "asset",
                other.id,
                actor=actor,
                now=now,
                changes={"version": taken.number, "label": taken.label, "from_asset": asset.id},
            )
    return assets.get(session, other.id, actor=actor, now=now)


def keep_both(session: Session, asset: Asset, *, actor: Actor, now: datetime) -> None:
    """Note that the uploader knew of the twins of a file and wanted it beside them."""
    version = assets.version_of(session, asset)
    for other_id in sketches.twins(session, version):
        other = session.get_one(Asset, other_id)
        _dismiss(session, asset, other, actor, now)
        _dismiss(session, other, asset, actor, now)


def _both(session: Session, asset_id: str, other_id: str) -> tuple[Asset, Asset]:
    if asset_id == other_id:
        raise Conflict("An asset is no copy of itself.")
    # Always in the same order, so that two people who decide at once wait for each other and no more.
    locked = {key: session.get(Asset, key, with_for_update=True) for key in sorted((asset_id, other_id))}
    asset, other = locked[asset_id], locked[other_id]
    if asset is None or other is None:
        raise NotFound("There is no such asset.")
    return asset, other


def _retire(session: Session, asset: Asset, other: Asset, actor: Actor, now: datetime) -> None:
    if asset.status != Status.DRAFT:
        raise Conflict(
            f"“{asset.title}” is not a draft: people may have it. Take it back to draft first, or retire it."
        )
    if other.status == Status.ARCHIVED:
        raise Conflict(f"“{other.title}” is retired. Bring it back first.")
    gone: asset_changes.AssetChanges = {"status": Status.ARCHIVED, "successor": other.id}
    asset_changes.apply(session, asset, gone, actor=actor, now=now)
    asset.updated_at = now
    audit.note(
        session,
        "asset.merged",
        "asset",
        asset.id,
        actor=actor,
        now=now,
        changes={"status": [Status.DRAFT.value, Status.ARCHIVED.value], "successor": [None, other.id]},
    )


def _keep_apart(session: Session, asset: Asset, other: Asset, actor: Actor, now: datetime) -> None:
    _dismiss(session, asset, other, actor, now)
    _dismiss(session, other, asset, actor, now)
    for each in (asset, other):
        sketches.warn_of_twins(session, assets.version_of(session, each))
    session.flush()
    near_copies.keep_apart(session, asset.id, other.id)
    audit.note(
        session, "asset.copy_dismissed", "asset", asset.id, actor=actor, now=now, changes={"other": other.id}
    )


def _dismiss(session: Session, asset: Asset, other: Asset, actor: Actor, now: datetime) -> None:
    row = session.scalar(
        select(Suggestion).where(
            Suggestion.asset_id == asset.id,
            Suggestion.facet_key == sketches.COPY,
            Suggestion.value == other.id,
        )
    )
    if row is None:
        row = Suggestion(asset_id=asset.id, facet_key=sketches.COPY, value=other.id, confidence=0.0)
        session.add(row)
    row.state, row.decided_by, row.decided_at = "dismissed", actor.id, now
    session.flush()
