"""The database: base class, naming, instants, engine and the two kinds of transaction."""

from __future__ import annotations

import sqlite3
import threading
import time
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    String,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from content_map.errors import Unavailable

ID_CHARACTERS = 32
WRITES = "content_map_writes"
PATIENCE_SECONDS = 30.0
_LOCK_SECONDS = 15
_LOOK_AGAIN_SECONDS = 0.0005

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> str:
    """Make an opaque id."""
    return uuid.uuid4().hex


def new_ordered_id() -> str:
    """Make an opaque id that sorts after those made before it, for rows that are served in order."""
    return f"{time.time_ns():016x}{uuid.uuid4().hex[:16]}"


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: refuses naive values on the way in, is aware and in UTC on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime was given where an instant is needed")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every mapped class; column types by annotation."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own name and shape
        datetime: UTCDateTime(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        list[Any]: JSON(),
        str: String(),
    }


def make_engine(url: str) -> Engine:
    """Open an engine; on SQLite set WAL and leave BEGIN to us, so that writers take the lock at once.

    Errors do not name what a statement was given: they are logged, and situations and names stay out of logs.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=30, hide_parameters=True)
    engine = create_engine(
        url,
        connect_args={"timeout": float(_LOCK_SECONDS), "check_same_thread": False},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver would begin late and deferred; see _begin_sqlite
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        f"busy_timeout={_LOCK_SECONDS * 1000}",
        "foreign_keys=ON",
        "cache_size=-32000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads and then writes cannot upgrade its lock once somebody else has written:
    # writers therefore take the write lock when they begin.
    if connection.get_execution_options().get(WRITES, True):
        _begin_writing(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: Connection) -> None:
    """Take the write lock as soon as another process lets go of it.

    SQLite itself would look again after 1, 2, 5 and soon only after every 100 ms: with four processes that write
    little and often the lock then lies unused most of the time, and one of them can starve.
    """
    driver: Any = connection.connection.driver_connection
    until = time.monotonic() + _LOCK_SECONDS
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < until:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                time.sleep(_LOOK_AGAIN_SECONDS)
            else:
                return
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout={_LOCK_SECONDS * 1000}")


class Sessions:
    """Short transactions: `read()` sees one state, `write()` commits on return and rolls back on an error."""

    def __init__(self, engine: Engine, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.engine = engine
        # SQLite has one writer and lets those who wait in by chance: among thirty, one waited 15 s in vain.
        self._turns = _Turns(patience_seconds, many=engine.dialect.name != "sqlite")

    @property
    def waiting(self) -> int:
        """How many writers of this process wait for their turn."""
        return self._turns.waiting

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a reading transaction; nothing is written."""
        with self._connected(writes=False) as connection, Session(connection, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a writing transaction, alone on SQLite."""
        with (
            self._turns.taken(),
            self._connected(writes=True) as connection,
            connection.begin(),
            Session(connection, join_transaction_mode="rollback_only") as session,
        ):
            yield session
            session.flush()

    @contextmanager
    def _connected(self, *, writes: bool) -> Iterator[Connection]:
        try:
            connection = self.engine.connect().execution_options(**{WRITES: writes}, **self._level(writes))
        except SQLAlchemyError as error:
            raise Unavailable(
                "The database does not answer. Nothing was changed; try again shortly."
            ) from error
        with connection:
            yield connection

    def _level(self, writes: bool) -> dict[str, str]:
        # A report asks many statements and must add up; SQLite shows one state of itself anyway.
        is_sqlite = self.engine.dialect.name == "sqlite"
        return {} if writes or is_sqlite else {"isolation_level": "REPEATABLE READ"}

    def check(self) -> None:
        """Answer when the database can be read. Raises Unavailable."""
        with self.read() as session:
            session.execute(text("SELECT 1"))


class _Turns:
    """One writer at a time, in the order of arrival; `many` lets all of them in at once."""

    def __init__(self, patience_seconds: float, *, many: bool) -> None:
        self._patience_seconds = patience_seconds
        self._many = many
        self._guard = threading.Lock()
        self._queue: deque[threading.Lock] = deque()
        self._is_taken = False

    @property
    def waiting(self) -> int:
        return len(self._queue)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a turn and give it to the next one afterwards. Raises Unavailable."""
        if self._many:
            yield
            return
        self._take()
        try:
            yield
        finally:
            self._pass_on()

    def _take(self) -> None:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._queue.append(mine)
        if mine.acquire(timeout=self._patience_seconds):
            return
        with self._guard:
            if mine in self._queue:
                self._queue.remove(mine)
                raise Unavailable("The database is busy. Nothing was changed; try again shortly.")

    def _pass_on(self) -> None:
        with self._guard:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._is_taken = False
