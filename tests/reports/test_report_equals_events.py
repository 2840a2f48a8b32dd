"""The report is the sum of its events: compared with a naive fold over the raw rows, in every format."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.domain.conversations import Conversation
from content_map.domain.people import Role
from content_map.domain.usage import EventKind, OutcomeAnswer, Purpose, Surface
from content_map.models import UsageEvent
from content_map.services import reports
from content_map.services.usage_history import HistoricEvent
from tests.factories import make_asset, make_user
from tests.support.stories import happen, told

START, END = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
NOW = datetime(2027, 6, 1, tzinfo=UTC)
# Small enough that every class turns up in small histories.
SETTINGS = Settings(passed_over_impressions=2, passed_over_reps=2, passed_over_rank=3)
CONVERSATIONS = [Conversation.POINT_OF_VIEW, Conversation.DEFINITION_OF_SUCCESS]
ACCOUNTS = ["Harbour & Vale", "Northwind"]
# The quarter's edges, and uses on its tenth day with answers just inside and outside 90 and 180 days.
HOURS = [-1, 24 * 92 - 1, 24 * 92, 240, 240, 240, 241, 24 * 100, 24 * 100 + 1, 24 * 190, 24 * 190 + 1]
KINDS = [
    EventKind.IMPRESSION,
    EventKind.OPEN,
    EventKind.DOWNLOAD,
    EventKind.USE,
    EventKind.TAILORED,
    EventKind.OUTCOME,
]
UNUSED = ("never-surfaced", "barely-surfaced", "passed-over", "opened-not-used")


@dataclass(frozen=True)
class Deed:
    """What somebody did, before there is anybody."""

    person: int
    asset: int
    kind: EventKind
    hours: int  # after the quarter's start; may lie outside it
    account: int
    rank: int
    purpose: Purpose | None
    outcome: OutcomeAnswer
    about_use: int | None


HOUR = st.sampled_from(HOURS)
ANSWER = st.sampled_from(OutcomeAnswer)
NOISE = st.builds(
    Deed,
    person=st.integers(0, 3),
    asset=st.integers(0, 2),
    kind=st.sampled_from(KINDS),
    hours=HOUR,
    account=st.integers(0, 1),
    rank=st.integers(1, 5),
    purpose=st.sampled_from([None, Purpose.CUSTOMER]),
    outcome=ANSWER,
    about_use=st.none() | st.integers(0, 5),
)
# One rep, one account, one asset of each kind of conversation: here answers meet and contradict each other.
USES = st.builds(
    Deed,
    person=st.just(0),
    asset=st.integers(0, 1),
    kind=st.just(EventKind.USE),
    hours=HOUR,
    account=st.just(0),
    rank=st.just(1),
    purpose=st.none(),
    outcome=ANSWER,
    about_use=st.none(),
)
ANSWERS = st.builds(
    Deed,
    person=st.just(0),
    asset=st.integers(0, 1),
    kind=st.just(EventKind.OUTCOME),
    hours=HOUR,
    account=st.just(0),
    rank=st.just(1),
    purpose=st.none(),
    outcome=ANSWER,
    about_use=st.none() | st.integers(0, 2),
)
DEEDS = st.tuples(
    st.lists(USES, min_size=2, max_size=4),
    st.lists(ANSWERS, min_size=3, max_size=8),
    st.lists(NOISE, max_size=10),
).map(lambda parts: [deed for part in parts for deed in part])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_every_number_is_the_sum_of_its_events(session: Session, deeds: list[Deed]) -> None:
    with session.begin_nested() as trial:
        assets = write_history(session, deeds)

        result = reports.run(
            session,
            "unused-assets",
            "2026-Q3",
            actor=make_user(session, Role.ANALYST).as_actor(),
            settings=SETTINGS,
            now=NOW,
        )

        written = reports.as_json(result)
        events = session.scalars(select(UsageEvent)).all()
        assert {row["asset"]: folded(row) for row in written["rows"]} == {
            asset: naive_row(asset, events) for asset in assets
        }
        assert_identities(written)
        assert_csv_is_the_same(written, reports.written(result, "csv"))
        trial.rollback()


def write_history(session: Session, deeds: Sequence[Deed]) -> list[str]:
    """Two reps, a manager who owns the third asset, and a marketer do it all."""
    people = [make_user(session), make_user(session), make_user(session, Role.MANAGER)]
    people.append(make_user(session, Role.MARKETER))
    assets = [
        make_asset(session, conversation=CONVERSATIONS[0]),
        make_asset(session, conversation=CONVERSATIONS[1]),
        make_asset(session, conversation=CONVERSATIONS[1], owner=people[2]),
    ]
    events: list[HistoricEvent] = []
    uses: list[tuple[int, str]] = []
    for deed in deeds:
        at = START + timedelta(hours=deed.hours)
        person, asset = people[deed.person], assets[deed.asset]
        account = ACCOUNTS[deed.account]
        match deed.kind:
            case EventKind.IMPRESSION:
                surface = Surface.BROWSE if deed.rank == 5 else Surface.RECOMMENDATION
                events.append(told(deed.kind, person, asset, at, rank=deed.rank, surface=surface))
            case EventKind.USE | EventKind.TAILORED:
                events.append(told(deed.kind, person, asset, at, account=account))
                uses.append((deed.person, events[-1].event.id))
            case EventKind.DOWNLOAD if deed.purpose:
                events.append(told(deed.kind, person, asset, at, account=account, purpose=deed.purpose))
                uses.append((deed.person, events[-1].event.id))
            case EventKind.OUTCOME:
                mine = [use for who, use in uses if who == deed.person]
                if deed.about_use is not None and mine:
                    about = {"use": mine[deed.about_use % len(mine)]}
                    events.append(told(deed.kind, person, None, at, outcome=deed.outcome, **about))
                else:
                    conversation = CONVERSATIONS[min(deed.asset, 1)]
                    events.append(
                        told(
                            deed.kind,
                            person,
                            None,
                            at,
                            outcome=deed.outcome,
                            account=account,
                            conversation=conversation,
                        )
                    )
            case _:
                events.append(told(deed.kind, person, asset, at))
    happen(session, events, now=NOW)
    return [asset.id for asset in assets]


def folded(row: Mapping[str, object]) -> dict[str, object]:
    names = ("class", "impressions", "reps", "opens", "uses", "outcomes", "accounts")
    return {name: row[name] for name in names}


def naive_row(asset: str, events: Sequence[UsageEvent]) -> dict[str, object]:
    """Fold one asset's row straight from the definitions, one event after the other."""
    counted = [each for each in events if each.excluded_reason is None]
    mine = [each for each in counted if each.asset_id == asset and START <= each.occurred_at < END]
    shown = [each for each in mine if each.kind == "impression"]
    opened = [
        each for each in mine if each.kind == "open" or (each.kind == "download" and each.purpose is None)
    ]
    uses = [
        each
        for each in mine
        if each.kind in {"use", "tailored"} or (each.kind == "download" and each.purpose is not None)
    ]
    reached = sum(naive_outcome(use, counted) == "reached" for use in uses)
    reps = {each.actor_id for each in shown}
    if uses:
        stage = "used-with-outcome" if reached else "used"
    elif opened:
        stage = "opened-not-used"
    elif len(shown) >= 2 and len(reps) >= 2:  # none of them was in search: each is at rank 1
        stage = "passed-over"
    else:
        stage = "barely-surfaced" if shown else "never-surfaced"
    return {
        "class": stage,
        "impressions": len(shown),
        "reps": len(reps),
        "opens": len(opened),
        "uses": len(uses),
        "outcomes": reached,
        "accounts": len({use.account_id for use in uses}),
    }


