"""What use teaches is a fold of the events: the same after any order, repetition and interruption."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Session

from content_map.db import Sessions, new_id
from content_map.domain import lifts
from content_map.domain.conversations import Conversation
from content_map.domain.lifts import CONSTANTS, Lift, RepDay
from content_map.domain.people import Role
from content_map.domain.usage import EventKind, Purpose, Surface
from content_map.models import Asset, Search, UsageEvent, UseLift, User
from content_map.services import use_lifts
from content_map.services.lift_table import Lifts, UseFact
from content_map.services.usage_history import HistoricEvent
from tests.factories import make_asset, make_search, make_user
from tests.support.sessions import RolledBackSessions
from tests.support.stories import happen, told

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
HERE, THERE = Conversation.RELEVANT_MEETING, Conversation.TANGIBLE_VALUE
IMPRESSION, USE = EventKind.IMPRESSION, EventKind.USE
LAW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def shown(person: User, asset: Asset, search: Search, at: datetime, rank: int = 1) -> HistoricEvent:
    return told(IMPRESSION, person, asset, at, surface=Surface.SEARCH, search=search.id, rank=rank)


def used(person: User, asset: Asset, at: datetime, conversation: Conversation = HERE) -> HistoricEvent:
    return told(USE, person, asset, at, account="Harbour & Vale", conversation=conversation)


def stored(sessions: Sessions) -> dict[tuple[Conversation, str], Lift]:
    with sessions.read() as session:
        return {
            (Conversation(row.conversation), row.asset_id): Lift(
                row.exposure, row.shown, row.uses, row.reps, row.lift
            )
            for row in session.scalars(select(UseLift))
        }


@pytest.mark.parametrize(
    ("asked_for", "taught"),
    [
        ({"conversation": "relevant-meeting", "prefer": "tangible-value"}, HERE),
        ({"prefer": "relevant-meeting", "read_as": "tangible-value"}, HERE),
        ({"read_as": "relevant-meeting"}, HERE),
        ({}, None),
    ],
)
def test_an_impression_is_of_the_conversation_its_search_was_for(
    session: Session, sessions: Sessions, asked_for: Mapping[str, str], taught: Conversation | None
) -> None:
    rep, asset = make_user(session), make_asset(session, conversation=Conversation.POINT_OF_VIEW)
    search = make_search(session, rep, asset, **asked_for)
    happen(session, [shown(rep, asset, search, NOW - 180 * DAY, rank=1)], now=NOW)

    use_lifts.fold(sessions, now=NOW)

    assert {key: (each.exposure, each.shown) for key, each in stored(sessions).items()} == (
        {(taught, asset.id): (0.5, 1)} if taught else {}
    )


def test_only_sales_users_other_than_the_owner_count(session: Session, sessions: Sessions) -> None:
    owner, rep, manager = (
        make_user(session, Role.MANAGER),
        make_user(session),
        make_user(session, Role.MANAGER),
    )
    asset = make_asset(session, owner=owner)
    others = [make_user(session, Role.MARKETER), make_user(session, is_test=True), owner]
    events = [used(person, asset, NOW - DAY) for person in (rep, manager, *others)]
    agent = told(
        USE, rep, asset, NOW - 2 * DAY, account="Northwind", conversation=HERE, surface=Surface.AGENT
    )
    taken = told(
        EventKind.DOWNLOAD,
        rep,
        asset,
        NOW - DAY,
        purpose=Purpose.CUSTOMER,
        account="Northwind",
        conversation=HERE,
    )
    read = told(EventKind.DOWNLOAD, rep, asset, NOW - DAY, conversation=HERE)
    happen(session, [*events, agent, taken, read], now=NOW)

    use_lifts.fold(sessions, now=NOW)

    assert (stored(sessions)[HERE, asset.id].uses, stored(sessions)[HERE, asset.id].reps) == (3, 2)


def test_what_arrives_late_is_left_out_or_grows_too_old_counts_aright_at_the_next_fold(
    session: Session, sessions: Sessions
) -> None:
    rep, asset = make_user(session), make_asset(session)
    search = make_search(session, rep, asset, prefer=HERE)
    lower = make_search(session, rep, make_asset(session), asset, prefer=HERE)
    happen(session, [shown(rep, asset, lower, NOW - HOUR + timedelta(minutes=9), rank=2)], now=NOW)
    use_lifts.fold(sessions, now=NOW)
    before = stored(sessions)[HERE, asset.id]

    # Earlier in the same half-hour, from a phone that had no signal: it takes the other's place.
    happen(session, [shown(rep, asset, search, NOW - HOUR, rank=1)], now=NOW)
    happen(session, [used(rep, asset, NOW - 10 * DAY)], now=NOW)
    use_lifts.fold(sessions, now=NOW)
    after = stored(sessions)[HERE, asset.id]
    use_lifts.fold(sessions, now=NOW + timedelta(days=CONSTANTS.days_back))

    assert (before.shown, before.exposure, before.uses) == (1, pytest.approx(2**-0.9), 0)
    assert (after.shown, after.exposure, after.uses) == (1, 1, 1)
    assert stored(sessions) == {}


def test_a_fold_that_finds_nothing_new_writes_nothing(session: Session, sessions: Sessions) -> None:
    rep, asset = make_user(session), make_asset(session)
    happen(session, [used(rep, asset, NOW - DAY)], now=NOW)

    assert use_lifts.fold(sessions, now=NOW) == 1
    assert use_lifts.fold(sessions, now=NOW + HOUR) == 0


class KilledAtTheEnd(RolledBackSessions):
    """Transactions of a process that dies when all is written and nothing is committed."""

    @contextmanager
    def write(self) -> Iterator[Session]:
        with super().write() as session:
            yield session
            session.flush()
            raise KeyboardInterrupt


def test_a_fold_that_is_killed_leaves_the_last_one_whole_and_the_next_makes_good(
    session: Session, sessions: Sessions, connection: Connection
) -> None:
    rep, asset = make_user(session), make_asset(session)
    happen(session, [used(rep, asset, NOW - DAY)], now=NOW)
    use_lifts.fold(sessions, now=NOW)
    before = stored(sessions)
    happen(session, [used(make_user(session), asset, NOW), used(rep, make_asset(session), NOW)], now=NOW)

    with pytest.raises(KeyboardInterrupt):
        use_lifts.fold(KilledAtTheEnd(connection), now=NOW)

    assert stored(sessions) == before
    assert use_lifts.fold(sessions, now=NOW) == 2
    assert stored(sessions) == lifts.fold(rows_as_rep_days(session))


@dataclass(frozen=True)
class Happening:
    """An event before it has a world: who and what are numbers. `rank` None is a use."""

    number: int
    person: int
    asset: int
    conversation: Conversation
    hours_ago: int
    rank: int | None


@st.composite
def happenings(draw: st.DrawFn) -> list[Happening]:
    shape = st.tuples(
        st.integers(0, 2),
        st.integers(0, 1),
        st.sampled_from([HERE, THERE]),
        st.integers(0, 60),
        st.none() | st.integers(1, 2),
    )
    return [Happening(number, *each) for number, each in enumerate(draw(st.lists(shape, max_size=15)))]


@LAW
@given(events=happenings(), seed=st.integers(0, 10**6))
def test_the_lifts_are_the_fold_of_the_rows_whatever_came_when(
    session: Session, sessions: Sessions, events: list[Happening], seed: int
) -> None:
    """Events arrive in any order, some twice, with folds between; the last fold alone decides."""
    random = Random(seed)  # noqa: S311 - a shuffle, not a secret
    with session.begin_nested() as trial:
        people = [make_user(session), make_user(session), make_user(session, Role.MANAGER)]
        assets = [make_asset(session), make_asset(session, owner=people[2])]
        searches = {
            (number, conversation): make_search(session, person, *assets, prefer=conversation)
            for number, person in enumerate(people)
            for conversation in (HERE, THERE)
        }
        sent = [*events, *random.choices(events, k=len(events) // 2)] if events else []
        random.shuffle(sent)
        while sent:
            size = random.randint(1, 6)
            batch, sent = sent[:size], sent[size:]
            happen(session, [_told(each, people, assets, searches) for each in batch], now=NOW)
            if random.random() < 0.3:
                use_lifts.fold(sessions, now=NOW - random.choice([DAY, timedelta()]))
        use_lifts.fold(sessions, now=NOW)

        assert stored(sessions) == lifts.fold(rows_as_rep_days(session))
        trial.rollback()


def _told(
    each: Happening,
    people: Sequence[User],
    assets: Sequence[Asset],
    searches: Mapping[tuple[int, Conversation], Search],
) -> HistoricEvent:
    person, asset, at = people[each.person], assets[each.asset], NOW - each.hours_ago * HOUR
    if each.rank is None:
        event = used(person, asset, at, each.conversation)
    else:
        event = shown(person, asset, searches[each.person, each.conversation], at, each.rank)
    return replace(event, event=replace(event.event, id=f"00000000-0000-4000-8000-{each.number:012d}"))


def rows_as_rep_days(session: Session) -> list[RepDay]:
    """Walk the raw rows one by one, without SQL's grouping."""
    purposes = {search.id: search.prefer for search in session.scalars(select(Search))}
    days: dict[tuple[str, str, str, int], RepDay] = {}
    grouped: dict[tuple[str, str, str, int], list[UsageEvent]] = defaultdict(list)
    for row in session.scalars(select(UsageEvent).where(UsageEvent.excluded_reason.is_(None))):
        conversation = purposes[row.search_id] if row.search_id else row.conversation
        age = (NOW.date() - row.occurred_at.date()).days
        grouped[str(conversation), str(row.asset_id), row.actor_id, age].append(row)
    for (conversation, asset, rep, age), rows in grouped.items():
        ranks = [row.rank or 1 for row in rows if row.kind == IMPRESSION.value]
        days[conversation, asset, rep, age] = RepDay(
            Conversation(conversation),
            asset,
            rep,
            age,
            rank=min(ranks, default=None),
            shown=len(ranks),
            uses=len(rows) - len(ranks),
        )
    return list(days.values())


