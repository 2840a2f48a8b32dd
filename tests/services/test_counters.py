"""Counters folded from the events: exact at every moment, whatever came late, was killed or set anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.domain.quarters import Quarter
from content_map.domain.unused import AssetHistory, Thresholds
from content_map.domain.usage import EventKind, ExcludedReason, Feedback, OutcomeAnswer
from content_map.models import AssetQuarter, CountMark, Mark, PersonQuarter, UsageEvent
from content_map.reports import counters as reading
from content_map.reports.contract import Definitions
from content_map.reports.counters import QuarterCounts
from content_map.services import counter_checks, counters
from tests.factories import make_asset, make_user
from tests.support.stories import happen, told

Q3, Q4 = Quarter(2026, 3), Quarter(2026, 4)
AUGUST = datetime(2026, 8, 3, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
UTC_YEAR = Definitions()
HARBOUR = "Harbour & Vale"
USE, OPEN, IMPRESSION, OUTCOME = EventKind.USE, EventKind.OPEN, EventKind.IMPRESSION, EventKind.OUTCOME


def folded(sessions: Sessions, definitions: Definitions = UTC_YEAR) -> None:
    for _ in counters.keep_up(sessions, definitions):
        pass


def read(session: Session, quarter: Quarter = Q3, definitions: Definitions = UTC_YEAR) -> QuarterCounts:
    return reading.of_quarter(session, quarter, definitions)


def differences(session: Session, definitions: Definitions = UTC_YEAR) -> list[str]:
    return [
        found.sentence
        for quarter in counter_checks.built(session, definitions)
        for found in counter_checks.differences(session, quarter, definitions)
    ]


def test_a_fold_writes_what_counted_of_the_asset_and_of_each_person(
    session: Session, sessions: Sessions
) -> None:
    asset, one, other = make_asset(session), make_user(session), make_user(session)
    use = told(USE, one, asset, AUGUST, account=HARBOUR)
    happen(
        session,
        [
            told(IMPRESSION, one, asset, AUGUST),
            told(IMPRESSION, other, asset, AUGUST),
            told(IMPRESSION, other, asset, AUGUST + timedelta(minutes=1)),
            told(OPEN, one, asset, AUGUST),
            told(EventKind.FEEDBACK, one, asset, AUGUST, feedback=Feedback.OUTDATED),
            use,
            told(OUTCOME, one, None, AUGUST, use=use.event.id, outcome=OutcomeAnswer.REACHED),
        ],
        now=NOW,
    )
    session.commit()

    folded(sessions)

    row = session.scalars(select(AssetQuarter)).one()
    assert (row.quarter, row.asset_id, row.impressions, row.reps, row.opens) == ("2026-Q3", asset.id, 2, 2, 1)
    assert (row.uses, row.outcomes_reached, row.users, row.accounts, row.by_api) == (1, 1, 1, 1, 1)
    assert (row.feedback, row.left_out) == ({"outdated": 1}, {"repeat": 1})
    people = session.scalars(select(PersonQuarter)).all()
    assert {(each.actor_id, each.impressions, each.opens, each.uses) for each in people} == {
        (one.id, 1, 1, 1),
        (other.id, 1, 0, 0),
    }
    assert session.scalars(select(CountMark)).all() == []
