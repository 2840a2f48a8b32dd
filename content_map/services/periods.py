"""The record of when an asset was live, with which owner, conversation and audience.

Kept from the first release because it cannot be made up later: eligibility and days live come from it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.models import Asset, AssetPeriod


def record(session: Session, asset: Asset, *, now: datetime, backdate: bool = False) -> None:
    """Bring the asset's periods in line with the asset as it is from `now` on; the past stays as it was.

    `backdate`: an admin set `publish_at` in the past, which lengthens the first period backwards.
    """
    record_each(session, [asset], [asset.id] if backdate else [], now=now)


def record_each(
    session: Session, assets: Sequence[Asset], backdated: Collection[str], *, now: datetime
) -> None:
    """Do that for many assets at once, with as many statements as for one.

    `backdated`: the ids of those whose `publish_at` an admin set.
    """
    ahead = _ahead_of(session, [each.id for each in assets], now)
    early = {
        each.id: each.publish_at
        for each in assets
        if each.id in backdated and _is_out(each) and each.publish_at is not None
    }
    first = _first_of(session, early)
    begun: list[dict[str, Any]] = []
    for asset in assets:
        if asset.id in early and asset.id not in first:
            begun.append(_begun(asset, early[asset.id]))
            continue
        if asset.id in early:
            first[asset.id].starts_at = min(first[asset.id].starts_at, early[asset.id])
        starts_at = _bring_in_line(session, asset, ahead.get(asset.id, []), now)
        if starts_at is not None:
            begun.append(_begun(asset, starts_at))
    session.flush()
    if begun:
        session.connection().execute(insert(AssetPeriod), begun)


def _is_out(asset: Asset) -> bool:
    return asset.status == Status.PUBLISHED and asset.conversation is not None


def _ahead_of(session: Session, asset_ids: Collection[str], now: datetime) -> dict[str, list[AssetPeriod]]:
    """Load the periods that end after `now`, in order, of each asset; only assets that have one are in it."""
    found: dict[str, list[AssetPeriod]] = {}
    still = or_(AssetPeriod.ends_at.is_(None), AssetPeriod.ends_at > now)
    mine = select(AssetPeriod).where(AssetPeriod.asset_id.in_(asset_ids), still)
    for period in session.scalars(mine.order_by(AssetPeriod.starts_at)):
        found.setdefault(period.asset_id, []).append(period)
    return found


def _first_of(session: Session, asset_ids: Collection[str]) -> dict[str, AssetPeriod]:
    found: dict[str, AssetPeriod] = {}
    if asset_ids:
        mine = select(AssetPeriod).where(AssetPeriod.asset_id.in_(asset_ids))
        for period in session.scalars(mine.order_by(AssetPeriod.starts_at)):
            found.setdefault(period.asset_id, period)
    return found


def _bring_in_line(
    session: Session, asset: Asset, ahead: Sequence[AssetPeriod], now: datetime
) -> datetime | None:
    """End or keep the periods that are there; gives when a new one begins, if one does."""
    if not _is_out(asset):
        _end(session, ahead, now, "archived" if asset.status == Status.ARCHIVED else "withdrawn")
        return None
    if asset.expires_at is not None and asset.expires_at <= now:
        _end(session, ahead, now, "expired")
        return None
    starts_at = max(now, asset.publish_at) if asset.publish_at is not None else now
    running = [each for each in ahead if each.starts_at <= now and starts_at <= now and _same(each, asset)]
    _end(session, [each for each in ahead if each not in running], now, "changed")
    if not running:
        return starts_at
    running[0].ends_at = asset.expires_at
    running[0].end_reason = "expired" if asset.expires_at else None
    return None


def _end(session: Session, periods: Sequence[AssetPeriod], now: datetime, reason: str) -> None:
    for period in periods:
        if period.starts_at >= now:
            session.delete(period)  # it never began
        else:
            period.ends_at, period.end_reason = now, reason


def _begun(asset: Asset, starts_at: datetime) -> dict[str, Any]:
    return {
        "asset_id": asset.id,
        "starts_at": starts_at,
        "ends_at": asset.expires_at,
        "end_reason": "expired" if asset.expires_at else None,
        "owner_id": asset.owner_id,
        "conversation": asset.conversation,
        "audience": asset.audience,
    }


def _same(period: AssetPeriod, asset: Asset) -> bool:
    return (period.owner_id, period.conversation, period.audience) == (
        asset.owner_id,
        asset.conversation,
        asset.audience,
    )
