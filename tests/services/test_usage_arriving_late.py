"""Between what happened and its arrival an asset may change: what was true when it happened is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.assets import Audience, Status
from content_map.domain.events import ReportedEvent
from content_map.domain.people import Role
from content_map.domain.usage import EventKind, OutcomeAnswer, Purpose, Surface
from content_map.models import Asset, AssetPeriod, UsageEvent, User, Version
from content_map.services import usage
from content_map.services.usage import TAKEN, Recorded
from tests.factories import LONG_AGO, make_asset, make_search, make_user

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
THREE_DAYS_AGO, TEN_DAYS_AGO = NOW - timedelta(days=3), NOW - timedelta(days=10)


def record(session: Session, person: User, *events: ReportedEvent) -> Recorded:
    return usage.record(
        session,
        events,
        surface_default=Surface.DIRECT,
        people_in_reports="none",
        actor=person.as_actor(),
        now=NOW,
    )


def an_event(kind: EventKind = EventKind.OPEN, **given: object) -> ReportedEvent:
    return ReportedEvent(**{"id": str(uuid4()), "kind": kind, **given})  # type: ignore[arg-type]


def stored(session: Session, event: ReportedEvent) -> UsageEvent:
    return session.get_one(UsageEvent, event.id, populate_existing=True)


def add_version(session: Session, asset: Asset, number: int, since: datetime) -> None:
    first = session.scalars(select(Version).where(Version.asset_id == asset.id, Version.number == 1)).one()
    values = {"store_key": first.store_key, "file_name": first.file_name, "created_by": first.created_by}
    kind = {"media_type": first.media_type, "kind": first.kind, "state": "ready", "size_bytes": 1}
    session.add(Version(asset_id=asset.id, number=number, created_at=since, **values, **kind))
    asset.version_number = number
    session.flush()


def problems_of(recorded: Recorded) -> Sequence[str]:
    return [rejected.detail for rejected in recorded.rejected]


def test_each_event_carries_the_version_that_was_current_when_it_occurred(session: Session) -> None:
    rep, asset = make_user(session), make_asset(session)
    add_version(session, asset, 2, TEN_DAYS_AGO)
    add_version(session, asset, 3, THREE_DAYS_AGO)
    moments = [
        TEN_DAYS_AGO - timedelta(seconds=1),
        TEN_DAYS_AGO,
        THREE_DAYS_AGO - timedelta(seconds=1),
        THREE_DAYS_AGO,
        NOW,
    ]
    events = [an_event(asset=asset.id, occurred_at=moment) for moment in moments]

    record(session, rep, *events)

    assert [stored(session, event).version for event in events] == [1, 2, 2, 3, 3]


def test_what_left_before_an_asset_turned_internal_is_recorded_and_what_left_after_is_refused(
    session: Session,
) -> None:
    rep, owner = make_user(session), make_user(session, Role.MARKETER)
    asset = make_asset(session, owner=owner, live_until=THREE_DAYS_AGO, audience=Audience.INTERNAL)
    (before,) = session.scalars(select(AssetPeriod).where(AssetPeriod.asset_id == asset.id)).all()
    before.audience = Audience.CUSTOMER
    session.add(
        AssetPeriod(
            asset_id=asset.id,
            starts_at=THREE_DAYS_AGO,
            owner_id=owner.id,
            conversation=before.conversation,
            audience=Audience.INTERNAL,
        )
    )
    session.flush()
    given = {"asset": asset.id, "account": "Harbour & Vale", "purpose": Purpose.CUSTOMER}
    early = an_event(EventKind.DOWNLOAD, occurred_at=TEN_DAYS_AGO, **given)
    late = an_event(EventKind.DOWNLOAD, occurred_at=THREE_DAYS_AGO, **given)

    recorded = record(session, rep, early, late)

    assert (recorded.accepted, [each.index for each in recorded.rejected]) == (1, [1])
    assert stored(session, early).excluded_reason is None


def test_what_was_used_before_it_was_archived_is_recorded(session: Session) -> None:
    rep = make_user(session)
    asset = make_asset(session, status=Status.ARCHIVED)
    period = {"asset_id": asset.id, "owner_id": asset.owner_id, "conversation": "point-of-view"}
    session.add(AssetPeriod(starts_at=LONG_AGO, ends_at=THREE_DAYS_AGO, audience=Audience.CUSTOMER, **period))
    session.flush()
    given = {"asset": asset.id, "account": "Harbour & Vale"}

    recorded = record(
        session,
        rep,
        an_event(EventKind.USE, occurred_at=TEN_DAYS_AGO, **given),
        an_event(EventKind.USE, occurred_at=NOW, **given),
    )

    assert (recorded.accepted, [each.index for each in recorded.rejected]) == (1, [1])


def test_the_rank_is_the_one_the_search_served_whatever_the_page_counted(session: Session) -> None:
    rep, first, second = make_user(session), make_asset(session), make_asset(session)
    search = make_search(session, rep, first, second)
    event = an_event(EventKind.IMPRESSION, asset=second.id, search=search.id, rank=40)

    record(session, rep, event)

    assert stored(session, event).rank == 2


def test_an_outcome_that_comes_before_its_use_is_refused_and_accepted_when_sent_again(
    session: Session,
) -> None:
    rep, asset = make_user(session), make_asset(session)
    use = an_event(EventKind.USE, asset=asset.id, account="Harbour & Vale")
    outcome = an_event(EventKind.OUTCOME, use=use.id, outcome=OutcomeAnswer.REACHED)

    too_early = record(session, rep, outcome)
    record(session, rep, use)
    again = record(session, rep, outcome)

    assert problems_of(too_early) == ["There is no such use of yours."]
    assert again == Recorded(1, 0, ())


def test_an_outcome_counts_though_the_asset_became_its_users_own_meanwhile(session: Session) -> None:
    rep = make_user(session)
    asset = make_asset(session, owner=rep, live_from=THREE_DAYS_AGO)
    session.add(
        AssetPeriod(
            asset_id=asset.id,
            starts_at=LONG_AGO,
            ends_at=THREE_DAYS_AGO,
            owner_id=make_user(session, Role.MARKETER).id,
            conversation="point-of-view",
            audience=Audience.CUSTOMER,
        )
    )
    session.flush()
    use = an_event(EventKind.USE, asset=asset.id, account="Harbour & Vale", occurred_at=TEN_DAYS_AGO)
    named = an_event(EventKind.OUTCOME, asset=asset.id, use=use.id, outcome=OutcomeAnswer.REACHED)

    record(session, rep, use, named)

    assert (stored(session, use).excluded_reason, stored(session, named).excluded_reason) == (None, None)


def test_an_id_of_somebody_elses_event_is_refused_and_nothing_is_taken_for_a_retry(session: Session) -> None:
    rep, other, asset = make_user(session), make_user(session), make_asset(session)
    event = an_event(asset=asset.id)
    record(session, other, event)

    recorded = record(session, rep, event, an_event(asset=asset.id))

    assert (recorded.accepted, recorded.duplicates, problems_of(recorded)) == (1, 0, [TAKEN])
    assert stored(session, event).actor_id == other.id
