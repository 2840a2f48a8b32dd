"""The record of when an asset was live, with which owner, conversation and audience.

Kept from the first release because it cannot be made up later: eligibility and days live come from it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.models import Asset, AssetPeriod


def record(
    session: Session,
    asset: Asset,
    *,
    now: datetime,
    backdate: bool = False,
    ahead: list[AssetPeriod] | None = None,
) -> None:
    """Bring the asset's periods in line with the asset as it is from `now` on; the past stays as it was.

    `backdate`: an admin set `publish_at` in the past, which lengthens the first period backwards.
    `ahead`: its periods that end after `now`, where the caller has loaded them for many assets at once.
    """
    if ahead is None:
        ahead = _ending_after(session, asset, now)
    if asset.status != Status.PUBLISHED or asset.conversation is None:
        _end(session, ahead, now, "archived" if asset.status == Status.ARCHIVED else "withdrawn")
        return
    if backdate and asset.publish_at is not None:
        _lengthen(session, asset, asset.publish_at, now)
        ahead = _ending_after(session, asset, now)
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
        _begin(session, asset, starts_at)
    session.flush()


def ahead_of(session: Session, asset_ids: Collection[str], *, now: datetime) -> dict[str, list[AssetPeriod]]:
    """Load the periods that end after `now`, in order, of each asset; only assets that have one are in it."""
    found: dict[str, list[AssetPeriod]] = {}
    still = or_(AssetPeriod.ends_at.is_(None), AssetPeriod.ends_at > now)
    mine = select(AssetPeriod).where(AssetPeriod.asset_id.in_(asset_ids), still)
    for period in session.scalars(mine.order_by(AssetPeriod.starts_at)):
        found.setdefault(period.asset_id, []).append(period)
    return found


def _ending_after(session: Session, asset: Asset, now: datetime) -> list[AssetPeriod]:
    return ahead_of(session, [asset.id], now=now).get(asset.id, [])


def _end(session: Session, periods: list[AssetPeriod], now: datetime, reason: str) -> None:
    for period in periods:
        if period.starts_at >= now:
            session.delete(period)  # it never began
        else:
            period.ends_at, period.end_reason = now, reason
    session.flush()


def _lengthen(session: Session, asset: Asset, publish_at: datetime, now: datetime) -> None:
    first = session.scalar(
        select(AssetPeriod).where(AssetPeriod.asset_id == asset.id).order_by(AssetPeriod.starts_at)
    )
    if first is None:
        _begin(session, asset, min(publish_at, now))
    elif publish_at < first.starts_at:
        first.starts_at = publish_at
    session.flush()


def _begin(session: Session, asset: Asset, starts_at: datetime) -> None:
    session.add(
        AssetPeriod(
            asset_id=asset.id,
            starts_at=starts_at,
            ends_at=asset.expires_at,
            end_reason="expired" if asset.expires_at else None,
            owner_id=asset.owner_id,
            conversation=asset.conversation,
            audience=asset.audience,
        )
    )
    session.flush()


def _same(period: AssetPeriod, asset: Asset) -> bool:
    return (period.owner_id, period.conversation, period.audience) == (
        asset.owner_id,
        asset.conversation,
        asset.audience,
    )
