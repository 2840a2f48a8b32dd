"""Reports by mail: to those who want them and may read them, once for each period, with what was asked for."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import cast

import pytest

from content_map.domain.cadence import Cadence
from content_map.domain.people import Role
from content_map.domain.usage import EventKind, How
from content_map.errors import Invalid, NotAllowed, NotFound
from content_map.extraction import Limits
from content_map.extraction.sandbox import default_sandbox
from content_map.models import User
from content_map.services import freezing, report_mails, report_runs
from content_map.work import Bench
from content_map.work import report_mails as mailing_work
from content_map.worker import Worker
from tests.factories import make_asset, make_user
from tests.support.library import Library
from tests.support.relays import Mailbox, mail_server
from tests.support.stories import happen, told

NAME = "unused-assets"
# Monday 16 November 2026, 7:00 and later.
ASKED = datetime(2026, 11, 12, 9, tzinfo=UTC)
MONDAY = datetime(2026, 11, 16, 7, 30, tzinfo=UTC)


class Office:
    """A worker whose clock is set by hand and whose letters go to a real mail server."""

    def __init__(self, library: Library, mailbox: Mailbox) -> None:
        settings = replace(
            library.resources.settings,
            smtp_url=f"smtp://127.0.0.1:{mailbox.port}?security=none",
            mail_from="map@example.com",
            base_url="https://map.example.com",
        )
        self.resources = replace(library.resources, settings=settings)
        self.mailbox = mailbox

    def tick(self, now: datetime) -> int:
        """Let the clock's turn come, hand over what it left, and say how many letters it left."""
        bench = Bench(self.resources, Limits(), default_sandbox(), lambda: now)
        (chore,) = mailing_work.CHORES
        left = chore.do(bench)
        Worker(self.resources, lambda: now).run_pending()
        return left

    def want(self, person: User, cadence: Cadence, attach: str | None = None) -> None:
        with self.resources.sessions.write() as session:
            report_mails.want(session, NAME, cadence, attach, actor=person.as_actor(), now=ASKED)

    def person(self, role: Role = Role.MARKETER, **given: object) -> User:
        with self.resources.sessions.write() as session:
            return make_user(session, role, **given)


@pytest.fixture
def office(library: Library) -> object:
    with mail_server() as mailbox:
        yield Office(library, mailbox)


def _text(letter: EmailMessage, kind: str = "plain") -> str:
    part = cast(EmailMessage, letter.get_body((kind,)))
    return str(part.get_content())


def test_a_week_is_mailed_once_with_links_and_nothing_attached(office: Office) -> None:
    office.want(office.person(email="ann@example.com"), Cadence.WEEKLY)

    left = [
        office.tick(MONDAY - timedelta(hours=1)),
        office.tick(MONDAY),
        office.tick(MONDAY + timedelta(days=2)),
    ]

    assert left == [0, 1, 0]
    (letter,) = office.mailbox.letters
    assert (letter["To"], letter["Subject"]) == ("ann@example.com", "Unused content, 2026-Q4")
    assert letter["List-Unsubscribe"] == "<https://map.example.com/insights/mail>"
    assert list(letter.iter_attachments()) == []
    for kind in ("plain", "html"):
        said = _text(letter, kind)
        assert "To date: the quarter is still running." in said
        assert "https://map.example.com/insights/unused-assets?quarter=2026-Q4" in said
        assert "https://map.example.com/api/v1/reports/unused-assets.pdf?quarter=2026-Q4" in said
        assert "https://map.example.com/insights/mail" in said


def test_the_next_week_is_mailed_again(office: Office) -> None:
    office.want(office.person(), Cadence.WEEKLY)

    assert [office.tick(MONDAY), office.tick(MONDAY + timedelta(days=7))] == [1, 1]


def test_a_month_is_mailed_about_the_quarter_it_ended_in(office: Office) -> None:
    office.want(office.person(), Cadence.MONTHLY)

    assert office.tick(datetime(2026, 12, 1, 7, tzinfo=UTC)) == 1
    assert office.tick(datetime(2027, 1, 1, 7, tzinfo=UTC)) == 1
    assert [each["Subject"] for each in office.mailbox.letters] == ["Unused content, 2026-Q4"] * 2


