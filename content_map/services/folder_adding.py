"""A whole folder goes in: each file for itself, so that one failure never stops the rest, and all of it logged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, BinaryIO, Protocol, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.assets import Audience, Status
from content_map.domain.conversations import Conversation
from content_map.domain.intakes import IntakeKind, Item, Verdict
from content_map.domain.people import Actor
from content_map.errors import ContentMapError, Invalid
from content_map.models import Asset, Version
from content_map.services import adding, folders, intakes, tagging, users
from content_map.services.asset_changes import AssetChanges
from content_map.services.assets import BEHIND_PEOPLE
from content_map.services.folders import Found, FoundFile
from content_map.services.intakes import Run
from storage.contract import ObjectStore, StorageError

KNOWN = "Known already as “{title}”: the same bytes."


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderOptions:
    """What every file of a run is given besides, kept with the run so that a retry gives it too."""

    conversation: str | None = None
    publish: bool = False
    owner: str | None = None
    terms: tuple[str, ...] = ()
    audience: str | None = None
    skip_known: bool = True

    def as_json(self) -> dict[str, Any]:
        """Write it for the run's row."""
        return {**asdict(self), "terms": list(self.terms)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> FolderOptions:
        """Read what `as_json` wrote; what a newer release adds is left out."""
        known = {name: stored[name] for name in cls.__slots__ if name in stored}
        return cls(**{**known, "terms": tuple(known.get("terms", ()))})


class Watcher(Protocol):
    """Is told how a run goes on, to show it."""

    def begins(self, file: FoundFile) -> None:
        """A file is being looked at."""

    def moved(self, share: float) -> None:
        """This share of the file, 0 to 1, has been read and stored."""

    def ended(self, file: FoundFile | None, item: Item) -> None:
        """What became of it; no file where a folder could not be opened."""


class Unwatched:
    """Shows a run to nobody."""

    def begins(self, file: FoundFile) -> None:
        """A file is being looked at."""

    def moved(self, share: float) -> None:
        """This share of the file has been read and stored."""

    def ended(self, file: FoundFile | None, item: Item) -> None:
        """What became of it."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where files go, and in whose name."""

    sessions: Sessions
    store: ObjectStore
    limit_bytes: int
    actor: Actor
    clock: Callable[[], datetime]


def add_folder(
    shelf: Shelf,
    found: Found,
    options: FolderOptions,
    watcher: Watcher,
    *,
    begun: Callable[[Run], None] = lambda _run: None,
) -> Run:
    """Add every file that was found and log each; the run's counts say how it went.

    `begun` is given the run at once, for who must say how far it came when it is interrupted.
    Raises NotAllowed, Invalid: the options are wrong, and nothing was begun.
    """
    changes = changes_of(shelf, options)
    with intakes.running(
        shelf.sessions,
        IntakeKind.FOLDER,
        str(found.source),
        options.as_json(),
        actor=shelf.actor,
        clock=shelf.clock,
    ) as run:
        begun(run)
        for name, reason in found.unreadable:
            _end(run, watcher, None, Item(name, Verdict.REFUSED, reason))
        for file in found.files:
            watcher.begins(file)
            _end(run, watcher, file, add_one(shelf, file, changes, options, watcher))
    return run


def changes_of(shelf: Shelf, options: FolderOptions) -> AssetChanges:
    """Turn the options into an asset's fields. Raises Invalid: an unknown owner or term, no conversation."""
    changes: AssetChanges = {}
    if options.conversation is not None:
        changes["conversation"] = Conversation(options.conversation)
    if options.publish:
        if options.conversation is None:
            raise Invalid.field("/publish", "Publishing needs a conversation: name one with --conversation.")
        changes["status"] = Status.PUBLISHED
    if options.audience is not None:
        changes["audience"] = Audience(options.audience)
    with shelf.sessions.read() as session:
        if options.owner is not None:
            changes["owner"] = _owner(session, options.owner)
        if options.terms:
            tagging.find_terms(session, options.terms)
            changes["terms"] = options.terms
    return changes


def add_one(
    shelf: Shelf, file: FoundFile, changes: AssetChanges, options: FolderOptions, watcher: Watcher
) -> Item:
    """Add one file; a refusal becomes the item's reason. What is known by its bytes is not stored again."""
    try:
        with file.path.open("rb") as stream:
            if options.skip_known:
                sha256 = folders.sha256_of(stream, moved=_share(watcher, file, 0.0))
                with shelf.sessions.read() as session:
                    twin = twin_of(session, sha256)
                if twin is not None:
                    return Item(file.name, Verdict.UNCHANGED, KNOWN.format(title=twin[1]), twin[0])
            asset = adding.add(
                shelf.sessions,
                shelf.store,
                file.path.name,
                cast("BinaryIO", _Watched(stream, _share(watcher, file, 0.5))),
                changes,
                allow_duplicate=not options.skip_known,
                priority=BEHIND_PEOPLE,
                limit_bytes=shelf.limit_bytes,
                actor=shelf.actor,
                now=shelf.clock(),
            )
    except ContentMapError as refusal:
        return Item(file.name, Verdict.REFUSED, refusal.detail)
    except StorageError as error:
        return Item(file.name, Verdict.REFUSED, f"The store failed: {error}. Nothing of it was kept.")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Item(file.name, Verdict.REFUSED, f"The file cannot be read: {reason}.")
    return Item(file.name, Verdict.ADDED, asset_id=asset.id)


def twin_of(session: Session, sha256: str) -> tuple[str, str] | None:
    """Find an asset that is not archived and has these bytes: its id and its title."""
    found = session.execute(
        select(Asset.id, Asset.title)
        .join(Version, Version.asset_id == Asset.id)
        .where(Version.sha256 == sha256, Asset.status != Status.ARCHIVED.value)
        .limit(1)
    ).first()
    return None if found is None else (found.id, found.title)


def _end(run: Run, watcher: Watcher, file: FoundFile | None, item: Item) -> None:
    run.note(item)
    watcher.ended(file, item)


def _owner(session: Session, email: str) -> str:
    owner = users.by_email(session, email)
    if owner is None:
        raise Invalid.field("/owner", f"There is no user {email}.")
    return owner.id


def _share(watcher: Watcher, file: FoundFile, begin: float) -> Callable[[int], None]:
    # Looking for a twin reads the file once, storing it a second time.
    return lambda done: watcher.moved(min(1.0, begin + 0.5 * done / max(1, file.size_bytes)))


class _Watched:
    """A file that tells how far it has been read."""

    def __init__(self, stream: BinaryIO, moved: Callable[[int], None]) -> None:
        self._stream = stream
        self._moved = moved

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self._moved(self._stream.tell())
        return piece

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return self._stream.seekable()
