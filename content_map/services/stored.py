"""Whole objects out of the store into a file, and what was made of them back in under a key that says its content."""

from __future__ import annotations

import io
from pathlib import Path

from storage.contract import ObjectExists, ObjectStore

PIECE_BYTES = 1024 * 1024


def copy_out(store: ObjectStore, key: str, target: Path) -> Path:
    """Copy an object into a new file and give its path. Raises ObjectMissing, StorageUnavailable."""
    with store.open(key) as stored, target.open("xb") as copy:
        while piece := stored.read(PIECE_BYTES):
            copy.write(piece)
    return target


def put_once(store: ObjectStore, key: str, content: bytes | Path, media_type: str) -> str:
    """Store what was made under its key and give the key; what lies there already was made of the same bytes.

    Raises StorageUnavailable.
    """
    try:
        if isinstance(content, Path):
            with content.open("rb") as file:
                store.put(key, file, media_type=media_type)
        else:
            store.put(key, io.BytesIO(content), media_type=media_type)
    except ObjectExists:
        pass
    return key
