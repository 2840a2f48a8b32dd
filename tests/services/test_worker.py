"""From an upload to findable, through the real worker, sandbox, store and index."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.db import Sessions
from content_map.domain.assets import State, Status
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor, Role
from content_map.domain.situations import Situation
from content_map.models import Asset, Job, Search, Suggestion
from content_map.services import adding, assets, finding, indexing, terms, users, vocabulary
from content_map.services.answers import Found
from content_map.services.asset_changes import AssetChanges
from content_map.services.vocabulary import Compiled
from content_map.wiring import Resources
from content_map.worker import Worker
from search import open_index
from storage import open_store

PLAN = b"""# Moving patient records without a minute of downtime

A migration plan for hospital groups: the old system keeps running until every record is reconciled.

# What it costs

The business case shows a payback of eleven months.
"""
PUBLISHED: AssetChanges = {"conversation": Conversation.TANGIBLE_VALUE, "status": Status.PUBLISHED}


class World:
    """The product without its web: resources, a marketer, a rep, and a clock that a test moves."""

    def __init__(self, resources: Resources, marketer: Actor, rep: Actor, now: datetime) -> None:
        self.resources, self.marketer, self.rep, self.now = resources, marketer, rep, now
        self.worker = Worker(resources, clock=lambda: self.now)

    def add(self, content: bytes = PLAN, changes: AssetChanges = PUBLISHED, name: str = "plan.md") -> Asset:
        return adding.add(
            self.resources.sessions,
            self.resources.store,
            name,
            io.BytesIO(content),
            changes,
            limit_bytes=10**6,
            actor=self.marketer,
            now=self.now,
        )

    def change(self, asset: Asset, changes: AssetChanges) -> None:
        with self.resources.sessions.write() as session:
            assets.change(session, asset.id, changes, actor=self.marketer, now=self.now)

    def find(self, text: str, *, draft: bool = False) -> Found:
        return finding.find(
            self.resources.finder,
            Situation(text=text, draft=draft),
            actor=self.rep,
            now=self.now,
        )

    def read(self, asset: Asset) -> Asset:
        with self.resources.sessions.read() as session:
            return assets.get(session, asset.id, actor=self.marketer, now=self.now)


@pytest.fixture
def world(sessions: Sessions, tmp_path: Path, now: datetime) -> Iterator[World]:
    settings = Settings.from_environ({"CONTENT_MAP_DATA_DIR": str(tmp_path)})
    resources = Resources(
        settings, sessions, open_store(settings.store_url), open_index(settings.index_url), Compiled()
    )
    with sessions.write() as session:
        vocabulary.install_first(session)
        marketer = users.add(session, "mia@example.com", role=Role.MARKETER, actor=None, now=now).as_actor()
        rep = users.add(session, "raj@example.com", role=Role.REP, actor=None, now=now).as_actor()
    resources.index.rebuild([])
    world = World(resources, marketer, rep, now)
    yield world
    world.worker.close()
    resources.index.close()


def test_an_uploaded_file_is_read_and_found_by_a_sentence_that_is_not_its_title(world: World) -> None:
    asset = world.add()

    world.worker.run_pending()
    found = world.find("hospital group afraid of losing records while they migrate")

    read = world.read(asset)
    assert read.current.state == State.READY
    assert read.title == "Moving patient records without a minute of downtime"
    assert [hit.asset.id for hit in found.hits] == [asset.id]
    assert "<mark>" in found.hits[0].passages[0].html
    assert found.by_conversation[Conversation.TANGIBLE_VALUE] == 1


def test_a_file_that_cannot_be_read_ends_failed_with_what_to_do_and_disturbs_nothing(world: World) -> None:
    broken = world.add(b"%PDF-1.7\nnot really", name="broken.pdf")
    whole = world.add()

    world.worker.run_pending()

    read = world.read(broken)
    assert read.current.state == State.FAILED
    assert read.current.problem is not None
    assert "upload" in read.current.problem
    assert world.read(whole).current.state == State.READY


def test_an_archived_asset_leaves_the_results_before_the_index_knows(world: World) -> None:
    asset = world.add()
    world.worker.run_pending()

    world.change(asset, {"status": Status.ARCHIVED})
    found = world.find("hospital migration")

    assert (found.total, found.hits) == (0, ())
    assert sum(found.by_conversation.values()) == 0


def test_a_restored_asset_is_found_again(world: World) -> None:
    asset = world.add()
    world.change(asset, {"status": Status.ARCHIVED})
    world.worker.run_pending()

    world.change(asset, {"status": Status.PUBLISHED})
    world.worker.run_pending()

    assert [hit.asset.id for hit in world.find("hospital migration").hits] == [asset.id]


def test_a_scheduled_asset_appears_and_an_expiring_one_leaves_without_anybody_awake(world: World) -> None:
    start, end = world.now + timedelta(days=2), world.now + timedelta(days=9)
    world.add(changes={**PUBLISHED, "publish_at": start, "expires_at": end})
    totals = []

    for moment in (world.now, start + timedelta(seconds=1), end + timedelta(seconds=1)):
        world.now = moment
        before_the_job = world.find("hospital migration").total
        world.worker.run_pending()
        totals.append((before_the_job, world.find("hospital migration").total))

    assert totals == [(0, 0), (0, 1), (0, 0)]


def test_a_term_renamed_is_found_by_its_new_alias(world: World) -> None:
    asset = world.add(
        b"A note about nothing in particular.", {**PUBLISHED, "terms": ["industry:education"]}, "a.txt"
    )
    world.worker.run_pending()
    before = world.find("hogmanay").total

    with world.resources.sessions.write() as session:
        terms.change(session, "industry:education", aliases=["hogmanay"], actor=world.marketer, now=world.now)
    world.worker.run_pending()

    assert before == 0
    assert [hit.asset.id for hit in world.find("hogmanay").hits] == [asset.id]


def test_the_conversation_is_suggested_with_its_cues_and_never_set(world: World) -> None:
    asset = world.add(changes={})

    world.worker.run_pending()

    with world.resources.sessions.read() as session:
        mine = select(Suggestion).where(
            Suggestion.asset_id == asset.id, Suggestion.facet_key == "conversation"
        )
        first = session.scalars(mine.order_by(Suggestion.confidence.desc())).first()
    assert first is not None
    assert first.value == "tangible-value"
    assert first.evidence["cues"]
    assert world.read(asset).conversation is None


def test_a_draft_search_is_answered_and_not_stored(world: World, session: Session) -> None:
    world.add()
    world.worker.run_pending()

    found = world.find("hospital migration", draft=True)

    assert (found.total, found.id) == (1, None)
    assert session.scalars(select(Search)).all() == []


def test_a_stored_search_names_the_one_it_follows_within_ten_minutes(world: World, session: Session) -> None:
    first = world.find("hospital")
    world.now += timedelta(minutes=9)
    second = world.find("hospital migration")
    world.now += timedelta(minutes=11)
    third = world.find("hospital migration risk")

    follows = {search.id: search.follows_id for search in session.scalars(select(Search))}

    assert follows == {first.id: None, second.id: first.id, third.id: None}


def test_further_pages_of_a_search_go_on_counting_and_repeat_nothing(world: World) -> None:
    for number in range(7):
        world.add(PLAN + f"Edition {number}.".encode(), name=f"plan {number}.md")
    world.worker.run_pending()
    parts = world.resources

    found = finding.find(
        parts.finder,
        Situation(text="hospital"),
        limit=3,
        actor=world.rep,
        now=world.now,
    )
    ranks, ids = [], []
    while True:
        ranks += [hit.rank for hit in found.hits]
        ids += [hit.asset.id for hit in found.hits]
        if found.next is None:
            break
        found = finding.find_more(parts.finder, found.next, limit=3, actor=world.rep, now=world.now)

    assert ranks == [1, 2, 3, 4, 5, 6, 7]
    assert len(set(ids)) == 7


def test_a_rebuilt_index_agrees_with_the_database_and_a_lost_document_is_mended(world: World) -> None:
    assets_added = [world.add(PLAN + bytes([65 + number]), name=f"{number}.md") for number in range(3)]
    world.worker.run_pending()
    parts = world.resources

    parts.index.apply([], deleted=[assets_added[0].id])
    difference = indexing.verify(parts.sessions, parts.index, now=world.now)
    world.worker.run_pending()
    mended = indexing.verify(parts.sessions, parts.index, now=world.now)
    rebuilt = indexing.rebuild(parts.sessions, parts.index, now=world.now)

    assert difference.missing == (assets_added[0].id,)
    assert not mended
    assert rebuilt == 3


def test_a_new_version_replaces_the_words_that_are_found(world: World) -> None:
    asset = world.add()
    world.worker.run_pending()

    adding.add_version(
        world.resources.sessions,
        world.resources.store,
        asset.id,
        "plan 2.md",
        io.BytesIO(b"# Forecasting demand for supermarkets\n\nOnly groceries in here."),
        limit_bytes=10**6,
        actor=world.marketer,
        now=world.now,
    )
    world.worker.run_pending()

    assert world.find("reconciled patient records").total == 0
    assert [hit.asset.id for hit in world.find("groceries").hits] == [asset.id]
    assert world.read(asset).version_number == 2


def test_nothing_is_left_to_do_when_all_is_done(world: World, session: Session) -> None:
    world.add()

    world.worker.run_pending()

    assert session.scalars(select(Job)).all() == []
