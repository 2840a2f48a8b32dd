"""Bodies that never come to their end: they wait for themselves, and everybody else is served."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from content_map import slow_bodies
from content_map.errors import Unavailable
from content_map.slow_bodies import SMALL_BYTES, BodiesApart

pytestmark = pytest.mark.once

LARGE = SMALL_BYTES + 1


class Stuck(io.RawIOBase):
    """A body of which nothing more comes."""

    def __init__(self) -> None:
        super().__init__()
        self.is_read, self.sent = threading.Event(), threading.Event()

    def read(self, _size: int = -1) -> bytes:
        self.is_read.set()
        self.sent.wait(30)
        return b""


def echo(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
    return [environ["wsgi.input"].read() if environ["REQUEST_METHOD"] != "GET" else b"a page"]


def ask(
    application: BodiesApart, stream: Any = None, length: int | None = None, method: str = "POST"
) -> bytes:
    environ: dict[str, Any] = {"REQUEST_METHOD": method, "wsgi.input": stream or io.BytesIO(b"")}
    if length is not None:
        environ["CONTENT_LENGTH"] = str(length)
    return b"".join(application(environ, lambda *_: print))


@pytest.fixture
def stick() -> Iterator[Callable[[BodiesApart, int, int | None], None]]:
    bodies: list[Stuck] = []
    senders: list[threading.Thread] = []

    def stick(application: BodiesApart, count: int, length: int | None) -> None:
        for _ in range(count):
            bodies.append(Stuck())
            senders.append(threading.Thread(target=ask, args=(application, bodies[-1], length)))
            senders[-1].start()
            bodies[-1].is_read.wait(10)

    yield stick
    for body in bodies:
        body.sent.set()
    for sender in senders:
        sender.join()


@pytest.mark.parametrize(
    ("length", "room"), [(LARGE, slow_bodies.LARGE_AT_ONCE), (None, slow_bodies.LARGE_AT_ONCE)]
)
def test_files_that_are_stuck_leave_room_for_pages_and_forms(
    stick: Callable[..., None], length: int | None, room: int
) -> None:
    application = BodiesApart(echo)
    stick(application, room, length)

    with pytest.raises(Unavailable):
        ask(application, io.BytesIO(b"x" * LARGE), LARGE)

    assert ask(application, method="GET") == b"a page"
    assert ask(application, io.BytesIO(b"a form"), 6) == b"a form"


def test_forms_that_are_stuck_leave_room_for_pages(stick: Callable[..., None]) -> None:
    application = BodiesApart(echo)
    stick(application, slow_bodies.SMALL_AT_ONCE, 100)

    with pytest.raises(Unavailable):
        ask(application, io.BytesIO(b"a form"), 6)

    assert ask(application, method="GET") == b"a page"


def test_a_body_that_has_come_holds_no_place_while_it_is_worked_on() -> None:
    inside = threading.Barrier(slow_bodies.SMALL_AT_ONCE + 1, timeout=10)

    def work(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        environ["wsgi.input"].read(4)
        inside.wait()
        return []

    application = BodiesApart(work)
    senders = [
        threading.Thread(target=ask, args=(application, io.BytesIO(b"four"), 4))
        for _ in range(slow_bodies.SMALL_AT_ONCE)
    ]
    for sender in senders:
        sender.start()

    inside.wait()  # broken where one of them was refused

    for sender in senders:
        sender.join()
    assert not inside.broken


def test_a_request_that_fails_gives_its_place_back() -> None:
    def fail(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        environ["wsgi.input"].read(1)
        raise ValueError("half read")

    application = BodiesApart(fail)

    for _ in range(slow_bodies.SMALL_AT_ONCE + 1):
        with pytest.raises(ValueError, match="half read"):
            ask(application, io.BytesIO(b"four"), 4)
