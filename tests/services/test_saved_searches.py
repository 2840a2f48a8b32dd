"""A kept situation is its owner's alone, and a new match is told once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.people import Actor, Role
from content_map.domain.situations import Situation
from content_map.domain.vocabulary import FACET_NAMES
from content_map.domain.vocabulary_rows import TermRow
from content_map.errors import Conflict, Invalid, NotFound
from content_map.models import Asset, AuditEntry, Facet, Notification, SavedSearch, Term, User
from content_map.services import accounts, indexing, matching, saved_searches, tagging, vocabulary
from content_map.services.asking import Finder
from content_map.services.saved_searches import Saved
from content_map.services.vocabulary import Compiled
from search import open_index
from search.contract import SearchIndex
from tests.factories import make_account, make_asset, make_search, make_user

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=20)
TERMS = (
    TermRow("industry", "healthcare", "Healthcare", ("hospitals",)),
    TermRow("pain", "delays", "Delays", ()),
)
SITUATION = Situation("Hospitals that suffer from delays")


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
        vocabulary.add_rows(session, TERMS)
    return Finder(sessions, index, Compiled())


@pytest.fixture
def rep(sessions: Sessions) -> Actor:
    with sessions.write() as session:
        return make_user(session).as_actor()


Put = Callable[..., str]


@pytest.fixture
def put(sessions: Sessions, index: SearchIndex) -> Put:
    """Put an asset into library and index: live since `at`, and tagged."""

    def make(title: str, *terms: str, at: datetime = NOW - timedelta(days=1), **given: Any) -> str:
        with sessions.write() as session:
            asset = make_asset(session, title=title, live_from=at, updated_at=at, **given)
            tagging.set_terms(session, asset, terms)
            asset_id = asset.id
        indexing.refresh(sessions, index, [asset_id], now=max(at, NOW))
        return asset_id

    return make


def told(sessions: Sessions, person: Actor) -> list[tuple[str, str, int]]:
    with sessions.read() as session:
        rows = session.scalars(select(Notification).where(Notification.user_id == person.id))
        return [(each.message, each.values["title"], each.values["count"]) for each in rows]


def keep(
    finder: Finder, rep: Actor, situation: Situation = SITUATION, name: str | None = "Hospitals"
) -> Saved:
    return saved_searches.save(finder, situation, name, actor=rep, now=NOW)


def test_what_matched_when_it_was_kept_is_nothing_new(
    finder: Finder, sessions: Sessions, rep: Actor, put: Put
) -> None:
    put("Delays in hospitals", "industry:healthcare", "pain:delays")
    keep(finder, rep)

    assert matching.look(finder, now=LATER) == 0
    assert told(sessions, rep) == []


def test_new_match_is_told_once_with_the_way_to_it(
    finder: Finder, sessions: Sessions, rep: Actor, put: Put
) -> None:
    saved = keep(finder, rep)
    new = put("Delays in hospitals", "industry:healthcare", "pain:delays", at=NOW + timedelta(minutes=5))

    first, again = matching.look(finder, now=LATER), matching.look(finder, now=LATER + timedelta(hours=1))
    with sessions.read() as session:
        shown = saved_searches.get(session, saved.id, actor=rep, now=LATER)
        paths = session.scalars(select(Notification.path)).all()

    assert (first, again) == (1, 0)
    assert told(sessions, rep) == [("saved_search.match", "Delays in hospitals", 1)]
    assert paths == [f"/saved#kept-{saved.id}"]
    assert [(match.asset, match.told_at) for match in shown.matches] == [(new, LATER)]


def test_several_at_once_are_one_message(finder: Finder, sessions: Sessions, rep: Actor, put: Put) -> None:
    keep(finder, rep)
    for title in ("Delays in hospitals", "What delays cost hospitals"):
        put(title, "industry:healthcare", "pain:delays", at=NOW + timedelta(minutes=5))

    matching.look(finder, now=LATER)

    assert [(message, count) for message, _, count in told(sessions, rep)] == [("saved_search.matches", 2)]


def test_weak_match_is_not_told(finder: Finder, sessions: Sessions, rep: Actor, put: Put) -> None:
    """It is new and shares a word; but it meets neither detail, and others answer far better."""
    for number in range(12):
        put(f"Delays in hospitals, part {number}", "industry:healthcare", "pain:delays")
    keep(finder, rep)
    put("A word on delays of trains in winter, and on much else besides", at=NOW + timedelta(minutes=5))

    assert matching.look(finder, now=LATER) == 0
    assert told(sessions, rep) == []


def test_old_asset_that_is_tagged_to_fit_every_detail_is_told(
    finder: Finder, sessions: Sessions, rep: Actor, put: Put, index: SearchIndex
) -> None:
    asset_id = put("The cost of waiting")
    keep(finder, rep)
    with sessions.write() as session:
        asset = session.get_one(Asset, asset_id)
        tagging.set_terms(session, asset, ["industry:healthcare", "pain:delays"])
        asset.updated_at = NOW + timedelta(minutes=5)
    indexing.refresh(sessions, index, [asset_id], now=LATER)

    assert matching.look(finder, now=LATER) == 1


def test_archived_and_ruled_out_assets_are_not_told(
    finder: Finder, sessions: Sessions, rep: Actor, put: Put
) -> None:
    keep(finder, rep, Situation("Delays, but not in hospitals"))
    put("Delays in hospitals", "industry:healthcare", "pain:delays", at=NOW + timedelta(minutes=5))
    gone = put("Delays of trains", "pain:delays", at=NOW + timedelta(minutes=5))
    with sessions.write() as session:
        session.get_one(Asset, gone).status = Status.ARCHIVED

    assert matching.look(finder, now=LATER) == 0


def test_message_about_what_was_taken_back_since_is_known(
    finder: Finder, sessions: Sessions, rep: Actor, put: Put
) -> None:
    keep(finder, rep)
    new = put("Delays in hospitals", "industry:healthcare", "pain:delays", at=NOW + timedelta(minutes=5))
    matching.look(finder, now=LATER)

    with sessions.write() as session:
        (message,) = session.scalars(select(Notification)).all()
        before = matching.taken_back(session, [message], now=LATER)
        session.get_one(Asset, new).status = Status.DRAFT
        session.flush()
        after = matching.taken_back(session, [message], now=LATER)

    assert (before, after) == (frozenset(), {message.id})


def test_nobody_is_told_who_turned_alerts_off_or_left(
    finder: Finder, sessions: Sessions, rep: Actor, put: Put
) -> None:
    with sessions.write() as session:
        leaver = make_user(session).as_actor()
    off = keep(finder, rep)
    keep(finder, leaver)
    with sessions.write() as session:
        saved_searches.change(session, off.id, {"alerts": False}, actor=rep, now=NOW)
        session.get_one(User, leaver.id).is_active = False
    put("Delays in hospitals", "industry:healthcare", "pain:delays", at=NOW + timedelta(minutes=5))

    assert matching.look(finder, now=LATER) == 0


def test_alerts_that_come_on_again_do_not_tell_of_the_time_between(
    finder: Finder, sessions: Sessions, rep: Actor, put: Put
) -> None:
    saved = keep(finder, rep)
    with sessions.write() as session:
        saved_searches.change(session, saved.id, {"alerts": False}, actor=rep, now=NOW)
    put("Delays in hospitals", "industry:healthcare", "pain:delays", at=NOW + timedelta(minutes=5))
    with sessions.write() as session:
        saved_searches.change(session, saved.id, {"alerts": True}, actor=rep, now=LATER)

    assert matching.look(finder, now=LATER) == 0
    assert matching.look(finder, now=LATER + timedelta(hours=1)) == 0


def test_each_is_looked_at_every_fifteen_minutes_at_most_and_only_while_something_comes(
    finder: Finder, sessions: Sessions, rep: Actor, put: Put
) -> None:
    saved = keep(finder, rep)

    def looked_at(now: datetime) -> datetime | None:
        matching.look(finder, now=now)
        with sessions.read() as session:
            return session.get_one(SavedSearch, saved.id).looked_at

    put("Something else", at=NOW + timedelta(minutes=1))

    assert looked_at(NOW + timedelta(minutes=14)) == NOW
    assert looked_at(NOW + timedelta(minutes=15)) == NOW + timedelta(minutes=15)
    assert looked_at(NOW + timedelta(hours=3)) == NOW + timedelta(hours=3)
    assert looked_at(NOW + timedelta(hours=9)) == NOW + timedelta(hours=3)


def test_term_that_is_none_any_more_does_not_end_the_alerts(
    finder: Finder, sessions: Sessions, rep: Actor, put: Put
) -> None:
    keep(finder, rep, Situation("Delays", terms=("industry:healthcare",)))
    with sessions.write() as session:
        session.delete(session.scalars(select(Term).where(Term.key == "healthcare")).one())
        vocabulary.note_change(session)
    put("Delays in hospitals", "pain:delays", at=NOW + timedelta(minutes=5))

    assert matching.look(finder, now=LATER) == 1


def test_kept_situations_are_ones_own_and_kept_once(finder: Finder, sessions: Sessions, rep: Actor) -> None:
    with sessions.write() as session:
        other = make_user(session, Role.ADMIN).as_actor()
    saved = keep(finder, rep)

    with pytest.raises(Conflict, match="keep this situation already, as “Hospitals”"):
        keep(finder, rep, Situation("hospitals that  suffer from DELAYS"))
    with sessions.write() as session:
        assert saved_searches.listed(session, actor=other, now=NOW) == []
        for act in (
            lambda: saved_searches.get(session, saved.id, actor=other, now=NOW),
            lambda: saved_searches.change(session, saved.id, {"name": "Mine"}, actor=other, now=NOW),
            lambda: saved_searches.remove(session, saved.id, actor=other, now=NOW),
        ):
            with pytest.raises(NotFound):
                act()


@pytest.mark.parametrize(
    "situation", [Situation(""), Situation(" \n"), Situation("a\x00b"), Situation("x" * 2001)]
)
def test_kept_situation_needs_words_or_a_term(finder: Finder, rep: Actor, situation: Situation) -> None:
    with pytest.raises(Invalid) as refused:
        keep(finder, rep, situation)

    assert [each.pointer for each in refused.value.errors] == ["/situation"]


def test_it_is_renamed_and_removed_and_the_trail_holds_no_word_of_it(
    finder: Finder, sessions: Sessions, rep: Actor
) -> None:
    saved = keep(finder, rep, name=None)
    with sessions.write() as session:
        renamed = saved_searches.change(session, saved.id, {"name": " North "}, actor=rep, now=NOW)
        saved_searches.remove(session, saved.id, actor=rep, now=NOW)
        trail = session.execute(
            select(AuditEntry.action, AuditEntry.changes).where(AuditEntry.noun == "saved_search")
        ).all()

    assert (saved.name, renamed.name) == ("Hospitals that suffer from delays", "North")
    assert [tuple(row) for row in trail] == [
        ("saved_search.saved", {}),
        ("saved_search.changed", {"name": "changed"}),
        ("saved_search.removed", {}),
    ]


def test_merged_account_takes_kept_situations_along(finder: Finder, sessions: Sessions, rep: Actor) -> None:
    with sessions.write() as session:
        old, new = make_account(session, "Harbour"), make_account(session, "Harbour & Vale")
        admin = make_user(session, Role.ADMIN).as_actor()
    keep(finder, rep, Situation("Delays", account=old.id))
    with sessions.write() as session:
        accounts.merge(session, old.id, new.id, actor=admin, now=NOW)
        kept = saved_searches.listed(session, actor=rep, now=NOW)

    assert [each.account for each in kept] == ["Harbour & Vale"]


def test_situation_of_ones_own_search_can_be_kept(session: Session) -> None:
    me, other = make_user(session), make_user(session)
    search = make_search(
        session,
        me,
        situation="late deliveries",
        details={"require": ["pain:delays"]},
        prefer="tangible-value",
    )

    situation = saved_searches.from_search(session, search.id, actor=me.as_actor())

    assert (situation.text, situation.require, situation.prefer) == (
        "late deliveries",
        ("pain:delays",),
        "tangible-value",
    )
    with pytest.raises(NotFound):
        saved_searches.from_search(session, search.id, actor=other.as_actor())
