"""More like this: what is like an asset, without its copies and without what the reader may not know of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor
from content_map.domain.vocabulary import FACET_NAMES
from content_map.domain.vocabulary_rows import TermRow
from content_map.errors import NotFound
from content_map.models import Asset, Facet, Version
from content_map.services import indexing, more_like, tagging, vocabulary
from content_map.services.asking import Finder
from content_map.services.vocabulary import Compiled
from search import open_index
from search.contract import SearchIndex
from tests.factories import make_asset, make_user

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
Put = Callable[..., str]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[SearchIndex]:
    index = open_index(f"whoosh:{tmp_path / 'index'}")
    index.rebuild(())
    yield index
    index.close()


@pytest.fixture
def finder(sessions: Sessions, index: SearchIndex) -> Finder:
    with sessions.write() as session:
        for position, (facet, name) in enumerate(FACET_NAMES.items()):
            session.add(Facet(key=facet.value, name=name, position=position))
        session.flush()
        vocabulary.add_rows(session, [TermRow("industry", "healthcare", "Healthcare", ())])
    return Finder(sessions, index, Compiled())


@pytest.fixture
def rep(sessions: Sessions) -> Actor:
    with sessions.write() as session:
        return make_user(session).as_actor()


@pytest.fixture
def put(finder: Finder, sessions: Sessions, index: SearchIndex) -> Put:
    def make(title: str, *terms: str, **given: Any) -> str:
        with sessions.write() as session:
            asset = make_asset(session, title=title, **given)
            tagging.set_terms(session, asset, terms)
            asset_id = asset.id
        indexing.refresh(sessions, index, [asset_id], now=NOW)
        return asset_id

    return make


def alike(finder: Finder, asset_id: str, actor: Actor, limit: int = 5) -> list[tuple[str, tuple[str, ...]]]:
    found = more_like.similar(finder, asset_id, limit=limit, actor=actor, now=NOW)
    return [(each.asset.title, each.shared) for each in found]


def test_words_of_pages_and_terms_make_assets_alike(finder: Finder, rep: Actor, put: Put) -> None:
    pages = ("Downtime during migration costs a ward its night.", "Migration without downtime.")
    one = put("Moving a hospital", "industry:healthcare", pages=pages)
    put("Downtime and migration, in figures", "industry:healthcare")
    put("Healthcare at a glance", "industry:healthcare")
    put("Recipes for the canteen", conversation=Conversation.TANGIBLE_VALUE)

    assert alike(finder, one, rep) == [
        ("Downtime and migration, in figures", ("Healthcare",)),
        ("Healthcare at a glance", ("Healthcare",)),
    ]
    assert [title for title, _ in alike(finder, one, rep, limit=1)] == ["Downtime and migration, in figures"]


def test_copies_and_what_has_ended_are_left_out(
    finder: Finder, rep: Actor, put: Put, sessions: Sessions
) -> None:
    one = put("Moving a hospital", "industry:healthcare")
    twin = put("Moving a hospital, copy", "industry:healthcare")
    gone = put("Moving a hospital, old", "industry:healthcare")
    put("Moving a clinic", "industry:healthcare", expires_at=NOW + timedelta(days=1))
    with sessions.write() as session:
        versions = {each.asset_id: each for each in session.scalars(select(Version))}
        versions[twin].sha256 = versions[one].sha256
        session.get_one(Asset, gone).status = Status.ARCHIVED

    assert alike(finder, one, rep) == [("Moving a clinic", ("Healthcare",))]


def test_asset_that_a_rep_may_not_know_of_is_like_nothing(finder: Finder, rep: Actor, put: Put) -> None:
    draft = put("Moving a hospital", "industry:healthcare", status=Status.DRAFT)
    put("Moving a clinic", "industry:healthcare")

    with pytest.raises(NotFound):
        more_like.similar(finder, draft, actor=rep, now=NOW)


def test_nothing_is_alike_while_the_index_is_away(
    finder: Finder, rep: Actor, put: Put, tmp_path: Path
) -> None:
    one = put("Moving a hospital", "industry:healthcare")
    put("Moving a clinic", "industry:healthcare")
    away = Finder(finder.sessions, open_index(f"whoosh:{tmp_path / 'nowhere'}"), finder.vocabulary)

    assert more_like.similar(away, one, actor=rep, now=NOW) == ()
