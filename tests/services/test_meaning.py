"""Search by meaning: the worker encodes what is live, and situations find what says the same in other words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from content_map import migrations
from content_map.config import Settings
from content_map.db import Sessions, make_engine
from content_map.domain.assets import Status
from content_map.domain.people import Actor
from content_map.domain.reasons import ReasonKind
from content_map.domain.situations import Situation
from content_map.models import Asset, Job, Page, PageMeaning, Version
from content_map.services import finding, meaning, page_meanings
from content_map.services.answers import Found
from content_map.services.meaning import Meanings
from content_map.services.page_vectors import ALIKE_AT_MOST, LEAST_ALIKE, Vectors
from content_map.services.vocabulary import Compiled
from content_map.wiring import Resources
from content_map.work.meaning import CHORES
from content_map.worker import Worker
from search import open_index
from search.meaning import MODEL, Encoder
from storage import open_store
from tests.factories import LONG_AGO, make_asset, make_user
from tests.support.tiny_model import bag_of_words
from tests.support.waiting import comes_true

ASK, FORGET = CHORES


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return bag_of_words(
        tmp_path_factory.mktemp("model"),
        ("downtime", "outage", "interruption"),
        ("price", "cost"),
        ("lawyer", "counsel"),
    )


@dataclass
class World:
    """A library with a worker, an index and a model that knows three meanings."""

    worker: Worker
    rep: Actor
    now: datetime

    @property
    def resources(self) -> Resources:
        return self.worker.resources

    def add(self, *pages: str, title: str = "A deck", status: Status = Status.PUBLISHED) -> str:
        with self.resources.sessions.write() as session:
            return make_asset(session, pages=pages, title=title, status=status).id

    def change(self, asset_id: str, **changes: object) -> None:
        with self.resources.sessions.write() as session:
            asset = session.get_one(Asset, asset_id)
            for name, value in changes.items():
                setattr(asset, name, value)

    def encode(self) -> None:
        """Let the worker do all that is to do."""
        ASK.do(self.worker.bench)
        self.worker.run_pending()
        if self.resources.meanings is not None:
            self.resources.meanings.refresh()

    def find(self, text: str) -> Found:
        return finding.find(
            self.resources.finder, Situation(text=text, draft=True), actor=self.rep, now=self.now
        )

    def encoded(self) -> list[tuple[str, int, int]]:
        """Which pages have a vector: asset, version and page."""
        wanted = select(Version.asset_id, Version.number, PageMeaning.number).join(
            Version, Version.id == PageMeaning.version_id
        )
        with self.resources.sessions.read() as session:
            return sorted((asset, version, page) for asset, version, page in session.execute(wanted))

    def current(self, asset_id: str) -> str:
        with self.resources.sessions.read() as session:
            return session.scalars(select(Version.id).where(Version.asset_id == asset_id)).one()

    def waiting(self) -> int:
        counted = select(func.count()).select_from(Job).where(Job.kind == page_meanings.ENCODE)
        with self.resources.sessions.read() as session:
            return session.scalar(counted) or 0


@pytest.fixture
def world(sessions: Sessions, encoder: Encoder, tmp_path: Path, now: datetime) -> Iterator[World]:
    settings = Settings.from_environ({"CONTENT_MAP_DATA_DIR": str(tmp_path)})
    resources = Resources(
        settings,
        sessions,
        open_store(settings.store_url),
        open_index(settings.index_url),
        Compiled(),
        meanings=Meanings(sessions, lambda: encoder, look_seconds=math.inf),
    )
    resources.index.rebuild([])
    with sessions.write() as session:
        rep = make_user(session).as_actor()
    worker = Worker(resources, clock=lambda: now)
    yield World(worker, rep, now)
    worker.close()
    resources.index.close()


def test_a_situation_finds_what_says_the_same_in_other_words(world: World) -> None:
    asset = world.add("how we work", "avoid any interruption <b>", "about us")
    world.add("all about price")
    world.encode()

    found = world.find("downtime")

    assert [hit.asset.id for hit in found.hits] == [asset]
    assert [(each.page, each.html) for each in found.hits[0].passages] == [
        (2, "avoid any interruption &lt;b&gt;")
    ]
    assert [reason.kind for reason in found.hits[0].reasons][:1] == [ReasonKind.MEANING]
    assert ReasonKind.PAGE not in {reason.kind for reason in found.hits[0].reasons}


def test_the_same_words_come_before_the_same_meaning(world: World) -> None:
    other_words = world.add("an interruption")
    same_words = world.add("some downtime")
    world.encode()

    found = world.find("downtime")

    assert [hit.asset.id for hit in found.hits] == [same_words, other_words]
    assert ReasonKind.MEANING not in {reason.kind for reason in found.hits[0].reasons}
    assert "<mark>downtime</mark>" in found.hits[0].passages[0].html


def test_where_it_is_off_nothing_is_encoded_and_words_alone_count(world: World) -> None:
    world.worker.resources = replace(world.resources, meanings=None)
    world.worker.bench = replace(world.worker.bench, resources=world.worker.resources)
    world.add("an interruption")
    world.encode()

    found = world.find("downtime")

    assert (found.hits, world.encoded(), world.waiting()) == ((), [], 0)


def test_only_published_versions_of_today_with_words_are_encoded(world: World) -> None:
    live = world.add("price", "")
    world.add("price", status=Status.DRAFT)
    archived = world.add("price")
    world.encode()
    world.change(archived, status=Status.ARCHIVED)
    with world.resources.sessions.write() as session:
        version = session.scalars(select(Version).where(Version.asset_id == live)).one()
        session.add(renewed(version))
        session.flush()
        session.get_one(Asset, live).version_number = 2

    world.encode()
    FORGET.do(world.worker.bench)

    assert world.encoded() == [(live, 2, 1)]


def test_a_new_title_lets_its_pages_be_encoded_anew(world: World) -> None:
    asset = world.add("what it is", title="Price")
    world.encode()

    world.change(asset, title="Counsel")
    world.encode()

    assert [hit.asset.id for hit in world.find("lawyer").hits] == [asset]
    assert world.find("cost").hits == ()
    assert (ASK.do(world.worker.bench), world.waiting()) == (0, 0)


def test_a_long_file_is_encoded_in_parts_behind_all_other_work(world: World) -> None:
    asset = world.add(*["price"] * (page_meanings.PAGES_AT_ONCE + 3))
    world.worker.run_pending()
    ASK.do(world.worker.bench)

    world.worker.work_due()
    begun = len(world.encoded())
    asked_again = ASK.do(world.worker.bench)
    with world.resources.sessions.read() as session:
        priorities = set(session.scalars(select(Job.priority).where(Job.kind == page_meanings.ENCODE)))
    world.worker.run_pending()

    assert (begun, asked_again) == (page_meanings.PAGES_AT_ONCE, 0)
    assert priorities == {page_meanings.BEHIND_EVERYTHING}
    assert world.encoded() == [(asset, 1, page) for page in range(1, page_meanings.PAGES_AT_ONCE + 4)]


def test_a_file_that_is_read_again_loses_its_vectors_and_gets_new_ones(world: World) -> None:
    asset = world.add("price")
    world.encode()
    version_id = world.current(asset)

    with world.resources.sessions.write() as session:
        session.execute(delete(Page).where(Page.version_id == version_id))
        session.add(Page(version_id=version_id, number=1, label="Page 1", text="counsel"))
    between = world.encoded()
    world.encode()

    assert (between, world.encoded()) == ([], [(asset, 1, 1)])
    assert [hit.asset.id for hit in world.find("lawyer").hits] == [asset]


def test_what_changed_while_it_was_encoded_is_not_written(world: World, encoder: Encoder) -> None:
    version_id = world.current(world.add("price", "counsel"))
    conclude = page_meanings.encode(world.resources.sessions, version_id, encoder)

    with world.resources.sessions.write() as session:
        session.execute(update(Page).where(Page.number == 1).values(text="downtime"))
    with world.resources.sessions.write() as session:
        conclude(session)

    assert [page for _, _, page in world.encoded()] == [2]


def test_two_workers_that_encode_the_same_page_leave_one_vector(world: World, encoder: Encoder) -> None:
    version_id = world.current(world.add("price"))
    both = [page_meanings.encode(world.resources.sessions, version_id, encoder) for _ in range(2)]

    for conclude in both:
        with world.resources.sessions.write() as session:
            conclude(session)

    assert len(world.encoded()) == 1


def test_the_command_makes_what_the_worker_makes(world: World, encoder: Encoder) -> None:
    for number in range(page_meanings.PAGES_AT_ONCE + 1):
        world.add("price", f"counsel {number}")
    world.encode()
    by_worker = vectors(world)

    with world.resources.sessions.write() as session:
        forgotten = page_meanings.forget_all(session)
    parts = list(page_meanings.encode_missing(world.resources.sessions, encoder))

    assert forgotten == sum(parts) == len(by_worker) == 2 * (page_meanings.PAGES_AT_ONCE + 1)
    assert vectors(world) == by_worker


def test_vectors_of_another_model_are_made_anew(world: World) -> None:
    world.add("price")
    world.encode()
    with world.resources.sessions.write() as session:
        session.execute(update(PageMeaning).values(model="another"))

    unseen = FORGET.do(world.worker.bench)
    world.encode()

    with world.resources.sessions.read() as session:
        assert (unseen, session.scalars(select(PageMeaning.model)).all()) == (1, [MODEL])


def test_doctor_says_whether_it_is_on_and_how_far_it_is(world: World) -> None:
    world.add("price", "")
    world.encode()
    world.add("cost", "counsel")
    off, on = world.resources.settings, replace(world.resources.settings, semantic="on")
    sessions = world.resources.sessions

    said = [
        meaning.examined(sessions, off, has_model=True),
        meaning.examined(sessions, off, has_model=False),
        meaning.examined(sessions, on, has_model=True),
        meaning.examined(sessions, on, has_model=False),
    ]

    assert [each.is_fine for each in said] == [True, True, True, False]
    assert said[0].sentence == "off; CONTENT_MAP_SEMANTIC=on turns it on"
    assert said[1].sentence.startswith("off; `scripts/setup semantic` installs its model")
    assert said[2].sentence == f"on; model {MODEL}; 1 of 3 pages encoded"
    assert "run `scripts/setup semantic`" in said[3].sentence


@pytest.mark.once
def test_a_process_that_holds_vectors_learns_of_new_ones_beside_the_questions(
    tmp_path: Path, encoder: Encoder
) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'own.sqlite'}")
    migrations.upgrade(engine)
    sessions = Sessions(engine)
    meanings = Meanings(sessions, lambda: encoder, look_seconds=0)
    before = meanings.alike("price")

    with sessions.write() as session:
        asset = make_asset(session, pages=("cost",)).id
    list(page_meanings.encode_missing(sessions, encoder))

    assert before.by_asset == {}
    assert comes_true(lambda: meanings.alike("price").by_asset == {asset: 1.0})
    engine.dispose()


def test_a_text_without_words_is_alike_to_nothing(world: World) -> None:
    world.add("price")
    world.encode()
    meanings = world.resources.meanings

    assert meanings is not None
    assert meanings.alike(" … 🙂").by_asset == {}


pages = st.lists(st.integers(-127, 127), min_size=4, max_size=4).filter(any)


@given(assets=st.lists(st.lists(pages, min_size=1, max_size=4), min_size=1, max_size=12), asked=pages)
def test_an_asset_is_as_alike_as_its_best_page(assets: list[list[list[int]]], asked: list[int]) -> None:
    unit = np.array(asked, dtype=np.float32) / np.linalg.norm(np.array(asked, dtype=np.float32))
    numbers = [number for each in assets for number in range(1, len(each) + 1)]
    held = Vectors(
        np.array([page for each in assets for page in each], dtype=np.int8),
        np.array(numbers, dtype=np.int32),
        tuple(f"asset-{place}" for place in range(len(assets))),
        np.array([place for place, number in enumerate(numbers) if number == 1], dtype=np.intp),
    )

    alike = held.alike(unit)

    likeness = {
        f"asset-{place}": [
            sum(a * b / 127 for a, b in zip(page, unit.tolist(), strict=True)) for page in each
        ]
        for place, each in enumerate(assets)
    }
    best = {asset: max(each) for asset, each in likeness.items()}
    assert set(alike.by_asset) == {asset for asset, cosine in best.items() if cosine > LEAST_ALIKE}
    assert all(0 <= each <= 1 for each in alike.by_asset.values())
    for asset, page in alike.pages.items():
        assert likeness[asset][page - 1] == pytest.approx(best[asset], abs=1e-4)
    if alike.by_asset:
        top = max(alike.by_asset, key=lambda asset: alike.by_asset[asset])
        assert best[top] == pytest.approx(max(best.values()), abs=1e-4)
        assert alike.by_asset[top] == 1.0


def test_of_many_that_are_alike_the_best_few_hundred_count() -> None:
    count = ALIKE_AT_MOST + 100
    rows = np.zeros((count, 4), dtype=np.int8)
    rows[:, 0] = np.linspace(60, 127, count)
    held = Vectors(
        rows, np.ones(count, dtype=np.int32), tuple(f"{place:04}" for place in range(count)), np.arange(count)
    )

    alike = held.alike(np.array([1, 0, 0, 0], dtype=np.float32))

    assert len(alike.by_asset) == ALIKE_AT_MOST
    assert set(alike.by_asset) >= {f"{place:04}" for place in range(120, count)}
    assert (min(alike.by_asset.values()), alike.by_asset[f"{count - 1:04}"]) == (0.0, 1.0)


def renewed(version: Version) -> Version:
    """The next version of the same asset, with one page."""
    fresh = Version(
        asset_id=version.asset_id,
        number=version.number + 1,
        store_key=f"{version.store_key}-next",
        file_name=version.file_name,
        size_bytes=1,
        media_type=version.media_type,
        kind=version.kind,
        state=version.state,
        page_count=1,
        created_by=version.created_by,
        created_at=LONG_AGO,
    )
    fresh.pages = [Page(number=1, label="Page 1", text="counsel")]
    return fresh


def vectors(world: World) -> list[tuple[str, int, bytes]]:
    columns = (PageMeaning.version_id, PageMeaning.number, PageMeaning.vector)
    with world.resources.sessions.read() as session:
        rows = session.execute(select(*columns).order_by(*columns[:2]))
        return [(version_id, number, bytes(vector)) for version_id, number, vector in rows]
