"""Conversations held and reached: counted by hand from a few uses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from content_map.domain.conversations import Conversation
from content_map.domain.people import Role
from content_map.domain.quarters import Quarter
from content_map.domain.usage import EventKind, ExcludedReason, OutcomeAnswer
from content_map.models import Asset, User
from content_map.reports.contract import Definitions, Question
from content_map.reports.conversations import build
from content_map.reports.finding import Finding
from content_map.reports.holding import Held
from content_map.reports.parts import Fraction
from content_map.reports.spans import Slices, Span, weeks, year_before
from content_map.services.usage_history import HistoricEvent
from tests.factories import make_asset, make_user
from tests.support.stories import happen, told

Q3 = Quarter(2026, 3)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
AUGUST = datetime(2026, 8, 3, 9, tzinfo=UTC)  # a Monday
MAY = datetime(2026, 5, 4, 9, tzinfo=UTC)
LAST_YEAR = datetime(2025, 9, 1, 9, tzinfo=UTC)
MEETING, VALUE = Conversation.RELEVANT_MEETING, Conversation.TANGIBLE_VALUE


def report(session: Session, *, with_left_out: bool = False, now: datetime = NOW) -> Finding:
    return build(session, Question(Q3, Definitions(), now, with_left_out=with_left_out))


def figures(finding: Finding) -> dict[str, object]:
    return {figure.key: figure.value for figure in finding.figures}


def use(person: User, asset: Asset, at: datetime, account: str, of: Conversation = MEETING) -> HistoricEvent:
    return told(EventKind.USE, person, asset, at, account=account, conversation=of)


def answer(person: User, at: datetime, account: str, outcome: OutcomeAnswer) -> HistoricEvent:
    return told(EventKind.OUTCOME, person, None, at, account=account, conversation=MEETING, outcome=outcome)


def test_two_uses_for_one_account_and_conversation_are_one_held(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    other = make_user(session)
    uses = [
        use(rep, asset, AUGUST, "Harbour"),
        use(other, asset, AUGUST + timedelta(days=1), "Harbour"),
        use(rep, asset, AUGUST, "Harbour", VALUE),
        use(rep, asset, AUGUST, "Vale"),
    ]
    happen(session, uses, now=NOW)

    finding = report(session)

    assert figures(finding) == {
        "held": 3,
        "reached": Fraction(0, 3),
        "uses": 4,
        "held_12_months": 3,
        "reached_12_months": Fraction(0, 3),
    }
    by_conversation = {row[0]: row[2:4] for row in finding.tables[0].rows}
    assert by_conversation[MEETING] == (2, Fraction(0, 2))
    assert by_conversation[VALUE] == (1, Fraction(0, 1))


def test_reached_is_the_latest_answer_of_whoever_used_it(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    stranger = make_user(session)
    later = AUGUST + timedelta(days=5)
    happen(
        session,
        [
            use(rep, asset, AUGUST, "Harbour"),
            use(rep, asset, AUGUST, "Vale"),
            use(rep, asset, AUGUST, "Mill"),
            answer(rep, later, "Harbour", OutcomeAnswer.REACHED),
            answer(rep, later, "Vale", OutcomeAnswer.REACHED),
            answer(rep, later + timedelta(days=1), "Vale", OutcomeAnswer.NOT),
            # Somebody who used nothing there says nothing about these uses.
            answer(stranger, later, "Mill", OutcomeAnswer.REACHED),
        ],
        now=NOW,
    )

    assert figures(report(session))["reached"] == Fraction(1, 3)


def test_the_quarter_before_and_the_year_stand_beside_the_quarter(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    happen(
        session,
        [
            use(rep, asset, LAST_YEAR, "Long ago"),
            use(rep, asset, MAY, "Harbour"),
            use(rep, asset, AUGUST, "Harbour"),
            use(rep, asset, AUGUST, "Vale"),
        ],
        now=NOW,
    )

    finding = report(session)

    # Harbour is one conversation of the year, though it was held in two quarters of it.
    assert (figures(finding)["held"], figures(finding)["held_12_months"]) == (2, 2)
    (held,) = [figure for figure in finding.figures if figure.key == "held"]
    assert held.comparison == "The quarter before: 1."


def test_a_week_counts_its_own_and_the_year_up_to_its_end(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    happen(session, [use(rep, asset, MAY, "Harbour"), use(rep, asset, AUGUST, "Vale")], now=NOW)

    rows = {row[0]: row[1:] for row in report(session).tables[1].rows}

    assert len(rows) == 13
    assert rows[date(2026, 7, 27)][:1] + rows[date(2026, 7, 27)][3:4] == (0, 1)
    assert rows[date(2026, 8, 3)][:1] + rows[date(2026, 8, 3)][3:4] == (1, 2)


def test_what_a_marketer_used_is_left_out_and_counted_when_asked_for(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    marketer = make_user(session, Role.MARKETER)
    happen(session, [use(rep, asset, AUGUST, "Harbour"), use(marketer, asset, AUGUST, "Vale")], now=NOW)

    without, with_it = report(session), report(session, with_left_out=True)

    assert (figures(without)["held"], without.left_out) == (1, {ExcludedReason.NOT_SALES: 1})
    assert (figures(with_it)["held"], with_it.left_out) == (2, {})


def test_an_empty_quarter_is_a_sentence(session: Session) -> None:
    assert report(session).lead[0].startswith("No use was recorded in this quarter")


def test_the_year_before_a_leap_day_begins_on_the_28th() -> None:
    leap = datetime(2028, 2, 29, tzinfo=UTC)

    assert year_before(leap, Definitions().zone).start == datetime(2027, 2, 28, tzinfo=UTC)


def test_weeks_begin_on_monday_also_when_the_clock_changes() -> None:
    zone = Definitions(time_zone="Europe/Berlin").zone

    before, after = weeks(datetime(2026, 10, 28, tzinfo=UTC), 2, zone)

    # On Sunday 25 October 2026 Berlin leaves summer time: that week has 169 hours.
    assert before == Span(datetime(2026, 10, 18, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC))
    assert after.start == before.end


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), min_size=1, max_size=8))
def test_every_span_is_made_of_its_slices(spans: list[tuple[int, int]]) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    wanted = [
        Span(start + timedelta(days=first), start + timedelta(days=first + days)) for first, days in spans
    ]
    slices = Slices(wanted)
    cuts = sorted({end for span in wanted for end in (span.start, span.end)})

    for span in wanted:
        pieces = slices.of(span)
        assert (cuts[pieces.start], cuts[pieces.stop]) == (span.start, span.end)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))))
def test_conversations_add_up(some: list[tuple[int, int, int]]) -> None:
    total = sum((Held(*each) for each in some), Held())

    assert total == Held(*(sum(each[place] for each in some) for place in range(3)))
