"""What reps are asked and where their searches lead: counted by hand from a few searches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor, Role
from content_map.domain.quarters import Quarter
from content_map.domain.usage import EventKind, ExcludedReason
from content_map.models import Account, Search, User
from content_map.reports import reps_asked, search_quality
from content_map.reports.contract import Definitions, Question
from content_map.reports.parts import Fraction
from content_map.reports.reps_asked import combinations_in
from tests.factories import make_account, make_asset, make_search, make_user
from tests.support.stories import happen, told

Q3 = Quarter(2026, 3)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
AUGUST = datetime(2026, 8, 3, 9, tzinfo=UTC)
HEALTH = {
    "facet": "industry",
    "term": "healthcare",
    "name": "Healthcare",
    "words": "clinic",
    "negated": False,
}
DOWNTIME = {"facet": "pain", "term": "downtime", "name": "Downtime", "words": "stops", "negated": False}
RIVAL = {"facet": "competitor", "term": "rival", "name": "Rival", "words": "rival", "negated": False}
Chips = Sequence[dict[str, Any]]


def question(*, viewer: Actor | None = None, with_left_out: bool = False) -> Question:
    return Question(Q3, Definitions(), NOW, viewer=viewer, with_left_out=with_left_out)


def ask(
    session: Session, person: User, *chips: dict[str, Any], account: Account | None = None, **given: Any
) -> Search:
    values = {"asked_at": AUGUST, "account_id": account.id if account else None, **given}
    return make_search(session, person, recognised=list(chips), **values)


def test_denied_terms_and_unknown_rivals_are_no_knowledge() -> None:
    unknown = {**RIVAL, "term": None, "name": "Somebody"}
    denied = {**DOWNTIME, "negated": True}

    assert list(combinations_in([HEALTH, denied, unknown])) == [("Healthcare", None, None)]
    assert list(combinations_in([unknown])) == []
    assert list(combinations_in([HEALTH, DOWNTIME, RIVAL])) == [("Healthcare", "Downtime", "Rival")]


def test_accounts_count_before_reps_and_reps_before_searches(session: Session) -> None:
    reps = [make_user(session) for _ in range(5)]
    accounts = [make_account(session, name) for name in ("Harbour", "Vale", "Mill")]
    # Three reps ask for three customers; five reps ask for one, and more often.
    for rep, account in zip(reps, accounts, strict=False):
        ask(session, rep, HEALTH, DOWNTIME, account=account)
    for rep in [*reps, *reps]:
        ask(session, rep, HEALTH, RIVAL, account=accounts[0])

    combinations, industries, pains, _ = reps_asked.build(session, question()).tables

    assert combinations.rows == [
        ("Healthcare", "Downtime", None, 3, "fewer than 5", 3, None),
        ("Healthcare", None, "Rival", 1, 5, 10, None),
    ]
    assert industries.rows == [("Healthcare", 3, 5, 13, None)]
    assert pains.rows == [("Downtime", 3, "fewer than 5", 3, None)]


def test_what_two_reps_ask_is_not_shown(session: Session) -> None:
    for _ in range(2):
        ask(session, make_user(session), HEALTH, DOWNTIME)

    combinations, industries, *_ = reps_asked.build(session, question()).tables

    assert (combinations.rows, industries.rows) == ([], [])
    assert combinations.note == "1 that fewer than 3 reps asked with are not shown."


def test_words_are_shown_only_where_their_rep_lets_them_be_read_and_never_in_a_frozen_report(
    session: Session,
) -> None:
    rep = make_user(session)
    ask(session, rep, HEALTH, situation="A clinic that stops", may_be_read=True)
    ask(session, rep, HEALTH, situation="A secret of a customer")

    read = reps_asked.build(session, question(viewer=rep.as_actor()))
    frozen = reps_asked.build(session, question())

    assert read.tables[-1].rows == [("A clinic that stops", "Healthcare")]
    assert "words" not in {table.name for table in frozen.tables}


def test_searches_of_others_than_sales_are_left_out_and_counted_when_asked_for(session: Session) -> None:
    ask(session, make_user(session), HEALTH)
    ask(session, make_user(session, Role.MARKETER), HEALTH)
    ask(session, make_user(session, is_test=True), HEALTH)
    ask(session, make_user(session), HEALTH, surface="agent")

    without = search_quality.build(session, question())
    with_them = search_quality.build(session, question(with_left_out=True))

    assert without.figures[0].value == 1
    assert without.left_out == dict.fromkeys(
        (ExcludedReason.NOT_SALES, ExcludedReason.TEST_ACCOUNT, ExcludedReason.AGENT), 1
    )
    assert (with_them.figures[0].value, with_them.left_out) == (4, {})


def test_every_search_succeeds_or_was_not_opened_or_found_nothing(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    find = {"asked_at": AUGUST, "conversation": Conversation.RELEVANT_MEETING.value}
    opened, used, late, ignored = (make_search(session, rep, asset, **find) for _ in range(4))
    make_search(session, rep, **find)  # nothing found
    happen(
        session,
        [
            told(EventKind.OPEN, rep, asset, AUGUST, search=opened.id, rank=1),
            told(EventKind.USE, rep, asset, AUGUST, search=used.id, account="Harbour"),
            # Three weeks later it is no longer this search that led there.
            told(EventKind.OPEN, rep, asset, AUGUST + timedelta(days=21), search=late.id, rank=1),
            told(EventKind.IMPRESSION, rep, asset, AUGUST, search=ignored.id, rank=1),
        ],
        now=NOW,
    )

    finding = search_quality.build(session, question())

    assert {figure.key: figure.value for figure in finding.figures} == {
        "settled": 5,
        "success": Fraction(2, 5),
        "no_open": Fraction(2, 5),
        "no_result": Fraction(1, 5),
        "reformulated": Fraction(0, 5),
    }
    rows = {row[0]: row[1] for row in finding.tables[0].rows}
    assert rows["Relevant Meeting"] == 5
    assert sum(int(str(count)) for count in rows.values()) == 5


def test_the_owners_open_is_no_success_and_a_repeated_open_is_one(session: Session) -> None:
    rep = make_user(session)
    own, others = make_asset(session, owner=rep), make_asset(session)
    first, again, mine = (
        make_search(session, rep, asset, asked_at=AUGUST) for asset in (others, others, own)
    )
    happen(
        session,
        [
            told(EventKind.OPEN, rep, others, AUGUST, search=first.id, rank=1),
            told(EventKind.OPEN, rep, others, AUGUST + timedelta(minutes=5), search=again.id, rank=1),
            told(EventKind.OPEN, rep, own, AUGUST, search=mine.id, rank=1),
        ],
        now=NOW,
    )

    assert search_quality.build(session, question()).figures[1].value == Fraction(2, 3)


def test_a_search_that_was_asked_anew_was_reformulated(session: Session) -> None:
    rep = make_user(session)
    first = make_search(session, rep, asked_at=AUGUST)
    make_search(session, rep, asked_at=AUGUST + timedelta(minutes=9), follows_id=first.id)

    assert search_quality.build(session, question()).figures[-1].value == Fraction(1, 2)


def test_an_empty_quarter_is_a_sentence(session: Session) -> None:
    assert search_quality.build(session, question()).lead == ["Nobody searched in this quarter."]
    assert reps_asked.build(session, question()).lead == [
        "No industry, pain or competitor was asked with by 3 or more reps."
    ]
