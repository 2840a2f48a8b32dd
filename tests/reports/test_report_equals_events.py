"""The report is the sum of its events: compared with a naive count of what was told, in whatever order it came.

The events arrive in batches, some twice; folds run between them, come only part of the way, or are killed. Whatever
the counters know by then, the report must say what the naive count says, before the last fold and after it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.assets import Audience
from content_map.domain.conversations import Conversation
from content_map.domain.events import ReportedEvent
from content_map.domain.people import Role
from content_map.domain.quarters import Quarter
from content_map.domain.unused import Thresholds
from content_map.domain.usage import EventKind, Feedback, OutcomeAnswer, Purpose, Surface
from content_map.models import Asset, AssetPeriod, User, UserPeriod
from content_map.reports.contract import Definitions, Question
from content_map.reports.unused_assets import assemble
from content_map.services import counter_checks, counters
from content_map.services.usage_history import HistoricEvent, import_history
from tests.factories import LONG_AGO, make_asset, make_search, make_user
from tests.support import naive_report
from tests.support.naive_report import Happening, Interval, Limits, Person, Thing, World
from tests.support.sessions import RolledBackSessions

NOW = datetime(2029, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
# Small enough that every class turns up in small histories.
LIMITS = Limits(impressions=2, rank=2, reps=2)
CONVERSATIONS = ("point-of-view", "definition-of-success")
ACCOUNTS = ("Harbour & Vale", "Northwind")
UNUSED = ("never-surfaced", "barely-surfaced", "passed-over", "opened-not-used")
NUMBERS = (
    "class",
    "days_live",
    "conversation",
    "impressions",
    "reps",
    "opens",
    "uses",
    "outcomes",
    "accounts",
)


@dataclass(frozen=True)
class Case:
    """A quarter with something to get wrong: summer time, a leap day, odd zones, fiscal years, one that runs."""

    zone: str
    first_month: int
    year: int
    number: int
    runs_for: timedelta | None = None  # None: it is long over


CASES = (
    Case("UTC", 1, 2026, 3),
    Case("Europe/Berlin", 1, 2026, 1),
    Case("America/New_York", 2, 2027, 4),
    Case("Asia/Kathmandu", 4, 2027, 1),
    Case("Australia/Lord_Howe", 10, 2028, 2),
    Case("UTC", 1, 2028, 1),
    Case("America/New_York", 1, 2026, 4, timedelta(days=45)),
)
KINDS = (
    "impression",
    "open",
    "download",
    "download for a customer",
    "use",
    "use of another tool",
    "tailored",
    "share_created",
    "share_viewed",
    "not_used",
    "feedback",
    "outcome",
    "outcome of a use",
)
# The quarter's edges, one half-hour and its neighbour, and 90 and 180 days after them to the minute.
MINUTES = (-1, 0, 1, 24 * 60 * 10, 24 * 60 * 10 + 4, 24 * 60 * 10 + 29, 24 * 60 * 10 + 31, 24 * 60 * 31)
LATER = tuple(
    minute + 24 * 60 * days for days in (90, 180) for minute in (-1, 0, 1, 24 * 60 * 10, 24 * 60 * 10 + 1)
)
REP, SECOND, PROMOTED, MANAGER, TESTER = range(5)


@dataclass(frozen=True)
class Deed:
    """What somebody did, before there is anybody."""

    kind: str
    person: int
    asset: int
    minute: int  # after the quarter's start, or with `from_end` after its end
    from_end: bool
    account: int
    surface: str
    outcome: str
    feedback: str
    about: int  # which of the person's uses an outcome names


@dataclass(frozen=True)
class Life:
    """When an asset was live, in days after the quarter's start; `then` is what follows, at once or after a gap."""

    start: int
    days: int | None
    owner: int
    is_internal: bool
    ending: str
    then: Life | None = None


def lives(then: st.SearchStrategy[Life | None]) -> st.SearchStrategy[Life]:
    return st.builds(
        Life,
        start=st.sampled_from([-40, 0, 1, 5, 61, 62, 63]),
        days=st.sampled_from([None, None, None, 5, 29, 30, 31, 70]),
        owner=st.sampled_from([SECOND, MANAGER]),
        is_internal=st.sampled_from([False, False, True]),
        ending=st.sampled_from(["archived", "expired", "left"]),
        then=then,
    )


