"""Large files on their way: begun, sent part by part straight to the store, continued days later or given up.

No transaction is open while bytes move.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast

from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.people import Actor, Role
from content_map.domain.permissions import Right, require
from content_map.domain.uploads import LASTS, part_bytes_for, part_count, part_size
from content_map.errors import Gone, Invalid, NotFound, TooLarge, Unavailable
from content_map.extraction import door
from content_map.models import Upload
from content_map.services import assets
from content_map.services.receiving import kind_by_name
from storage.contract import ObjectMissing, ObjectStore, ObjectTooLarge, StorageUnavailable, StoredObject
from storage.parts import Part, UploadMissing

LINK_SECONDS = 15 * 60
# A head that could be anything: until the first part is there, the name alone is judged.
_UNSEEN_HEAD = b"?"
_JOINED = "joined"
DOWN = "The store does not answer. The parts that arrived are kept; try again in a minute."


@dataclass(frozen=True, slots=True)
class Progress:
    """An upload and the parts of it that arrived."""

    upload: Upload
    parts: Sequence[Part]


def begin(
    sessions: Sessions,
    store: ObjectStore,
    file_name: str,
    size_bytes: int,
    media_type: str | None,
    *,
    asset_id: str | None = None,
    limit_bytes: int,
    actor: Actor,
    now: datetime,
) -> Upload:
    """Begin an upload, for a new asset or as the next version of `asset_id`.

    Raises NotAllowed, NotFound, Invalid (bad name, empty), Unsupported (a program by its name), TooLarge,
    Unavailable.
    """
    require(actor, Right.UPLOAD if asset_id is None else Right.EDIT_ASSET)
    if size_bytes == 0:
        raise Invalid.field(
            "/size_bytes", "The file is empty (0 bytes). Export it again and upload the new copy."
        )
    name = door.refuse_at_door(_UNSEEN_HEAD, file_name)
    if size_bytes > limit_bytes:
        raise TooLarge(
            f"{name} is larger than the limit of {limit_bytes:,} bytes. Nothing was stored; make it smaller "
            "or ask your admin to raise the limit."
        )
    if asset_id is not None:
        with sessions.read() as session:
            assets.get(session, asset_id, actor=actor, now=now)
    guessed, _kind = kind_by_name(name)
    upload = Upload(
        created_by=actor.id,
        file_name=name,
        media_type=media_type or guessed,
        size_bytes=size_bytes,
        part_bytes=part_bytes_for(size_bytes),
        store_key=f"assets/{uuid.uuid4().hex}",
        asset_id=asset_id,
        created_at=now,
        expires_at=now + LASTS,
    )
    try:
        upload.store_upload = store.parts.begin(
            upload.store_key, media_type=upload.media_type, part_bytes=upload.part_bytes
        )
    except StorageUnavailable as error:
        raise Unavailable("The store does not answer. Nothing was begun; try again in a minute.") from error
    with sessions.write() as session:
        session.add(upload)
        session.flush()
    return upload


def find(sessions: Sessions, upload_id: str, *, actor: Actor, now: datetime) -> Upload:
    """Load an upload that is still under way.

    Raises NotAllowed, NotFound (also for an upload of somebody else, unless an admin asks), Gone.
    """
    require(actor, Right.UPLOAD)
    with sessions.read() as session:
        return still_open(mine(session, upload_id, actor), now)


def links(store: ObjectStore, upload: Upload, numbers: Sequence[int]) -> Sequence[tuple[int, str | None]]:
    """Presign an address for each part; None where the application takes it itself. Raises Invalid, Unavailable."""
    last = part_count(upload.size_bytes, upload.part_bytes)
    if any(not 1 <= number <= last for number in numbers):
        raise Invalid.field("/numbers", f"This file has the parts 1 to {last:,}.")
    try:
        return [
            (number, store.parts.link(upload.store_key, upload.store_upload, number, seconds=LINK_SECONDS))
            for number in numbers
        ]
    except StorageUnavailable as error:
        raise Unavailable(DOWN) from error


def arrived(store: ObjectStore, upload: Upload) -> Progress:
    """List the parts that are in the store; all of them where they were joined and no asset was made yet.

    Raises Gone, Unavailable.
    """
    try:
        return Progress(upload, store.parts.present(upload.store_key, upload.store_upload))
    except UploadMissing:
        if _joined(store, upload) is None:
            raise ended() from None
        count = part_count(upload.size_bytes, upload.part_bytes)
        sizes = [part_size(upload.size_bytes, upload.part_bytes, number) for number in range(1, count + 1)]
        return Progress(upload, [Part(number, size, _JOINED) for number, size in enumerate(sizes, start=1)])
    except StorageUnavailable as error:
        raise Unavailable(DOWN) from error


def take_part(
    sessions: Sessions,
    store: ObjectStore,
    upload_id: str,
    number: int,
    stream: BinaryIO,
    *,
    size_bytes: int,
    now: datetime,
) -> Part:
    """Take a part of `size_bytes` for whoever holds its signed address; one of another size is refused unread.

    Raises NotFound, Gone, TooLarge, Invalid, Unavailable.
    """
    with sessions.read() as session:
        upload = still_open(session.get(Upload, upload_id), now)
    expected = part_size(upload.size_bytes, upload.part_bytes, number)
    if size_bytes > expected:
        raise TooLarge(f"Part {number:,} of this file has {max(expected, 0):,} bytes, no more.")
    if size_bytes < expected:
        raise Invalid.field("/", f"Part {number:,} of this file has {expected:,} bytes, not {size_bytes:,}.")
    try:
        return store.parts.put(
            upload.store_key,
            upload.store_upload,
            number,
            cast("BinaryIO", _WholeStream(stream, expected)),
            limit_bytes=expected,
        )
    except UploadMissing:
        raise ended() from None
    except ObjectTooLarge:
        raise TooLarge(f"Part {number:,} of this file has {expected:,} bytes, no more.") from None
    except StorageUnavailable as error:
        raise Unavailable(DOWN) from error


def abort(sessions: Sessions, store: ObjectStore, upload_id: str, *, actor: Actor, now: datetime) -> None:
    """End an upload and remove what arrived. Raises NotAllowed, NotFound, Gone, Unavailable."""
    upload = find(sessions, upload_id, actor=actor, now=now)
    if not mark_aborted(sessions, upload.id):
        raise ended()  # completed a moment ago: its bytes are an asset's now
    try:
        remove(store, upload)
    except StorageUnavailable as error:
        raise Unavailable(
            "The store does not answer. The upload is ended; its parts go within a day."
        ) from error


def remove(store: ObjectStore, upload: Upload) -> None:
    """Remove the parts of an upload, or the object they were joined into. Raises StorageUnavailable."""
    store.parts.abort(upload.store_key, upload.store_upload)
    store.delete(upload.store_key)


def mine(session: Session, upload_id: str, actor: Actor) -> Upload:
    """Load an upload of the actor's, in whatever state; any for an admin. Raises NotFound."""
    upload = session.get(Upload, upload_id)
    if upload is None or (upload.created_by != actor.id and actor.role is not Role.ADMIN):
        raise NotFound("There is no such upload.")
    return upload