def test_a_quarter_is_mailed_after_its_freezing_with_the_frozen_figures_and_file(office: Office) -> None:
    now = datetime(2027, 1, 8, 9, tzinfo=UTC)
    reader = office.person()
    office.want(reader, Cadence.QUARTERLY, "json")
    sessions, settings = office.resources.sessions, office.resources.settings
    with sessions.write() as session:
        rep, asset = make_user(session), make_asset(session)

    before = office.tick(now)
    run_id = freezing.freeze(sessions, settings, NAME, "2026-Q4", actor=None, now=now)
    with sessions.write() as session:
        at = datetime(2026, 11, 3, 9, tzinfo=UTC)
        happen(
            session, [told(EventKind.USE, rep, asset, at, account="Harbour & Vale", how=How.SENT)], now=now
        )
    after = [office.tick(now + timedelta(hours=1)), office.tick(now + timedelta(hours=2))]

    assert (before, after) == (0, [1, 0])
    (letter,) = office.mailbox.letters
    with sessions.read() as session:
        content = report_runs.file(session, run_id, "json", actor=reader.as_actor()).content
    (file,) = letter.iter_attachments()
    assert file.get_filename() == "unused-assets-2026-Q4.json"
    assert file.get_payload(decode=True) == content
    # What was learned after the freezing is not in the letter about it.
    assert all(sentence in _text(letter) for sentence in json.loads(content)["lead"])
    assert f"https://map.example.com/insights/runs/{run_id}" in _text(letter)
    assert f"https://map.example.com/api/v1/report-runs/{run_id}.pdf" in _text(letter)


def test_a_pdf_goes_along_only_where_it_was_asked_for(office: Office) -> None:
    office.want(office.person(email="ann@example.com"), Cadence.WEEKLY, "pdf")
    office.want(office.person(email="bob@example.com"), Cadence.WEEKLY)

    office.tick(MONDAY)

    files = {
        str(each["To"]): [file.get_content_type() for file in each.iter_attachments()]
        for each in office.mailbox.letters
    }
    assert files == {"ann@example.com": ["application/pdf"], "bob@example.com": []}


def test_who_has_left_or_stopped_is_not_mailed(office: Office) -> None:
    gone, stopped = office.person(is_active=False), office.person()
    office.want(gone, Cadence.WEEKLY)
    office.want(stopped, Cadence.WEEKLY)
    with office.resources.sessions.write() as session:
        report_mails.stop(session, NAME, actor=stopped.as_actor(), now=ASKED)

    assert office.tick(MONDAY) == 0


def test_a_report_one_may_no_longer_read_is_not_mailed(office: Office) -> None:
    person = office.person(Role.MANAGER)
    with office.resources.sessions.write() as session:
        report_mails.want(session, "team-adoption", Cadence.WEEKLY, actor=person.as_actor(), now=ASKED)
        session.get_one(User, person.id).role = Role.REP.value

    assert office.tick(MONDAY) == 0


def test_without_a_relay_nothing_is_left_and_nothing_counts_as_sent(office: Office) -> None:
    office.want(office.person(), Cadence.WEEKLY)
    silent = Office.__new__(Office)
    silent.mailbox = office.mailbox
    silent.resources = replace(office.resources, settings=replace(office.resources.settings, smtp_url=""))

    assert silent.tick(MONDAY) == 0
    assert office.tick(MONDAY) == 1


def test_only_what_one_may_read_can_be_wanted(office: Office) -> None:
    rep = office.person(Role.REP).as_actor()

    with office.resources.sessions.write() as session:
        with pytest.raises(NotAllowed):
            report_mails.want(session, "team-adoption", Cadence.WEEKLY, actor=rep, now=ASKED)
        with pytest.raises(NotFound):
            report_mails.want(session, "nothing", Cadence.WEEKLY, actor=rep, now=ASKED)
        with pytest.raises(Invalid, match="There is no such format"):
            report_mails.want(session, NAME, Cadence.WEEKLY, "exe", actor=rep, now=ASKED)
        with pytest.raises(NotFound):
            report_mails.wish(session, NAME, actor=rep)
