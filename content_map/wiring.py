"""What the application is wired to: database, store and index, opened from the settings, once a process."""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from content_map.config import BadSetting, Settings
from content_map.db import Sessions, make_engine
from content_map.services import meaning
from content_map.services.asking import Finder
from content_map.services.at_hand import AtHand
from content_map.services.coverage import Coverage
from content_map.services.learned import Learned
from content_map.services.lift_table import Lifts
from content_map.services.meaning import Meanings
from content_map.services.vocabulary import Compiled
from search import open_index
from search.contract import SearchIndex
from storage import open_store
from storage.contract import ObjectStore

KEY_FILE = "secret-key"
ADDRESS_FILE = "address"
EMBEDDED_FOLDER = "s3"


@dataclass(frozen=True, slots=True)
class Resources:
    """The parts a request or a job may use."""

    settings: Settings
    sessions: Sessions
    store: ObjectStore
    index: SearchIndex
    vocabulary: Compiled
    learned: Learned = field(default_factory=Learned)
    coverage: Coverage = field(default_factory=Coverage)
    uses: Lifts = field(default_factory=Lifts)
    at_hand: AtHand = field(default_factory=AtHand)
    meanings: Meanings | None = None

    @property
    def finder(self) -> Finder:
        """What finding works with."""
        return Finder(
            self.sessions,
            self.index,
            self.vocabulary,
            self.coverage,
            uses=self.uses,
            meanings=self.meanings,
        )


def open_resources(settings: Settings) -> Resources:
    """Open every part; the data directory is made private on the way."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chmod(settings.data_dir, 0o700)
    sessions = Sessions(make_engine(settings.database_url))
    return Resources(
        settings=settings,
        sessions=sessions,
        store=_store(settings),
        index=open_index(settings.index_url),
        vocabulary=Compiled(),
        meanings=meaning.opened(settings, sessions),
    )


def _store(settings: Settings) -> ObjectStore:
    embedded = settings.data_dir / EMBEDDED_FOLDER
    if settings.has_default_store and embedded.exists():
        # A command beside a running `scripts/serve --s3`: its files are in there, not in a folder of ours.
        from storage.embedded import open_embedded

        return open_embedded(embedded)
    return open_store(settings.store_url)


def secret_key(settings: Settings) -> str:
    """The key that signs cookies: the setting, or one made once for a loopback address. Raises BadSetting."""
    if settings.secret_key:
        return settings.secret_key
    if not settings.is_loopback:
        raise BadSetting(
            "CONTENT_MAP_SECRET_KEY is missing. With a BASE_URL that others can reach, set it to 32 or more "
            "random characters and keep it."
        )
    return _kept_secret(settings.data_dir / KEY_FILE)


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        # Two processes may start at once: each writes a file of its own, and one link wins.
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text(encoding="ascii")


def note_address(settings: Settings) -> None:
    """Leave the address that is being served in the data directory, for commands started beside it."""
    (settings.data_dir / ADDRESS_FILE).write_text(settings.base_url, encoding="utf-8")


def address_of(settings: Settings) -> str:
    """The address for links that a command prints: the setting, or where this data directory was served last."""
    if settings.base_url != Settings().base_url:
        return settings.base_url
    noted = settings.data_dir / ADDRESS_FILE
    return noted.read_text(encoding="utf-8") if noted.exists() else settings.base_url
