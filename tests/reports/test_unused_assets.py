"""The report on unused assets: each class, each list, and what the report says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.domain.assets import Audience, Status
from content_map.domain.conversations import Conversation
from content_map.domain.observation import Headline, Observed
from content_map.domain.people import Role
from content_map.domain.quarters import Quarter
from content_map.domain.unused import Evidence, Split, Stage
from content_map.domain.usage import EventKind, Feedback, OutcomeAnswer, Purpose, Surface
from content_map.errors import Invalid, NotFound
from content_map.models import Asset, AssetPeriod, User, UserPeriod
from content_map.reports.contract import Definitions, Question
from content_map.reports.unused_assets import build
from content_map.reports.unused_result import Row, UnusedReport
from content_map.services import reports
from content_map.services.usage_history import HistoricEvent
from tests.factories import make_asset, make_search, make_user
from tests.support.stories import happen, told

Q3 = Quarter(2026, 3)
START, END = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
MORNING = datetime(2026, 8, 3, 9, tzinfo=UTC)
HARBOUR = "Harbour & Vale"
USE, OPEN, IMPRESSION, OUTCOME = EventKind.USE, EventKind.OPEN, EventKind.IMPRESSION, EventKind.OUTCOME


def report(session: Session, now: datetime = NOW, definitions: Definitions | None = None) -> UnusedReport:
    return build(session, Question(Q3, definitions or Definitions(), now))


def row_of(session: Session, asset: Asset) -> Row:
    (row,) = [row for row in report(session).rows if row.asset == asset.id]
    return row


def impressions(
    asset: Asset, *people: User, each: int, surface: Surface = Surface.BROWSE
) -> Iterator[HistoricEvent]:
    """Each person sees the asset `each` times, half an hour apart."""
    for person in people:
        for time in range(each):
            at = MORNING + timedelta(minutes=30 * time)
            yield told(IMPRESSION, person, asset, at, surface=surface)


def searched_impressions(
    session: Session, asset: Asset, *people: User, each: int, rank: int
) -> Iterator[HistoricEvent]:
    above = [make_asset(session) for _ in range(rank - 1)]
    for person in people:
        search = make_search(session, person, *above, asset, asked_at=MORNING)
        for time in range(each):
            at = MORNING + timedelta(minutes=30 * time)
            yield told(IMPRESSION, person, asset, at, search=search.id, rank=rank)


def ended(session: Session, asset: Asset, reason: str) -> None:
    session.execute(update(AssetPeriod).where(AssetPeriod.asset_id == asset.id).values(end_reason=reason))


def five_reps(session: Session) -> list[User]:
    return [make_user(session) for _ in range(5)]


def test_an_asset_without_impressions_is_never_surfaced(session: Session) -> None:
    asset = make_asset(session)

    assert row_of(session, asset).stage is Stage.NEVER_SURFACED


def test_thirty_impressions_by_five_reps_without_an_open_are_passed_over(session: Session) -> None:
    asset = make_asset(session)
    happen(session, impressions(asset, *five_reps(session), each=6), now=NOW)

    row = row_of(session, asset)

    assert row.stage is Stage.PASSED_OVER
    assert (row.history.impressions, row.history.reps) == (30, 5)


def test_thirty_impressions_at_rank_five_are_passed_over_and_at_rank_six_barely_surfaced(
    session: Session,
) -> None:
    fifth, sixth = make_asset(session), make_asset(session)
    reps = five_reps(session)
    happen(session, searched_impressions(session, fifth, *reps, each=6, rank=5), now=NOW)
    happen(session, searched_impressions(session, sixth, *reps, each=6, rank=6), now=NOW)

    assert row_of(session, fifth).stage is Stage.PASSED_OVER
    assert row_of(session, sixth).stage is Stage.BARELY_SURFACED


def test_impressions_of_too_few_reps_or_too_few_times_are_barely_surfaced(session: Session) -> None:
    by_four, short = make_asset(session), make_asset(session)
    reps = five_reps(session)
    happen(session, impressions(by_four, *reps[:4], each=8), now=NOW)
    happen(session, [*impressions(short, *reps, each=6)][1:], now=NOW)

    assert row_of(session, by_four).stage is Stage.BARELY_SURFACED
    assert row_of(session, short).stage is Stage.BARELY_SURFACED
    assert row_of(session, short).history.impressions == 29


def test_the_thresholds_are_settings(session: Session) -> None:
    asset = make_asset(session)
    happen(session, impressions(asset, *five_reps(session)[:2], each=1), now=NOW)
    settings = Settings(passed_over_impressions=2, passed_over_reps=2)

    built = report(session, definitions=Definitions.from_settings(settings))

    assert built.rows[0].stage is Stage.PASSED_OVER
    assert built.as_json()["definitions"]["passed_over_impressions"] == 2


def test_an_open_from_a_direct_link_is_opened_not_used(session: Session) -> None:
    asset = make_asset(session)
    happen(session, [told(OPEN, make_user(session), asset, MORNING, surface=Surface.DIRECT)], now=NOW)

    row = row_of(session, asset)

    assert (row.stage, row.diagnosis.split) == (Stage.OPENED_NOT_USED, Split.READ_ONLY)


def test_a_download_right_after_the_open_was_taken_away(session: Session) -> None:
    """As an open it only repeats the first; as a thing taken along it counts."""
    rep, asset = make_user(session), make_asset(session)
    later = MORNING + timedelta(minutes=1)
    happen(session, [told(OPEN, rep, asset, MORNING), told(EventKind.DOWNLOAD, rep, asset, later)], now=NOW)

    row = row_of(session, asset)

    assert (row.history.opens, row.diagnosis.split) == (1, Split.TAKEN_AWAY)


def test_a_use_without_a_known_outcome_is_used(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    happen(session, [told(USE, rep, asset, MORNING, account=HARBOUR)], now=NOW)

    row = row_of(session, asset)

    assert row.stage is Stage.USED
    assert (row.history.uses, row.history.accounts, row.diagnosis.evidence) == (1, 1, Evidence.API)


def test_the_strongest_evidence_is_named(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    by_hand = told(USE, rep, asset, MORNING, account=HARBOUR, surface=Surface.DIRECT)
    taken = told(
        EventKind.DOWNLOAD,
        rep,
        asset,
        MORNING,
        account=HARBOUR,
        purpose=Purpose.CUSTOMER,
        surface=Surface.DIRECT,
    )
    happen(session, [by_hand], now=NOW)
    logged = row_of(session, asset).diagnosis.evidence

    happen(session, [taken], now=NOW)

    assert logged is Evidence.LOGGED_BY_HAND
    assert row_of(session, asset).diagnosis.evidence is Evidence.SENT_OR_TAILORED


@pytest.mark.parametrize(
    ("conversation", "days", "stage"),
    [
        (Conversation.RELEVANT_MEETING, 90, Stage.USED_WITH_OUTCOME),
        (Conversation.RELEVANT_MEETING, 91, Stage.USED),
        (Conversation.DEFINITION_OF_SUCCESS, 108, Stage.USED_WITH_OUTCOME),
        (Conversation.TANGIBLE_VALUE, 108, Stage.USED_WITH_OUTCOME),
    ],
)
def test_an_outcome_by_account_reaches_back_ninety_days_and_longer_late(
    session: Session, conversation: Conversation, days: int, stage: Stage
) -> None:
    rep, asset = make_user(session), make_asset(session, conversation=conversation)
    answer = told(
        OUTCOME,
        rep,
        None,
        MORNING + timedelta(days=days),
        account=HARBOUR,
        conversation=conversation,
        outcome=OutcomeAnswer.REACHED,
    )
    happen(session, [told(USE, rep, asset, MORNING, account=HARBOUR), answer], now=NOW)

    assert row_of(session, asset).stage is stage


def test_an_outcome_applies_to_the_callers_own_uses_alone(session: Session) -> None:
    rep, other, asset = make_user(session), make_user(session), make_asset(session)
    answer = told(
        OUTCOME,
        other,
        None,
        MORNING + timedelta(days=1),
        account=HARBOUR,
        conversation=Conversation.POINT_OF_VIEW,
        outcome=OutcomeAnswer.REACHED,
    )
    happen(session, [told(USE, rep, asset, MORNING, account=HARBOUR), answer], now=NOW)

    assert row_of(session, asset).stage is Stage.USED


def test_the_latest_answer_counts_whatever_arrives_last(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    use = told(USE, rep, asset, MORNING, account=HARBOUR)
    day = timedelta(days=1)
    not_yet = told(OUTCOME, rep, None, MORNING + day, use=use.event.id, outcome=OutcomeAnswer.NOT)
    reached = told(OUTCOME, rep, None, MORNING + 2 * day, use=use.event.id, outcome=OutcomeAnswer.REACHED)
    happen(session, [use, reached], now=NOW)

    happen(session, [not_yet], now=NOW)

    assert row_of(session, asset).stage is Stage.USED_WITH_OUTCOME


def test_an_answer_after_the_quarter_belongs_to_the_quarter_of_its_use(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    use = told(USE, rep, asset, END - timedelta(hours=1), account=HARBOUR)
    answer = told(
        OUTCOME, rep, None, END + timedelta(days=3), use=use.event.id, outcome=OutcomeAnswer.REACHED
    )
    happen(session, [use, answer], now=NOW)

    assert row_of(session, asset).stage is Stage.USED_WITH_OUTCOME


def test_an_answer_by_account_says_nothing_of_uses_after_it(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    early = told(
        OUTCOME,
        rep,
        None,
        MORNING - timedelta(seconds=1),
        account=HARBOUR,
        conversation=Conversation.POINT_OF_VIEW,
        outcome=OutcomeAnswer.REACHED,
    )
    happen(session, [early, told(USE, rep, asset, MORNING, account=HARBOUR)], now=NOW)

    assert row_of(session, asset).stage is Stage.USED


def test_of_two_answers_at_one_instant_the_greater_id_counts(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    use = told(USE, rep, asset, MORNING, account=HARBOUR)
    small, large = sorted([str(uuid4()), str(uuid4())])
    said = {large: OutcomeAnswer.REACHED, small: OutcomeAnswer.NOT}
    answers = [
        told(OUTCOME, rep, None, MORNING, id=id_, use=use.event.id, outcome=answer)
        for id_, answer in said.items()
    ]
    happen(session, [use, *answers], now=NOW)

    assert row_of(session, asset).stage is Stage.USED_WITH_OUTCOME


def test_the_owner_and_marketing_cannot_make_an_asset_used(session: Session) -> None:
    owner, marketer = make_user(session, Role.MANAGER), make_user(session, Role.MARKETER)
    asset = make_asset(session, owner=owner)
    happen(
        session,
        [
            told(USE, owner, asset, MORNING, account=HARBOUR),
            told(USE, marketer, asset, MORNING, account=HARBOUR),
        ],
        now=NOW,
    )

    assert row_of(session, asset).stage is Stage.NEVER_SURFACED


def test_events_at_the_quarters_edges_belong_to_one_quarter(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    second = timedelta(seconds=1)
    happen(
        session,
        [
            told(USE, rep, asset, START - second, account=HARBOUR),
            told(USE, rep, asset, START, account=HARBOUR),
            told(USE, rep, asset, END - second, account=HARBOUR),
            told(USE, rep, asset, END, account=HARBOUR),
        ],
        now=NOW,
    )

    assert row_of(session, asset).history.uses == 2


@pytest.mark.parametrize(
    ("live_from", "live_until", "reason", "days"),
    [
        (END - timedelta(days=29, hours=23), None, "new", 29),
        (datetime(2020, 1, 1, tzinfo=UTC), START + timedelta(days=29), "archived", 29),
    ],
)
def test_under_thirty_days_is_listed_apart_with_its_reason(
    session: Session, live_from: datetime, live_until: datetime | None, reason: str, days: int
) -> None:
    asset = make_asset(session, live_from=live_from, live_until=live_until)
    if live_until is not None:
        ended(session, asset, "archived")
        asset.status = Status.ARCHIVED
        session.flush()

    built = report(session)

    (short,) = built.as_json()["too_new"]
    assert built.eligible == 0
    assert (short["asset"], short["reason"], short["days_live"]) == (asset.id, reason, days)


def test_an_asset_archived_after_thirty_days_stays_in(session: Session) -> None:
    """Archiving must not better the rate."""
    asset = make_asset(session, live_until=START + timedelta(days=30))
    asset.status = Status.ARCHIVED
    session.flush()

    assert report(session).unused == 1


def test_drafts_are_in_no_list_and_internal_assets_in_their_own(session: Session) -> None:
    make_asset(session, status=Status.DRAFT)
    internal = make_asset(session, audience=Audience.INTERNAL)

    built = report(session)

    assert (built.rows, built.too_new) == ((), ())
    assert [row.asset for row in built.internal] == [internal.id]


def test_conversation_and_owner_are_those_of_the_last_live_instant(session: Session) -> None:
    first, second = make_user(session, Role.MARKETER), make_user(session, Role.MARKETER, name="Ines Duarte")
    change = MORNING
    asset = make_asset(session, owner=first, live_until=change)
    ended(session, asset, "changed")
    session.add(
        AssetPeriod(
            asset_id=asset.id,
            starts_at=change,
            owner_id=second.id,
            conversation=Conversation.TANGIBLE_VALUE,
            audience=Audience.CUSTOMER,
        )
    )
    session.flush()

    (row,) = report(session).as_json()["rows"]

    assert row["owner"] == {"id": second.id, "name": "Ines Duarte"}
    assert (row["conversation"], row["days_live"]) == ("tangible-value", 92)


def test_the_observed_line_counts_sales_users_alone(session: Session) -> None:
    searcher, user, _idle = make_user(session), make_user(session, Role.MANAGER), make_user(session)
    marketer, tester = make_user(session, Role.MARKETER), make_user(session, is_test=True)
    asset = make_asset(session)
    for person in (searcher, searcher, marketer, tester):
        make_search(session, person, asset, asked_at=MORNING)
    make_search(session, searcher, asset, asked_at=MORNING, surface="agent")
    happen(session, [told(USE, user, asset, MORNING, account=HARBOUR)], now=NOW)

    observed = report(session).observed

    assert observed == Observed(active=3, searched=1, searches=2, accounts=1, used=1)
    assert observed.is_too_little


def test_who_left_before_and_came_after_the_quarter_is_not_active(session: Session) -> None:
    gone, new, left_since = make_user(session), make_user(session), make_user(session, is_active=False)
    for person in (gone, new):
        session.execute(delete(UserPeriod).where(UserPeriod.user_id == person.id))
    session.add(UserPeriod(user_id=gone.id, role="rep", starts_at=START - timedelta(days=9), ends_at=START))
    session.add(UserPeriod(user_id=gone.id, role="analyst", starts_at=START))
    session.add(UserPeriod(user_id=new.id, role="rep", starts_at=END))
    new.created_at = END
    session.flush()

    assert report(session).observed.active == 0

    make_search(session, left_since, asked_at=MORNING)

    assert report(session).observed.active == 1


def test_of_the_used_those_by_one_rep_are_counted(session: Session) -> None:
    rep, other = make_user(session), make_user(session)
    alone, both, _unused = make_asset(session), make_asset(session), make_asset(session)
    happen(
        session,
        [told(USE, person, asset, MORNING, account=HARBOUR) for person in (rep, other) for asset in (both,)]
        + [told(USE, rep, alone, MORNING, account=account) for account in (HARBOUR, "Northwind")],
        now=NOW,
    )

    assert report(session).headline == Headline(unused=1, eligible=3, used=2, by_one_rep_only=1)


def test_more_than_ten_uses_within_ten_minutes_are_marked(session: Session) -> None:
    rep, fast, calm = make_user(session), make_asset(session), make_asset(session)
    minute = timedelta(minutes=1)
    burst = [told(USE, rep, fast, MORNING + minute * n, account=HARBOUR) for n in range(11)]
    slow = [told(USE, rep, calm, MORNING + timedelta(days=1 + n), account=HARBOUR) for n in range(11)]
    happen(session, [*burst, *slow], now=NOW)

    assert report(session).as_json()["marked"] == {fast.id: 11}


def test_the_quarter_before_stands_beside_the_headline(session: Session) -> None:
    rep = make_user(session)
    asset = make_asset(session, live_from=datetime(2026, 4, 1, tzinfo=UTC))
    happen(session, [told(USE, rep, asset, START - timedelta(days=1), account=HARBOUR)], now=NOW)

    built = report(session)

    assert built.previous == Headline(unused=0, eligible=1, used=1, by_one_rep_only=1)
    assert built.headline.unused == 1


def test_the_first_quarter_has_none_before_it(session: Session) -> None:
    make_asset(session, live_from=START)

    assert report(session).previous is None


def test_feedback_chooses_the_cure(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    happen(
        session,
        [
            told(OPEN, rep, asset, MORNING),
            told(EventKind.NOT_USED, rep, asset, MORNING, account=HARBOUR, feedback=Feedback.DO_NOT_KNOW_HOW),
        ],
        now=NOW,
    )

    cure = row_of(session, asset).diagnosis.cure

    assert cure is not None
    assert "teach it" in cure.sentence


def test_a_running_quarter_is_counted_to_date(session: Session) -> None:
    asset = make_asset(session, live_from=START)
    now = START + timedelta(days=40)

    built = report(session, now=now)

    assert built.question.is_to_date
    assert [(row.asset, row.standing.days_live) for row in built.rows] == [(asset.id, 40)]


def test_the_rows_have_exactly_the_contracts_fields(session: Session) -> None:
    asset = make_asset(session, title="Late deliveries, told in money")

    written = report(session).as_json()

    assert ",".join(written["rows"][0]) == (
        "asset,title,conversation,owner,class,days_live,impressions,reps,opens,uses,outcomes,accounts,evidence"
    )
    assert (written["quarter"], written["from"], written["to"]) == (
        "2026-Q3",
        "2026-07-01T00:00:00Z",
        "2026-10-01T00:00:00Z",
    )
    assert written["rows"][0]["asset"] == asset.id
    assert [len(each["classes"]) for each in written["by_conversation"]] == [6] * 5


def test_the_quarter_follows_time_zone_and_fiscal_year(session: Session) -> None:
    settings = Settings(time_zone="Europe/Berlin", fiscal_year_start=2)
    analyst = make_user(session, Role.ANALYST)

    result = reports.run(
        session, "unused-assets", "2026-Q3", actor=analyst.as_actor(), settings=settings, now=NOW
    )

    written = reports.as_json(result)
    # The year that begins in February 2025 ends in 2026; its third quarter is August to October 2025.
    assert (written["from"], written["to"]) == ("2025-07-31T22:00:00Z", "2025-10-31T23:00:00Z")


@pytest.mark.parametrize("text", ["2026-Q5", "2026Q3", "", "next", "2027-Q1"])
def test_a_wrong_or_future_quarter_is_refused_in_words(session: Session, text: str) -> None:
    rep = make_user(session)

    with pytest.raises(Invalid) as refused:
        reports.run(session, "unused-assets", text, actor=rep.as_actor(), settings=Settings(), now=NOW)

    assert refused.value.errors[0].pointer == "/quarter"


def test_an_unknown_report_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound, match="unused-assets"):
        reports.run(
            session, "used", "2026-Q3", actor=make_user(session).as_actor(), settings=Settings(), now=NOW
        )


@pytest.mark.parametrize("role", list(Role))
def test_everybody_may_read_it(session: Session, role: Role) -> None:
    assert "unused-assets" in [each.name for each in reports.names(make_user(session, role).as_actor())]


def test_no_cell_of_the_csv_is_a_formula(session: Session) -> None:
    for start in ("=", "+", "-", "@", "\t", "\r"):
        make_asset(session, title=f"{start}1+1")
    result = reports.run(
        session, "unused-assets", "2026-Q3", actor=make_user(session).as_actor(), settings=Settings(), now=NOW
    )

    written = reports.written(result, "csv")

    assert written.startswith(b"\xef\xbb\xbfasset,title,conversation,owner,class,")
    titles = {line.split(",")[1].strip('"') for line in written.decode("utf-8-sig").split("\r\n")[1:] if line}
    assert titles == {f"'{start}1+1" for start in ("=", "+", "-", "@", "\t", "\r")}


def test_under_none_no_person_but_the_owner_is_named(session: Session) -> None:
    rep = make_user(session, name="Kim Unmistakable")
    owner = make_user(session, Role.MARKETER, name="Ola Owner")
    asset = make_asset(session, owner=owner)
    search = make_search(session, rep, asset, asked_at=MORNING)
    happen(
        session,
        [
            told(IMPRESSION, rep, asset, MORNING, search=search.id, rank=1),
            told(USE, rep, asset, MORNING, account=HARBOUR, id=str(uuid4())),
        ],
        now=NOW,
    )

    written = str(report(session).as_json())

    assert "Ola Owner" in written
    assert "Unmistakable" not in written
    assert rep.id not in written