def _remember_searches(session: Session, count: int) -> None:
    rep = make_user(session)
    session.execute(
        insert(Search),
        [
            {
                "id": new_id(),
                "user_id": rep.id,
                "asked_at": NOW,
                "total": 0,
                "took_ms": 1.0,
                "surface": "search",
            }
            for _ in range(count)
        ],
    )


def test_points_are_the_expected_lift_and_none_before_enough_was_searched(
    session: Session, sessions: Sessions
) -> None:
    rep, asset, other = make_user(session), make_asset(session), make_asset(session)
    happen(
        session,
        [
            used(rep, asset, NOW - DAY, HERE),
            used(rep, asset, NOW - DAY, THERE),
            shown(rep, other, make_search(session, rep, other, prefer=HERE), NOW - DAY),
        ],
        now=NOW,
    )
    _remember_searches(session, CONSTANTS.searches - 2)
    table = Lifts()

    def points(**chances: float) -> dict[str, float]:
        by_conversation = {Conversation(key.replace("_", "-")): each for key, each in chances.items()}
        with sessions.read() as read:
            return table.current(read).points(by_conversation, 0.5)

    use_lifts.fold(sessions, now=NOW)
    too_few = points(relevant_meeting=1.0)
    _remember_searches(session, 1)
    use_lifts.fold(sessions, now=NOW)

    lift = {key: each.lift for key, each in stored(sessions).items()}
    assert too_few == {}
    assert points(relevant_meeting=1.0)[asset.id] == pytest.approx(0.5 * lift[HERE, asset.id])
    assert points(relevant_meeting=0.75, tangible_value=0.25)[asset.id] == pytest.approx(
        0.5 * (0.75 * lift[HERE, asset.id] + 0.25 * lift[THERE, asset.id])
    )
    assert points(right_people=1.0) == {}


