"""Assets: made from a received file, changed field by field, seen by those who may."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from content_map.domain.assets import Audience, Status
from content_map.domain.people import Actor
from content_map.domain.permissions import AssetFacts, Right, may_see, require
from content_map.domain.versions import FIRST_LABEL, Change, next_label
from content_map.errors import Conflict, NotFound, Stale
from content_map.models import Asset, Page, Version, enqueue
from content_map.services import asset_changes, audit
from content_map.services.asset_changes import AssetChanges
from content_map.services.ingest import EXTRACT
from content_map.services.receiving import Received

READ_SOON = 5
BEHIND_PEOPLE = 8  # somebody who waits for one upload goes before a folder of thousands
LAST_PAGE = 2**31 - 1  # what the column holds; a larger number is no page, and no database would take it


def create(
    session: Session,
    received: Received,
    changes: AssetChanges,
    *,
    allow_duplicate: bool = False,
    priority: int = READ_SOON,
    actor: Actor,
    now: datetime,
) -> Asset:
    """Make an asset of a received file; its text is read by a job of the same transaction, of this priority.

    Raises NotAllowed, Conflict (`twin`: the same bytes live elsewhere), Invalid.
    """
    require(actor, Right.UPLOAD)
    if not allow_duplicate:
        _refuse_twin(session, received.sha256)
    name = PurePath(received.file_name).stem[:300] or received.file_name
    asset = draft(session, changes.get("title"), name, actor=actor, now=now)
    _add_version(session, asset, received, Change.MAJOR, None, priority=priority, actor=actor, now=now)
    asset_changes.apply(session, asset, changes, actor=actor, now=now)
    audit.note(
        session,
        "asset.created",
        "asset",
        asset.id,
        actor=actor,
        now=now,
        changes={"file": received.file_name},
    )
    return get(session, asset.id, actor=actor, now=now)


def draft(session: Session, title: str | None, otherwise: str, *, actor: Actor, now: datetime) -> Asset:
    """Add the row of a draft that has no version yet, named `otherwise` until reading finds something better."""
    asset = Asset(
        title=title or otherwise,
        title_is_given=title is not None,
        owner_id=actor.id,
        created_at=now,
        updated_at=now,
        status=Status.DRAFT,
        audience=Audience.CUSTOMER,
        version_number=1,
    )
    session.add(asset)
    session.flush()
    return asset


def change(
    session: Session,
    asset_id: str,
    changes: AssetChanges,
    *,
    if_match: int | None = None,
    actor: Actor,
    now: datetime,
) -> Asset:
    """Change only the named fields. Raises NotAllowed, NotFound, Stale (`present`: the asset as it is), Invalid."""
    require(actor, Right.EDIT_ASSET)
    asset = session.get(Asset, asset_id, with_for_update=True)
    if asset is None:
        raise NotFound("There is no such asset.")
    if if_match is not None and if_match != asset.revision:
        raise Stale(
            "Somebody changed this asset after you opened it. Nothing of yours was saved; look at the present "
            "state and save again.",
            present=asset_changes.snapshot(session, asset),
        )
    before = asset_changes.snapshot(session, asset)
    asset_changes.apply(session, asset, changes, actor=actor, now=now)
    after = asset_changes.snapshot(session, asset)
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if changed:
        asset.updated_at = now
        audit.note(session, "asset.changed", "asset", asset.id, actor=actor, now=now, changes=changed)
    session.flush()
    return get(session, asset.id, actor=actor, now=now)


def add_version(
    session: Session,
    asset_id: str,
    received: Received,
    *,
    kind_of_change: str = Change.MAJOR,
    note: str | None = None,
    allow_duplicate: bool = False,
    actor: Actor,
    now: datetime,
) -> Asset:
    """Put a new file under the same id; links, tags and history stay. `note` says what changed.

    Raises as `create` does, and NotFound.
    """
    require(actor, Right.EDIT_ASSET)
    asset = session.get(Asset, asset_id, with_for_update=True)
    if asset is None:
        raise NotFound("There is no such asset.")
    if not allow_duplicate:
        _refuse_twin(session, received.sha256)
    asset.version_number += 1
    asset.updated_at = now
    version = _add_version(session, asset, received, Change(kind_of_change), note, actor=actor, now=now)
    audit.note(
        session,
        "asset.version_added",
        "asset",
        asset.id,
        actor=actor,
        now=now,
        changes={"version": version.number, "label": version.label, "file": received.file_name},
    )
    return get(session, asset.id, actor=actor, now=now)


def get(session: Session, asset_id: str, *, actor: Actor, now: datetime) -> Asset:
    """Load an asset with what a page shows of it. Raises NotFound, also when the actor may not know of it."""
    asset = session.scalar(
        select(Asset)
        .join(Asset.current)
        .where(Asset.id == asset_id)
        .options(contains_eager(Asset.current), joinedload(Asset.owner), selectinload(Asset.terms))
        .execution_options(populate_existing=True)
    )
    if asset is None or not may_see(actor, facts(asset), now):
        raise NotFound("There is no such asset, or it is not published.")
    return asset


def version_of(session: Session, asset: Asset, number: int | None = None) -> Version:
    """Load one version of a loaded asset, the current one when no number is given. Raises NotFound."""
    wanted = number if number is not None else asset.version_number
    mine = select(Version).where(Version.asset_id == asset.id, Version.number == wanted)
    version = session.scalar(mine) if wanted <= asset.version_number else None
    if version is None:
        raise NotFound(f"This asset has no version {wanted}.")
    return version


def versions(session: Session, asset: Asset) -> Sequence[Version]:
    """List the versions, newest first."""
    mine = select(Version).where(Version.asset_id == asset.id)
    return session.scalars(mine.order_by(Version.number.desc())).all()


def latest_label(session: Session, asset: Asset) -> str | None:
    """What the newest version is called; None while there is none."""
    newest = select(Version.label).where(Version.asset_id == asset.id).order_by(Version.number.desc())
    return session.scalar(newest.limit(1))


def pages(session: Session, version: Version) -> Sequence[Page]:
    """List a version's pages in order."""
    return session.scalars(select(Page).where(Page.version_id == version.id).order_by(Page.number)).all()


