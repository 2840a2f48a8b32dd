"""Letters leave with their transaction, wait while the mail server is away, and arrive once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from content_map.config import BadSetting, Settings
from content_map.db import Sessions
from content_map.errors import Invalid, Unavailable
from content_map.models import Job
from content_map.outbound.mail import Unsent
from content_map.services import mailing
from content_map.services.vocabulary import Compiled
from content_map.wiring import Resources
from content_map.worker import Worker
from search import open_index
from storage import open_store
from tests.support.relays import mail_server

TO = "mia@example.com"
ASSIGNED_AWAY = 1  # a port on which nobody takes mail


class Post:
    """The product with a mail server at a port, and a clock that a test moves."""

    def __init__(self, sessions: Sessions, folder: Path, port: int, now: datetime) -> None:
        self.now = now
        self.settings = Settings.from_environ(
            {
                "CONTENT_MAP_DATA_DIR": str(folder),
                "CONTENT_MAP_SMTP_URL": f"smtp://localhost:{port}?security=none",
                "CONTENT_MAP_MAIL_FROM": "content-map@example.com",
            }
        )
        self.sessions = sessions
        store, index = open_store(self.settings.store_url), open_index(self.settings.index_url)
        index.rebuild([])
        self.worker = Worker(Resources(self.settings, sessions, store, index, Compiled()), lambda: self.now)

    def write(self) -> str:
        with self.sessions.write() as session:
            return mailing.queue(session, TO, "Two things wait", "For you.", "<p>For you.</p>", now=self.now)

    def jobs(self) -> list[Job]:
        with self.sessions.read() as session:
            return list(session.scalars(select(Job)))


@pytest.fixture
def post(sessions: Sessions, tmp_path: Path, now: datetime) -> Iterator[Callable[[int], Post]]:
    made: list[Post] = []

    def make(port: int) -> Post:
        made.append(Post(sessions, tmp_path, port, now))
        return made[-1]

    yield make
    for each in made:
        each.worker.close()


def test_letter_is_sent_by_the_worker_and_its_job_ends(post: Callable[[int], Post]) -> None:
    with mail_server() as mailbox:
        office = post(mailbox.port)
        key = office.write()

        office.worker.run_pending()

    assert [(each["To"], each["Message-ID"]) for each in mailbox.letters] == [(TO, f"<{key}@example.com>")]
    assert office.jobs() == []


def test_letter_of_a_transaction_that_is_undone_never_leaves(post: Callable[[int], Post]) -> None:
    office = post(ASSIGNED_AWAY)

    with office.sessions.write() as session:
        mailing.queue(session, TO, "Two things wait", "For you.", now=office.now)
        session.rollback()

    assert office.jobs() == []


def test_letter_waits_for_a_server_that_is_away_and_is_the_same_letter_then(
    post: Callable[[int], Post],
) -> None:
    office = post(ASSIGNED_AWAY)
    key = office.write()

    office.worker.run_pending()
    waiting = office.jobs()
    found = mailing.examined(office.sessions, office.settings)
    with mail_server() as mailbox:
        back = post(mailbox.port)
        back.worker.run_pending()
        too_early = len(mailbox.letters)
        back.now += timedelta(minutes=1)
        back.worker.run_pending()

    assert [(job.state, job.run_at) for job in waiting] == [("waiting", office.now + timedelta(minutes=1))]
    assert found.is_fine
    assert found.sentence.startswith(
        "letters that wait: 1; the last answer: The mail server at localhost does"
    )
    assert too_early == 0
    assert [each["Message-ID"] for each in mailbox.letters] == [f"<{key}@example.com>"]
    assert mailbox.letters[0]["Date"].datetime == office.now
    assert office.jobs() == []


def test_letter_that_waited_for_three_days_is_buried(post: Callable[[int], Post]) -> None:
    office = post(ASSIGNED_AWAY)
    office.write()
    began = office.now

    fine = []
    for _ in range(len(mailing.WAITS)):
        office.worker.run_pending()
        office.now = office.jobs()[0].run_at
        fine.append(mailing.examined(office.sessions, office.settings).is_fine)

    assert fine == [True, True, *[False] * 7]
    assert timedelta(days=2, hours=12) < office.now - began < timedelta(days=3, hours=12)
    payload = office.jobs()[0].payload
    with pytest.raises(Unsent):
        mailing.deliver("k", payload, relay=office.settings.relay, sender="a@example.com", now=office.now)


def test_letter_to_nobody_is_not_tried_again(post: Callable[[int], Post]) -> None:
    with mail_server() as mailbox:
        mailbox.says = "550 No such person"
        office = post(mailbox.port)
        office.write()

        office.worker.run_pending()

    assert office.jobs() == []


@pytest.mark.parametrize("to", ["mia", "mia@example.com\nBcc: all@example.com"])
def test_letter_to_no_address_is_not_queued(post: Callable[[int], Post], to: str) -> None:
    office = post(ASSIGNED_AWAY)

    with pytest.raises(Invalid), office.sessions.write() as session:
        mailing.queue(session, to, "A", "B", now=office.now)


@pytest.mark.once
def test_without_a_server_there_is_no_mail_and_that_is_said(sessions: Sessions, now: datetime) -> None:
    settings = Settings.from_environ({})

    found = mailing.examined(sessions, settings)

    assert not mailing.is_on(settings)
    assert (found.is_fine, found.sentence[:8]) == (True, "No mail:")
    with pytest.raises(Unavailable, match="SMTP_URL is empty"):
        mailing.try_out(settings, TO, now=now)


@pytest.mark.once
def test_trying_mail_out_sends_one_at_once(post: Callable[[int], Post]) -> None:
    with mail_server() as mailbox:
        office = post(mailbox.port)

        relay = mailing.try_out(office.settings, TO, now=office.now)
        with pytest.raises(Invalid):
            mailing.try_out(office.settings, "nobody", now=office.now)

    assert (relay.port, len(mailbox.letters)) == (mailbox.port, 1)


@pytest.mark.once
@pytest.mark.parametrize(
    "url",
    [
        "smtp.example.com",
        "https://example.com",
        "smtp://user:se%3Acret@host:port",
        "smtp://user:se%3Acret@host?security=ssl",
        "smtp://user:se%3Acret@host?security=none",
        "smtp://user:se%3Acret@host?tls=1",
        "smtp://user:se%3Acret@host/path",
        "smtp://user@host",
    ],
)
def test_address_of_a_mail_server_is_checked_and_never_repeated(url: str) -> None:
    with pytest.raises(BadSetting, match="CONTENT_MAP_SMTP_URL") as refused:
        Settings.from_environ({"CONTENT_MAP_SMTP_URL": url, "CONTENT_MAP_MAIL_FROM": TO})

    assert "cret" not in str(refused.value)


@pytest.mark.once
def test_password_of_the_mail_server_stands_in_no_description() -> None:
    settings = Settings.from_environ(
        {"CONTENT_MAP_SMTP_URL": "smtp://mailer:se%3Acret@mail.example.com", "CONTENT_MAP_MAIL_FROM": TO}
    )

    relay = settings.relay

    assert relay is not None
    assert (relay.port, relay.security, relay.user, relay.password) == (587, "starttls", "mailer", "se:cret")
    assert "cret" not in repr(settings) + repr(relay)


@pytest.mark.once
def test_mail_must_come_from_an_address() -> None:
    with pytest.raises(BadSetting, match="MAIL_FROM is missing"):
        Settings.from_environ({"CONTENT_MAP_SMTP_URL": "smtp://mail.example.com"})
    with pytest.raises(BadSetting, match="one plain address"):
        Settings.from_environ({"CONTENT_MAP_MAIL_FROM": "Content Map <a@example.com>"})
