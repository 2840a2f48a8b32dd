"""What becomes of a reported event: stored once, left out of the counts, or refused with a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.assets import Audience, Status
from content_map.domain.conversations import Conversation
from content_map.domain.events import EVENTS_AT_ONCE, ReportedEvent
from content_map.domain.people import Role
from content_map.domain.usage import EventKind, Feedback, How, OutcomeAnswer, Purpose, Surface
from content_map.errors import Invalid, TooLarge
from content_map.models import Account, UsageEvent, User, UserPeriod
from content_map.services import usage
from content_map.services.usage import Recorded
from tests.factories import LONG_AGO, make_account, make_asset, make_search, make_user

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
USE, OPEN, IMPRESSION = EventKind.USE, EventKind.OPEN, EventKind.IMPRESSION


def record(
    session: Session, person: User, *events: ReportedEvent, now: datetime = NOW, people: str = "none"
) -> Recorded:
    return usage.record(
        session,
        events,
        surface_default=Surface.DIRECT,
        people_in_reports=people,
        actor=person.as_actor(),
        now=now,
    )


def an_event(kind: EventKind = OPEN, **given: object) -> ReportedEvent:
    return ReportedEvent(**{"id": str(uuid4()), "kind": kind, **given})  # type: ignore[arg-type]


def stored(session: Session, event: ReportedEvent) -> UsageEvent:
    return session.get_one(UsageEvent, event.id, populate_existing=True)


def assert_refused(recorded: Recorded) -> tuple[str, str]:
    (rejected,) = recorded.rejected
    assert recorded.accepted == 0
    return rejected.pointer, rejected.detail


def counted(session: Session) -> Sequence[str]:
    rows = select(UsageEvent.id).where(UsageEvent.excluded_reason.is_(None)).order_by(UsageEvent.id)
    return session.scalars(rows).all()


def test_a_recorded_open_has_its_defaults_filled(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    event = an_event(asset=asset.id)

    recorded = record(session, rep, event)

    row = stored(session, event)
    assert recorded == Recorded(1, 0, ())
    assert (row.actor_id, row.actor_role, row.surface, row.version) == (rep.id, "rep", "direct", 1)
    assert (row.occurred_at, row.received_at, row.excluded_reason) == (NOW, NOW, None)


def test_an_event_sent_twice_counts_once(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    event = an_event(asset=asset.id)
    record(session, rep, event)

    again = record(session, rep, event, event)

    assert again == Recorded(0, 2, ())


def test_an_id_twice_in_one_batch_counts_once_however_it_is_written(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    id_ = uuid4()
    events = [
        ReportedEvent(id=str(id_), kind=OPEN, asset=asset.id),
        ReportedEvent(id=id_.hex.upper(), kind=OPEN, asset=asset.id),
    ]

    recorded = record(session, rep, *events)

    assert recorded == Recorded(1, 1, ())
    assert counted(session) == [str(id_)]


def test_a_repeat_within_the_half_hour_is_accepted_and_not_counted(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    first = an_event(asset=asset.id, occurred_at=NOW - timedelta(minutes=30))  # 08:30
    second = an_event(asset=asset.id, occurred_at=NOW - timedelta(seconds=1))  # 08:59:59
    third = an_event(asset=asset.id, occurred_at=NOW)  # 09:00: the next half-hour

    recorded = record(session, rep, first, second, third)

    assert recorded.accepted == 3
    assert counted(session) == sorted([first.id, third.id])
    assert stored(session, second).excluded_reason == "repeat"


def test_the_earliest_counts_even_when_it_arrives_last(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    late = an_event(asset=asset.id, occurred_at=NOW - timedelta(minutes=1))
    early = an_event(asset=asset.id, occurred_at=NOW - timedelta(minutes=2))
    record(session, rep, late)

    record(session, rep, early)

    assert counted(session) == [early.id]
    assert stored(session, late).excluded_reason == "repeat"


def test_at_the_same_instant_the_smallest_id_counts(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    small, large = sorted([an_event(asset=asset.id), an_event(asset=asset.id)], key=lambda each: each.id)
    record(session, rep, large)

    record(session, rep, small)

    assert counted(session) == [small.id]


def test_impressions_and_opens_count_apart_and_a_bare_download_is_an_open(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    impression = an_event(IMPRESSION, asset=asset.id, occurred_at=NOW - timedelta(minutes=3))
    download = an_event(EventKind.DOWNLOAD, asset=asset.id, occurred_at=NOW - timedelta(minutes=2))
    opened = an_event(asset=asset.id, occurred_at=NOW - timedelta(minutes=1))

    record(session, rep, impression, download, opened)

    assert counted(session) == sorted([impression.id, download.id])


def test_a_repeat_is_told_per_person_and_asset(session: Session) -> None:
    rep, other = make_user(session), make_user(session)
    asset, second = make_asset(session), make_asset(session)

    record(session, rep, an_event(asset=asset.id), an_event(asset=second.id))
    record(session, other, an_event(asset=asset.id))

    assert len(counted(session)) == 3


@pytest.mark.parametrize(
    ("role", "reason"),
    [
        (Role.REP, None),
        (Role.MANAGER, None),
        (Role.MARKETER, "not_sales"),
        (Role.ANALYST, "not_sales"),
        (Role.ADMIN, "not_sales"),
    ],
)
def test_only_sales_users_count(session: Session, role: Role, reason: str | None) -> None:
    person, asset = make_user(session, role), make_asset(session)
    event = an_event(asset=asset.id)

    record(session, person, event)

    assert stored(session, event).excluded_reason == reason


def test_the_role_at_the_time_decides_not_the_present_one(session: Session) -> None:
    person, asset = make_user(session, Role.REP), make_asset(session)
    period = session.scalars(select(UserPeriod).where(UserPeriod.user_id == person.id)).one()
    period.ends_at = NOW - timedelta(hours=1)
    session.flush()
    session.add(UserPeriod(user_id=person.id, role="marketer", starts_at=NOW - timedelta(hours=1)))
    person.role = "marketer"
    session.flush()
    before = an_event(asset=asset.id, occurred_at=NOW - timedelta(hours=2))
    after = an_event(asset=asset.id)

    record(session, person, before, after)

    assert (stored(session, before).actor_role, stored(session, before).excluded_reason) == ("rep", None)
    assert (stored(session, after).actor_role, stored(session, after).excluded_reason) == (
        "marketer",
        "not_sales",
    )


def test_an_owners_own_open_never_counts_and_never_hides_anothers(session: Session) -> None:
    owner = make_user(session, Role.MANAGER)
    asset = make_asset(session, owner=owner)
    event = an_event(asset=asset.id)

    record(session, owner, event)

    assert stored(session, event).excluded_reason == "own"


def test_test_accounts_and_agents_keep_their_rows_without_counting(session: Session) -> None:
    tester, rep, asset = make_user(session, is_test=True), make_user(session), make_asset(session)
    by_tester, by_agent = an_event(asset=asset.id), an_event(asset=asset.id, surface=Surface.AGENT)

    record(session, tester, by_tester)
    record(session, rep, by_agent)

    assert stored(session, by_tester).excluded_reason == "test_account"
    assert stored(session, by_agent).excluded_reason == "agent"


def test_an_excluded_event_leaves_the_half_hour_to_the_next(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    by_agent = an_event(asset=asset.id, surface=Surface.AGENT, occurred_at=NOW - timedelta(minutes=2))
    by_hand = an_event(asset=asset.id, occurred_at=NOW - timedelta(minutes=1))

    record(session, rep, by_agent, by_hand)

    assert counted(session) == [by_hand.id]


def test_an_impression_in_search_is_accepted_where_it_was_served(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    search = make_search(session, rep, asset)
    event = an_event(IMPRESSION, asset=asset.id, search=search.id, rank=1)

    recorded = record(session, rep, event)

    assert recorded.accepted == 1
    assert (stored(session, event).surface, stored(session, event).rank) == ("search", 1)


def test_an_impression_of_what_the_search_did_not_serve_is_refused(session: Session) -> None:
    rep, served, other = make_user(session), make_asset(session), make_asset(session)
    search = make_search(session, rep, served)

    recorded = record(session, rep, an_event(IMPRESSION, asset=other.id, search=search.id, rank=1))

    assert assert_refused(recorded) == ("/asset", "That search did not show this asset.")


def test_a_search_of_somebody_else_is_refused(session: Session) -> None:
    rep, other, asset = make_user(session), make_user(session), make_asset(session)
    search = make_search(session, other, asset)

    recorded = record(session, rep, an_event(IMPRESSION, asset=asset.id, search=search.id, rank=1))

    assert assert_refused(recorded) == ("/search", "This is not one of your searches.")


def test_an_impression_in_search_needs_search_and_rank(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)

    recorded = record(session, rep, an_event(IMPRESSION, asset=asset.id, surface=Surface.SEARCH))

    (rejected,) = recorded.rejected
    assert [each.pointer for each in rejected.problems] == ["/search", "/rank"]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.ARCHIVED])
def test_a_rep_cannot_report_on_what_reps_cannot_see(session: Session, status: Status) -> None:
    rep, asset = make_user(session), make_asset(session, status=status)

    recorded = record(session, rep, an_event(asset=asset.id))

    assert assert_refused(recorded) == ("/asset", "There is no such asset, or it is not published.")


def test_an_unknown_asset_is_refused_with_the_same_sentence(session: Session) -> None:
    recorded = record(session, make_user(session), an_event(asset="0" * 32))

    assert assert_refused(recorded) == ("/asset", "There is no such asset, or it is not published.")


def test_what_was_live_when_it_happened_may_arrive_after_the_archive(session: Session) -> None:
    """A phone without a signal reports in the evening what marketing archived at noon."""
    rep = make_user(session)
    asset = make_asset(session, live_until=NOW - timedelta(hours=3))
    asset.status = Status.ARCHIVED
    session.flush()

    recorded = record(session, rep, an_event(asset=asset.id, occurred_at=NOW - timedelta(hours=4)))

    assert recorded.accepted == 1


def test_the_future_and_the_distant_past_are_refused(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    events = [
        an_event(asset=asset.id, occurred_at=NOW + timedelta(minutes=6)),
        an_event(asset=asset.id, occurred_at=NOW - timedelta(days=14, seconds=1)),
        an_event(asset=asset.id, occurred_at=NOW - timedelta(days=14)),
    ]

    recorded = record(session, rep, *events)

    assert recorded.accepted == 1
    assert [(each.index, each.pointer) for each in recorded.rejected] == [
        (0, "/occurred_at"),
        (1, "/occurred_at"),
    ]


def test_an_event_known_already_is_a_duplicate_even_when_it_is_too_old_now(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    event = an_event(asset=asset.id, occurred_at=NOW)
    record(session, rep, event)

    again = record(session, rep, event, now=NOW + timedelta(days=20))

    assert again == Recorded(0, 1, ())


def test_a_use_makes_its_account_and_takes_the_assets_conversation(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session, conversation=Conversation.POINT_OF_VIEW)
    event = an_event(USE, asset=asset.id, account="  Harbour  &  Vale ")

    record(session, rep, event)

    row = stored(session, event)
    account = session.get_one(Account, row.account_id)
    assert (account.name, account.name_key) == ("Harbour & Vale", "harbour & vale")
    assert (row.conversation, row.how) == ("point-of-view", "prepared")


def test_a_use_takes_the_conversation_the_search_was_made_for(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session, conversation=Conversation.POINT_OF_VIEW)
    search = make_search(session, rep, asset, prefer=Conversation.RELEVANT_MEETING)
    by_search = an_event(USE, asset=asset.id, search=search.id, account="Harbour & Vale")
    by_hand = an_event(
        USE,
        asset=asset.id,
        search=search.id,
        account="Harbour & Vale",
        conversation=Conversation.TANGIBLE_VALUE,
        how=How.PRESENTED,
    )

    record(session, rep, by_search, by_hand)

    assert (stored(session, by_search).conversation, stored(session, by_search).rank) == (
        "relevant-meeting",
        1,
    )
    assert stored(session, by_search).how == "other"
    assert (stored(session, by_hand).conversation, stored(session, by_hand).how) == (
        "tangible-value",
        "presented",
    )


def test_two_uses_in_a_half_hour_both_count(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)

    record(
        session,
        rep,
        an_event(USE, asset=asset.id, account="Harbour & Vale"),
        an_event(USE, asset=asset.id, account="Northwind"),
    )

    assert len(counted(session)) == 2


@pytest.mark.parametrize("account", [None, "", "   ", "—", "a\x00b", "f" * 32, "x" * 201])
def test_a_use_without_an_account_that_can_be_one_is_refused(session: Session, account: str | None) -> None:
    rep, asset = make_user(session), make_asset(session)

    recorded = record(session, rep, an_event(USE, asset=asset.id, account=account))

    assert assert_refused(recorded)[0] == "/account"
    assert session.scalars(select(Account)).all() == []


def test_an_account_is_found_by_id_and_by_any_spelling(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    account = make_account(session, "Harbour & Vale")
    events = [
        an_event(USE, asset=asset.id, account=account.id),
        an_event(USE, asset=asset.id, account="HARBOUR &  VALE"),
        an_event(USE, asset=asset.id, account="Ｈarbour & Vale"),
    ]

    record(session, rep, *events)

    assert {stored(session, each).account_id for each in events} == {account.id}


def test_a_refused_event_leaves_no_account_behind(session: Session) -> None:
    rep = make_user(session)

    record(session, rep, an_event(USE, asset="0" * 32, account="Nobody Ltd"))

    assert session.scalars(select(Account)).all() == []


def test_an_internal_asset_is_read_and_prepared_but_never_taken_to_a_customer(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session, audience=Audience.INTERNAL)
    account = make_account(session)
    for_customer = an_event(EventKind.DOWNLOAD, asset=asset.id, purpose=Purpose.CUSTOMER, account=account.id)
    tailored = an_event(EventKind.TAILORED, asset=asset.id, account=account.id)

    recorded = record(
        session,
        rep,
        for_customer,
        tailored,
        an_event(EventKind.DOWNLOAD, asset=asset.id),
        an_event(USE, asset=asset.id, account=account.id),
    )

    assert recorded.accepted == 2
    assert [(each.index, each.pointer) for each in recorded.rejected] == [(0, "/asset"), (1, "/asset")]


@pytest.mark.parametrize("kind", [EventKind.SHARE_CREATED, EventKind.SHARE_VIEWED])
def test_what_the_product_sees_itself_cannot_be_reported(session: Session, kind: EventKind) -> None:
    rep, asset = make_user(session), make_asset(session)

    recorded = record(session, rep, an_event(kind, asset=asset.id, account="Harbour & Vale"))

    assert assert_refused(recorded)[0] == "/kind"


def test_an_outcome_may_name_a_use_of_the_same_batch_in_any_order(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    use = an_event(USE, asset=asset.id, account="Harbour & Vale")
    outcome = an_event(EventKind.OUTCOME, use=use.id.upper(), outcome=OutcomeAnswer.REACHED)

    recorded = record(session, rep, outcome, use)

    row = stored(session, outcome)
    assert recorded.accepted == 2
    assert (row.use_id, row.asset_id, row.conversation) == (use.id, asset.id, "point-of-view")
    assert row.account_id == stored(session, use).account_id


def test_an_outcome_that_names_a_use_makes_no_account_of_another_name(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    use = an_event(USE, asset=asset.id, account="Harbour & Vale")
    outcome = an_event(
        EventKind.OUTCOME, use=use.id, outcome=OutcomeAnswer.REACHED, account="Nobody's customer"
    )

    record(session, rep, use)
    record(session, rep, outcome)

    assert stored(session, outcome).account_id == stored(session, use).account_id
    assert session.scalars(select(Account.name)).all() == ["Harbour & Vale"]


def test_an_outcome_of_somebody_elses_use_is_refused(session: Session) -> None:
    rep, other, asset = make_user(session), make_user(session), make_asset(session)
    use = an_event(USE, asset=asset.id, account="Harbour & Vale")
    record(session, other, use)

    recorded = record(session, rep, an_event(EventKind.OUTCOME, use=use.id, outcome=OutcomeAnswer.REACHED))

    assert assert_refused(recorded) == ("/use", "There is no such use of yours.")


@pytest.mark.parametrize("use", ["not-a-uuid", "5b0f6a3e-0d6f-4c1f-9d2e-6a1f0c9f7b11"])
def test_an_outcome_of_an_unknown_use_is_refused(session: Session, use: str) -> None:
    recorded = record(
        session, make_user(session), an_event(EventKind.OUTCOME, use=use, outcome=OutcomeAnswer.NOT)
    )

    assert assert_refused(recorded) == ("/use", "There is no such use of yours.")


def test_an_open_is_no_use_that_an_outcome_could_name(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    opened = an_event(asset=asset.id)
    record(session, rep, opened)

    recorded = record(session, rep, an_event(EventKind.OUTCOME, use=opened.id, outcome=OutcomeAnswer.NOT))

    assert assert_refused(recorded)[0] == "/use"


def test_an_outcome_by_account_needs_no_asset(session: Session) -> None:
    rep = make_user(session)
    outcome = an_event(
        EventKind.OUTCOME,
        account="Harbour & Vale",
        conversation=Conversation.RELEVANT_MEETING,
        outcome=OutcomeAnswer.PENDING,
    )

    recorded = record(session, rep, outcome)

    assert recorded.accepted == 1
    assert stored(session, outcome).asset_id is None


def test_not_used_keeps_its_reason(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    event = an_event(
        EventKind.NOT_USED, asset=asset.id, account="Harbour & Vale", feedback=Feedback.MEETING_MOVED
    )

    record(session, rep, event)

    assert stored(session, event).feedback == "meeting_moved"


def test_no_reading_seconds_are_kept_of_employees_under_none(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    kept_out = an_event(EventKind.PAGE_VIEWED, asset=asset.id, page=2, seconds=40)
    kept = an_event(EventKind.PAGE_VIEWED, asset=asset.id, page=2, seconds=40)

    record(session, rep, kept_out, people="none")
    record(session, rep, kept, people="team")

    assert stored(session, kept_out).seconds is None
    assert stored(session, kept).seconds == 40


def test_one_bad_event_does_not_take_the_others_along(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)

    recorded = record(
        session, rep, an_event(asset=asset.id), an_event(asset=None), an_event(USE, asset=asset.id)
    )

    assert recorded.accepted == 1
    assert [each.index for each in recorded.rejected] == [1, 2]


@pytest.mark.parametrize(
    "given",
    [
        {"id": "1"},
        {"id": "\x00"},
        {"asset": "\x00"},
        {"search": "\ud800"},
        {"text": "a\x00b", "kind": EventKind.FEEDBACK},
        {"rank": 2**40},
        {"page": 2**40, "kind": EventKind.PAGE_VIEWED},
    ],
)
def test_garbage_is_refused_in_words(session: Session, given: dict[str, object]) -> None:
    asset = make_asset(session)

    recorded = record(session, make_user(session), an_event(**{"asset": asset.id, **given}))  # type: ignore[arg-type]

    assert assert_refused(recorded)[1].endswith(".")


def test_a_batch_over_the_limit_is_refused_whole(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)

    with pytest.raises(TooLarge, match="at most"):
        record(session, rep, *[an_event(asset=asset.id)] * (EVENTS_AT_ONCE + 1))

    assert counted(session) == []


def test_a_single_act_is_refused_by_an_error(session: Session) -> None:
    with pytest.raises(Invalid) as refused:
        usage.record_one(
            session,
            an_event(USE, asset="0" * 32),
            surface_default=Surface.DIRECT,
            people_in_reports="none",
            actor=make_user(session).as_actor(),
            now=NOW,
        )

    assert [each.pointer for each in refused.value.errors] == ["/account"]


def test_two_hundred_impressions_take_a_handful_of_statements(session: Session) -> None:
    rep = make_user(session)
    assets = [make_asset(session) for _ in range(10)]
    searches = [make_search(session, rep, *assets) for _ in range(20)]
    events = [
        an_event(
            IMPRESSION,
            asset=asset.id,
            search=search.id,
            rank=rank,
            occurred_at=LONG_AGO.replace(year=2026, month=11, day=20) + timedelta(minutes=30 * hour),
        )
        for hour, search in enumerate(searches)
        for rank, asset in enumerate(assets, start=1)
    ]
    statements: list[str] = []
    connection = session.connection()
    sqlalchemy_event.listen(connection, "before_cursor_execute", lambda *told: statements.append(told[2]))

    recorded = record(session, rep, *events)

    assert recorded.accepted == 200
    assert len(statements) <= 12
