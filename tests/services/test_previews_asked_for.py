"""Pages that somebody waits for are drawn before all other work, but whoever asks for hundreds waits behind it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.models import Job, Version, enqueue
from content_map.services import ingest, previews
from tests.factories import make_asset


def test_hundreds_of_pages_that_one_asks_for_let_a_new_file_be_read_first(session: Session) -> None:
    asset = make_asset(session)
    version = session.scalars(select(Version).where(Version.asset_id == asset.id)).one()
    for number in range(1, 101):
        previews.ask_for(session, version.id, number)
    enqueue(session, ingest.EXTRACT, version.id)
    session.flush()

    order = session.scalars(select(Job).order_by(Job.priority, Job.id)).all()

    kinds = [job.kind for job in order if job.kind in {ingest.EXTRACT, previews.PREVIEW}]
    assert kinds.index(ingest.EXTRACT) == previews.ASKED_AT_ONCE
    assert kinds.count(previews.PREVIEW) == 100
