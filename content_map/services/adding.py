"""Adding a file as one act: bytes into the store, then the row, and the bytes out again when the row is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO

from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.people import Actor
from content_map.models import Asset
from content_map.services import assets, copy_decisions, receiving
from content_map.services.asset_changes import AssetChanges
from content_map.services.receiving import Received
from storage.contract import ObjectStore


def add(
    sessions: Sessions,
    store: ObjectStore,
    file_name: str,
    stream: BinaryIO,
    changes: AssetChanges,
    *,
    allow_duplicate: bool = False,
    priority: int = assets.READ_SOON,
    limit_bytes: int,
    actor: Actor,
    now: datetime,
) -> Asset:
    """Take a file in and make its asset; a refusal leaves neither. Raises as `receive` and `create` do."""

    def make(session: Session, received: Received) -> Asset:
        return assets.create(
            session,
            received,
            changes,
            allow_duplicate=allow_duplicate,
            priority=priority,
            actor=actor,
            now=now,
        )

    received = receiving.receive(store, file_name, stream, limit_bytes=limit_bytes, actor=actor)
    return _kept(sessions, store, received, make, wanted_twice=allow_duplicate, actor=actor, now=now)


def add_version(
    sessions: Sessions,
    store: ObjectStore,
    asset_id: str,
    file_name: str,
    stream: BinaryIO,
    *,
    kind_of_change: str = "major",
    note: str | None = None,
    allow_duplicate: bool = False,
    limit_bytes: int,
    actor: Actor,
    now: datetime,
) -> Asset:
    """Take a file in as the asset's next version; a refusal leaves neither."""

    def make(session: Session, received: Received) -> Asset:
        return assets.add_version(
            session,
            asset_id,
            received,
            kind_of_change=kind_of_change,
            note=note,
            allow_duplicate=allow_duplicate,
            actor=actor,
            now=now,
        )

    received = receiving.receive(store, file_name, stream, limit_bytes=limit_bytes, actor=actor)
    return _kept(sessions, store, received, make, wanted_twice=allow_duplicate, actor=actor, now=now)


def _kept(
    sessions: Sessions,
    store: ObjectStore,
    received: Received,
    make: Callable[[Session, Received], Asset],
    *,
    wanted_twice: bool,
    actor: Actor,
    now: datetime,
) -> Asset:
    """Make the row of what is in the store, or take it out again whatever went wrong."""
    try:
        with sessions.write() as session:
            asset = make(session, received)
            if wanted_twice:
                copy_decisions.keep_both(session, asset, actor=actor, now=now)
            return asset
    except BaseException:
        receiving.discard(store, received)
        raise
