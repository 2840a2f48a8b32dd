"""An asset's bytes over time: what there was, and an earlier version brought back as a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from content_map.domain.assets import State
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.domain.versions import Change, next_label
from content_map.errors import Conflict, NotFound
from content_map.models import Asset, Page, User, Version
from content_map.services import assets, audit, objects, sketches

# A version's own; all else is of its bytes, and the same for every version of the same bytes.
_OWN = ("id", "asset_id", "number", "change", "label", "note", "restored_from", "created_by", "created_at")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A version and who made it."""

    version: Version
    created_by: User
    is_current: bool


def recorded(
    session: Session, asset_id: str, *, actor: Actor, now: datetime
) -> tuple[Asset, Sequence[Recorded]]:
    """Load an asset and all its versions, newest first. Raises NotFound."""
    asset = assets.get(session, asset_id, actor=actor, now=now)
    rows = session.execute(
        select(Version, User)
        .join(User, User.id == Version.created_by)
        .where(Version.asset_id == asset.id)
        .order_by(Version.number.desc())
    )
    return asset, [Recorded(version, user, version.number == asset.version_number) for version, user in rows]


def restore(
    session: Session,
    asset_id: str,
    number: int,
    *,
    change: Change = Change.MAJOR,
    note: str | None = None,
    actor: Actor,
    now: datetime,
) -> Asset:
    """Make an earlier version the newest once more: a new number, the same bytes, its pages found at once.

    Raises NotAllowed, NotFound, Conflict (it is the current one, or is still being read).
    """
    require(actor, Right.EDIT_ASSET)
    asset = _hold(session, asset_id)
    if number == asset.version_number:
        raise Conflict(f"Version {number} is the current one already. Nothing was changed.")
    earlier = assets.version_of(session, asset, number)
    again = take_over(session, asset, earlier, change=change, note=note, actor=actor, now=now)
    again.restored_from = number
    audit.note(
        session,
        "asset.version_restored",
        "asset",
        asset.id,
        actor=actor,
        now=now,
        changes={"version": again.number, "label": again.label, "restored_from": number},
    )
    return assets.get(session, asset.id, actor=actor, now=now)


def take_over(
    session: Session,
    asset: Asset,
    source: Version,
    *,
    change: Change,
    note: str | None,
    actor: Actor,
    now: datetime,
) -> Version:
    """Give a locked asset a next version with the bytes and pages of `source`; the object is shared, not copied.

    The caller has the right and writes the audit entry. Raises Conflict (`source` is still being read),
    Gone (its bytes were overwritten in the bucket).
    """
    if source.state == State.PROCESSING:
        raise Conflict("This version is still being read. Nothing was changed; try again in a moment.")
    objects.require_bytes(source)
    asset.version_number += 1
    asset.updated_at = now
    latest = assets.latest_label(session, asset)
    version = Version(
        **{each.name: getattr(source, each.name) for each in Version.__table__.c if each.name not in _OWN},
        asset_id=asset.id,
        number=asset.version_number,
        change=change,
        label=next_label(latest, change) if latest else "1.0",
        note=note,
        created_by=actor.id,
        created_at=now,
    )
    session.add(version)
    session.flush()
    _copy_pages(session, source, version)
    sketches.remember(session, version)
    return version


def _hold(session: Session, asset_id: str) -> Asset:
    asset = session.get(Asset, asset_id, with_for_update=True)
    if asset is None:
        raise NotFound("There is no such asset.")
    return asset


def _copy_pages(session: Session, source: Version, version: Version) -> None:
    # In the database: a file of 2,000 pages would otherwise pass through here, word by word. The index job
    # that its pages need is left by the version itself.
    names = [column.name for column in Page.__table__.columns if column.name != "version_id"]
    rows = select(literal(version.id), *(Page.__table__.c[name] for name in names)).where(
        Page.version_id == source.id
    )
    session.execute(insert(Page).from_select(["version_id", *names], rows))
