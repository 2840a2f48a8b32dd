"""Laws of recording: in whatever order, split and repetition events arrive, the same ones count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.events import ReportedEvent
from content_map.domain.people import Role
from content_map.domain.usage import EventKind, Surface
from content_map.models import UsageEvent, User
from content_map.services import usage
from content_map.services.usage_history import HistoricEvent, import_history
from tests.factories import make_asset, make_user

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
FIRST = NOW - timedelta(hours=2)
LAW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Happening:
    """An event before it has a world: who and what are numbers."""

    number: int
    person: int
    asset: int
    kind: EventKind
    minute: int
    surface: Surface

    def reported(self, assets: Sequence[str]) -> ReportedEvent:
        return ReportedEvent(
            id=f"00000000-0000-4000-8000-{self.number:012d}",
            kind=self.kind,
            asset=assets[self.asset],
            occurred_at=FIRST + timedelta(minutes=self.minute),
            surface=self.surface,
            account="Harbour & Vale" if self.kind is EventKind.USE else None,
        )


@st.composite
def happenings(draw: st.DrawFn) -> list[Happening]:
    kinds = st.sampled_from([EventKind.IMPRESSION, EventKind.OPEN, EventKind.DOWNLOAD, EventKind.USE])
    surfaces = st.sampled_from([Surface.BROWSE, Surface.DIRECT, Surface.AGENT])
    shape = st.tuples(st.integers(0, 2), st.integers(0, 1), kinds, st.integers(0, 75), surfaces)
    shapes = draw(st.lists(shape, max_size=25))
    numbers = draw(st.permutations(range(len(shapes))))
    return [Happening(number, *shape) for number, shape in zip(numbers, shapes, strict=True)]


def the_world(session: Session) -> tuple[list[User], list[str]]:
    """Two reps, and a manager who owns the second asset."""
    people = [make_user(session), make_user(session), make_user(session, Role.MANAGER)]
    return people, [make_asset(session).id, make_asset(session, owner=people[2]).id]


def expected(events: Sequence[Happening]) -> Mapping[str, str | None]:
    """Fold naively: walk in the order of time and id, remember who was seen in which half-hour."""
    seen: set[tuple[object, ...]] = set()
    reasons: dict[str, str | None] = {}
    for event in sorted(events, key=lambda each: (each.minute, each.number)):
        id_ = f"00000000-0000-4000-8000-{event.number:012d}"
        if event.person == 2 and event.asset == 1:
            reasons[id_] = "own"
        elif event.surface is Surface.AGENT:
            reasons[id_] = "agent"
        elif event.kind is EventKind.USE:
            reasons[id_] = None
        else:
            # 07:00 is the start of a half-hour.
            key = (event.person, event.asset, event.kind is EventKind.IMPRESSION, event.minute // 30)
            reasons[id_] = "repeat" if key in seen else None
            seen.add(key)
    return reasons


def found(session: Session) -> Mapping[str, str | None]:
    rows = session.execute(select(UsageEvent.id, UsageEvent.excluded_reason))
    return {row.id: row.excluded_reason for row in rows}


@LAW
@given(events=happenings(), seed=st.integers(0, 10**6))
def test_the_order_of_arrival_never_matters(session: Session, events: list[Happening], seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a shuffle, not a secret
    with session.begin_nested() as trial:
        people, assets = the_world(session)
        sent = [*events, *random.choices(events, k=len(events) // 2)] if events else []
        random.shuffle(sent)
        accepted = 0
        while sent:
            size = random.randint(1, 6)
            batch, sent = sent[:size], sent[size:]
            for number, person in enumerate(people):
                accepted += usage.record(
                    session,
                    [each.reported(assets) for each in batch if each.person == number],
                    surface_default=Surface.DIRECT,
                    people_in_reports="none",
                    actor=person.as_actor(),
                    now=NOW,
                ).accepted

        assert found(session) == expected(events)
        assert accepted == len(events)
        trial.rollback()


@LAW
@given(events=happenings(), cut=st.integers(0, 25))
def test_history_in_bulk_and_live_events_agree(session: Session, events: list[Happening], cut: int) -> None:
    with session.begin_nested() as trial:
        people, assets = the_world(session)
        admin = make_user(session, Role.ADMIN).as_actor()
        history = [HistoricEvent(each.reported(assets), people[each.person].id) for each in events]

        import_history(session, history[cut:], source="old tool", actor=admin, now=NOW)
        import_history(session, history, source="old tool", actor=admin, now=NOW)

        assert found(session) == expected(events)
        trial.rollback()
