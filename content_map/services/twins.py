"""Which other asset has the same file: what came in parts is stored before anybody can know."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from content_map.domain.assets import Status
from content_map.models import Asset, Version


@dataclass(frozen=True, slots=True)
class Twin:
    """Another asset, not archived, with the same file."""

    id: str
    title: str


def of_assets(session: Session, asset_ids: Collection[str]) -> Mapping[str, Twin]:
    """Give the oldest twin of each of the assets that has one."""
    other, theirs = aliased(Asset), aliased(Version)
    rows = session.execute(
        select(Asset.id, other.id, other.title)
        .join(Version, (Version.asset_id == Asset.id) & (Version.number == Asset.version_number))
        .join(theirs, (theirs.sha256 == Version.sha256) & (theirs.asset_id != Asset.id))
        .join(other, other.id == theirs.asset_id)
        .where(Asset.id.in_(asset_ids), other.status != Status.ARCHIVED.value)
        .order_by(other.created_at.desc(), other.id)
    )
    # Of several, the last one is kept: the oldest.
    return {asset_id: Twin(twin_id, title) for asset_id, twin_id, title in rows}
