"""Objects that others put into the bucket: named by their whole key with a slash in front, read and never written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import PurePosixPath

from content_map.domain.assets import State
from content_map.errors import Gone, Invalid, NotFound, Unavailable
from content_map.extraction import door
from content_map.models import Version
from content_map.services.receiving import Received, kind_by_name
from storage.contract import ObjectMissing, ObjectStore, StorageUnavailable, StoredObject
from storage.keys import is_foreign_key

OVERWRITTEN = "overwritten"
WRITTEN_AGAIN = "The object was written again in the bucket."
# Up to here each object is asked for by itself; for more the folder is listed once.
ASKED_ONE_BY_ONE = 50
_NO_PREFIX = (
    "No folder of the bucket is set up for this. Ask your admin to set CONTENT_MAP_REGISTER_PREFIX, or give an "
    "address that begins with https://."
)


def key_within(prefix: str, text: str, *, pointer: str = "/prefix") -> str:
    """Write a key as the store takes it. Raises Invalid: it does not lie below the folder of the setting."""
    if not prefix:
        raise Invalid.field(pointer, _NO_PREFIX)
    key = f"/{text.lstrip('/')}"
    is_within = key == prefix.rstrip("/") or key.startswith(prefix)
    if not (is_within and is_foreign_key(key.rstrip("/"))):
        raise Invalid.field(
            pointer, f"{text!r} does not lie below {prefix.strip('/')!r}, the folder for this."
        )
    return key


def shown(key: str) -> str:
    """Write a foreign key as its bucket shows it."""
    return key.removeprefix("/")


def look_up(store: ObjectStore, prefix: str, keys: Iterable[str]) -> Mapping[str, StoredObject]:
    """Describe those of the keys that are there, without reading them. Raises Unavailable."""
    wanted = set(keys)
    try:
        if len(wanted) > ASKED_ONE_BY_ONE:
            return {each.key: each for each in store.keys(prefix) if each.key in wanted}
        return {key: found for key in wanted if (found := _stat(store, key)) is not None}
    except StorageUnavailable as error:
        raise Unavailable("The store does not answer. Nothing was changed; try again in a minute.") from error


def as_received(store: ObjectStore, found: StoredObject) -> Received:
    """Look at an object's beginning as at a file that comes in; its bytes stay where they are.

    Raises Invalid (bad name, empty), Unsupported (executable), NotFound (it is gone), Unavailable.
    """
    try:
        with store.open(found.key, length=door.HEAD_BYTES) as stream:
            head = stream.read(door.HEAD_BYTES)
    except ObjectMissing:
        raise NotFound(f"There is no object {shown(found.key)!r} in the bucket any more.") from None
    except StorageUnavailable as error:
        raise Unavailable("The store does not answer. Nothing of it was registered.") from error
    name = door.refuse_at_door(head, PurePosixPath(found.key).name)
    media_type, kind = kind_by_name(name)
    # Without a hash even where the store gives one: whoever put it there may have written anything beside it.
    return Received(found.key, name, found.size_bytes, None, media_type, kind)


def has_changed(version: Version, found: StoredObject) -> bool:
    """Say whether an object was written again since its version was made."""
    return version.size_bytes != found.size_bytes or found.modified_at > version.created_at


def seen_at(found: StoredObject, now: datetime) -> datetime:
    """When a version of an object was made: never before the object itself, whatever the two clocks say."""
    return max(now, found.modified_at)


def forget_bytes(version: Version) -> None:
    """Let a version say that its bytes were overwritten; its words and pictures are kept.

    Its key becomes one under which nothing lies, nobody's to copy or sweep: no exit may give the new bytes out as
    the old ones.
    """
    version.store_key = f"/.overwritten/{version.id}"
    version.problem_code = OVERWRITTEN
    version.problem = (
        "The object was overwritten in the bucket, so the bytes of this version are gone; its text is kept."
    )
    if version.state == State.PROCESSING:
        version.state = State.FAILED


def require_bytes(version: Version) -> None:
    """Pass a version whose bytes are still there. Raises Gone."""
    if version.problem_code == OVERWRITTEN:
        raise Gone(version.problem or "The bytes of this version are gone.")


def _stat(store: ObjectStore, key: str) -> StoredObject | None:
    try:
        return store.stat(key)
    except ObjectMissing:
        return None
