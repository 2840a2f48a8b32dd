"""Nothing waits for ever: bytes without a row go after a day, a reading that cannot be done says so."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.assets import State
from content_map.domain.people import Role
from content_map.models import Job, Version
from content_map.services import adding, ingest, jobs, sweeping, uploads
from storage import open_store
from storage.contract import ObjectStore
from tests.factories import make_user


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return open_store(f"disk:{tmp_path / 'store'}")


@pytest.fixture
def added(session: Session, sessions: Sessions, store: ObjectStore, now: datetime) -> str:
    """The id of the version of a file that was just added."""
    marketer = make_user(session, Role.MARKETER).as_actor()
    session.commit()
    asset = adding.add(
        sessions, store, "plan.txt", io.BytesIO(b"A plan."), {}, limit_bytes=100, actor=marketer, now=now
    )
    return asset.current.id


def test_only_bytes_without_a_row_go_and_only_after_a_day(
    sessions: Sessions, store: ObjectStore, added: str
) -> None:
    store.put("assets/orphan", io.BytesIO(b"left by a killed process"), media_type="text/plain")
    stored_at = store.stat("assets/orphan").modified_at

    young = sweeping.sweep(sessions, store, now=stored_at + timedelta(hours=23))
    old = sweeping.sweep(sessions, store, now=stored_at + timedelta(hours=25))

    assert (young, old) == (0, 1)
    with sessions.read() as session:
        kept = session.scalars(select(Version.store_key).where(Version.id == added)).all()
    left = [stored.key for stored in store.keys("")]
    assert left == kept


def test_a_version_whose_reading_was_buried_ends_failed_and_is_read_again_when_it_is_revived(
    session: Session, added: str, now: datetime
) -> None:
    job = session.scalars(select(Job).where(Job.subject == added)).one()
    job.state = "dead"
    session.flush()

    given_up = ingest.give_up(session)
    again = ingest.give_up(session)
    version = session.get_one(Version, added)
    state, problem = version.state, version.problem
    jobs.revive(session, now=now)
    claimed = jobs.claim(session, [ingest.EXTRACT], limit=1, worker="w", now=now)

    assert (given_up, again, state) == (1, 0, State.FAILED)
    assert problem is not None
    assert "upload it again" in problem
    assert [each.subject for each in claimed] == [added]


def test_an_upload_that_nobody_went_on_with_goes_after_a_week(
    session: Session, sessions: Sessions, store: ObjectStore, now: datetime
) -> None:
    marketer = make_user(session, Role.MARKETER).as_actor()
    session.commit()
    begun = [
        uploads.begin(sessions, store, f"{n}.mp4", 3, None, limit_bytes=3, actor=marketer, now=now)
        for n in (1, 2)
    ]
    part = store.parts.put(begun[0].store_key, begun[0].store_upload, 1, io.BytesIO(b"abc"), limit_bytes=3)
    store.parts.complete(
        begun[0].store_key, begun[0].store_upload, [(1, part.etag)]
    )  # killed before its asset

    early = sweeping.sweep_uploads(sessions, store, now=now + timedelta(days=6, hours=23))
    kept = sweeping.sweep(sessions, store, now=now + timedelta(days=6, hours=23))
    late = sweeping.sweep_uploads(sessions, store, now=now + timedelta(days=7))

    assert (early, kept, late) == (0, 0, 2)
    assert (list(store.keys("")), list(store.parts.walk())) == ([], [])
    assert sweeping.sweep_uploads(sessions, store, now=now + timedelta(days=7)) == 0


def test_parts_that_no_upload_names_go_later_than_any_upload_lasts(
    sessions: Sessions, store: ObjectStore
) -> None:
    store.parts.begin("assets/nameless", media_type="video/mp4", part_bytes=8 * 1024 * 1024)
    (begun,) = store.parts.walk()

    early = sweeping.sweep_uploads(sessions, store, now=begun.started_at + timedelta(days=8))
    late = sweeping.sweep_uploads(sessions, store, now=begun.started_at + timedelta(days=8, seconds=1))

    assert (early, late, list(store.parts.walk())) == (0, 1, [])
