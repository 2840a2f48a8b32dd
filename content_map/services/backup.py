"""Backup and restore: rows as JSON lines, objects as files, the same on every database and store.

A backup of SQLite restores into PostgreSQL and the other way round. The index is rebuilt, never copied.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, LargeBinary, Table, func, insert, select, text

from content_map.db import Base, Sessions, UTCDateTime
from content_map.errors import Conflict, Invalid
from content_map.services import counters
from storage.contract import ChecksumMismatch, ObjectExists, ObjectStore

FORMAT = 1
ROWS_AT_ONCE = 1000
MANIFEST = "manifest.json"
# What only means something to the running system, and what the worker counts anew from the events.
_LEFT_OUT = frozenset(
    {
        "leases",
        "heartbeats",
        "idempotent_replies",
        "sign_in_attempts",
        "count_marks",
        "asset_quarters",
        "person_quarters",
    }
)


@dataclass(frozen=True, slots=True)
class Copied:
    """What a backup or a restore moved."""

    rows: int
    objects: int
    size_bytes: int


def back_up(sessions: Sessions, store: ObjectStore, folder: Path, *, revision: str, now: datetime) -> Copied:
    """Write everything below an empty or new folder. Raises Conflict when something is there already."""
    if folder.exists() and any(folder.iterdir()):
        raise Conflict(f"{folder} is not empty. Name a new folder for each backup.")
    (folder / "tables").mkdir(parents=True)
    (folder / "objects").mkdir()
    with sessions.read() as session:
        connection = session.connection()
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        counts = {table.name: _write_rows(connection, table, folder) for table in _tables()}
        keys = sorted(_keys(connection))
    # Objects are never changed once written, so copying them after the rows loses nothing.
    hashes, size = {}, 0
    for key in keys:
        hashes[key], length = _copy_out(store, key, folder / "objects" / key)
        size += length
    manifest = {
        "format": FORMAT,
        "revision": revision,
        "created_at": now.isoformat(),
        "rows": counts,
        "objects": hashes,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
    return Copied(sum(counts.values()), len(hashes), size)


def restore(sessions: Sessions, store: ObjectStore, folder: Path, *, revision: str) -> Copied:
    """Fill an empty database and store from a backup; every object is checked against its SHA-256.

    Raises Invalid (no backup, a damaged one, or one of another release), Conflict (the database is not empty).
    """
    manifest = _manifest(folder)
    if manifest["revision"] != revision:
        raise Invalid(
            f"This backup is of database revision {manifest['revision']} and the program is at {revision}. "
            "Restore it with the release that made it, then upgrade."
        )
    with sessions.read() as session:
        _refuse_full(session.connection())
    size = 0
    for key, sha256 in manifest["objects"].items():
        size += _copy_in(store, key, folder / "objects" / key, sha256)
    with sessions.write() as session:
        connection = session.connection()
        _refuse_full(connection)
        for table in reversed(_tables()):
            connection.execute(table.delete())
        rows = sum(_read_rows(connection, table, folder) for table in _tables())
        counters.forget(session)
    return Copied(rows, len(manifest["objects"]), size)


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Invalid(f"{folder} holds no backup: its {MANIFEST} is missing.") from None
    if manifest.get("format") != FORMAT:
        raise Invalid(f"The backup in {folder} has a format this release does not know.")
    return manifest


def _tables() -> list[Table]:
    return [table for table in Base.metadata.sorted_tables if table.name not in _LEFT_OUT]


def _refuse_full(connection: Connection) -> None:
    for name in ("assets", "users"):
        if connection.scalar(select(func.count()).select_from(Base.metadata.tables[name])):
            raise Conflict(
                "The database is not empty. Restore into a new data directory; nothing was changed."
            )


_KEPT = (
    *(("versions", "store_key"), ("versions", "rendition_key")),
    *(("pages", "image_key"), ("pages", "thumbnail_key")),
)


def _keys(connection: Connection) -> Iterator[str]:
    for table, column in _KEPT:
        found = Base.metadata.tables[table].c[column]
        # What was in the bucket before us stays there, and its key must never become a path.
        ours = select(found).where(found.is_not(None), ~found.startswith("/")).distinct()
        yield from connection.scalars(ours)


def _copy_out(store: ObjectStore, key: str, path: Path) -> tuple[str, int]:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, length = hashlib.sha256(), 0
    with store.open(key) as source, path.open("wb") as target:
        while piece := source.read(1024 * 1024):
            digest.update(piece)
            length += len(piece)
            target.write(piece)
    return digest.hexdigest(), length


def _copy_in(store: ObjectStore, key: str, path: Path, sha256: str) -> int:
    try:
        with path.open("rb") as file:
            stored = store.put(key, file, media_type="application/octet-stream", expected_sha256=sha256)
    except ObjectExists:
        return path.stat().st_size  # an earlier restore was interrupted after this object
    except (ChecksumMismatch, FileNotFoundError):
        raise Invalid(
            f"The backup is damaged: {key} is missing or has changed. No row was restored."
        ) from None
    return stored.size_bytes


def _write_rows(connection: Connection, table: Table, folder: Path) -> int:
    count = 0
    rows = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(
        select(table).order_by(*table.primary_key.columns)
    )
    with (folder / "tables" / f"{table.name}.jsonl").open("w", encoding="utf-8") as file:
        for row in rows.mappings():
            file.write(json.dumps(dict(row), default=_plain, ensure_ascii=False) + "\n")
            count += 1
    return count


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"no plain form for {type(value).__name__}")


def _read_rows(connection: Connection, table: Table, folder: Path) -> int:
    count = 0
    own = _self_references(table)
    with (folder / "tables" / f"{table.name}.jsonl").open(encoding="utf-8") as file:
        while batch := [_typed(table, json.loads(line)) for line in islice(file, ROWS_AT_ONCE)]:
            # A row may point to one of its own table that comes later: pointers follow when all are there.
            connection.execute(insert(table), [{**row, **dict.fromkeys(own)} for row in batch])
            count += len(batch)
    if own:
        _point(connection, table, own, folder)
    return count


def _point(connection: Connection, table: Table, own: list[str], folder: Path) -> None:
    key = next(iter(table.primary_key.columns))
    with (folder / "tables" / f"{table.name}.jsonl").open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            pointers = {name: row[name] for name in own if row[name] is not None}
            if pointers:
                connection.execute(table.update().where(key == row[key.name]).values(pointers))


def _self_references(table: Table) -> list[str]:
    return [each.parent.name for each in table.foreign_keys if each.column.table is table]


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    for column in table.columns:
        text = row.get(column.name)
        if isinstance(text, str) and isinstance(column.type, UTCDateTime):
            row[column.name] = datetime.fromisoformat(text)
        elif isinstance(text, str) and isinstance(column.type, Date):
            row[column.name] = date.fromisoformat(text)
        elif isinstance(text, str) and isinstance(column.type, LargeBinary):
            row[column.name] = base64.b64decode(text)
    return row
