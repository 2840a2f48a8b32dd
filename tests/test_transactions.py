"""Writers of one process queue on SQLite, so that a crowd makes nobody wait until the database is called locked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from content_map.db import Sessions, make_engine
from content_map.errors import Unavailable
from tests.support.databases import opened, own_settings

WRITERS = 12


@pytest.fixture
def own_file(tmp_path: Path) -> Iterator[Sessions]:
    """A SQLite file that nobody else uses."""
    engine = make_engine(f"sqlite:///{tmp_path / 'own.sqlite'}")
    yield Sessions(engine)
    engine.dispose()


def test_writers_get_their_turn_in_the_order_in_which_they_came(own_file: Sessions) -> None:
    order: list[int] = []

    def write(number: int) -> None:
        with own_file.write() as session:
            session.execute(text("SELECT 1"))
            order.append(number)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    with own_file.write():
        for number, writer in enumerate(writers, start=1):
            writer.start()
            while own_file.waiting < number:
                threading.Event().wait(0.001)
    for writer in writers:
        writer.join(30)

    assert order == list(range(WRITERS))


def test_writer_that_fails_lets_the_next_one_in(own_file: Sessions) -> None:
    with pytest.raises(ZeroDivisionError), own_file.write():
        raise ZeroDivisionError

    with own_file.write() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_writer_whose_turn_never_comes_is_told_in_a_sentence_and_holds_up_nobody(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'own.sqlite'}")
    sessions = Sessions(engine, patience_seconds=0.05)
    refusals: list[str] = []

    def write() -> None:
        try:
            with sessions.write():
                pass
        except Unavailable as refusal:
            refusals.append(refusal.detail)

    with sessions.write():
        late = threading.Thread(target=write)
        late.start()
        late.join(30)
    with sessions.write() as session:
        answer = session.scalar(text("SELECT 1"))

    assert refusals == ["The database is busy. Nothing was changed; try again shortly."]
    assert answer == 1
    engine.dispose()


def test_readers_never_queue(own_file: Sessions) -> None:
    with own_file.write() as writing:
        writing.execute(text("CREATE TABLE notes (words TEXT)"))

        with own_file.read() as reading:
            answer = reading.scalar(text("SELECT 1"))

    assert answer == 1


def test_reader_sees_one_state_whatever_is_written_meanwhile(tmp_path: Path) -> None:
    with own_settings() as settings, opened(tmp_path, settings) as sessions:
        before, after, known = _counted_around_a_write(sessions)

    assert (before, after, known) == (0, 0, 1)


def _counted_around_a_write(sessions: Sessions) -> tuple[int, int, int]:
    with sessions.write() as session:
        session.execute(text("CREATE TABLE told (word TEXT)"))

    with sessions.read() as reading:
        before = reading.scalar(text("SELECT count(*) FROM told"))
        with sessions.write() as writing:
            writing.execute(text("INSERT INTO told VALUES ('news')"))
        after = reading.scalar(text("SELECT count(*) FROM told"))
    with sessions.read() as later:
        known = later.scalar(text("SELECT count(*) FROM told"))
    return before, after, known
