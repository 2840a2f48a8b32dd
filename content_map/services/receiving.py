"""Bytes before rows: what arrives goes through the door into the store, hashed on the way, with no transaction open."""

from __future__ import annotations

import mimetypes
import uuid
from dataclasses import dataclass
from typing import BinaryIO

from content_map.domain.assets import Kind
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.errors import TooLarge, Unavailable
from content_map.extraction import door
from storage.contract import ObjectStore, ObjectTooLarge, StorageUnavailable


@dataclass(frozen=True, slots=True)
class Received:
    """A file that is in the store and has no row yet; `sha256` is None until somebody has read every byte."""

    store_key: str
    file_name: str
    size_bytes: int
    sha256: str | None
    media_type: str
    kind: str


def receive(
    store: ObjectStore, file_name: str, stream: BinaryIO, *, limit_bytes: int, actor: Actor
) -> Received:
    """Take a file in, or refuse it at the door and leave nothing behind; the stream can be rewound.

    Raises NotAllowed, Invalid (bad name, empty), Unsupported (executable), TooLarge, Unavailable.
    """
    require(actor, Right.UPLOAD)
    head = stream.read(door.HEAD_BYTES)
    # Handed over whole: a store that must know the hash first reads a file twice instead of copying it.
    stream.seek(0)
    name = door.refuse_at_door(head, file_name)
    media_type, kind = kind_by_name(name)
    key = f"assets/{uuid.uuid4().hex}"
    try:
        stored = store.put(
            key,
            stream,
            media_type=media_type,
            limit_bytes=limit_bytes,
        )
    except ObjectTooLarge:
        raise TooLarge(
            f"{name} is larger than the limit of {limit_bytes:,} bytes. Nothing was stored; make it smaller "
            "or ask your admin to raise the limit."
        ) from None
    except StorageUnavailable as error:
        raise Unavailable("The store does not answer. Nothing was saved; try again in a minute.") from error
    return Received(key, name, stored.size_bytes, stored.sha256, media_type, kind)


def discard(store: ObjectStore, received: Received) -> None:
    """Remove a received file whose row was refused; a store that is down leaves it for the sweep."""
    try:
        store.delete(received.store_key)
    except StorageUnavailable:
        return


def kind_by_name(name: str) -> tuple[str, Kind]:
    """Guess media type and kind, only until the job has read the content, which alone decides."""
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    kinds = {"image": Kind.IMAGE, "video": Kind.VIDEO, "audio": Kind.AUDIO}
    return media_type, kinds.get(media_type.partition("/")[0], Kind.DOCUMENT)
