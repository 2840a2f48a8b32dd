"""Adding a file as one act: bytes into the store, then the row, and the bytes out again when the row is refused."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

from content_map.db import Sessions
from content_map.domain.people import Actor
from content_map.models import Asset
from content_map.services import assets, copy_decisions, receiving
from content_map.services.asset_changes import AssetChanges
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
    received = receiving.receive(store, file_name, stream, limit_bytes=limit_bytes, actor=actor)
    try:
        with sessions.write() as session:
            asset = assets.create(
                session,
                received,
                changes,
                allow_duplicate=allow_duplicate,
                priority=priority,
                actor=actor,
                now=now,
            )
            if allow_duplicate:
                copy_decisions.keep_both(session, asset, actor=actor, now=now)
            return asset
    except BaseException:
        receiving.discard(store, received)
        raise


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
    received = receiving.receive(store, file_name, stream, limit_bytes=limit_bytes, actor=actor)
    try:
        with sessions.write() as session:
            asset = assets.add_version(
                session,
                asset_id,
                received,
                kind_of_change=kind_of_change,
                note=note,
                allow_duplicate=allow_duplicate,
                actor=actor,
                now=now,
            )
            if allow_duplicate:
                copy_decisions.keep_both(session, asset, actor=actor, now=now)
            return asset
    except BaseException:
        receiving.discard(store, received)
        raise