def page(session: Session, version: Version, number: int) -> Page:
    """Load one page. Raises NotFound."""
    found = session.get(Page, (version.id, number)) if number <= LAST_PAGE else None
    if found is None:
        raise NotFound(f"This asset has no page {number}.")
    return found


def facts(asset: Asset) -> AssetFacts:
    """What decides who meets an asset, as the rules need it."""
    return AssetFacts(Status(asset.status), asset.publish_at, asset.expires_at, Audience(asset.audience))


def _refuse_twin(session: Session, sha256: str | None) -> None:
    if sha256 is None:
        return  # nobody has read it yet: the job that does finds the twin
    twin = session.execute(
        select(Asset.id, Asset.title)
        .join(Version, Version.asset_id == Asset.id)
        .where(Version.sha256 == sha256, Asset.status != Status.ARCHIVED.value)
        .limit(1)
    ).first()
    if twin is not None:
        raise Conflict(
            f"The same file is in the library already as “{twin.title}”. Nothing was stored; use that one, or "
            "upload again and allow the duplicate.",
            twin={"id": twin.id, "title": twin.title},
        )


def _add_version(
    session: Session,
    asset: Asset,
    received: Received,
    change: Change,
    note: str | None,
    *,
    priority: int = READ_SOON,
    actor: Actor,
    now: datetime,
) -> Version:
    latest = latest_label(session, asset)
    version = Version(
        asset_id=asset.id,
        number=asset.version_number,
        change=change,
        label=next_label(latest, change) if latest else FIRST_LABEL,
        note=note,
        store_key=received.store_key,
        file_name=received.file_name,
        sha256=received.sha256,
        size_bytes=received.size_bytes,
        media_type=received.media_type,
        kind=received.kind,
        created_by=actor.id,
        created_at=now,
    )
    session.add(version)
    session.flush()
    enqueue(session, EXTRACT, version.id, priority=priority)
    return version
