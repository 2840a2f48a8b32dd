"""What the rows of a table are about: an address, an object in the bucket, or a file beside the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from content_map.domain.asset_rows import PLACE, AssetRow
from content_map.domain.people import Actor
from content_map.domain.web_addresses import written_address
from content_map.errors import ContentMapError, FieldError, Invalid, TooLarge
from content_map.extraction import door
from content_map.services import folders, objects, receiving
from content_map.services.receiving import Received
from storage.contract import ObjectStore, StoredObject

ADDRESSES = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Where:
    """Where rows may point: below `prefix` of the bucket, and below `folder` of this machine, none over HTTP."""

    store: ObjectStore
    prefix: str
    folder: Path | None
    limit_bytes: int


@dataclass(frozen=True, slots=True)
class Address:
    """A page of the public web."""

    url: str

    @property
    def identity(self) -> tuple[str, str]:
        """What two rows about the same thing have in common."""
        return ("url", self.url)


@dataclass(frozen=True, slots=True)
class BucketObject:
    """An object that is in the bucket already."""

    found: StoredObject

    @property
    def identity(self) -> tuple[str, str]:
        """What two rows about the same thing have in common."""
        return ("key", self.found.key)


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file of the machine on which the command runs."""

    path: Path
    sha256: str
    size_bytes: int

    @property
    def identity(self) -> tuple[str, str]:
        """What two rows about the same thing have in common."""
        return ("bytes", self.sha256)


Place = Address | BucketObject | LocalFile


def find_places(rows: Sequence[AssetRow], where: Where) -> tuple[Mapping[int, Place], tuple[FieldError, ...]]:
    """Find what each row names, by the row's index; the problems are sentences about what is not there.

    Raises Unavailable.
    """
    places: dict[int, Place] = {}
    keys: dict[int, str] = {}
    problems: list[FieldError] = []
    for row in rows:
        if row.place is None:
            continue
        try:
            found = _read(row.place, where)
        except Invalid as refusal:
            problems.append(FieldError(f"/{row.index}/{PLACE}", refusal.detail))
        else:
            if isinstance(found, str):
                keys[row.index] = found
            else:
                places[row.index] = found
    there = objects.look_up(where.store, where.prefix, keys.values()) if keys else {}
    for index, key in keys.items():
        if key in there:
            places[index] = BucketObject(there[key])
        else:
            sentence = f"There is no object {objects.shown(key)!r} in the bucket."
            problems.append(FieldError(f"/{index}/{PLACE}", sentence))
    return places, tuple(problems)


def check(place: Place, where: Where, *, actor: Actor) -> None:
    """Refuse at the door what would be taken in, without taking it. Raises as `take` does."""
    match place:
        case LocalFile():
            with place.path.open("rb") as stream:
                name = door.refuse_at_door(stream.read(door.HEAD_BYTES), place.path.name)
            if place.size_bytes > where.limit_bytes:
                raise TooLarge(f"{name} is larger than the limit of {where.limit_bytes:,} bytes.")
        case BucketObject():
            take(place, where, actor=actor)


def take(place: Place, where: Where, *, actor: Actor) -> Received | None:
    """Bring what a row names to where its version will find it: a file into the store, an object stays in place.

    Raises NotAllowed, Invalid, Unsupported, TooLarge, NotFound, Unavailable.
    """
    match place:
        case Address():
            return None
        case BucketObject():
            return objects.as_received(where.store, place.found)
        case LocalFile():
            with place.path.open("rb") as stream:
                return receiving.receive(
                    where.store, place.path.name, stream, limit_bytes=where.limit_bytes, actor=actor
                )


def discard(taken: Mapping[int, Received], where: Where) -> None:
    """Remove the files that were stored for an import that came to nothing; objects are not ours to remove."""
    for received in taken.values():
        if not received.store_key.startswith("/"):
            receiving.discard(where.store, received)


def made_at(place: Place, now: datetime) -> datetime:
    """When the version of a place is made."""
    return objects.seen_at(place.found, now) if isinstance(place, BucketObject) else now


def _read(text: str, where: Where) -> Place | str:
    """Read the cell: a place, or the key of an object that is still to be looked up."""
    if text.casefold().startswith(ADDRESSES):
        return Address(written_address(text))
    if where.folder is not None:
        try:
            return _local(folders.below(where.folder, text))
        except ContentMapError:
            if not (where.prefix and f"/{text.lstrip('/')}".startswith(where.prefix)):
                raise
    return objects.key_within(where.prefix, text)


def _local(path: Path) -> LocalFile:
    try:
        with path.open("rb") as stream:
            return LocalFile(path, folders.sha256_of(stream), path.stat().st_size)
    except OSError as error:
        raise Invalid.field(f"/{PLACE}", f"{path.name} cannot be read: {error.strerror}.") from None