ALWAYS = Life(-400, None, MANAGER, False, "left")
LIFE = st.one_of(st.just(ALWAYS), lives(st.none()), lives(lives(st.none())))


def deeds(kinds: Sequence[str] = KINDS, people: Sequence[int] = (0, 1, 2, 3, 4)) -> st.SearchStrategy[Deed]:
    return st.builds(
        Deed,
        kind=st.sampled_from(kinds),
        person=st.sampled_from(people),
        asset=st.integers(0, 2),
        minute=st.sampled_from([*MINUTES, *LATER]),
        from_end=st.sampled_from([False, False, False, True]),
        account=st.sampled_from([0, 0, 1]),
        surface=st.sampled_from(["browse", "search", "search", "api", "agent"]),
        outcome=st.sampled_from(["reached", "reached", "not", "pending"]),
        feedback=st.sampled_from(["outdated", "wrong_customer", "cannot_change"]),
        about=st.integers(0, 3),
    )


USES = ("use", "tailored", "download for a customer")
HISTORY = st.tuples(
    st.lists(deeds(), max_size=14),
    # One rep's uses and answers: here answers meet and contradict each other.
    st.lists(
        deeds(USES, [REP]).map(lambda deed: replace(deed, minute=24 * 60 * 10, from_end=False)), max_size=3
    ),
    st.lists(deeds(["outcome", "outcome of a use"], [REP]), max_size=4),
    # One asset that everybody meets within an hour.
    st.lists(deeds(["impression", "open", "download"]).map(lambda deed: replace(deed, asset=0)), max_size=6),
).map(lambda parts: [deed for part in parts for deed in part])
BETWEEN = st.lists(
    st.sampled_from(["nothing", "nothing", "fold", "one mark", "killed", "one asset", "again"])
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    case=st.sampled_from(CASES),
    told=HISTORY,
    lived=st.tuples(st.just(ALWAYS), LIFE, LIFE),
    order=st.randoms(use_true_random=False),
    between=BETWEEN,
)
def test_every_number_is_the_sum_of_its_events(
    connection: Connection,
    case: Case,
    told: list[Deed],
    lived: tuple[Life, ...],
    order: Random,
    between: list[str],
) -> None:
    bounds = naive_report.bounds(case.year, case.number, case.zone, case.first_month)
    now = bounds[0] + case.runs_for if case.runs_for else NOW
    definitions = Definitions(
        case.zone, case.first_month, Thresholds(LIMITS.impressions, LIMITS.rank, LIMITS.reps)
    )
    question = Question(Quarter(case.year, case.number), definitions, now)
    sessions = RolledBackSessions(connection)
    trial = connection.begin_nested()
    try:
        with sessions.write() as session:
            world, events = a_world(session, told, lived, bounds, now)
        arrive(sessions, events, order, between, definitions, now)
        expected = naive_report.report(world, *bounds, now, LIMITS)

        assert question.bounds == bounds
        assert_says(sessions, question, expected)
        fold(sessions, "fold", definitions)
        assert_says(sessions, question, expected)
        assert_counters_agree(sessions, definitions)
    finally:
        trial.rollback()


def assert_says(sessions: Sessions, question: Question, expected: Mapping[str, Any]) -> None:
    with sessions.read() as session:
        report = assemble(session, question, ()).as_json()
    for name, fields in (
        ("rows", (*NUMBERS, "evidence")),
        ("too_new", (*NUMBERS[1:], "reason")),
        ("internal", NUMBERS[1:]),
    ):
        wanted = expected[name]
        assert isinstance(wanted, dict)
        found = {row["asset"]: {field: row[field] for field in fields} for row in report[name]}
        assert found == {asset: {field: row[field] for field in fields} for asset, row in wanted.items()}
        assert {row["asset"]: row["owner"]["id"] for row in report[name]} == {
            asset: row["owner"] for asset, row in wanted.items()
        }
    assert report["left_out"] == expected["left_out"]
    assert report["marked"] == {
        asset: n for asset, n in expected["marked"].items() if asset in expected["rows"]
    }
    assert_identities(report)


