"""History from another tool: an admin's act, all or none, marked with its source, judged by the same rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content_map.domain.events import ReportedEvent
from content_map.domain.people import Role
from content_map.domain.usage import EventKind, OutcomeAnswer
from content_map.errors import Invalid, NotAllowed
from content_map.models import AuditEntry, UsageEvent
from content_map.services import usage_history
from content_map.services.usage import Recorded
from content_map.services.usage_history import HistoricEvent
from tests.factories import make_asset, make_user
from tests.support.stories import told

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
YEARS_AGO = datetime(2023, 5, 2, 14, tzinfo=UTC)
OPEN, USE = EventKind.OPEN, EventKind.USE


def bring_in(session: Session, *events: HistoricEvent, source: str | None = "old tool") -> Recorded:
    admin = make_user(session, Role.ADMIN).as_actor()
    return usage_history.import_history(session, events, source=source, actor=admin, now=NOW)


def stored_count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(UsageEvent)) or 0


def test_history_of_any_age_carries_its_source_and_is_written_down(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)

    done = bring_in(session, told(OPEN, rep, asset, YEARS_AGO))

    row = session.scalars(select(UsageEvent)).one()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "usage.imported")).one()
    assert done == Recorded(1, 0, ())
    assert (row.occurred_at, row.source, row.excluded_reason) == (YEARS_AGO, "old tool", None)
    assert entry.changes == {"source": "old tool", "accepted": 1, "duplicates": 0}


def test_the_same_file_again_changes_nothing(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    events = [told(OPEN, rep, asset, YEARS_AGO), told(USE, rep, asset, YEARS_AGO, account="Northwind")]
    bring_in(session, *events)

    assert bring_in(session, *events) == Recorded(0, 2, ())


def test_people_are_found_by_address_and_by_id(session: Session) -> None:
    rep, asset = make_user(session, email="ann@example.com"), make_asset(session)
    events = [told(USE, rep, asset, YEARS_AGO, account="Northwind") for _ in range(2)]

    bring_in(
        session, HistoricEvent(events[0].event, " Ann@Example.com "), HistoricEvent(events[1].event, rep.id)
    )

    assert session.scalars(select(UsageEvent.actor_id)).all() == [rep.id, rep.id]


def test_one_row_at_fault_keeps_all_out_and_every_fault_is_named(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    events = [
        told(OPEN, rep, asset, YEARS_AGO),
        HistoricEvent(told(OPEN, rep, asset, YEARS_AGO).event, "nobody@example.com"),
        told(OPEN, rep, asset, NOW + timedelta(hours=1)),
        HistoricEvent(ReportedEvent(id=str(uuid4()), kind=OPEN, asset=asset.id), rep.id),
        told(USE, rep, asset, YEARS_AGO),
    ]

    with pytest.raises(Invalid) as refused:
        bring_in(session, *events)

    assert [each.pointer for each in refused.value.errors] == [
        "/1/actor",
        "/2/occurred_at",
        "/3/occurred_at",
        "/4/account",
    ]
    assert stored_count(session) == 0


def test_a_look_says_what_would_happen_and_stores_nothing(session: Session) -> None:
    rep, asset, admin = make_user(session), make_asset(session), make_user(session, Role.ADMIN).as_actor()

    looked = usage_history.look(
        session, [told(OPEN, rep, asset, YEARS_AGO)], source="old tool", actor=admin, now=NOW
    )

    assert looked == Recorded(1, 0, ())
    assert stored_count(session) == 0


def test_an_outcome_may_stand_anywhere_before_its_use_in_the_file(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    use = told(USE, rep, asset, YEARS_AGO, account="Northwind")
    outcome = told(EventKind.OUTCOME, rep, None, YEARS_AGO, use=use.event.id, outcome=OutcomeAnswer.REACHED)
    # More than one portion of the file lies between the two.
    between = [told(USE, rep, asset, YEARS_AGO, account="Northwind") for _ in range(1001)]

    done = bring_in(session, outcome, *between, use)

    assert done.accepted == 1003


def test_a_customers_view_counts_whoever_made_the_share(session: Session) -> None:
    """A visitor has no role; the row belongs to the person who shared."""
    marketer, asset = make_user(session, Role.MARKETER), make_asset(session)

    bring_in(session, told(EventKind.SHARE_VIEWED, marketer, asset, YEARS_AGO))

    assert session.scalars(select(UsageEvent.excluded_reason)).all() == [None]


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER, Role.MARKETER, Role.ANALYST])
def test_only_an_admin_brings_in_history(session: Session, role: Role) -> None:
    actor = make_user(session, role).as_actor()

    with pytest.raises(NotAllowed):
        usage_history.import_history(session, [], source="old tool", actor=actor, now=NOW)
