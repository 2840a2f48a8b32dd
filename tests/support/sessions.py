"""Transactions for tests: everything on one connection, inside a transaction that is rolled back at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from content_map.db import Sessions


class RolledBackSessions(Sessions):
    """The application's transactions become savepoints of the test's one."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection.engine)
        self._connection = connection

    @contextmanager
    def read(self) -> Iterator[Session]:
        with Session(self._connection, join_transaction_mode="create_savepoint", autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        with (
            Session(
                self._connection, join_transaction_mode="create_savepoint", expire_on_commit=False
            ) as session,
            session.begin(),
        ):
            yield session
