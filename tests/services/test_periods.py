"""The record of when assets were live comes out the same for many assets at once as for one after the other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.domain.conversations import Conversation
from content_map.domain.people import Role
from content_map.models import Asset, AssetPeriod
from content_map.services import periods
from tests.factories import make_asset, make_user

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
DAYS = st.none() | st.integers(-20, 20)
STATES = st.tuples(
    st.sampled_from(Status), st.sampled_from([*Conversation, None]), st.tuples(DAYS, DAYS), st.booleans()
)
HISTORIES = st.lists(st.tuples(st.integers(0, 10), st.lists(STATES, min_size=3, max_size=3)), max_size=4)


@given(history=HISTORIES)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_periods_of_many_assets_are_those_of_each_by_itself(
    session: Session,
    history: list[tuple[int, list[tuple[Status, Conversation | None, tuple[int | None, int | None], bool]]]],
) -> None:
    owner = make_user(session, Role.MARKETER)
    alone = [make_asset(session, owner=owner, live_from=None) for _ in range(3)]
    together = [make_asset(session, owner=owner, live_from=None) for _ in range(3)]
    now = NOW

    for days, states in history:
        now += timedelta(days=days)
        for twins in (alone, together):
            for asset, (status, conversation, (publish, expire), _) in zip(twins, states, strict=True):
                asset.status = status if conversation else Status.DRAFT
                asset.conversation = conversation
                asset.publish_at = None if publish is None else NOW + timedelta(days=publish)
                ends = expire is not None and (publish is None or publish < expire)
                asset.expires_at = NOW + timedelta(days=expire or 0) if ends else None
        session.flush()
        backdated = [backdate for *_, backdate in states]
        for asset, backdate in zip(alone, backdated, strict=True):
            periods.record(session, asset, now=now, backdate=backdate)
        reaching = [asset.id for asset, backdate in zip(together, backdated, strict=True) if backdate]
        periods.record_each(session, together, reaching, now=now)

    assert [_of(session, each) for each in together] == [_of(session, each) for each in alone]


def test_an_admins_earlier_publishing_time_lengthens_the_first_period_alone(session: Session) -> None:
    asset = make_asset(session, live_from=NOW - timedelta(days=9), live_until=NOW - timedelta(days=5))
    asset.publish_at = NOW - timedelta(days=20)
    session.flush()

    periods.record_each(session, [asset], [asset.id], now=NOW)

    spans = [(starts_at, ends_at) for starts_at, ends_at, *_ in _of(session, asset)]
    assert spans == [(NOW - timedelta(days=20), NOW - timedelta(days=5)), (NOW, None)]


def _of(session: Session, asset: Asset) -> list[tuple[object, ...]]:
    mine = select(AssetPeriod).where(AssetPeriod.asset_id == asset.id)
    found = session.scalars(mine.order_by(AssetPeriod.starts_at, AssetPeriod.ends_at)).all()
    return [
        (each.starts_at, each.ends_at, each.end_reason, each.owner_id, each.conversation, each.audience)
        for each in found
    ]
