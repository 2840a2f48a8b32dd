"""What readers say is wrong becomes a task of whoever can mend it, and they hear what was done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.domain.events import ReportedEvent
from content_map.domain.people import Actor, Role
from content_map.domain.usage import EventKind, Feedback, Surface
from content_map.errors import Conflict, Invalid, NotAllowed, NotFound
from content_map.models import Asset, Flag, Notification, Team, User
from content_map.services import flags, usage
from content_map.services.flags import FlagState, Words
from tests.factories import LONG_AGO, make_account, make_asset, make_user

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def say(
    session: Session,
    reader: User,
    asset: Asset,
    feedback: Feedback,
    *,
    text: str | None = None,
    now: datetime = NOW,
) -> ReportedEvent:
    event = ReportedEvent(
        id=str(uuid4()), kind=EventKind.FEEDBACK, asset=asset.id, feedback=feedback, text=text
    )
    assert_recorded(session, reader, event, now)
    return event


def assert_recorded(session: Session, reader: User, event: ReportedEvent, now: datetime = NOW) -> None:
    recorded = usage.record(
        session,
        [event],
        surface_default=Surface.DIRECT,
        people_in_reports="none",
        actor=reader.as_actor(),
        now=now,
    )
    assert recorded.rejected == ()


def open_flags(session: Session, actor: Actor, **given: object) -> list[tuple[str, str, int]]:
    found = flags.listed(session, actor=actor, **given).items  # type: ignore[arg-type]
    return [(flag.asset_id, flag.code, flag.reports) for flag in found]


def told(session: Session, person: User) -> list[str]:
    mine = select(Notification.message).where(Notification.user_id == person.id)
    return list(session.scalars(mine.order_by(Notification.created_at, Notification.id)))


def make_team(session: Session, name: str) -> Team:
    team = Team(name=name, created_at=LONG_AGO)
    session.add(team)
    session.flush()
    return team


def test_a_complaint_opens_a_flag_and_tells_the_owner_once(session: Session) -> None:
    owner = make_user(session, Role.MARKETER)
    asset, readers = make_asset(session, owner=owner), [make_user(session) for _ in range(3)]

    for reader in readers:
        say(session, reader, asset, Feedback.OUTDATED)

    assert open_flags(session, owner.as_actor()) == [(asset.id, "outdated", 3)]
    assert told(session, owner) == ["flag.outdated"]


def test_a_reader_who_says_it_twice_or_sends_it_twice_is_one_reader(session: Session) -> None:
    owner, reader = make_user(session, Role.MARKETER), make_user(session)
    asset = make_asset(session, owner=owner)

    event = say(session, reader, asset, Feedback.OUTDATED)
    assert_recorded(session, reader, event)
    say(session, reader, asset, Feedback.OUTDATED, now=NOW + timedelta(hours=3))

    assert open_flags(session, owner.as_actor()) == [(asset.id, "outdated", 1)]


def test_praise_is_no_task(session: Session) -> None:
    owner = make_user(session, Role.MARKETER)

    say(session, make_user(session), make_asset(session, owner=owner), Feedback.HELPFUL)

    assert open_flags(session, owner.as_actor()) == []


def test_a_reason_for_not_using_it_is_a_complaint_too(session: Session) -> None:
    owner, reader = make_user(session, Role.MARKETER), make_user(session)
    asset, account = make_asset(session, owner=owner), make_account(session)
    event = ReportedEvent(
        id=str(uuid4()),
        kind=EventKind.NOT_USED,
        asset=asset.id,
        account=account.name,
        feedback=Feedback.WRONG_CUSTOMER,
    )

    assert_recorded(session, reader, event)

    assert open_flags(session, owner.as_actor()) == [(asset.id, "wrong_customer", 1)]


def test_what_an_owner_says_of_their_own_asset_is_no_flag(session: Session) -> None:
    owner = make_user(session, Role.MARKETER)

    say(session, owner, make_asset(session, owner=owner), Feedback.OUTDATED)

    assert open_flags(session, owner.as_actor()) == []


def test_not_knowing_how_is_the_task_of_the_readers_own_manager(session: Session) -> None:
    north, south = make_team(session, "North"), make_team(session, "South")
    hers = make_user(session, Role.MANAGER, team_id=north.id)
    other = make_user(session, Role.MANAGER, team_id=south.id)
    marketer = make_user(session, Role.MARKETER)
    asset = make_asset(session, owner=marketer)

    say(session, make_user(session, team_id=north.id), asset, Feedback.DO_NOT_KNOW_HOW)

    assert open_flags(session, hers.as_actor()) == [(asset.id, "do_not_know_how", 1)]
    assert open_flags(session, other.as_actor()) == open_flags(session, marketer.as_actor()) == []
    assert (told(session, hers), told(session, other), told(session, marketer)) == (
        ["flag.do_not_know_how"],
        [],
        [],
    )


def test_a_reader_without_a_team_may_be_taught_by_any_manager(session: Session) -> None:
    manager = make_user(session, Role.MANAGER, team_id=make_team(session, "North").id)
    asset = make_asset(session)

    say(session, make_user(session), asset, Feedback.DO_NOT_KNOW_HOW)

    assert open_flags(session, manager.as_actor()) == [(asset.id, "do_not_know_how", 1)]


def test_an_answer_reaches_those_who_asked_and_a_new_complaint_is_a_new_flag(session: Session) -> None:
    owner, reader = make_user(session, Role.MARKETER), make_user(session)
    asset = make_asset(session, owner=owner)
    say(session, reader, asset, Feedback.OUTDATED)
    flag = flags.listed(session, actor=owner.as_actor()).items[0]

    decided = flags.decide(
        session, flag.id, FlagState.DONE, note="Prices are of this year now.", actor=owner.as_actor(), now=NOW
    )
    say(session, make_user(session), asset, Feedback.OUTDATED, now=NOW + timedelta(days=1))

    assert (decided.state, decided.decided_by, decided.decided_at) == ("done", owner.id, NOW)
    assert told(session, reader) == ["flag.done"]
    assert open_flags(session, owner.as_actor()) == [(asset.id, "outdated", 1)]
    with pytest.raises(Conflict, match="raised the same flag again"):
        flags.decide(session, flag.id, FlagState.OPEN, actor=owner.as_actor(), now=NOW)


def test_an_answer_of_a_hundred_pages_is_left_to_nobodys_messages(session: Session) -> None:
    owner, reader = make_user(session, Role.MARKETER), make_user(session)
    asset = make_asset(session, owner=owner)
    say(session, reader, asset, Feedback.OUTDATED)
    (flag,) = flags.listed(session, actor=owner.as_actor()).items

    with pytest.raises(Invalid, match="at most 2,000 characters"):
        flags.decide(session, flag.id, FlagState.DONE, note="n" * 2_001, actor=owner.as_actor(), now=NOW)

    assert told(session, reader) == []


def test_of_a_readers_words_the_role_is_told_and_not_the_name(session: Session) -> None:
    owner, reader = make_user(session, Role.MARKETER), make_user(session, name="Ann Reader")
    asset = make_asset(session, owner=owner)
    say(session, reader, asset, Feedback.OUTDATED, text="The prices are of 2024.")

    found = flags.listed(session, actor=owner.as_actor()).items

    assert flags.words_of(session, found) == {found[0].id: (Words("The prices are of 2024.", "rep"),)}


def test_mine_are_the_flags_of_assets_one_owns(session: Session) -> None:
    mine, theirs = make_user(session, Role.MARKETER), make_user(session, Role.MARKETER)
    asset = make_asset(session, owner=theirs)
    say(session, make_user(session), asset, Feedback.CANNOT_CHANGE)

    assert open_flags(session, mine.as_actor()) == [(asset.id, "cannot_change", 1)]
    assert open_flags(session, mine.as_actor(), mine=True) == []
    assert open_flags(session, theirs.as_actor(), mine=True) == [(asset.id, "cannot_change", 1)]


def test_reps_and_analysts_answer_no_flags(session: Session) -> None:
    asset = make_asset(session)
    say(session, make_user(session), asset, Feedback.OUTDATED)
    flag = session.scalars(select(Flag)).one()

    for role in (Role.REP, Role.ANALYST):
        with pytest.raises(NotAllowed):
            flags.decide(session, flag.id, FlagState.DONE, actor=make_user(session, role).as_actor(), now=NOW)
    with pytest.raises(NotFound):
        flags.decide(
            session, flag.id, FlagState.DONE, actor=make_user(session, Role.MANAGER).as_actor(), now=NOW
        )


def test_flags_of_archived_assets_wait_for_nobody(session: Session) -> None:
    owner = make_user(session, Role.MARKETER)
    asset = make_asset(session, owner=owner)
    say(session, make_user(session), asset, Feedback.OUTDATED)

    asset.status = Status.ARCHIVED
    session.flush()

    assert open_flags(session, owner.as_actor()) == []


def test_flags_are_listed_a_part_at_a_time_the_latest_first(session: Session) -> None:
    owner = make_user(session, Role.MARKETER)
    assets = [make_asset(session, owner=owner) for _ in range(3)]
    for days, asset in enumerate(assets):
        say(session, make_user(session), asset, Feedback.OUTDATED, now=NOW + timedelta(days=days))

    first = flags.listed(session, limit=2, actor=owner.as_actor())
    rest = flags.listed(session, limit=2, cursor=first.next, actor=owner.as_actor())

    assert [flag.asset_id for flag in first.items] == [assets[2].id, assets[1].id]
    assert ([flag.asset_id for flag in rest.items], rest.next) == ([assets[0].id], None)
