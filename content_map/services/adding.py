"""Adding a file as one act: bytes into the store, then the row, and the bytes out again when the row is refused."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor
from content_map.errors import Invalid
from content_map.models import Asset
from content_map.services import assets, receiving, users
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
    limit_bytes: int,
    actor: Actor,
    now: datetime,
) -> Asset:
    """Take a file in and make its asset; a refusal leaves neither. Raises as `receive` and `create` do."""
    received = receiving.receive(store, file_name, stream, limit_bytes=limit_bytes, actor=actor)
    try:
        with sessions.write() as session:
            return assets.create(
                session, received, changes, allow_duplicate=allow_duplicate, actor=actor, now=now
            )
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
    allow_duplicate: bool = False,
    limit_bytes: int,
    actor: Actor,
    now: datetime,
) -> Asset:
    """Take a file in as the asset's next version; a refusal leaves neither."""
    received = receiving.receive(store, file_name, stream, limit_bytes=limit_bytes, actor=actor)
    try:
        with sessions.write() as session:
            return assets.add_version(
                session,
                asset_id,
                received,
                kind_of_change=kind_of_change,
                allow_duplicate=allow_duplicate,
                actor=actor,
                now=now,
            )
    except BaseException:
        receiving.discard(store, received)
        raise


def add_file(
    sessions: Sessions,
    store: ObjectStore,
    path: Path,
    *,
    conversation: Conversation | None,
    publish: bool,
    owner_email: str | None,
    limit_bytes: int,
    actor: Actor,
    now: datetime,
) -> str:
    """Add a file of this machine and return the asset's id. Raises as `add` does."""
    changes: AssetChanges = {}
    if conversation is not None:
        changes["conversation"] = conversation
    if publish:
        changes["status"] = Status.PUBLISHED
    if owner_email is not None:
        with sessions.read() as session:
            owner = users.by_email(session, owner_email)
        if owner is None:
            raise Invalid.field("/owner", f"There is no user {owner_email}.")
        changes["owner"] = owner.id
    with path.open("rb") as stream:
        asset = add(
            sessions, store, path.name, stream, changes, limit_bytes=limit_bytes, actor=actor, now=now
        )
    return asset.id
