"""Counters folded from the events: exact at every moment, whatever came late, was killed or set anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.conversations import Conversation
from content_map.domain.people import Role
from content_map.domain.quarters import Quarter
from content_map.domain.unused import AssetHistory, Thresholds
from content_map.domain.usage import EventKind, ExcludedReason, Feedback, OutcomeAnswer, Surface
from content_map.models import Asset, AssetQuarter, CountMark, PersonQuarter
from content_map.reports import counters as reading
from content_map.reports.contract import Definitions, Question
from content_map.reports.counters import QuarterCounts
from content_map.services import accounts, corrections, counter_checks, counters
from tests.factories import make_asset, make_search, make_user
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
    return reading.of_quarter(session, Question(quarter, definitions, NOW))


def stored_uses(session: Session) -> dict[tuple[str, str], int]:
    return {(row.quarter, row.asset_id): row.uses for row in session.execute(select(AssetQuarter.__table__))}


def killed(sessions: Sessions, work: Callable[[Session], object]) -> None:
    """Do the work and die before its transaction ends."""
    with sessions.write() as session:
        work(session)
        raise KeyboardInterrupt


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


def test_what_is_marked_is_read_from_the_events_and_the_rest_from_the_counters(
    session: Session, sessions: Sessions
) -> None:
    known, marked, rep = make_asset(session), make_asset(session), make_user(session)
    happen(session, [told(USE, rep, each, AUGUST, account=HARBOUR) for each in (known, marked)], now=NOW)
    folded(sessions)
    # A counter that is wrong on purpose shows who was asked.
    session.execute(update(AssetQuarter).values(uses=7))
    happen(session, [told(USE, rep, marked, AUGUST + timedelta(days=1), account=HARBOUR)], now=NOW)

    found = read(session).histories

    assert (found[known.id].uses, found[marked.id].uses) == (7, 2)


def test_an_event_that_arrives_before_its_half_hours_first_turns_that_one_into_a_repeat(
    session: Session, sessions: Sessions
) -> None:
    asset, rep = make_asset(session), make_user(session)
    late = told(IMPRESSION, rep, asset, AUGUST + timedelta(minutes=9), surface=Surface.BROWSE)
    early = told(IMPRESSION, rep, asset, AUGUST + timedelta(minutes=2), surface=Surface.BROWSE)
    happen(session, [late], now=NOW)
    folded(sessions)

    happen(session, [early], now=NOW)
    before_the_fold = read(session)
    folded(sessions)

    assert before_the_fold == read(session)
    assert before_the_fold.histories[asset.id].impressions == 1
    assert before_the_fold.left_out == {ExcludedReason.REPEAT: 1}
    assert differences(session) == []


def test_an_outcome_counts_in_the_quarter_of_its_use(session: Session, sessions: Sessions) -> None:
    asset, rep = make_asset(session), make_user(session)
    september = datetime(2026, 9, 28, 9, tzinfo=UTC)
    happen(session, [told(USE, rep, asset, september, account=HARBOUR)], now=NOW)
    folded(sessions)

    answer = {"account": HARBOUR, "conversation": Conversation.POINT_OF_VIEW}
    reached = told(
        OUTCOME, rep, None, datetime(2026, 10, 5, tzinfo=UTC), outcome=OutcomeAnswer.REACHED, **answer
    )
    happen(session, [reached], now=NOW)
    before_the_fold = read(session)
    folded(sessions)

    assert before_the_fold == read(session)
    assert read(session).histories[asset.id].outcomes_reached == 1
    assert read(session, Q4).histories == {}
    assert differences(session) == []


def test_a_fold_that_is_killed_leaves_its_marks_and_changes_nothing(
    session: Session, sessions: Sessions
) -> None:
    asset, rep = make_asset(session), make_user(session)
    happen(session, [told(USE, rep, asset, AUGUST, account=HARBOUR)], now=NOW)
    folded(sessions)
    happen(session, [told(USE, rep, asset, AUGUST + timedelta(days=1), account=HARBOUR)], now=NOW)

    with pytest.raises(KeyboardInterrupt):
        killed(sessions, lambda session: counters.fold_some(session, UTC_YEAR, limit=100))

    assert stored_uses(session) == {("2026-Q3", asset.id): 1}
    assert read(session).histories[asset.id].uses == 2
    folded(sessions)
    assert stored_uses(session) == {("2026-Q3", asset.id): 2}


def test_a_build_that_is_killed_goes_on_after_the_last_asset_it_counted(
    session: Session, sessions: Sessions
) -> None:
    rep = make_user(session)
    assets = sorted(make_asset(session).id for _ in range(5))
    uses = [told(USE, rep, session.get_one(Asset, each), AUGUST, account=HARBOUR) for each in assets]
    happen(session, uses, now=NOW)

    with sessions.write() as first:
        counters.build_some(first, Q3, UTC_YEAR, limit=2)
    with pytest.raises(KeyboardInterrupt):
        killed(sessions, lambda session: counters.build_some(session, Q3, UTC_YEAR, limit=2))

    assert [asset for _, asset in sorted(stored_uses(session))] == assets[:2]
    assert len(read(session).histories) == 5
    folded(sessions)
    assert [asset for _, asset in sorted(stored_uses(session))] == assets
    assert counters.not_built(sessions, UTC_YEAR) == []
    assert differences(session) == []


def test_marks_of_a_quarter_in_building_are_counted_up_to_where_the_build_has_come(
    session: Session, sessions: Sessions
) -> None:
    rep = make_user(session)
    first, last = sorted([make_asset(session), make_asset(session)], key=lambda asset: asset.id)
    happen(session, [told(USE, rep, each, AUGUST, account=HARBOUR) for each in (first, last)], now=NOW)
    with sessions.write() as building:
        counters.build_some(building, Q3, UTC_YEAR, limit=1)
    again = AUGUST + timedelta(days=1)
    happen(session, [told(USE, rep, each, again, account=HARBOUR) for each in (first, last)], now=NOW)

    with sessions.write() as folding:
        counters.fold_some(folding, UTC_YEAR, limit=100)

    assert stored_uses(session) == {("2026-Q3", first.id): 2}
    folded(sessions)
    assert stored_uses(session) == {("2026-Q3", first.id): 2, ("2026-Q3", last.id): 2}


@pytest.mark.parametrize(
    "definitions",
    [
        Definitions(time_zone="America/New_York"),
        Definitions(fiscal_year_start=2),
        Definitions(thresholds=Thresholds(rank=1)),
    ],
)
def test_other_settings_are_answered_from_the_events_until_their_own_quarters_are_counted(
    session: Session, sessions: Sessions, definitions: Definitions
) -> None:
    asset, rep = make_asset(session), make_user(session)
    # In New York it is still June, and in a year that begins in February the second quarter.
    first_hour = datetime(2026, 7, 1, 1, tzinfo=UTC)
    search = make_search(session, rep, make_asset(session), asset, asked_at=first_hour)
    seen = told(IMPRESSION, rep, asset, first_hour, search=search.id, rank=2)
    happen(session, [seen, told(USE, rep, asset, first_hour, account=HARBOUR)], now=NOW)
    folded(sessions)
    quarter = definitions.quarter_of(first_hour)

    before = read(session, quarter, definitions)
    folded(sessions, definitions)
    after = read(session, quarter, definitions)

    assert before == after
    assert (after.histories[asset.id].uses, after.histories[asset.id].impressions) == (1, 1)
    assert after.histories[asset.id].near_top_impressions == int(definitions.thresholds.rank >= 2)
    assert {name for name, _ in stored_uses(session)} == {str(quarter)}
    assert differences(session, definitions) == []
    assert read(session).histories[asset.id].uses == 1


def test_a_fold_on_one_basis_never_leaves_another_basis_to_believe_itself(
    session: Session, sessions: Sessions
) -> None:
    """As when a worker with the old settings still runs beside one with the new."""
    asset, rep = make_asset(session), make_user(session)
    new_york = Definitions(time_zone="America/New_York")
    happen(session, [told(USE, rep, asset, AUGUST, account=HARBOUR)], now=NOW)
    folded(sessions, new_york)
    happen(session, [told(USE, rep, asset, AUGUST + timedelta(days=1), account=HARBOUR)], now=NOW)

    with sessions.write() as other:
        counters.fold_some(other, UTC_YEAR, limit=100)

    assert read(session, definitions=new_york).histories[asset.id].uses == 2
    assert read(session).histories[asset.id].uses == 2


def test_verify_names_what_differs_and_a_rebuild_mends_it(session: Session, sessions: Sessions) -> None:
    asset, rep = make_asset(session), make_user(session)
    happen(session, [told(USE, rep, asset, AUGUST, account=HARBOUR)], now=NOW)
    folded(sessions)
    session.execute(update(AssetQuarter).values(uses=3))
    session.execute(delete(PersonQuarter))

    named = differences(session)
    for _ in counters.rebuild(sessions, UTC_YEAR):
        pass

    assert named == [
        f"2026-Q3, asset {asset.id}: uses is 3, the events say 1",
        f"2026-Q3, asset {asset.id} of person {rep.id}: uses is 0, the events say 1",
    ]
    assert differences(session) == []


def test_the_switch_is_answered_from_the_events(session: Session, sessions: Sessions) -> None:
    asset = make_asset(session)
    marketer = make_user(session, Role.MARKETER)
    happen(session, [told(OPEN, marketer, asset, AUGUST), told(OPEN, marketer, asset, AUGUST)], now=NOW)
    folded(sessions)

    as_counted = read(session)
    with_left_out = reading.of_quarter(session, Question(Q3, UTC_YEAR, NOW, with_left_out=True))

    assert as_counted.histories.get(asset.id, AssetHistory()).opens == 0
    assert as_counted.left_out == {ExcludedReason.NOT_SALES: 2}
    assert with_left_out.histories[asset.id].opens == 2
    assert with_left_out.left_out == as_counted.left_out


def test_accounts_that_become_one_are_one_in_the_counters(session: Session, sessions: Sessions) -> None:
    asset, rep = make_asset(session), make_user(session)
    admin = make_user(session, Role.ADMIN).as_actor()
    happen(
        session,
        [told(USE, rep, asset, AUGUST, account=name) for name in ("Harbour", "Harbour & Vale")],
        now=NOW,
    )
    folded(sessions)
    two = read(session).histories[asset.id].accounts
    gone, stays = (
        accounts.named(session, name, actor=admin, now=NOW) for name in ("Harbour", "Harbour & Vale")
    )

    accounts.merge(session, gone.id, stays.id, actor=admin, now=NOW)
    session.flush()
    at_once = read(session).histories[asset.id].accounts
    folded(sessions)

    assert (two, at_once, read(session).histories[asset.id].accounts) == (2, 1, 1)
    assert differences(session) == []


def test_more_marked_assets_than_are_worth_asking_one_by_one_are_asked_together(
    session: Session, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_MARKED", 1)
    rep = make_user(session)
    assets = [make_asset(session) for _ in range(3)]
    happen(session, [told(USE, rep, assets[0], AUGUST, account=HARBOUR)], now=NOW)
    folded(sessions)
    happen(session, [told(USE, rep, each, AUGUST, account=HARBOUR) for each in assets], now=NOW)

    uses = {asset: history.uses for asset, history in read(session).histories.items()}

    assert uses == {assets[0].id: 2, assets[1].id: 1, assets[2].id: 1}


def test_the_used_of_a_quarter_are_named_by_counters_and_marks_together(
    session: Session, sessions: Sessions
) -> None:
    rep = make_user(session)
    used, opened, new = (make_asset(session) for _ in range(3))
    happen(session, [told(USE, rep, used, AUGUST, account=HARBOUR), told(OPEN, rep, opened, AUGUST)], now=NOW)
    question = Question(Q3, UTC_YEAR, NOW)
    from_events = reading.used(session, question)
    folded(sessions)
    happen(session, [told(USE, rep, new, AUGUST, account=HARBOUR)], now=NOW)

    assert from_events == {used.id}
    assert reading.used(session, question) == {used.id, new.id}


def test_what_its_author_takes_back_leaves_the_counters(session: Session, sessions: Sessions) -> None:
    asset, rep = make_asset(session), make_user(session)
    use = told(USE, rep, asset, NOW - timedelta(days=1), account=HARBOUR)
    happen(session, [use], now=NOW)
    folded(sessions)

    corrections.take_back(session, use.event.id, actor=rep.as_actor(), now=NOW)
    session.flush()
    at_once = read(session, Q4)
    folded(sessions)

    for found in (at_once, read(session, Q4)):
        assert found.histories.get(asset.id, AssetHistory()).uses == 0
        assert found.left_out == {ExcludedReason.CORRECTED: 1}
    assert differences(session) == []
