"""What use taught shows in answers: the order, the slot for what was rarely shown, and what ends a tab."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select

from content_map.db import new_id
from content_map.domain.assets import Status
from content_map.domain.conversations import Conversation
from content_map.domain.exploring import has_turn
from content_map.domain.lifts import CONSTANTS
from content_map.domain.people import Actor
from content_map.domain.situations import Situation
from content_map.domain.usage import EventKind, Surface
from content_map.models import Asset, Search, SearchHit
from content_map.services import finding, use_lifts
from content_map.services.answers import Found
from tests.factories import make_search, make_user
from tests.support.library import Library, ids
from tests.support.stories import happen, told

HERE, THERE = Conversation.RELEVANT_MEETING, Conversation.TANGIBLE_VALUE
HALF_HOUR, DAY = timedelta(minutes=30), timedelta(days=1)
WORDS = "parcels arrive broken"


def search_often(library: Library, times: int = CONSTANTS.searches) -> None:
    """Let so many searches be stored that what use teaches takes part."""
    row = {"user_id": library.rep.id, "asked_at": library.now - DAY, "total": 0, "took_ms": 1.0}
    with library.sessions.write() as session:
        session.execute(insert(Search), [{"id": new_id(), "surface": "search", **row} for _ in range(times)])


def use(library: Library, asset: Asset, *, reps: int, conversation: Conversation = HERE) -> None:
    with library.sessions.write() as session:
        uses = [
            told(
                EventKind.USE,
                make_user(session),
                asset,
                library.now - DAY,
                account="Northwind",
                conversation=conversation,
            )
            for _ in range(reps)
        ]
        happen(session, uses, now=library.now)


def show(library: Library, asset: Asset, *, times: int) -> None:
    with library.sessions.write() as session:
        rep = make_user(session)
        search = make_search(session, rep, asset, prefer=HERE)
        at = library.now - DAY
        impression = {"surface": Surface.SEARCH, "search": search.id, "rank": 1}
        events = [
            told(EventKind.IMPRESSION, rep, asset, at - number * HALF_HOUR, **impression)
            for number in range(times)
        ]
        happen(session, events, now=library.now)


def explore(
    library: Library,
    *,
    limit: int = 20,
    explore: bool = True,
    actor: Actor | None = None,
    is_turn: bool = True,
) -> Found:
    """Ask at the first moment from the library's present on that is, or is not, the actor's turn."""
    actor = actor or library.rep
    library.now = turn_of(actor, library.now, is_turn=is_turn)
    return finding.find(
        library.resources.finder,
        Situation(WORDS, prefer=HERE),
        limit=limit,
        explore=explore,
        actor=actor,
        now=library.now,
    )


def turn_of(actor: Actor, now: datetime, *, is_turn: bool) -> datetime:
    moments = (now + timedelta(minutes=10 * step) for step in range(1_000))
    return next(moment for moment in moments if has_turn(actor.id, moment) is is_turn)


@pytest.fixture
def eight(library: Library) -> Sequence[Asset]:
    """Eight assets that fit, each a little less than the one before."""
    found = [
        library.add("Parcels arrive broken. " + "Somebody packs them again. " * number, conversation=HERE)
        for number in range(8)
    ]
    library.settle()
    return found


def ended_with(found: Found) -> list[tuple[str, int]]:
    return [(each.asset.id, each.reps) for each in found.elsewhere]


def learn(library: Library) -> None:
    use_lifts.fold(library.sessions, now=library.now)


def test_what_was_used_comes_before_its_like_and_says_so(library: Library) -> None:
    unused, used = (library.add("Parcels arrive broken.", conversation=HERE) for _ in range(2))
    library.settle()
    search_often(library)
    use(library, used, reps=3)
    for asset in (unused, used):
        show(library, asset, times=20)
    learn(library)

    found = library.find(WORDS, prefer=HERE)

    why = {hit.asset.id: hit.why for hit in found.hits}
    assert found.hits[0].asset.id == used.id
    assert "Used 3 times in this conversation" in why[used.id]
    assert library.find(WORDS, prefer=THERE).hits[0].score == library.find(WORDS, prefer=THERE).hits[1].score


def test_before_enough_was_searched_use_moves_nothing(library: Library, eight: Sequence[Asset]) -> None:
    plain = ids(library.find(WORDS, prefer=HERE))
    use(library, eight[7], reps=9)
    search_often(library, CONSTANTS.searches - 10)
    learn(library)

    assert ids(library.find(WORDS, prefer=HERE)) == plain
    assert ids(explore(library)) == plain


def test_the_slot_shows_what_fits_and_was_rarely_shown_and_the_others_move_down_one(
    library: Library, eight: Sequence[Asset]
) -> None:
    search_often(library)
    plain = ids(library.find(WORDS, prefer=HERE))
    for asset in eight:
        if asset.id != plain[6]:
            show(library, asset, times=CONSTANTS.rarely_shown)
    learn(library)

    without = ids(explore(library, is_turn=False))
    found = explore(library)

    assert ids(found) == [*without[:3], plain[6], *(each for each in without[3:] if each != plain[6])]
    assert [hit.asset.id for hit in found.hits if hit.is_explored] == [plain[6]]
    assert found.hits[3].why.count("Rarely shown") == 1
    assert [hit.rank for hit in found.hits] == list(range(1, 9))


def test_the_slot_is_kept_with_the_search_and_nothing_is_lost_on_the_next_page(
    library: Library, eight: Sequence[Asset]
) -> None:
    search_often(library)
    learn(library)

    first = explore(library, limit=5)
    rest = library.more(first)
    again = library.again(first)

    with library.sessions.read() as session:
        explored = session.scalars(select(SearchHit.asset_id).where(SearchHit.is_explored)).all()
    assert sorted([*ids(first), *ids(rest)]) == sorted(asset.id for asset in eight)
    assert list(explored) == [first.hits[3].asset.id]
    assert ids(again) == [*ids(first), *ids(rest)]
    assert [hit.asset.id for hit in again.hits if hit.is_explored] == list(explored)


def test_there_is_no_slot_unasked_nor_out_of_turn_nor_for_who_does_not_sell(
    library: Library, eight: Sequence[Asset]
) -> None:
    search_often(library)
    learn(library)

    answers = [
        explore(library, explore=False),
        explore(library, is_turn=False),
        explore(library, actor=library.marketer),
        explore(library, limit=3),
    ]

    assert [hit for found in answers for hit in found.hits if hit.is_explored] == []


def test_a_draft_shows_the_rows_that_the_stored_search_will(library: Library, eight: Sequence[Asset]) -> None:
    search_often(library)
    learn(library)
    stored = explore(library)

    draft = finding.find(
        library.resources.finder,
        Situation(WORDS, prefer=HERE, draft=True),
        explore=True,
        actor=library.rep,
        now=library.now + timedelta(seconds=3),
    )

    assert ids(draft) == ids(stored)


def test_a_tab_ends_with_what_three_reps_used_there_though_it_was_made_for_another(library: Library) -> None:
    at_home = library.add("Parcels arrive broken.", conversation=HERE)
    aside = library.add("What a warehouse costs.", conversation=THERE)
    fitting = library.add("Broken parcels cost this much.", conversation=THERE)
    by_two = library.add("Parcels broken by two.", conversation=THERE)
    retired = library.add("Parcels of last year.", conversation=THERE)
    for asset, reps in ((at_home, 4), (aside, 5), (fitting, 3), (by_two, 2), (retired, 3)):
        use(library, asset, reps=reps)
    library.change(retired, status=Status.ARCHIVED)
    library.settle()
    learn(library)

    found = library.find(WORDS, conversation=HERE)

    assert ids(found) == [at_home.id]
    assert ended_with(found) == ended_with(library.again(found)) == [(fitting.id, 3), (aside.id, 5)]
    assert library.find(WORDS).elsewhere == ()
    assert library.find(WORDS, prefer=HERE).elsewhere == ()
