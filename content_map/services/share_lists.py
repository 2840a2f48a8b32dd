"""Shares as their makers see them: what each holds, whether it can be opened, and how often a customer did."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from content_map.domain.people import Actor, Role
from content_map.domain.permissions import Right, allows, may_reach_customers, may_see, require
from content_map.domain.shares import ShareState, state_of
from content_map.domain.usage import EventKind
from content_map.errors import NotAllowed
from content_map.models import Account, Asset, Share, SharedAsset, UsageEvent, User
from content_map.services import assets, cursors, shares
from content_map.services.cursors import Slice


@dataclass(frozen=True, slots=True)
class ListedAsset:
    """An asset of a share; `title` None where the viewer may not know of it any more."""

    id: str
    title: str | None
    is_open: bool  # customers reach it now


@dataclass(frozen=True, slots=True)
class Listed:
    """A share with its state now and its views: what a customer saw, once per asset and half-hour."""

    id: str
    account: Account
    assets: tuple[ListedAsset, ...]
    version: int | None
    expires_at: datetime
    has_password: bool
    maker: User
    made_at: datetime
    revoked_at: datetime | None
    state: ShareState
    views: int
    last_viewed_at: datetime | None


def listed(
    session: Session,
    *,
    everybodys: bool = False,
    asset: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
    actor: Actor,
    now: datetime,
) -> Slice[Listed]:
    """List one's own shares, the newest first, or everybody's for an admin; `asset` keeps those that hold it.

    Raises NotAllowed, Invalid.
    """
    require(actor, Right.SHARE)
    if everybodys and actor.role is not Role.ADMIN:
        raise NotAllowed("Only an admin may see the links of everybody; these are your own.")
    wanted = select(Share) if everybodys else select(Share).where(Share.made_by == actor.id)
    if asset is not None:
        wanted = wanted.where(Share.id.in_(select(SharedAsset.share_id).where(SharedAsset.asset_id == asset)))
    if cursor is not None:
        at, last_id = cursors.read(cursor, parts=2)
        moment = cursors.moment(at)
        same_moment = and_(Share.made_at == moment, Share.id < last_id)
        wanted = wanted.where(or_(Share.made_at < moment, same_moment))
    limit = cursors.bounded(limit)
    newest = wanted.order_by(Share.made_at.desc(), Share.id.desc())
    found = session.scalars(newest.limit(limit + 1)).all()
    last = found[limit - 1] if len(found) > limit else None
    shown = _shown(session, found[:limit], actor, now)
    return Slice(shown, cursors.make(last.made_at.isoformat(), last.id) if last else None)


def one(session: Session, share_id: str, *, actor: Actor, now: datetime) -> Listed:
    """Show a share of one's own, any to an admin. Raises NotAllowed, NotFound."""
    return _shown(session, [shares.get(session, share_id, actor=actor)], actor, now)[0]


def links_out(session: Session, asset: Asset, *, actor: Actor, now: datetime) -> int:
    """Tell the owner of an asset, and who may edit it, how many links to it work, whoever sent them; others none."""
    if asset.owner_id != actor.id and not allows(actor, Right.EDIT_ASSET):
        return 0
    out = (
        select(func.count())
        .select_from(SharedAsset)
        .join(Share, Share.id == SharedAsset.share_id)
        .where(SharedAsset.asset_id == asset.id, Share.revoked_at.is_(None), Share.expires_at > now)
    )
    return session.scalar(out) or 0


def _shown(session: Session, found: Sequence[Share], actor: Actor, now: datetime) -> list[Listed]:
    held = _assets(session, {each.asset_id for share in found for each in share.assets})
    people = select(User).where(User.id.in_({share.made_by for share in found}))
    makers = {person.id: person for person in session.scalars(people)}
    views = _views(session, [share.id for share in found])
    return [
        _listed(share, held, makers[share.made_by], views.get(share.id, (0, None)), actor, now)
        for share in found
    ]


def _listed(
    share: Share,
    held: Mapping[str, Asset],
    maker: User,
    views: tuple[int, datetime | None],
    actor: Actor,
    now: datetime,
) -> Listed:
    contents = tuple(_listed_asset(held[each.asset_id], actor, now) for each in share.assets)
    return Listed(
        id=share.id,
        account=share.account,
        assets=contents,
        version=share.version,
        expires_at=share.expires_at,
        has_password=share.password_hash is not None,
        maker=maker,
        made_at=share.made_at,
        revoked_at=share.revoked_at,
        state=state_of(
            revoked_at=share.revoked_at,
            expires_at=share.expires_at,
            has_live_asset=any(each.is_open for each in contents),
            now=now,
        ),
        views=views[0],
        last_viewed_at=views[1],
    )


def _listed_asset(asset: Asset, actor: Actor, now: datetime) -> ListedAsset:
    facts = assets.facts(asset)
    title = asset.title if may_see(actor, facts, now) else None
    return ListedAsset(asset.id, title, may_reach_customers(facts, now))


def _assets(session: Session, ids: Collection[str]) -> dict[str, Asset]:
    return {asset.id: asset for asset in session.scalars(select(Asset).where(Asset.id.in_(ids)))}


def _views(session: Session, share_ids: Collection[str]) -> dict[str, tuple[int, datetime | None]]:
    counted = (
        select(UsageEvent.share_id, func.count(), func.max(UsageEvent.occurred_at))
        .where(
            UsageEvent.share_id.in_(share_ids),
            UsageEvent.kind == EventKind.SHARE_VIEWED.value,
            UsageEvent.excluded_reason.is_(None),
        )
        .group_by(UsageEvent.share_id)
    )
    return {str(share_id): (count, last) for share_id, count, last in session.execute(counted)}
