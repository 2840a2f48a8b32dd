"""Versions over time: their names, one brought back with its pages, and bytes that several of them share."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.assets import State
from content_map.domain.people import Actor, Role
from content_map.domain.versions import Change
from content_map.errors import Conflict, NotAllowed, NotFound
from content_map.models import Asset, AuditEntry, Job, Page, Version
from content_map.models.outbox import INDEX
from content_map.services import adding, assets, indexing, sweeping, versions
from storage import open_store
from storage.contract import ObjectStore
from tests.factories import make_asset, make_term, make_user

WORDS = {1: "Late deliveries cost trust.", 2: "Every branch stays open."}


@pytest.fixture
def marketer(session: Session) -> Actor:
    return make_user(session, Role.MARKETER).as_actor()


@pytest.fixture
def asset(session: Session, marketer: Actor, now: datetime) -> Asset:
    """An asset whose second version says something else than its first."""
    made = make_asset(session, pages=(WORDS[1], "A second page."))
    second = Version(
        asset_id=made.id,
        number=2,
        label="1.1",
        change="minor",
        store_key=f"assets/{made.id}/2",
        file_name="second.pdf",
        sha256="b" * 64,
        size_bytes=20,
        media_type="application/pdf",
        kind="document",
        state="ready",
        created_by=marketer.id,
        created_at=now,
    )
    session.add(second)
    session.flush()
    session.add(Page(version_id=second.id, number=1, label="Page 1", text=WORDS[2]))
    made.version_number = 2
    session.flush()
    return made


def test_a_restored_version_is_a_new_one_with_the_same_bytes_and_pages(
    session: Session, marketer: Actor, asset: Asset, now: datetime
) -> None:
    first = assets.version_of(session, asset, 1)

    restored = versions.restore(
        session, asset.id, 1, change=Change.MAJOR, note="The prices were wrong", actor=marketer, now=now
    )

    newest = restored.current
    assert (newest.number, newest.label, newest.restored_from, newest.note) == (
        *(3, "2.0", 1, "The prices were wrong"),
    )
    assert (newest.store_key, newest.sha256, newest.state) == (first.store_key, first.sha256, "ready")
    assert [page.text for page in assets.pages(session, newest)] == [WORDS[1], "A second page."]
    assert [page.text for page in assets.pages(session, first)] == [WORDS[1], "A second page."]
    noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "asset.version_restored")).one()
    assert noted.changes == {"version": 3, "label": "2.0", "restored_from": 1}


def test_a_restored_version_is_searched_at_once(
    session: Session, marketer: Actor, asset: Asset, now: datetime
) -> None:
    before = [text for _, text in next(indexing.documents_of(session, [asset.id], now=now)).pages]
    for job in session.scalars(select(Job)):
        session.delete(job)
    session.flush()

    versions.restore(session, asset.id, 1, actor=marketer, now=now)

    session.expire_all()
    after = [text for _, text in next(indexing.documents_of(session, [asset.id], now=now)).pages]
    assert before == [WORDS[2]]
    assert after == [WORDS[1], "A second page."]
    assert session.scalars(select(Job.subject).where(Job.kind == INDEX)).all() == [asset.id]


@pytest.mark.parametrize(("number", "error"), [(2, Conflict), (3, NotFound), (0, NotFound)])
def test_only_an_earlier_version_can_be_restored(
    session: Session, marketer: Actor, asset: Asset, now: datetime, number: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        versions.restore(session, asset.id, number, actor=marketer, now=now)

    assert asset.version_number == 2


def test_a_version_that_is_being_read_waits(
    session: Session, marketer: Actor, asset: Asset, now: datetime
) -> None:
    assets.version_of(session, asset, 1).state = State.PROCESSING

    with pytest.raises(Conflict, match="still being read"):
        versions.restore(session, asset.id, 1, actor=marketer, now=now)


def test_a_version_that_could_not_be_read_comes_back_as_it_was(
    session: Session, marketer: Actor, asset: Asset, now: datetime
) -> None:
    first = assets.version_of(session, asset, 1)
    first.state, first.problem = State.FAILED, "It is protected."

    restored = versions.restore(session, asset.id, 1, actor=marketer, now=now)

    assert (restored.current.state, restored.current.problem) == (State.FAILED, "It is protected.")


def test_a_rep_restores_nothing(session: Session, asset: Asset, now: datetime) -> None:
    rep = make_user(session, Role.REP).as_actor()

    with pytest.raises(NotAllowed):
        versions.restore(session, asset.id, 1, actor=rep, now=now)


def test_replacing_names_the_versions_and_keeps_all_else(
    session: Session, sessions: Sessions, marketer: Actor, tmp_path: Path, now: datetime
) -> None:
    term = make_term(session)
    session.commit()
    store = open_store(f"disk:{tmp_path / 'store'}")
    asset = adding.add(
        sessions,
        store,
        "plan.txt",
        io.BytesIO(b"one"),
        {"terms": [term.full_key], "guide": {"say_first": "This"}},
        limit_bytes=100,
        actor=marketer,
        now=now,
    )
    for content, change, note in (
        (b"two", "minor", "A typo"),
        (b"three", "major", None),
        (b"four", "minor", None),
    ):
        replaced = adding.add_version(
            sessions,
            store,
            asset.id,
            "plan.txt",
            io.BytesIO(content),
            kind_of_change=change,
            note=note,
            limit_bytes=100,
            actor=marketer,
            now=now,
        )

    with sessions.read() as reading:
        _, found = versions.recorded(reading, asset.id, actor=marketer, now=now)
    assert [(each.version.number, each.version.label, each.version.note) for each in found] == [
        (4, "2.1", None),
        (3, "2.0", None),
        (2, "1.1", "A typo"),
        (1, "1.0", None),
    ]
    assert [each.is_current for each in found] == [True, False, False, False]
    assert {each.created_by.id for each in found} == {marketer.id}
    assert (replaced.id, replaced.guide, [tag.term.full_key for tag in replaced.terms]) == (
        *(asset.id, {"say_first": "This"}, [term.full_key]),
    )


def test_bytes_that_two_versions_share_stay_while_either_names_them(
    session: Session, sessions: Sessions, marketer: Actor, tmp_path: Path, now: datetime
) -> None:
    session.commit()
    store: ObjectStore = open_store(f"disk:{tmp_path / 'store'}")
    given = {"limit_bytes": 100, "actor": marketer, "now": now}
    asset = adding.add(sessions, store, "plan.txt", io.BytesIO(b"one"), {}, **given)  # type: ignore[arg-type]
    adding.add_version(sessions, store, asset.id, "plan.txt", io.BytesIO(b"two"), **given)  # type: ignore[arg-type]
    with sessions.write() as writing:
        for version in writing.scalars(select(Version)):
            version.state = State.READY
        versions.restore(writing, asset.id, 1, actor=marketer, now=now)
    later = max(stored.modified_at for stored in store.keys("assets/")) + timedelta(days=2)

    with sessions.write() as writing:
        writing.delete(writing.scalars(select(Version).where(Version.number == 1)).one())
    swept = sweeping.sweep(sessions, store, now=later)

    with sessions.read() as reading:
        third = reading.scalars(select(Version).where(Version.number == 3)).one()
    with store.open(third.store_key or "") as kept:
        assert kept.read() == b"one"
    assert swept == 0
