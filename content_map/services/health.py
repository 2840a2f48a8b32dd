"""Whether each part answers, and what an operator should look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from content_map.db import Sessions
from content_map.errors import Unavailable
from content_map.extraction import programs
from content_map.extraction.programs import Program
from content_map.services import audit, jobs
from search.contract import SearchError, SearchIndex
from storage.contract import ObjectStore, StorageError


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing `doctor` looked at. `is_fine` False asks for an act, which `sentence` names."""

    subject: str
    is_fine: bool
    sentence: str


def failing_parts(sessions: Sessions, store: ObjectStore, index: SearchIndex, *, now: datetime) -> list[str]:
    """Name the parts that do not answer: database, store, index, worker."""

    def worker() -> None:
        with sessions.read() as session:
            if not jobs.is_worker_alive(session, now=now):
                raise Unavailable("no worker spoke within half a minute")

    checks: dict[str, Callable[[], None]] = {
        "database": sessions.check,
        "store": store.check,
        "index": index.check,
        "worker": worker,
    }
    return [name for name, check in checks.items() if not _answers(check)]


def examine(
    sessions: Sessions, store: ObjectStore, index: SearchIndex, *, now: datetime
) -> Iterator[Finding]:
    """Look at everything an operator can mend: parts, dead letters, the audit chain, helper programs."""
    failing = failing_parts(sessions, store, index, now=now)
    for part in ("database", "store", "index", "worker"):
        ok = part not in failing
        yield Finding(part, ok, "answers" if ok else _REMEDIES[part])
    if "database" not in failing:
        yield from _letters(sessions)
        with sessions.read() as session:
            broken = list(audit.broken_links(session))
        chain = "unbroken" if not broken else f"broken at entry {broken[0]}: compare with a backup"
        yield Finding("audit trail", not broken, chain)
    yield from _optional_programs()


_REMEDIES = {
    "database": "does not answer: check CONTENT_MAP_DATABASE_URL and that the server runs",
    "store": "does not answer: check CONTENT_MAP_STORE_URL, its credentials and the disk",
    "index": "cannot be read: run `content-map index rebuild`",
    "worker": "is silent: start `content-map worker` (scripts/serve does)",
}


@dataclass(frozen=True, slots=True)
class _Optional:
    """A program that helps where it is installed: what it costs not to have it, and what brings it."""

    name: str
    without: str
    package: str
    note: str = ""


_OPTIONAL = {
    Program.LIBREOFFICE: _Optional(
        "LibreOffice",
        "Word and PowerPoint files of 97-2003 are not read, and Office files get simplified previews",
        "libreoffice-writer-nogui libreoffice-impress-nogui libreoffice-calc-nogui",
    ),
    Program.FFMPEG: _Optional(
        "ffmpeg", "films have no poster, and their length and subtitles are not known", "ffmpeg"
    ),
    Program.FFPROBE: _Optional(
        "ffprobe", "the length of films and recordings and the subtitles in them are not known", "ffmpeg"
    ),
    Program.TESSERACT: _Optional(
        "tesseract",
        "words on scans are not found, whatever CONTENT_MAP_OCR says",
        "tesseract-ocr",
        "; reads words on scans unless CONTENT_MAP_OCR is off, as it is by default",
    ),
}


def _optional_programs() -> Iterator[Finding]:
    """What is missing here is a limit of the assets it is about and never a fault."""
    versions = programs.versions()
    for program, about in _OPTIONAL.items():
        if programs.find(program) is None:
            sentence = f"absent: {about.without}; the package {about.package} brings it"
        else:
            version = versions[program]
            start = f"version {version}" if version else "found, but it does not start"
            sentence = f"{start}{about.note if version else ''}"
        yield Finding(f"{about.name} (optional)", True, sentence)


def _answers(check: Callable[[], None]) -> bool:
    try:
        check()
    except (Unavailable, StorageError, SearchError, SQLAlchemyError, OSError):
        return False
    return True


def _letters(sessions: Sessions) -> Iterator[Finding]:
    with sessions.read() as session:
        dead = jobs.dead(session)
        waiting = sum(count for (_, state), count in jobs.counts(session).items() if state != "dead")
        yield Finding("jobs", True, f"{waiting} waiting or running")
        for job in dead:
            yield Finding(f"dead job {job.kind}", False, f"for {job.subject}: {job.last_error}")
