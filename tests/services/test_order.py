"""The library stays in order: reviews, reminders, what waits, the weekly digest, and owners who leave."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.domain.conversations import Conversation
from content_map.domain.people import Role
from content_map.domain.reviewing import REMINDER_DAYS, months_later, reminder_due
from content_map.errors import Invalid, NotAllowed
from content_map.models import Asset, AssetPeriod, AssetTerm, Notification, User
from content_map.services import audit, digests, mail_wishes, reviews, users, waiting
from content_map.services.waiting import Queue
from tests.factories import LONG_AGO, make_asset, make_term, make_user

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)  # a Saturday
TODAY = NOW.date()
LONDON = ZoneInfo("Europe/London")


def told(session: Session, person: User) -> list[str]:
    mine = select(Notification).where(Notification.user_id == person.id)
    return [each.message for each in session.scalars(mine.order_by(Notification.created_at, Notification.id))]


def test_still_right_moves_the_review_and_leaves_a_trace(session: Session) -> None:
    marketer = make_user(session, Role.MARKETER)
    admin = make_user(session, Role.ADMIN).as_actor()
    asset = make_asset(session, owner=marketer, review_by=date(2026, 11, 30))

    confirmed = reviews.confirm(session, asset.id, months=6, today=TODAY, actor=marketer.as_actor(), now=NOW)

    entry = audit.listed(session, limit=1, actor=admin).items[0]
    assert (confirmed.review_by, confirmed.reviewed_at) == (date(2027, 5, 21), NOW)
    assert (entry.action, entry.changes) == ("asset.reviewed", {"review_by": ["2026-11-30", "2027-05-21"]})


def test_a_review_can_be_set_to_a_day_ahead_by_marketing_only(session: Session) -> None:
    marketer, asset = make_user(session, Role.MARKETER).as_actor(), make_asset(session)

    with pytest.raises(Invalid, match="after today"):
        reviews.confirm(session, asset.id, review_by=TODAY, months=6, today=TODAY, actor=marketer, now=NOW)
    with pytest.raises(NotAllowed):
        reviews.confirm(
            session, asset.id, months=6, today=TODAY, actor=make_user(session).as_actor(), now=NOW
        )


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_later_is_the_same_day_or_the_months_last(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


def test_an_owner_is_reminded_two_weeks_before_on_the_day_and_a_week_after(session: Session) -> None:
    owner = make_user(session, Role.MARKETER)
    make_asset(session, owner=owner, review_by=TODAY)

    said = []
    for days in range(-20, 20):
        now = NOW + timedelta(days=days)
        if reviews.remind(session, today=now.date(), now=now):
            said.append(days)

    assert said == [-14, 0, 7]
    assert told(session, owner) == ["review.soon", "review.today", "review.overdue"]


@given(st.sets(st.integers(-30, 30), min_size=1))
def test_whatever_days_the_reminding_runs_on_none_is_given_twice_or_early(days: set[int]) -> None:
    review_by, reminded = date(2026, 11, 21), set[int]()

    for day in sorted(days):
        due = reminder_due(review_by, review_by + timedelta(days=day), reminded)
        if due is not None:
            assert due <= day
            assert due not in reminded
            reminded.add(due)

    latest = [each for each in REMINDER_DAYS if each <= max(days)]
    assert (max(reminded) if reminded else None) == (latest[-1] if latest else None)


def test_many_reviews_of_a_day_are_one_message(session: Session) -> None:
    owner = make_user(session, Role.MARKETER)
    for _ in range(3):
        make_asset(session, owner=owner, review_by=TODAY)
    make_asset(session, owner=owner, review_by=TODAY, status=Status.ARCHIVED)

    assert reviews.remind(session, today=TODAY, now=NOW) == 3
    assert reviews.remind(session, today=TODAY, now=NOW) == 0
    assert told(session, owner) == ["review.today.many"]


def test_what_waits_is_counted_for_its_owner_alone(session: Session) -> None:
    owner, other = make_user(session, Role.MARKETER), make_user(session, Role.MARKETER)
    term = make_term(session)
    tagged = [make_asset(session, owner=owner, review_by=TODAY + timedelta(days=d)) for d in (14, 15, -90)]
    soon = make_asset(session, owner=owner, expires_at=NOW + timedelta(days=30))
    for asset in (*tagged, soon):
        session.add(AssetTerm(asset_id=asset.id, term_id=term.id))
    untagged = make_asset(session, owner=owner, status=Status.DRAFT, conversation=None)
    make_asset(session, owner=other)
    session.flush()

    found = waiting.waiting(session, today=TODAY, actor=owner.as_actor(), now=NOW)

    assert {each.queue: each.count for each in found} == {
        Queue.REVIEW: 2,
        Queue.EXPIRING: 1,
        Queue.TAGGING: 1,
    }
    assert [asset.id for asset in found[0].first] == [tagged[2].id, tagged[0].id]
    assert [asset.id for each in found[1:] for asset in each.first] == [soon.id, untagged.id]
    assert waiting.waiting(session, today=TODAY, actor=make_user(session).as_actor(), now=NOW) == ()


def test_the_digest_comes_once_a_week_from_monday_seven_in_the_organisations_zone(session: Session) -> None:
    owner = make_user(session, Role.MARKETER)
    make_asset(session, owner=owner, status=Status.DRAFT, conversation=None)
    sunday = datetime(2026, 11, 22, 23, 59, tzinfo=LONDON)
    early, seven = (datetime(2026, 11, 23, hour, tzinfo=LONDON) for hour in (6, 7))

    first = digests.due(session, zone=LONDON, now=sunday)
    made = digests.make(session, owner.id, zone=LONDON, now=sunday)

    assert owner.id in first
    assert made is not None
    assert ([each.queue for each in made.waiting], made.by_mail) == ([Queue.TAGGING], True)
    assert owner.id not in digests.due(session, zone=LONDON, now=sunday)
    assert digests.due(session, zone=LONDON, now=early) == ()
    assert owner.id in digests.due(session, zone=LONDON, now=seven)
    assert told(session, owner) == ["digest.week"]


def test_nothing_waiting_is_no_message_and_no_mail_is_a_wish(session: Session) -> None:
    idle = make_user(session, Role.MARKETER)
    quiet = make_user(session, Role.MARKETER, preferences={mail_wishes.WEEKLY: False})
    make_asset(session, owner=quiet, status=Status.DRAFT, conversation=None)
    newcomer = make_user(session, Role.MARKETER, created_at=NOW)

    made = [digests.make(session, person.id, zone=LONDON, now=NOW) for person in (idle, quiet)]

    assert made[0] is None
    assert made[1] is not None
    assert made[1].by_mail is False
    assert told(session, idle) == []
    assert newcomer.id not in digests.due(session, zone=LONDON, now=NOW)


def test_who_owns_assets_leaves_only_by_naming_who_takes_over(session: Session) -> None:
    admin = make_user(session, Role.ADMIN).as_actor()
    leaving, taker = make_user(session, Role.MARKETER, name="Ann"), make_user(session, Role.MARKETER)
    live = make_asset(session, owner=leaving)
    ended = make_asset(session, owner=leaving, status=Status.ARCHIVED)

    with pytest.raises(Invalid, match=r"Ann owns 1 asset\. Name who takes over"):
        users.change(session, leaving.id, is_active=False, actor=admin, now=NOW)
    session.expire_all()
    users.change(session, leaving.id, is_active=False, new_owner=taker.id, actor=admin, now=NOW)

    periods = session.scalars(
        select(AssetPeriod).where(AssetPeriod.asset_id == live.id).order_by(AssetPeriod.starts_at)
    ).all()
    owners = {asset.id: asset.owner_id for asset in session.scalars(select(Asset))}
    assert (owners[live.id], owners[ended.id]) == (taker.id, leaving.id)
    told = session.scalars(select(Notification).where(Notification.user_id == taker.id)).one()
    assert (told.message, told.values) == ("assets.handed_over", {"name": "Ann", "n": 1})
    assert [(each.owner_id, each.starts_at) for each in periods] == [(leaving.id, LONG_AGO), (taker.id, NOW)]


@pytest.mark.parametrize("role", [Role.REP, Role.ANALYST])
def test_who_moves_to_a_role_that_cannot_own_hands_over_only_to_one_who_can(
    session: Session, role: Role
) -> None:
    admin = make_user(session, Role.ADMIN).as_actor()
    moving, rep = make_user(session, Role.MARKETER), make_user(session)
    make_asset(session, owner=moving, conversation=Conversation.RIGHT_PEOPLE)

    for taker in (rep.id, moving.id, "nobody"):
        with pytest.raises(Invalid, match="Only another active marketer or admin"):
            users.change(session, moving.id, role=role, new_owner=taker, actor=admin, now=NOW)
    session.expire_all()
    kept = users.change(session, moving.id, role=role, actor=admin, now=NOW)

    assert session.scalars(select(Asset.owner_id)).all() == [kept.id]
