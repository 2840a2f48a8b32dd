"""The record of when an asset was live, with which owner, conversation and audience.

Kept from the first release because it cannot be made up later: eligibility and days live come from it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select
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
    reaching = {each.id for each in assets if each.id in backdated and _is_out(each)}
    first = _first_of(session, reaching)
    for asset in assets:
        if asset.id in reaching and asset.publish_at is not None:
            if asset.id not in first:
                session.add(_begin(asset, asset.publish_at))
                continue
            first[asset.id].starts_at = min(first[asset.id].starts_at, asset.publish_at)
        _bring_in_line(session, asset, ahead.get(asset.id, []), now)
    session.flush()


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


def _bring_in_line(session: Session, asset: Asset, ahead: Sequence[AssetPeriod], now: datetime) -> None:
    if not _is_out(asset):
        _end(session, ahead, now, "archived" if asset.status == Status.ARCHIVED else "withdrawn")
        return
    if asset.expires_at is not None and asset.expires_at <= now:
        _end(session, ahead, now, "expired")
        return
    starts_at = max(now, asset.publish_at) if asset.publish_at is not None else now
    running = [each for each in ahead if each.starts_at <= now and starts_at <= now and _same(each, asset)]
    _end(session, [each for each in ahead if each not in running], now, "changed")
    if running:
        running[0].ends_at = asset.expires_at
        running[0].end_reason = "expired" if asset.expires_at else None
    else:
        session.add(_begin(asset, starts_at))


def _end(session: Session, periods: Sequence[AssetPeriod], now: datetime, reason: str) -> None:
    for period in periods:
        if period.starts_at >= now:
            session.delete(period)  # it never began
        else:
            period.ends_at, period.end_reason = now, reason


def _begin(asset: Asset, starts_at: datetime) -> AssetPeriod:
    return AssetPeriod(
        asset_id=asset.id,
        starts_at=starts_at,
        ends_at=asset.expires_at,
        end_reason="expired" if asset.expires_at else None,
        owner_id=asset.owner_id,
        conversation=asset.conversation,
        audience=asset.audience,
    )


def _same(period: AssetPeriod, asset: Asset) -> bool:
    return (period.owner_id, period.conversation, period.audience) == (
        asset.owner_id,
        asset.conversation,
        asset.audience,
    )