def assert_identities(report: Mapping[str, object]) -> None:
    classes, rows, split = report["classes"], report["rows"], report["by_conversation"]
    assert isinstance(classes, dict)
    assert isinstance(rows, list)
    assert isinstance(split, list)
    assert report["eligible"] == sum(classes.values()) == len(rows)
    assert report["unused"] == sum(classes[name] for name in UNUSED)
    assert classes == {name: Counter(row["class"] for row in rows)[name] for name in classes}
    for name in classes:
        assert sum(each["classes"][name] for each in split) == classes[name]


def assert_counters_agree(sessions: Sessions, definitions: Definitions) -> None:
    with sessions.read() as session:
        found = [
            each.sentence
            for quarter in counter_checks.built(session, definitions)
            for each in counter_checks.differences(session, quarter, definitions)
        ]
    assert found == []


def arrive(
    sessions: Sessions,
    events: list[HistoricEvent],
    order: Random,
    between: Sequence[str],
    definitions: Definitions,
    now: datetime,
) -> None:
    """Bring the events in, two or three at a time and in any order; an answer never before the use it names."""
    with sessions.write() as session:
        admin = make_user(session, Role.ADMIN).as_actor()
    waiting = list(events)
    order.shuffle(waiting)
    steps, known, last = list(between), set(), list[HistoricEvent]()
    while waiting:
        ready = [each for each in waiting if each.event.use is None or each.event.use in known]
        batch = ready[:3]
        known |= {each.event.id for each in batch}
        waiting = [each for each in waiting if each not in batch]
        with sessions.write() as session:
            import_history(session, batch, source=None, actor=admin, now=now)
        step = steps.pop() if steps else "nothing"
        if step == "again":
            with sessions.write() as session:
                import_history(session, [*batch, *last], source=None, actor=admin, now=now)
        else:
            fold(sessions, step, definitions)
        last = batch


def fold(sessions: Sessions, step: str, definitions: Definitions) -> None:
    if step == "fold":
        for _ in counters.keep_up(sessions, definitions):
            pass
    elif step == "one mark":
        with sessions.write() as session:
            counters.fold_some(session, definitions, limit=1)
    elif step == "one asset":
        for quarter in counters.not_built(sessions, definitions)[:1]:
            with sessions.write() as session:
                counters.build_some(session, quarter, definitions, limit=1)
    elif step == "killed":
        try:
            with sessions.write() as session:
                counters.fold_some(session, definitions, limit=100)
                raise KeyboardInterrupt
        except KeyboardInterrupt:
            pass


def a_world(
    session: Session,
    told: Sequence[Deed],
    lived: Sequence[Life],
    bounds: tuple[datetime, datetime],
    now: datetime,
) -> tuple[World, list[HistoricEvent]]:
    """Make people, assets and events, for the product and for the naive count."""
    start, end = bounds
    users = [
        make_user(session),
        make_user(session),
        make_user(session),
        make_user(session, Role.MANAGER),
        make_user(session, is_test=True),
    ]
    # Ten days and a quarter of an hour into the quarter, a rep goes to marketing.
    moved = start + 10 * DAY + timedelta(minutes=15)
    move(session, users[PROMOTED], moved)
    people = [Person(user.id, ((LONG_AGO, user.role),), user.is_test) for user in users]
    people[PROMOTED] = Person(users[PROMOTED].id, ((LONG_AGO, "rep"), (moved, "marketer")))
    things = [
        thing(session, life, start, users, CONVERSATIONS[min(place, 1)]) for place, life in enumerate(lived)
    ]
    happenings, events = [], []
    uses: dict[int, list[Happening]] = {}
    searches = {user.id: search_of(session, user, things) for user in users}
    for number, deed in enumerate(told):
        moment = (end if deed.from_end else start) + timedelta(minutes=deed.minute)
        if moment > now:
            continue
        each = happening(deed, str(UUID(int=number + 1)), moment, people, things, uses.get(deed.person, []))
        if (each.kind in {"share_created", "tailored"} or each.purpose) and was_internal(
            things[deed.asset], moment
        ):
            continue  # it is refused, and so has not happened
        if each.kind in {"use", "tailored", "share_created"} or each.purpose == "customer":
            uses.setdefault(deed.person, []).append(each)
        happenings.append(each)
        events.append(reported(each, searches[each.person] if each.surface == "search" else None))
    return World(people, things, happenings), events


