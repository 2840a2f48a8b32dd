"""While a whole drive comes in, being found comes first: pictures and suggestions follow the reading."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.models import Job, enqueue
from content_map.services import previews, proposing
from tests.factories import make_asset


@pytest.mark.parametrize(("unread", "comes_first"), [(0, True), (4, True), (5, False), (9, False)])
def test_what_follows_reading_waits_only_while_many_files_are_unread(
    session: Session, unread: int, comes_first: bool
) -> None:
    asset = make_asset(session)
    for number in range(unread):
        enqueue(session, "extract", f"unread-{number}")

    proposing.ask(session, asset.id)
    previews.begin(session, "version")

    reading = 5
    following = session.scalars(select(Job.priority).where(Job.kind != "extract", Job.kind != "index")).all()
    assert len(following) == 2
    assert {priority < reading for priority in following} == {comes_first}
