"""Who holds an old version, how much of it may be said, and telling them without learning who they are."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.domain.events import ReportedEvent
from content_map.domain.people import Actor, Role
from content_map.domain.usage import EventKind, Purpose, Surface
from content_map.errors import Conflict, NotAllowed
from content_map.models import Asset, AuditEntry, Notification, Team, User, Version
from content_map.services import holders, usage
from content_map.services.holders import Holders
from tests.factories import make_asset, make_user

LABELS = {1: "1.0", 2: "1.1", 3: "2.0"}


@pytest.fixture
def marketer(session: Session) -> Actor:
    return make_user(session, Role.MARKETER).as_actor()


@pytest.fixture
def asset(session: Session, marketer: Actor, now: datetime) -> Asset:
    """A live asset with three versions."""
    made = make_asset(session)
    for number in (2, 3):
        session.add(
            Version(
                asset_id=made.id,
                number=number,
                label=LABELS[number],
                store_key=f"assets/{made.id}/{number}",
                file_name="deck.pdf",
                sha256=f"{number}" * 64,
                size_bytes=1,
                media_type="application/pdf",
                kind="document",
                state="ready",
                created_by=marketer.id,
                created_at=now,
            )
        )
    made.version_number = 3
    session.flush()
    return made


def take(
    session: Session, person: User, asset: Asset, version: int, at: datetime, account: str | None = None
) -> None:
    event = ReportedEvent(
        id=f"{person.id[:8]}-{person.id[8:12]}-4{person.id[13:16]}-8{person.id[17:20]}-{at:%H%M%S}{version:06d}",
        kind=EventKind.DOWNLOAD,
        asset=asset.id,
        occurred_at=at,
        purpose=Purpose.CUSTOMER if account else None,
        account=account,
    )
    usage.record_one(
        session,
        event,
        surface_default=Surface.API,
        people_in_reports="none",
        version=version,
        actor=person.as_actor(),
        now=at,
    )


def held(session: Session, asset: Asset, actor: Actor, now: datetime, people: str = "named") -> Holders:
    return holders.holders(session, asset.id, people_in_reports=people, actor=actor, now=now)


def messages(session: Session) -> list[str]:
    return list(session.scalars(select(Notification.user_id).order_by(Notification.user_id)))


def test_who_took_nothing_newer_holds_an_old_version(
    session: Session, marketer: Actor, asset: Asset, now: datetime
) -> None:
    late, fresh, never = (make_user(session, Role.REP) for _ in range(3))
    take(session, late, asset, 1, now)
    take(session, late, asset, 2, now + timedelta(hours=1))
    take(session, fresh, asset, 1, now)
    take(session, fresh, asset, 3, now + timedelta(hours=1))

    found = held(session, asset, marketer, now)

    assert (found.version, found.label, found.people) == (3, "2.0", 1)
    (person,) = found.persons
    assert (person.id, person.version, person.label, person.at) == (
        late.id,
        2,
        "1.1",
        now + timedelta(hours=1),
    )
    assert never.id not in {each.id for each in found.persons}


def test_a_customer_holds_what_anybody_sent_it_last(
    session: Session, marketer: Actor, asset: Asset, now: datetime
) -> None:
    one, other = make_user(session, Role.REP), make_user(session, Role.REP)
    take(session, one, asset, 1, now, account="Harbour & Vale")
    take(session, one, asset, 1, now + timedelta(hours=1), account="Mill Lane")
    take(session, other, asset, 3, now + timedelta(hours=2), account="Mill Lane")

    found = held(session, asset, marketer, now)

    assert [(each.name, each.version) for each in found.accounts] == [("Harbour & Vale", 1)]


def test_the_bytes_of_the_current_version_are_not_old_under_another_number(
    session: Session, marketer: Actor, asset: Asset, now: datetime
) -> None:
    restored = session.scalars(select(Version).where(Version.asset_id == asset.id, Version.number == 3)).one()
    restored.sha256 = session.scalars(select(Version.sha256).where(Version.asset_id == asset.id)).first()
    session.flush()
    take(session, make_user(session, Role.REP), asset, 1, now)

    assert not held(session, asset, marketer, now).is_anybody


@pytest.mark.parametrize(("people", "said"), [(4, None), (5, 5)])
def test_without_people_in_reports_only_accounts_and_large_numbers_are_said(
    session: Session, marketer: Actor, asset: Asset, now: datetime, people: int, said: int | None
) -> None:
    for _ in range(people):
        take(session, make_user(session, Role.REP), asset, 1, now, account="Harbour & Vale")

    found = held(session, asset, marketer, now, people="none")

    assert found.people == said
    assert [each.name for each in found.accounts] == ["Harbour & Vale"]
    assert (found.teams, found.persons) == ((), ())


def test_teams_of_five_are_named_and_smaller_ones_are_not(
    session: Session, marketer: Actor, asset: Asset, now: datetime
) -> None:
    north, south = Team(name="North", created_at=now), Team(name="South", created_at=now)
    session.add_all([north, south])
    session.flush()
    members = [make_user(session, Role.REP, team_id=north.id) for _ in range(5)]
    others = [make_user(session, Role.REP, team_id=south.id) for _ in range(4)]
    for person in (members[0], *others):
        take(session, person, asset, 1, now)

    found = held(session, asset, marketer, now, people="team")

    assert [(each.name, each.version) for each in found.teams] == [("North", 1)]
    assert (found.people, found.persons) == (5, ())


def test_telling_leaves_one_message_for_each_holder_and_says_nothing_of_them(
    session: Session, marketer: Actor, asset: Asset, now: datetime
) -> None:
    late, fresh, gone = (
        make_user(session, Role.REP),
        make_user(session, Role.REP),
        make_user(session, Role.REP),
    )
    take(session, late, asset, 1, now)
    take(session, fresh, asset, 3, now)
    take(session, gone, asset, 1, now)
    gone.is_active = False
    session.flush()

    told = [holders.tell(session, asset.id, actor=marketer, now=now) for _ in range(2)]

    message = session.scalars(select(Notification)).one()
    noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "asset.holders_told")).first()
    assert told == [1, 0]
    assert (message.user_id, message.path) == (late.id, f"/assets/{asset.id}")
    assert message.values == {"title": asset.title, "label": "2.0", "version": 3}
    assert noted is not None
    assert noted.changes == {"version": 3, "label": "2.0"}


def test_nobody_is_sent_to_what_they_cannot_open(
    session: Session, marketer: Actor, asset: Asset, now: datetime
) -> None:
    take(session, make_user(session, Role.REP), asset, 1, now)
    asset.status = Status.DRAFT
    session.flush()

    with pytest.raises(Conflict, match="Publish it first"):
        holders.tell(session, asset.id, actor=marketer, now=now)

    assert messages(session) == []


def test_who_holds_what_is_for_marketers(session: Session, asset: Asset, now: datetime) -> None:
    rep = make_user(session, Role.REP).as_actor()

    with pytest.raises(NotAllowed):
        held(session, asset, rep, now)
    with pytest.raises(NotAllowed):
        holders.tell(session, asset.id, actor=rep, now=now)
