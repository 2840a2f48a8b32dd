"""PEOPLE_IN_REPORTS was changed: it is audited, and everybody is told once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.disclosure import PeopleInReports
from content_map.models import Mark, User
from content_map.services import audit, notifications

MARK = "people_in_reports"
# What nobody ever set was this: an organisation that begins otherwise is told too.
_AT_FIRST = PeopleInReports.NONE
_PATH = "/recorded"


def announce(session: Session, setting: str, *, now: datetime) -> int:
    """Compare the setting with the one last announced; returns how many people were told of a change.

    The setting comes from the environment of the machine, so nobody of the product is its author.
    """
    known = session.get(Mark, MARK, with_for_update=True)
    before = known.value if known else _AT_FIRST.value
    if known is None:
        session.add(Mark(name=MARK, value=setting))
    if before == setting:
        return 0
    if known is not None:
        known.value = setting
    audit.note(
        session,
        "people_in_reports.changed",
        "setting",
        MARK,
        actor=None,
        now=now,
        changes={"people_in_reports": [before, setting]},
    )
    people = session.scalars(select(User.id).where(User.is_active).order_by(User.id)).all()
    for person in people:
        notifications.tell(session, person, f"people.{setting}", {}, path=_PATH, now=now)
    return len(people)
