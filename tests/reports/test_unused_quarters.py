"""Quarters beside each other: the trend, the twelve months, what was frozen, and what is left out."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from content_map.domain.conversations import Conversation
from content_map.domain.people import Role
from content_map.domain.quarters import Quarter
from content_map.domain.unused import Stage
from content_map.domain.usage import EventKind, ExcludedReason, OutcomeAnswer
from content_map.models import Asset, AssetTerm, ReportRun, ReportRunFile, Team, User, UserPeriod
from content_map.reports.contract import Definitions, Question
from content_map.reports.finding import objects_of
from content_map.reports.unused_assets import Part, assemble, build
from content_map.reports.unused_result import UnusedReport
from tests.factories import LONG_AGO, make_asset, make_search, make_term, make_user
from tests.support.stories import happen, told

Q3 = Quarter(2026, 3)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
MORNING = datetime(2026, 8, 3, 9, tzinfo=UTC)
HARBOUR = "Harbour & Vale"
USE, OPEN = EventKind.USE, EventKind.OPEN


def ask(session: Session, quarter: Quarter = Q3, *, now: datetime = NOW, **given: Any) -> UnusedReport:
    return build(session, Question(quarter, given.pop("definitions", Definitions()), now, **given))


def use(session: Session, asset: Asset, at: datetime, by: User | None = None, **given: object) -> None:
    happen(session, [told(USE, by or make_user(session), asset, at, account=HARBOUR, **given)], now=NOW)


def freeze(session: Session, report: UnusedReport, at: datetime) -> None:
    """Keep a report as it is published: the JSON of a question that nobody asks."""
    content = json.dumps(report.as_json()).encode()
    run = ReportRun(
        report="unused-assets",
        quarter=str(report.question.quarter),
        frozen_at=at,
        code_version="1",
        sha256="0" * 64,
    )
    run.files.append(ReportRunFile(ending="json", sha256="0" * 64, size_bytes=len(content), content=content))
    session.add(run)
    session.flush()


def test_six_quarters_stand_in_the_order_of_time_each_with_its_own_classes(session: Session) -> None:
    old, young = make_asset(session), make_asset(session, live_from=datetime(2026, 5, 1, tzinfo=UTC))
    use(session, old, datetime(2025, 6, 1, tzinfo=UTC))
    use(session, young, datetime(2026, 6, 1, tzinfo=UTC))

    trend = ask(session).trend

    assert trend is not None
    found = {str(each.quarter): (each.unused, each.twelve_months) for each in trend.quarters}
    assert found == {
        "2025-Q2": ((0, 1), 0),
        "2025-Q3": ((1, 1), 0),
        "2025-Q4": ((1, 1), 0),
        "2026-Q1": ((1, 1), 0),
        # A year and more after its only use the old one counts as unused in twelve months too.
        "2026-Q2": ((1, 2), 1),
        "2026-Q3": ((2, 2), 1),
    }
    assert trend.sentence == (
        "No use was recorded for 2 of 2 in Q3 2026. In Q2 2026 it was 1 of 2; below n = 10 no change is reckoned."
    )


def test_a_quarter_before_anything_was_recorded_is_a_gap_and_not_a_failure(session: Session) -> None:
    asset = make_asset(session)
    use(session, asset, datetime(2026, 2, 3, tzinfo=UTC))

    trend = ask(session).trend

    assert trend is not None
    cells = {str(row["quarter"]): row for row in objects_of(trend.table)}
    assert (cells["2025-Q4"]["eligible"], cells["2025-Q4"]["unused"]) == (1, None)
    assert cells["2026-Q1"]["unused"] == {"count": 0, "n": 1}
    assert [chart.values[2] for chart in trend.charts] == [(None,) * 6, (None, None)]


def test_the_quarter_before_the_first_event_says_when_recording_began(session: Session) -> None:
    make_asset(session)
    use(session, make_asset(session), MORNING)

    before, within = ask(session, Quarter(2026, 2)), ask(session)

    assert before.is_before_recording
    assert before.lead[1] == (
        "Recording began on 2026-08-03, after this quarter: nothing can be said of what was used."
    )
    assert not within.is_before_recording


def test_with_nothing_recorded_at_all_the_report_still_answers(session: Session) -> None:
    make_asset(session)

    found = ask(session)

    assert found.is_before_recording
    assert (found.as_json()["recorded_since"], found.classes[Stage.NEVER_SURFACED]) == (None, 1)


def test_past_quarters_are_as_they_were_published_and_what_differs_now_is_named(session: Session) -> None:
    rep, asset, late = make_user(session), make_asset(session, title="Told in money"), make_asset(session)
    spring = datetime(2026, 5, 4, tzinfo=UTC)
    use(session, asset, spring, rep)
    frozen_at = datetime(2026, 7, 8, tzinfo=UTC)
    freeze(session, ask(session, Quarter(2026, 2), now=frozen_at), frozen_at)
    answer = told(
        EventKind.OUTCOME,
        rep,
        None,
        datetime(2026, 7, 20, tzinfo=UTC),
        account=HARBOUR,
        conversation=Conversation.POINT_OF_VIEW,
        outcome=OutcomeAnswer.REACHED,
    )
    happen(session, [answer, told(OPEN, rep, late, spring)], now=NOW)

    found = ask(session)

    assert found.trend is not None
    published = found.trend.quarters[-2]
    assert (published.frozen_on, published.classes[Stage.USED]) == (frozen_at.date(), 1)
    assert published.classes[Stage.USED_WITH_OUTCOME] == 0
    restated = {(each.asset, each.field): (each.frozen, each.now) for each in found.restated}
    assert restated == {
        (asset.id, "class"): ("used", "used-with-outcome"),
        (asset.id, "outcomes"): (0, 1),
        (late.id, "class"): ("never-surfaced", "opened-not-used"),
        (late.id, "opens"): (0, 1),
    }
    assert {each.quarter for each in found.restated} == {"2026-Q2"}


def test_history_that_is_imported_late_restates_who_was_eligible(session: Session) -> None:
    use(session, make_asset(session), datetime(2026, 5, 4, tzinfo=UTC))
    frozen_at = datetime(2026, 10, 8, tzinfo=UTC)
    freeze(session, ask(session, now=frozen_at), frozen_at)
    make_asset(session, title="Came later")

    found = ask(session)

    assert [(each.title, each.field, each.frozen, each.now) for each in found.restated] == [
        ("Came later", "eligible", "no", "yes")
    ]


def test_twelve_months_reach_back_three_quarters(session: Session) -> None:
    inside, outside = make_asset(session), make_asset(session)
    use(session, inside, datetime(2025, 10, 1, tzinfo=UTC))
    use(session, outside, datetime(2025, 9, 30, 23, tzinfo=UTC))

    found = ask(session)

    assert (found.unused, found.without_use_in_a_year) == (2, 1)


def test_the_switch_counts_owners_other_roles_and_agents_and_never_repeats(session: Session) -> None:
    owner, marketer = make_user(session, Role.MANAGER), make_user(session, Role.MARKETER)
    tester, rep = make_user(session, is_test=True), make_user(session)
    asset = make_asset(session, owner=owner)
    happen(
        session,
        [
            told(USE, owner, asset, MORNING, account=HARBOUR),
            told(OPEN, marketer, asset, MORNING),
            told(OPEN, tester, asset, MORNING),
            told(OPEN, rep, asset, MORNING),
            told(OPEN, rep, asset, MORNING + timedelta(minutes=1)),
        ],
        now=NOW,
    )

    without, with_them = ask(session), ask(session, with_left_out=True)

    everything = {
        ExcludedReason.OWN: 1,
        ExcludedReason.NOT_SALES: 1,
        ExcludedReason.TEST_ACCOUNT: 1,
        ExcludedReason.REPEAT: 1,
    }
    assert (without.rows[0].stage, without.rows[0].history.opens) == (Stage.OPENED_NOT_USED, 1)
    assert (with_them.rows[0].stage, with_them.rows[0].history.opens) == (Stage.USED, 3)
    assert without.left_out == everything
    assert with_them.left_out == {ExcludedReason.REPEAT: 1}
    assert with_them.counted_in == {reason: n for reason, n in everything.items() if reason != "repeat"}


def test_a_use_counts_under_the_conversation_it_served(session: Session) -> None:
    rep = make_user(session)
    asset = make_asset(session, conversation=Conversation.RIGHT_PEOPLE)
    too_new = make_asset(session, live_from=datetime(2026, 9, 15, tzinfo=UTC))
    use(session, asset, MORNING, rep)
    use(session, asset, MORNING + timedelta(days=1), rep, conversation=Conversation.TANGIBLE_VALUE)
    use(session, too_new, datetime(2026, 9, 20, tzinfo=UTC), rep)

    found = ask(session)

    assert found.drift is not None
    assert dict(found.drift.uses) == {
        (Conversation.RIGHT_PEOPLE, Conversation.RIGHT_PEOPLE): 1,
        (Conversation.RIGHT_PEOPLE, Conversation.TANGIBLE_VALUE): 1,
    }
    assert found.drift.at_home.n == sum(row.history.uses for row in found.rows)


def test_a_rep_who_changes_team_and_an_owner_who_leaves_are_where_they_were(session: Session) -> None:
    brand, field = Team(name="Brand", created_at=LONG_AGO), Team(name="Field", created_at=LONG_AGO)
    session.add_all([brand, field])
    session.flush()
    owners = [make_user(session, Role.MARKETER, team_id=brand.id) for _ in range(5)]
    for owner in owners:
        make_asset(session, owner=owner)
    moved = owners[0]
    moved.team_id, moved.is_active = field.id, False
    (period,) = session.query(UserPeriod).filter_by(user_id=moved.id)
    period.ends_at = datetime(2026, 10, 2, tzinfo=UTC)
    session.add(
        UserPeriod(
            user_id=moved.id, role="marketer", team_id=field.id, starts_at=datetime(2026, 10, 2, tzinfo=UTC)
        )
    )
    session.flush()

    teams = objects_of(next(each for each in ask(session).tables if each.name == "by_team"))

    assert [(each["team"], each["eligible"]) for each in teams] == [("Brand", 5)]


def test_every_number_of_the_files_is_in_the_object(session: Session) -> None:
    term = make_term(session)
    asset = make_asset(session)
    session.add(AssetTerm(asset_id=asset.id, term_id=term.id))
    rep = make_user(session)
    search = make_search(session, rep, asset, asked_at=MORNING)
    happen(session, [told(EventKind.IMPRESSION, rep, asset, MORNING, search=search.id, rank=1)], now=NOW)

    found = ask(session, viewer=make_user(session, Role.MARKETER).as_actor())

    written = found.as_json()
    apart = {"rows", "too_new", "internal", "by_conversation", "definitions"}
    for table in found.tables:
        if table.name not in apart:
            assert written[table.name] == objects_of(table)
    assert next(each.name for each in found.tables) == "rows"
    assert {"by_owner", "by_team", "by_facet", "by_age", "by_format", "trend", "drift"} <= written.keys()
    json.dumps(written)


@pytest.mark.parametrize("part", list(Part))
def test_a_part_is_the_same_alone_as_in_the_whole(session: Session, part: Part) -> None:
    asset = make_asset(session)
    use(session, asset, MORNING)
    question = Question(Q3, Definitions(), NOW)

    whole, alone = build(session, question), assemble(session, question, {part})

    fields = {
        Part.PREVIOUS: ("previous",),
        Part.TREND: ("trend", "previous"),
        Part.TWELVE_MONTHS: ("without_use_in_a_year",),
        Part.DRIFT: ("drift",),
        Part.FACETS: ("facets",),
        Part.RESTATED: ("restated",),
    }
    for name in ("rows", "excluded", *fields[part]):
        assert getattr(alone, name) == getattr(whole, name)


def test_a_quarter_of_a_leap_year_in_a_zone_with_daylight_saving_keeps_its_instants(session: Session) -> None:
    """Fiscal 2028 begins in December 2027: its first quarter holds 29 February and ends on the eve of 1 March."""
    definitions = Definitions(time_zone="Europe/Berlin", fiscal_year_start=12)
    asset = make_asset(session)
    use_at = datetime(2028, 2, 29, 22, 59, tzinfo=UTC)  # a minute before midnight in Berlin
    now = datetime(2028, 6, 1, tzinfo=UTC)
    rep = make_user(session)
    happen(
        session,
        [
            told(USE, rep, asset, use_at, account=HARBOUR),
            # Clocks go forward on 26 March 2028; the second quarter ends on 31 May at 22:00 in UTC.
            told(USE, rep, asset, datetime(2028, 5, 31, 21, 59, tzinfo=UTC), account=HARBOUR),
        ],
        now=now,
    )

    first = ask(session, Quarter(2028, 1), now=now, definitions=definitions)
    second = ask(session, Quarter(2028, 2), now=now, definitions=definitions)

    assert first.question.bounds == (
        datetime(2027, 11, 30, 23, tzinfo=UTC),
        datetime(2028, 2, 29, 23, tzinfo=UTC),
    )
    assert [first.rows[0].history.uses, second.rows[0].history.uses] == [1, 1]
    assert (first.rows[0].standing.days_live, second.rows[0].standing.days_live) == (91, 91)