def happening(
    deed: Deed,
    id_: str,
    moment: datetime,
    people: Sequence[Person],
    things: Sequence[Thing],
    mine: Sequence[Happening],
) -> Happening:
    kind, _, rest = deed.kind.partition(" ")
    person, asset = people[deed.person].id, things[deed.asset].id
    account, conversation = ACCOUNTS[deed.account], CONVERSATIONS[min(deed.asset, 1)]
    plain = Happening(id_, moment, kind, person, asset, surface="direct")
    match kind:
        case "impression":
            # The search served the three in their order.
            rank = deed.asset + 1 if deed.surface == "search" else None
            return replace(plain, surface=deed.surface, rank=rank)
        case "open":
            return replace(plain, surface="agent" if deed.surface == "agent" else "browse")
        case "download" if not rest:
            return plain
        case "not_used":
            return replace(plain, account=account, conversation=conversation, feedback=deed.feedback)
        case "feedback":
            return replace(plain, feedback=deed.feedback)
        case "share_viewed":
            return replace(plain, surface="share")
        case "outcome":
            if rest and mine:
                use = mine[deed.about % len(mine)]
                return replace(plain, asset=use.asset, use=use.id, outcome=deed.outcome)
            return replace(
                plain, asset=None, account=account, conversation=conversation, outcome=deed.outcome
            )
    by_another_tool = "old tool" if rest == "of another tool" else None
    purpose = "customer" if kind == "download" else None
    surface = "api" if deed.surface == "api" else "direct"
    return replace(
        plain,
        surface=surface,
        account=account,
        conversation=conversation,
        purpose=purpose,
        source=by_another_tool,
    )


def reported(each: Happening, search: str | None) -> HistoricEvent:
    is_named = each.use is not None
    event = ReportedEvent(
        each.id,
        EventKind(each.kind),
        asset=None if each.kind == "outcome" else each.asset,
        occurred_at=each.at,
        surface=Surface(each.surface),
        search=search,
        rank=each.rank,
        account=None if is_named else each.account,
        conversation=Conversation(each.conversation) if each.conversation and not is_named else None,
        purpose=Purpose(each.purpose) if each.purpose else None,
        use=each.use,
        outcome=OutcomeAnswer(each.outcome) if each.outcome else None,
        feedback=Feedback(each.feedback) if each.feedback else None,
    )
    return HistoricEvent(event, each.person, each.source)


def was_internal(asset: Thing, moment: datetime) -> bool:
    return any(
        each.audience == "internal" and each.start <= moment and (each.end is None or moment < each.end)
        for each in asset.lived
    )


def move(session: Session, user: User, moment: datetime) -> None:
    """Let a rep become a marketer."""
    session.execute(delete(UserPeriod).where(UserPeriod.user_id == user.id))
    session.add(UserPeriod(user_id=user.id, role="rep", starts_at=LONG_AGO, ends_at=moment))
    session.add(UserPeriod(user_id=user.id, role="marketer", starts_at=moment))
    user.role = "marketer"
    session.flush()


def thing(session: Session, life: Life, start: datetime, users: Sequence[User], conversation: str) -> Thing:
    """Make an asset that lived so; where the next interval follows at once, nothing ended."""
    asset = make_asset(session, owner=users[MANAGER], live_from=None, conversation=Conversation(conversation))
    lived: list[Interval] = []
    following: Life | None = life
    while following is not None:
        began = start + following.start * DAY
        if lived:
            reached = lived[-1].end
            if reached is None:
                break
            began = max(began, reached)
        ended = None if following.days is None else began + following.days * DAY
        audience = "internal" if following.is_internal else "customer"
        lived.append(
            Interval(began, ended, users[following.owner].id, conversation, audience, following.ending)
        )
        following = following.then
    for place, each in enumerate(lived):
        goes_on = place + 1 < len(lived) and lived[place + 1].start == each.end
        ending = (
            None if goes_on or each.end is None else "withdrawn" if each.ending == "left" else each.ending
        )
        session.add(
            AssetPeriod(
                asset_id=asset.id,
                starts_at=each.start,
                ends_at=each.end,
                owner_id=each.owner,
                conversation=each.conversation,
                audience=Audience(each.audience),
                end_reason=ending,
            )
        )
    session.flush()
    return Thing(asset.id, asset.owner_id, tuple(lived))


def search_of(session: Session, user: User, things: Sequence[Thing]) -> str:
    served = [session.get_one(Asset, each.id) for each in things]
    return make_search(session, user, *served).id
