"""Links are read, looked at again, and kept when what they lead to is gone; the sites are real servers."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from content_map.config import Settings
from content_map.db import Sessions
from content_map.domain.assets import Kind, State, Status
from content_map.domain.people import Role
from content_map.extraction import Limits
from content_map.extraction.sandbox import default_sandbox
from content_map.models import Asset, Job, LinkCheck, Notification, Page, Version
from content_map.outbound.fetching import FetchLimits
from content_map.services import link_checks, link_notes, links
from content_map.services.vocabulary import Compiled
from content_map.wiring import Resources
from content_map.worker import Worker
from search import open_index
from storage import open_store
from tests.factories import make_user
from tests.support.web_sites import Internet, page, site

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
GUIDE = (
    b"<html lang=en><title>Late deliveries, explained</title><h1>Late deliveries</h1>"
    b"<p>Every late delivery costs the trust of a customer.</p><a href='https://example.com/prices'>Prices</a>"
)
NEWER = GUIDE.replace(b"costs the trust", b"earns the anger")
GONE = page(b"", status="404 Not Found")


@dataclass
class Shelf:
    """One link, and a site that says what a test wants."""

    sessions: Sessions
    folder: Path
    now: datetime
    answer: bytes = GONE
    asked: list[bytes] = field(default_factory=list)

    def add(self, url: str = "https://example.com/guides/late") -> Asset:
        with self.sessions.write() as session:
            actor = make_user(session, Role.MARKETER).as_actor()
            return links.create(session, url.replace("https", "http"), {}, actor=actor, now=self.now)

    def look(self, asset: Asset, answer: bytes, *, tries: int = len(link_checks.WAITS)) -> Asset:
        """Look behind the link as a worker does, and give the asset as it is then."""
        self.answer = answer

        def say(head: bytes, line: socket.socket) -> None:
            self.asked.append(head)
            line.sendall(self.answer)

        with site(say) as served:
            conclude = link_checks.look(
                self.sessions,
                asset.current.id,
                tries=tries,
                sandbox=default_sandbox(),
                limits=Limits(),
                fetch_limits=FetchLimits(),
                spool=self.folder,
                every=WEEK,
                now=self.now,
                network=Internet(served.port).network(),
            )
        with self.sessions.write() as session:
            conclude(session)
        return self.read(asset)

    def read(self, asset: Asset) -> Asset:
        with self.sessions.read() as session:
            found = session.scalars(select(Asset).where(Asset.id == asset.id)).one()
            session.refresh(found, ["current"])
            return found

    def check(self, asset: Asset) -> LinkCheck:
        with self.sessions.read() as session:
            return session.get_one(LinkCheck, asset.current.id)

    def texts(self, asset: Asset) -> str:
        with self.sessions.read() as session:
            return "\n".join(session.scalars(select(Page.text).where(Page.version_id == asset.current.id)))

    def told(self) -> list[tuple[str, str | None]]:
        with self.sessions.read() as session:
            return [(each.message, each.path) for each in session.scalars(select(Notification))]


@pytest.fixture
def shelf(sessions: Sessions, tmp_path: Path, now: datetime) -> Shelf:
    return Shelf(sessions, tmp_path, now)


def test_page_behind_a_link_becomes_its_words(shelf: Shelf) -> None:
    asset = shelf.add()

    read = shelf.look(asset, page(GUIDE, 'ETag: "1"'))

    version = read.current
    assert (version.kind, version.state, version.media_type) == (Kind.LINK, State.READY, "text/html")
    assert (read.title, version.language, version.size_bytes) == ("Late deliveries, explained", "en", 0)
    assert version.links == ["https://example.com/prices"]
    assert "costs the trust" in shelf.texts(asset)
    check = shelf.check(asset)
    assert (check.status, check.etag, check.failures, check.problem) == (200, '"1"', 0, None)
    assert check.checked_at == check.answered_at == shelf.now
    assert shelf.now + WEEK - DAY < check.next_check_at <= shelf.now + WEEK


def test_given_title_and_a_page_without_one_leave_the_title_alone(shelf: Shelf) -> None:
    asset = shelf.add("https://www.example.com/guides/late")

    read = shelf.look(asset, page(b"<p>Only words, and no title.</p>"))

    assert read.title == "example.com/guides/late"


def test_address_that_answers_nothing_at_first_fails_with_what_to_do_and_is_tried_again(shelf: Shelf) -> None:
    asset = shelf.add()

    failed = shelf.look(asset, GONE)

    assert failed.current.state == State.FAILED
    assert failed.current.problem == (
        "The address answered 404 (Not Found). It is tried again every day. "
        "If the page has moved, add its new address and retire this one."
    )
    assert shelf.check(asset).next_check_at == shelf.now + DAY
    shelf.now += DAY
    assert shelf.look(asset, page(GUIDE)).current.state == State.READY


def test_fault_that_may_pass_is_tried_again_soon_and_counts_once(shelf: Shelf) -> None:
    asset = shelf.add()
    down = page(b"", status="503 Service Unavailable")

    waits = []
    for tries in range(3):
        assert shelf.look(asset, down, tries=tries).current.state == State.PROCESSING
        with shelf.sessions.read() as session:
            job = session.scalars(select(Job).where(Job.kind == "link")).one()
            waits.append((job.run_at - shelf.now, job.payload))

    assert waits == [
        (timedelta(seconds=5), {"tries": 1}),
        (timedelta(seconds=30), {"tries": 2}),
        (timedelta(minutes=2), {"tries": 3}),
    ]
    assert shelf.look(asset, down, tries=3).current.state == State.FAILED
    assert shelf.check(asset).failures == 1


def test_reading_again_in_vain_ends_failed_too(shelf: Shelf) -> None:
    asset = shelf.add()
    assert shelf.look(asset, page(b"%PDF-1.7\nnot really")).current.state == State.FAILED
    with shelf.sessions.write() as session:
        session.get_one(Version, asset.current.id).state = State.PROCESSING

    assert shelf.look(asset, GONE).current.state == State.FAILED


def test_unchanged_page_is_asked_for_by_its_marks_and_not_read_again(shelf: Shelf) -> None:
    asset = shelf.add()
    shelf.look(asset, page(GUIDE, 'ETag: "1"', "Last-Modified: Fri, 20 Nov 2026 08:00:00 GMT"))
    shelf.now += WEEK

    shelf.look(asset, b"HTTP/1.1 304 Not Modified\r\n\r\n")

    assert b'If-None-Match: "1"\r\nIf-Modified-Since: Fri, 20 Nov 2026 08:00:00 GMT\r\n' in shelf.asked[-1]
    check = shelf.check(asset)
    assert (check.status, check.etag, check.answered_at) == (304, '"1"', shelf.now)
    assert "costs the trust" in shelf.texts(asset)


def test_changed_page_is_read_again_in_place_and_indexed(shelf: Shelf) -> None:
    asset = shelf.add()
    shelf.look(asset, page(GUIDE))
    with shelf.sessions.write() as session:
        for job in session.scalars(select(Job)):
            session.delete(job)

    read = shelf.look(asset, page(NEWER))

    assert "earns the anger" in shelf.texts(asset)
    assert read.version_number == 1
    with shelf.sessions.read() as session:
        assert session.scalars(select(Job.subject).where(Job.kind == "index")).all() == [asset.id]


def test_address_that_stops_answering_keeps_its_words_and_its_owner_is_told_once(shelf: Shelf) -> None:
    asset = shelf.add()
    shelf.look(asset, page(GUIDE))

    problems = []
    for _ in range(4):
        shelf.now += DAY
        problems.append(shelf.look(asset, GONE).current.problem)

    assert problems[:2] == [None, None]
    assert problems[2] == problems[3]
    assert problems[2] == (
        "This address has not answered since 21 November 2026. The address answered 404 (Not Found). What was read "
        "then is kept. If the page has moved, add its new address and retire this one."
    )
    assert shelf.read(asset).current.state == State.READY
    assert "costs the trust" in shelf.texts(asset)
    assert shelf.told() == [("link.gone", f"/assets/{asset.id}")]


def test_address_that_answers_again_has_no_problem_any_more(shelf: Shelf) -> None:
    asset = shelf.add()
    shelf.look(asset, page(GUIDE, 'ETag: "1"'))
    for _ in range(3):
        shelf.look(asset, GONE)

    back = shelf.look(asset, page(GUIDE, 'ETag: "1"'))

    assert b"If-None-Match" not in shelf.asked[-1]
    assert (back.current.state, back.current.problem, back.current.problem_code) == (State.READY, None, None)
    assert shelf.check(asset).failures == 0


def test_page_that_turns_unreadable_keeps_what_was_read(shelf: Shelf) -> None:
    asset = shelf.add()
    shelf.look(asset, page(GUIDE))

    read = shelf.look(asset, page(b"%PDF-1.7\nnot really"))

    assert (read.current.state, read.current.media_type) == (State.READY, "text/html")
    assert "costs the trust" in shelf.texts(asset)
    assert str(shelf.check(asset).problem).startswith("What stands there now could not be read.")


def test_page_in_an_older_alphabet_is_read_as_its_server_says(shelf: Shelf) -> None:
    asset = shelf.add()
    words = "<title>Доставка</title><p>Каждая задержка стоит доверия клиента.</p>".encode("windows-1251")

    shelf.look(asset, page(words, "Content-Type: text/html; charset=Windows-1251"))

    assert "Каждая задержка" in shelf.texts(asset)


def test_links_are_looked_at_again_when_their_day_has_come(shelf: Shelf) -> None:
    names = ("due", "later", "retired", "brought-back")
    due, later, retired, brought_back = (shelf.add(f"https://example.com/{name}") for name in names)
    for each in (due, later, retired, brought_back):
        shelf.look(each, page(GUIDE))
    with shelf.sessions.write() as session:
        for job in session.scalars(select(Job)):
            session.delete(job)
        session.get_one(LinkCheck, later.current.id).next_check_at = shelf.now + 3 * WEEK
        session.get_one(Asset, retired.id).status = Status.ARCHIVED
        session.delete(session.get_one(LinkCheck, brought_back.current.id))

    with shelf.sessions.write() as session:
        first = link_notes.enqueue_due(session, now=shelf.now + WEEK)
        again = link_notes.enqueue_due(session, now=shelf.now + WEEK)
        subjects = session.scalars(select(Job.subject).where(Job.kind == "link")).all()

    assert (first, again) == (2, 0)
    assert set(subjects) == {due.current.id, brought_back.current.id}


@pytest.fixture
def worker(sessions: Sessions, tmp_path: Path, now: datetime) -> Worker:
    settings = Settings.from_environ({"CONTENT_MAP_DATA_DIR": str(tmp_path)})
    store, index = open_store(settings.store_url), open_index(settings.index_url)
    index.rebuild([])
    return Worker(Resources(settings, sessions, store, index, Compiled()), clock=lambda: now)


def test_worker_judges_the_address_again_and_opens_no_line_to_a_private_machine(
    shelf: Shelf, worker: Worker
) -> None:
    """The door is not the wall: a row that names this machine, however it got there, is not followed."""
    asset = shelf.add()
    with shelf.sessions.write() as session:
        session.get_one(Version, asset.current.id).url = "http://127.0.0.1/"

    worker.run_pending()
    worker.close()

    read = shelf.read(asset)
    assert read.current.state == State.FAILED
    assert "private network" in str(read.current.problem)


def test_owner_reads_the_message_in_words(shelf: Shelf) -> None:
    from content_map.web.words import NOTIFICATIONS

    assert str(NOTIFICATIONS["link.gone"]) % {"title": "Late deliveries"} == (
        "An address does not answer any more: Late deliveries"
    )
