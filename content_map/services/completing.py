"""A large file whose parts are all there becomes an asset, or the next version of one.

Whatever is killed on the way can be asked again: the upload stays open until the asset is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.domain.uploads import part_count, part_size
from content_map.domain.versions import Change
from content_map.errors import ContentMapError, Invalid, Unavailable
from content_map.extraction import door
from content_map.models import Asset, Upload
from content_map.services import assets, uploads
from content_map.services.asset_changes import AssetChanges
from content_map.services.receiving import Received, kind_by_name
from storage.contract import ObjectMissing, ObjectStore, StorageUnavailable, StoredObject
from storage.parts import PartsMismatch, UploadMissing


@dataclass(frozen=True, slots=True)
class VersionWords:
    """How much a new version differs, and what changed."""

    change: Change = Change.MAJOR
    note: str | None = None


def complete(
    sessions: Sessions,
    store: ObjectStore,
    upload_id: str,
    claimed: Sequence[tuple[int, str]],
    changes: AssetChanges,
    words: VersionWords,
    *,
    actor: Actor,
    now: datetime,
) -> Asset:
    """Join the parts and make the asset, or the asset's next version; asked again, give the same asset.

    What the fields are refused for leaves the bytes, to be completed again; what the door refuses is removed.
    Raises NotAllowed, NotFound, Gone, Invalid, Unsupported, Unavailable.
    """
    require(actor, Right.UPLOAD)
    with sessions.read() as session:
        upload = uploads.mine(session, upload_id, actor)
        if upload.state == "completed":
            return assets.get(session, upload.asset_id or "", actor=actor, now=now)
        uploads.still_open(upload, now)
    if upload.asset_id is not None:
        require(actor, Right.EDIT_ASSET)
        if changes:
            raise Invalid.field(
                "/", "A new version keeps the asset's fields; change them in the asset itself."
            )
    try:
        stored = _join(store, upload, claimed)
        _show_door(sessions, store, upload, stored)
    except ObjectMissing:
        raise uploads.ended() from None  # cancelled since it was joined
    except StorageUnavailable as error:
        raise Unavailable(uploads.DOWN) from error
    _type, kind = kind_by_name(upload.file_name)
    received = Received(
        upload.store_key, upload.file_name, stored.size_bytes, stored.sha256, upload.media_type, kind
    )
    with sessions.write() as session:
        return _conclude(session, upload_id, received, changes, words, actor=actor, now=now)


def _join(store: ObjectStore, upload: Upload, claimed: Sequence[tuple[int, str]]) -> StoredObject:
    progress = uploads.arrived(store, upload)
    sizes = {part.number: part.size_bytes for part in progress.parts}
    missing = [
        number
        for number in range(1, part_count(upload.size_bytes, upload.part_bytes) + 1)
        if sizes.get(number) != part_size(upload.size_bytes, upload.part_bytes, number)
    ]
    if missing or len(claimed) != len(sizes):
        named = f" Missing or of another size: {', '.join(map(str, missing[:10]))}." if missing else ""
        raise Invalid.field(
            "/parts",
            f"The parts do not make up the {upload.size_bytes:,} bytes announced.{named} Those that arrived are "
            "kept; send the others and complete again.",
        )
    try:
        return store.parts.complete(upload.store_key, upload.store_upload, claimed)
    except PartsMismatch as error:
        raise Invalid.field("/parts", f"{error} Those that arrived are kept.") from None
    except UploadMissing:
        raise uploads.ended() from None


def _show_door(sessions: Sessions, store: ObjectStore, upload: Upload, stored: StoredObject) -> None:
    with store.open(stored.key, length=door.HEAD_BYTES) as stream:
        head = stream.read(door.HEAD_BYTES)
    try:
        door.refuse_at_door(head, upload.file_name)
    except ContentMapError:
        uploads.mark_aborted(sessions, upload.id)
        uploads.remove(store, upload)
        raise


def _conclude(
    session: Session,
    upload_id: str,
    received: Received,
    changes: AssetChanges,
    words: VersionWords,
    *,
    actor: Actor,
    now: datetime,
) -> Asset:
    upload = session.get(Upload, upload_id, with_for_update=True, populate_existing=True)
    if upload is not None and upload.state == "completed":  # the same call, twice at once
        return assets.get(session, upload.asset_id or "", actor=actor, now=now)
    upload = uploads.still_open(upload, now)
    if upload.asset_id is None:
        asset = assets.create(session, received, changes, actor=actor, now=now)
    else:
        asset = assets.add_version(
            session,
            upload.asset_id,
            received,
            kind_of_change=words.change,
            note=words.note,
            actor=actor,
            now=now,
        )
    upload.asset_id, upload.state = asset.id, "completed"
    session.flush()
    return asset
