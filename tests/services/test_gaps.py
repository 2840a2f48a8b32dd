"""What searches did not find: which count, how they are grouped and ranked, and what of them others may read."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.domain import gaps as rules
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor, Role
from content_map.domain.usage import EventKind
from content_map.domain.vocabulary import Vocabulary
from content_map.errors import Invalid
from content_map.models import Search, UsageEvent, User
from content_map.services import gaps, requests
from content_map.services.gaps import Gap
from tests.conftest import NOW
from tests.factories import make_account, make_asset, make_search, make_user

TERMS = ("industry:healthcare", "pain:late-deliveries")
WEEK = timedelta(days=7)


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return Settings.from_environ({"CONTENT_MAP_DATA_DIR": str(tmp_path)})


def search(
    session: Session, user: User, *assets: Any, terms: tuple[str, ...] = TERMS, **given: Any
) -> Search:
    values = {"asked_at": NOW - WEEK, "asked_terms": rules.written(terms), "read_as": "relevant-meeting"}
    return make_search(session, user, *assets, **{**values, **given})


def happen(session: Session, found: Search, asset: Any, kind: EventKind, **given: Any) -> None:
    number = session.query(UsageEvent).count()
    session.add(
        UsageEvent(
            **{
                "id": f"00000000-0000-4000-8000-{number:012d}",
                "occurred_at": found.asked_at,
                "received_at": found.asked_at,
                "kind": kind.value,
                "actor_id": found.user_id,
                "actor_role": "rep",
                "asset_id": asset.id,
                "surface": "search",
                "search_id": found.id,
                **given,
            }
        )
    )
    session.flush()


def listed(
    session: Session, settings: Settings, actor: Actor, known: tuple[str, ...] = TERMS, **given: Any
) -> list[Gap]:
    found = gaps.listed(
        session,
        vocabulary=Vocabulary(()),
        known=frozenset(known),
        actor=actor,
        settings=settings,
        now=NOW,
        **given,
    )
    return list(found.items)


def test_a_search_without_a_result_and_one_of_which_nothing_was_opened_are_a_gap(
    session: Session, settings: Settings
) -> None:
    rep, other, asset = make_user(session), make_user(session), make_asset(session)
    search(session, rep, account_id=make_account(session).id)
    shown = search(session, other, asset, asked_at=NOW - timedelta(days=2))
    happen(session, shown, asset, EventKind.IMPRESSION, rank=1)

    (gap,) = listed(session, settings, rep.as_actor())

    assert [each.term for each in gap.terms] == sorted(TERMS)
    assert gap.conversation is Conversation.RELEVANT_MEETING
    assert (gap.searches, gap.no_results, gap.unopened) == (2, 1, 1)
    assert (gap.reps, gap.accounts) == (2, 1)
    assert gap.latest_at == NOW - timedelta(days=2)


@pytest.mark.parametrize("kind", rules.REACHING)
def test_whatever_is_done_with_a_result_ends_the_gap_until_it_is_taken_back(
    session: Session, settings: Settings, kind: EventKind
) -> None:
    rep, asset = make_user(session), make_asset(session)
    happen(session, search(session, rep, asset), asset, kind)
    taken_back = search(session, rep, asset, asked_at=NOW - 2 * WEEK)
    happen(session, taken_back, asset, kind, excluded_reason="corrected")

    (gap,) = listed(session, settings, rep.as_actor())

    assert (gap.searches, gap.latest_at) == (1, NOW - 2 * WEEK)


def test_steps_on_the_way_to_a_success_are_no_gap_and_what_comes_after_it_is(
    session: Session, settings: Settings
) -> None:
    rep, asset = make_user(session), make_asset(session)
    at = NOW - WEEK
    first = search(session, rep, terms=("pain:a",), asked_at=at)
    second = search(session, rep, terms=("pain:b",), asked_at=at + timedelta(minutes=6), follows_id=first.id)
    third = search(
        session, rep, asset, terms=("pain:c",), asked_at=at + timedelta(minutes=12), follows_id=second.id
    )
    happen(session, third, asset, EventKind.OPEN)
    search(session, rep, terms=("pain:d",), asked_at=at + timedelta(minutes=15), follows_id=third.id)

    found = listed(session, settings, rep.as_actor())

    assert [each.term for gap in found for each in gap.terms] == ["pain:d"]


def test_only_settled_searches_of_sales_users_count(session: Session, settings: Settings) -> None:
    now_rep = make_user(session)
    search(session, make_user(session, Role.MARKETER))
    search(session, make_user(session, is_test=True))
    search(session, now_rep, surface="agent")
    search(session, now_rep, asked_at=NOW - timedelta(minutes=9))
    search(session, now_rep, terms=(), situation=" ", details={"terms": [], "require": []})
    search(session, now_rep, asked_at=NOW - timedelta(days=91))

    assert listed(session, settings, now_rep.as_actor()) == []


def test_what_most_reps_and_accounts_met_comes_first_and_pages_go_on(
    session: Session, settings: Settings
) -> None:
    reps = [make_user(session) for _ in range(3)]
    for _ in range(9):
        search(session, reps[0], terms=("pain:one-rep",))
    for rep in reps:
        search(session, rep, terms=("pain:all",))
    search(session, reps[1], terms=("pain:one-rep",), read_as=None, account_id=make_account(session).id)
    asked = {
        "vocabulary": Vocabulary(()),
        "known": frozenset({"pain:one-rep"}),
        "actor": reps[2].as_actor(),
        "settings": settings,
        "now": NOW,
    }

    pages, cursor = [], None
    for _ in range(3):
        page = gaps.listed(session, limit=1, cursor=cursor, **asked)
        pages += page.items
        cursor = page.next

    assert [(each.reps, each.accounts, each.searches) for each in pages] == [(3, 0, 3), (1, 1, 1), (1, 0, 9)]
    assert cursor is None
    with pytest.raises(Invalid):
        gaps.listed(session, cursor="no", **asked)


def test_words_show_only_where_the_rep_let_marketing_read_them(session: Session, settings: Settings) -> None:
    rep = make_user(session)
    search(session, rep, situation="Mine alone")
    search(session, rep, situation="For marketing too", may_be_read=True)
    search(session, rep, situation=None, may_be_read=True)

    (gap,) = listed(session, settings, make_user(session, Role.MARKETER).as_actor())

    assert gap.words == ("For marketing too",)


def test_others_read_a_term_only_once_three_reps_have_used_it(session: Session, settings: Settings) -> None:
    rep = make_user(session)
    asked = search(session, rep, terms=("industry:healthcare", "competitor:hardly known"))
    marketer = make_user(session, Role.MARKETER).as_actor()

    (for_marketing,) = listed(session, settings, marketer, known=("industry:healthcare",))
    (own,) = listed(session, settings, rep.as_actor(), known=())
    for _ in range(2):
        search(session, make_user(session), terms=("industry:healthcare", "competitor:hardly known"))
    (by_three,) = listed(session, settings, marketer, known=())

    assert ([each.term for each in for_marketing.terms], for_marketing.withheld) == (
        ["industry:healthcare"],
        1,
    )
    assert (len(own.terms), own.withheld, own.search) == (2, 0, asked.id)
    assert (len(by_three.terms), by_three.withheld, by_three.search) == (2, 0, None)


def test_a_gap_says_what_marketing_was_asked_for_it(session: Session, settings: Settings) -> None:
    rep, other = make_user(session), make_user(session)
    asked = search(session, rep)
    request = requests.ask(
        session,
        "Late deliveries to hospitals",
        conversation=Conversation.RELEVANT_MEETING,
        search=asked.id,
        actor=rep.as_actor(),
        now=NOW,
    )

    (own,) = listed(session, settings, rep.as_actor())
    (others,) = listed(session, settings, other.as_actor())

    assert request.terms == sorted(TERMS)
    assert own.request is not None
    assert (own.request.id, own.request.status) == (request.id, "open")
    assert others.request is not None
    assert (others.request.id, others.request.status) == (None, "open")


def test_a_quarter_and_a_conversation_narrow_the_list(session: Session, settings: Settings) -> None:
    rep = make_user(session)
    search(session, rep, asked_at=NOW - timedelta(days=60))  # 22 September
    search(session, rep, asked_at=NOW - timedelta(days=2), read_as="right-people")

    before = listed(session, settings, rep.as_actor(), quarter="2026-Q3")
    people = listed(session, settings, rep.as_actor(), conversation=Conversation.RIGHT_PEOPLE)

    assert [each.conversation for each in before] == [Conversation.RELEVANT_MEETING]
    assert [each.latest_at for each in people] == [NOW - timedelta(days=2)]


@pytest.mark.once
@given(
    st.lists(
        st.fixed_dictionaries(
            {"facet": st.just("pain"), "term": st.sampled_from("abc"), "negated": st.booleans()}
        )
    )
)
def test_the_same_terms_are_written_the_same_in_any_order(chips: list[dict[str, Any]]) -> None:
    said = {f"pain:{each['term']}" for each in chips if not each["negated"]}

    assert rules.asked_for(chips) == rules.asked_for(chips[::-1])
    assert set(rules.read(rules.asked_for(chips))) == said


@pytest.mark.once
@given(
    st.lists(st.sampled_from("abcd"), unique=True),
    st.integers(1, 5),
    st.booleans(),
    st.sets(st.sampled_from("abcd")),
)
def test_no_term_is_lost_and_none_shown_that_fewer_than_three_used(
    terms: list[str], reps: int, is_mine: bool, known: set[str]
) -> None:
    shown, withheld = rules.told_apart(terms, reps=reps, is_mine=is_mine, known=known)

    assert len(shown) + withheld == len(terms)
    assert is_mine or reps >= 3 or set(shown) <= known


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),  # who
            st.integers(0, 25),  # minutes after the search before
            st.sampled_from(["a", "b"]),
            st.booleans(),  # whether something was opened
        ),
        max_size=8,
    )
)
@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_gaps_are_the_searches_in_vain_of_a_plain_reading(
    session: Session, settings: Settings, asked: list[tuple[int, int, str, bool]]
) -> None:
    """Each search in vain is in one gap: those with nothing opened, then or later within the same chain."""
    with session.begin_nested() as attempt:
        people, asset, at = [make_user(session) for _ in range(3)], make_asset(session), NOW - WEEK
        chains: dict[int, list[list[tuple[str, bool]]]] = {}
        latest: dict[int, Search] = {}
        for who, minutes, term, is_opened in asked:
            at += timedelta(minutes=minutes, seconds=1)
            before = latest.get(who)
            follows = before if before and at - before.asked_at <= timedelta(minutes=10) else None
            found = search(
                session,
                people[who],
                asset,
                terms=(f"pain:{term}",),
                asked_at=at,
                follows_id=follows.id if follows else None,
            )
            if is_opened:
                happen(session, found, asset, EventKind.OPEN)
            chains.setdefault(who, []).extend([] if follows else [[]])
            chains[who][-1].append((term, is_opened))
            latest[who] = found
        in_vain = Counter(
            term
            for mine in chains.values()
            for chain in mine
            for place, (term, _) in enumerate(chain)
            if not any(is_opened for _, is_opened in chain[place:])
        )

        found_gaps = listed(session, settings, people[0].as_actor(), known=("pain:a", "pain:b"))

        assert {each.terms[0].term.removeprefix("pain:"): each.searches for each in found_gaps} == in_vain
        attempt.rollback()
