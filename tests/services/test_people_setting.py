"""A change of PEOPLE_IN_REPORTS is audited and told to everybody, once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.domain.people import Role
from content_map.models import AuditEntry, Notification
from content_map.services import people_setting
from content_map.web import words
from tests.factories import make_user


def told(session: Session) -> list[tuple[str, str]]:
    rows = select(Notification.user_id, Notification.message).order_by(Notification.user_id)
    return [(user_id, message) for user_id, message in session.execute(rows)]


def entries(session: Session) -> list[list[str]]:
    found = session.scalars(select(AuditEntry).where(AuditEntry.action == "people_in_reports.changed"))
    return [entry.changes["people_in_reports"] for entry in found]


def test_a_change_is_audited_and_everybody_active_is_told_once(session: Session, now: datetime) -> None:
    people = sorted(make_user(session, role).id for role in (Role.REP, Role.ADMIN))
    make_user(session, is_active=False)
    people_setting.announce(session, "none", now=now)

    reached = [people_setting.announce(session, "named", now=now) for _ in range(2)]

    assert reached == [2, 0]
    assert told(session) == [(person, "people.named") for person in people]
    assert entries(session) == [["none", "named"]]


def test_back_to_none_is_a_change_too(session: Session, now: datetime) -> None:
    make_user(session)
    people_setting.announce(session, "team", now=now)

    people_setting.announce(session, "none", now=now)

    assert entries(session) == [["none", "team"], ["team", "none"]]
    assert sorted(message for _, message in told(session)) == ["people.none", "people.team"]


def test_who_begins_with_the_default_is_told_nothing(session: Session, now: datetime) -> None:
    make_user(session)

    assert people_setting.announce(session, "none", now=now) == 0
    assert (told(session), entries(session)) == ([], [])


def test_who_updates_with_people_named_is_told_though_nothing_was_announced_before(
    session: Session, now: datetime
) -> None:
    make_user(session)

    assert people_setting.announce(session, "named", now=now) == 1


def test_there_are_words_for_every_announcement(tmp_path: Path) -> None:
    settings = [
        Settings.from_environ({"CONTENT_MAP_PEOPLE_IN_REPORTS": value}, data_dir=tmp_path).people_in_reports
        for value in ("none", "team", "named")
    ]

    assert {f"people.{setting}" for setting in settings} <= words.NOTIFICATIONS.keys()
