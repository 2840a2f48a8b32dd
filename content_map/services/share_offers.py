"""What the share sheet offers: the assets chosen, and more of the search that led to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from content_map.domain.people import Actor
from content_map.domain.permissions import Right, may_reach_customers, require
from content_map.domain.shares import ASSETS_AT_MOST
from content_map.errors import NotFound
from content_map.models import Asset, Search, SearchHit
from content_map.services import assets

SEND_ALONG_AT_MOST = 5
_LOOKED_THROUGH = 20


def chosen(session: Session, ids: Sequence[str], *, actor: Actor, now: datetime) -> Sequence[Asset]:
    """Load the assets of a sheet in their order. Raises NotAllowed, NotFound, also for what may not leave."""
    require(actor, Right.SHARE)
    wanted = list(dict.fromkeys(ids))[:ASSETS_AT_MOST]
    found = {asset.id: asset for asset in _reachable(session, wanted, now)}
    if not wanted or len(found) < len(wanted):
        raise NotFound("This cannot be shared: it is internal, not published, or not there at all.")
    return [found[asset_id] for asset_id in wanted]


def send_along(
    session: Session, search_id: str | None, besides: Sequence[str], *, actor: Actor, now: datetime
) -> Sequence[Asset]:
    """List more that one's own search found, in its order, as far as it may leave the company."""
    if search_id is None:
        return ()
    served = (
        select(SearchHit.asset_id)
        .join(Search, Search.id == SearchHit.search_id)
        .where(Search.id == search_id, Search.user_id == actor.id, SearchHit.asset_id.not_in(besides))
        .order_by(SearchHit.rank)
        .limit(_LOOKED_THROUGH)
    )
    ids = list(session.scalars(served))
    found = {asset.id: asset for asset in _reachable(session, ids, now)}
    return [found[asset_id] for asset_id in ids if asset_id in found][:SEND_ALONG_AT_MOST]


def _reachable(session: Session, ids: Sequence[str], now: datetime) -> list[Asset]:
    loaded = select(Asset).join(Asset.current).where(Asset.id.in_(ids)).options(contains_eager(Asset.current))
    return [asset for asset in session.scalars(loaded) if may_reach_customers(assets.facts(asset), now)]