def test_the_table_says_how_often_something_was_shown_and_used(session: Session, sessions: Sessions) -> None:
    rep, asset = make_user(session), make_asset(session)
    search = make_search(session, rep, asset, prefer=HERE)
    happen(
        session,
        [
            *(shown(rep, asset, search, NOW - hours * HOUR) for hours in (1, 2, 30)),
            used(rep, asset, NOW - DAY, HERE),
            used(rep, asset, NOW - DAY, THERE),
        ],
        now=NOW,
    )
    use_lifts.fold(sessions, now=NOW)

    with sessions.read() as read:
        table = Lifts().current(read)
    assert table.fact(asset.id, HERE) == UseFact(shown=3, uses=1)
    assert table.fact(asset.id, THERE) == UseFact(shown=0, uses=1)
    assert table.fact(asset.id, None) == UseFact(shown=3, uses=2)
    assert table.fact("unknown", HERE) == UseFact()


def test_a_process_reads_the_table_again_only_when_a_fold_changed_it(
    session: Session, sessions: Sessions
) -> None:
    rep, asset = make_user(session), make_asset(session)
    happen(session, [used(rep, asset, NOW - DAY)], now=NOW)
    use_lifts.fold(sessions, now=NOW)
    kept = Lifts()
    with sessions.read() as read:
        first = kept.current(read)

    use_lifts.fold(sessions, now=NOW + HOUR)
    with sessions.read() as read:
        unchanged = kept.current(read)
    happen(session, [used(rep, asset, NOW)], now=NOW)
    use_lifts.fold(sessions, now=NOW + HOUR)

    with sessions.read() as read:
        assert kept.current(read) is not first
    assert unchanged is first
