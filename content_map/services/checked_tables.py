"""Tables that somebody checks before importing them: kept for a day, so that nobody has to choose a file twice."""

from __future__ import annotations

import re
import uuid
from typing import BinaryIO

from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.errors import Gone, TooLarge, Unavailable
from content_map.services.tables import IMPORT_BYTES
from storage.contract import ObjectMissing, ObjectStore, ObjectTooLarge, StorageUnavailable

_NAME = re.compile(r"[0-9a-f]{32}")


def keep(store: ObjectStore, stream: BinaryIO, *, actor: Actor) -> str:
    """Keep a table for its sender and return the name it is found by. Raises NotAllowed, TooLarge, Unavailable."""
    require(actor, Right.IMPORT_METADATA)
    name = uuid.uuid4().hex
    try:
        store.put(_key(name, actor), stream, media_type="text/csv", limit_bytes=IMPORT_BYTES)
    except ObjectTooLarge:
        raise TooLarge(
            "The file is larger than 64 MB. Nothing was imported; split it and import the parts."
        ) from None
    except StorageUnavailable as error:
        raise Unavailable("The store does not answer. Nothing was saved; try again in a minute.") from error
    return name


def open_kept(store: ObjectStore, name: str, *, actor: Actor) -> BinaryIO:
    """Open a table that the same person sent before. Raises NotAllowed, Gone, Unavailable."""
    require(actor, Right.IMPORT_METADATA)
    try:
        if not _NAME.fullmatch(name):
            raise ObjectMissing
        return store.open(_key(name, actor))
    except ObjectMissing:
        raise Gone(
            "This table is no longer kept: a checked one is, for a day. Choose the file again."
        ) from None
    except StorageUnavailable as error:
        raise Unavailable("The store does not answer. Try again in a minute.") from error


def discard(store: ObjectStore, name: str, *, actor: Actor) -> None:
    """Remove a table that was imported; a store that is down leaves it for the sweep."""
    try:
        store.delete(_key(name, actor))
    except StorageUnavailable:
        return


def _key(name: str, actor: Actor) -> str:
    return f"imports/{actor.id}/{name}"
