"""Links: assets that are an address of the public web, kept beside those that are files."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.assets import (
    FILE_NAME_CHARACTERS,
    TITLE_CHARACTERS,
    Kind,
    Status,
)
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.domain.web_addresses import name_of, written_address
from content_map.errors import Conflict
from content_map.models import Asset, Version, enqueue
from content_map.services import asset_changes, assets, audit
from content_map.services.asset_changes import AssetChanges
from content_map.services.ingest import LINK

WEB_PAGE = "text/html"


def create(
    session: Session,
    url: str,
    changes: AssetChanges,
    *,
    allow_duplicate: bool = False,
    actor: Actor,
    now: datetime,
) -> Asset:
    """Make an asset of an address; a job of the same transaction fetches what stands there.

    Raises NotAllowed, Conflict (`twin`: the same address lives elsewhere), Invalid.
    """
    require(actor, Right.UPLOAD)
    address = written_address(url)
    if not allow_duplicate:
        _refuse_twin(session, address)
    name = name_of(address)[:TITLE_CHARACTERS]
    asset = assets.draft(session, changes.get("title"), name, actor=actor, now=now)
    version = Version(
        asset_id=asset.id,
        number=1,
        url=address,
        file_name=file_name_of(address),
        size_bytes=0,
        media_type=WEB_PAGE,
        kind=Kind.LINK,
        created_by=actor.id,
        created_at=now,
    )
    session.add(version)
    session.flush()
    enqueue(session, LINK, version.id, dedupe_key=f"{LINK}:{version.id}")
    asset_changes.apply(session, asset, changes, actor=actor, now=now)
    audit.note(session, "asset.created", "asset", asset.id, actor=actor, now=now, changes={"url": address})
    return assets.get(session, asset.id, actor=actor, now=now)


def file_name_of(address: str) -> str:
    """Name what stands at an address as a file would be named: its last part, else its site."""
    parts = urlsplit(address)
    last = unquote(PurePosixPath(parts.path).name)
    printable = "".join(each for each in last if each.isprintable() and each not in '/\\"')
    return (printable.strip() or parts.hostname or "page")[-FILE_NAME_CHARACTERS:]


def _refuse_twin(session: Session, address: str) -> None:
    twin = session.execute(
        select(Asset.id, Asset.title)
        .join(Asset.current)
        .where(Version.url == address, Version.store_key.is_(None), Asset.status != Status.ARCHIVED.value)
        .limit(1)
    ).first()
    if twin is not None:
        raise Conflict(
            f"The same address is in the library already as “{twin.title}”. Nothing was added; use that one, or "
            "add it again and allow the duplicate.",
            twin={"id": twin.id, "title": twin.title},
        )