def still_open(upload: Upload | None, now: datetime) -> Upload:
    """Give the upload back while parts may come. Raises NotFound, Gone."""
    if upload is None:
        raise NotFound("There is no such upload.")
    if upload.state != "open" or upload.expires_at <= now:
        raise ended()
    return upload


def ended() -> Gone:
    """Say that nothing more may come."""
    return Gone(
        "This upload has ended: it was completed, cancelled or left alone for a week. Upload the file again."
    )


def _joined(store: ObjectStore, upload: Upload) -> StoredObject | None:
    try:
        return store.stat(upload.store_key)
    except ObjectMissing:
        return None


def mark_aborted(sessions: Sessions, upload_id: str) -> bool:
    """Let no more parts come, and say whether they could; what arrived is removed by the caller, or by the sweep."""
    with sessions.write() as session:
        upload = session.get(Upload, upload_id, with_for_update=True)
        was_open = upload is not None and upload.state == "open"
        if upload is not None and was_open:
            upload.state = "aborted"
    return was_open


class _WholeStream:
    """A body that must not end early: some servers give what came of a broken one as if it were all."""

    def __init__(self, stream: BinaryIO, size_bytes: int) -> None:
        self._stream = stream
        self._left = size_bytes

    def seekable(self) -> bool:
        return False

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self._left -= len(piece)
        if not piece and self._left > 0:
            raise Invalid.field("/", "The part broke off on its way and was not kept. Send it again.")
        return piece