def naive_outcome(use: UsageEvent, events: Sequence[UsageEvent]) -> str | None:
    days = 180 if use.conversation in {"definition-of-success", "tangible-value"} else 90
    answers = []
    for each in events:
        if each.kind != "outcome" or each.actor_id != use.actor_id:
            continue
        if each.use_id is not None:
            is_about_it = each.use_id == use.id
        else:
            age = each.occurred_at - use.occurred_at
            same = (each.account_id, each.conversation) == (use.account_id, use.conversation)
            is_about_it = same and timedelta() <= age <= timedelta(days=days)
        if is_about_it:
            answers.append((each.occurred_at, each.id, each.outcome))
    return max(answers)[2] if answers else None


def assert_identities(written: Mapping[str, object]) -> None:
    classes = written["classes"]
    assert isinstance(classes, dict)
    assert isinstance(written["rows"], list)
    assert isinstance(written["by_conversation"], list)
    assert written["eligible"] == sum(classes.values()) == len(written["rows"])
    assert written["unused"] == sum(classes[name] for name in UNUSED)
    assert classes == {name: Counter(row["class"] for row in written["rows"])[name] for name in classes}
    for name in classes:
        assert sum(each["classes"][name] for each in written["by_conversation"]) == classes[name]


def assert_csv_is_the_same(written: Mapping[str, object], file: bytes) -> None:
    rows = list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline="")))
    assert isinstance(written["rows"], list)
    assert [{**row, "owner": row["owner"]} for row in rows] == [
        {
            name: "" if value is None else value["name"] if name == "owner" else str(value)
            for name, value in row.items()
        }
        for row in written["rows"]
    ]
