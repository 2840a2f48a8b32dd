"""Objects that are in the bucket already become assets where they lie: nothing is copied, and nothing removed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.intakes import IntakeKind, Item, Verdict
from content_map.errors import ContentMapError
from content_map.models import Asset, Version
from content_map.services import assets, folders, intakes, objects
from content_map.services.asset_changes import AssetChanges
from content_map.services.folder_adding import FolderOptions, Shelf, Watcher, changes_of
from content_map.services.intakes import Run
from storage.contract import StorageError, StoredObject

AT_ONCE = 200  # objects held against the database with one question
KNOWN = "Known already as “{title}”."
EARLIER = "An earlier version of “{title}”."
CHANGED = "The object was written again in the bucket: a new version."


def register(
    shelf: Shelf,
    prefix: str,
    below: str,
    options: FolderOptions,
    watcher: Watcher,
    *,
    begun: Callable[[Run], None] = lambda _run: None,
) -> Run:
    """Make assets of the objects whose keys begin with `below`, which lies within the folder `prefix` of the setting.

    A known object is left alone, one that was written again gets a new version; each is logged with its reason.
    Raises NotAllowed, Invalid, StorageUnavailable (what was registered until then stays).
    """
    key = objects.key_within(prefix, below)
    found = (
        each for each in shelf.store.keys(key) if not folders.is_left_behind(PurePosixPath(each.key).name)
    )
    return _run(shelf, key, found, options, watcher, begun)


def register_again(
    shelf: Shelf,
    prefix: str,
    source: str,
    keys: Iterable[str],
    options: FolderOptions,
    watcher: Watcher,
    *,
    begun: Callable[[Run], None] = lambda _run: None,
) -> Run:
    """Try the objects of an earlier run once more, as `register` does; one that is gone is passed over."""
    wanted = [objects.key_within(prefix, key) for key in keys]
    there = objects.look_up(shelf.store, prefix, wanted)
    return _run(shelf, source, (there[key] for key in wanted if key in there), options, watcher, begun)


def _run(
    shelf: Shelf,
    source: str,
    found: Iterable[StoredObject],
    options: FolderOptions,
    watcher: Watcher,
    begun: Callable[[Run], None],
) -> Run:
    changes = changes_of(shelf, options)
    with intakes.running(
        shelf.sessions,
        IntakeKind.OBJECTS,
        objects.shown(source),
        options.as_json(),
        actor=shelf.actor,
        clock=shelf.clock,
    ) as run:
        begun(run)
        for part in _parts(found):
            with shelf.sessions.read() as session:
                known = _versions(session, [each.key for each in part])
            for each in part:
                item = _register_one(shelf, each, known.get(each.key), changes)
                run.note(item)
                watcher.ended(None, item)
    return run


def _register_one(
    shelf: Shelf, found: StoredObject, known: tuple[Version, Asset] | None, changes: AssetChanges
) -> Item:
    name = objects.shown(found.key)
    try:
        if known is None:
            return Item(name, Verdict.ADDED, asset_id=_create(shelf, found, changes))
        version, asset = known
        if version.number != asset.version_number:
            return Item(name, Verdict.UNCHANGED, EARLIER.format(title=asset.title), asset.id)
        if not objects.has_changed(version, found):
            return Item(name, Verdict.UNCHANGED, KNOWN.format(title=asset.title), asset.id)
        _renew(shelf, found, version, asset)
        return Item(name, Verdict.CHANGED, CHANGED, asset.id)
    except ContentMapError as refusal:
        return Item(name, Verdict.REFUSED, refusal.detail)
    except StorageError as error:
        return Item(name, Verdict.REFUSED, f"The store failed: {error}.")


def _create(shelf: Shelf, found: StoredObject, changes: AssetChanges) -> str:
    received = objects.as_received(shelf.store, found)
    with shelf.sessions.write() as session:
        now = shelf.clock()
        asset = assets.create(
            session, received, changes, priority=assets.BEHIND_PEOPLE, actor=shelf.actor, now=now
        )
        asset.current.created_at = objects.seen_at(found, now)
        return asset.id


def _renew(shelf: Shelf, found: StoredObject, version: Version, asset: Asset) -> None:
    received = objects.as_received(shelf.store, found)
    with shelf.sessions.write() as session:
        now = shelf.clock()
        objects.forget_bytes(session.get_one(Version, version.id))
        renewed = assets.add_version(
            session, asset.id, received, note=objects.WRITTEN_AGAIN, actor=shelf.actor, now=now
        )
        renewed.current.created_at = objects.seen_at(found, now)


def _versions(session: Session, keys: Iterable[str]) -> dict[str, tuple[Version, Asset]]:
    """Find the versions that are these objects, of several the newest."""
    query = (
        select(Version, Asset)
        .join(Asset, Asset.id == Version.asset_id)
        .where(Version.store_key.in_(list(keys)))
        .order_by(Version.number)
    )
    return {version.store_key or "": (version, asset) for version, asset in session.execute(query)}


def _parts(found: Iterable[StoredObject]) -> Iterator[list[StoredObject]]:
    walking = iter(found)
    while part := list(islice(walking, AT_ONCE)):
        yield part
