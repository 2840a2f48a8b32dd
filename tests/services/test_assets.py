"""What marketers can do with assets, and what the database holds against everybody."""

from __future__ import annotations

import io
import itertools
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.assets import Audience, Status, is_live
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor, Role
from content_map.errors import Conflict, Invalid, NotAllowed, NotFound, Stale, TooLarge, Unsupported
from content_map.models import Asset, AssetPeriod, AuditEntry, Job, Version
from content_map.services import adding, assets, audit
from content_map.services.asset_changes import AssetChanges
from storage import open_store
from storage.contract import ObjectStore
from tests.factories import LONG_AGO, make_asset, make_term, make_user

LIMIT = 10_000


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return open_store(f"disk:{tmp_path / 'store'}")


@pytest.fixture
def marketer(session: Session) -> Actor:
    person = make_user(session, Role.MARKETER).as_actor()
    session.commit()
    return person


def add(
    sessions: Sessions,
    store: ObjectStore,
    actor: Actor,
    now: datetime,
    content: bytes = b"A plan for hospitals that must not stand still.",
    changes: AssetChanges | None = None,
    name: str = "plan.txt",
) -> Asset:
    return adding.add(
        sessions, store, name, io.BytesIO(content), changes or {}, limit_bytes=LIMIT, actor=actor, now=now
    )


def test_an_added_file_is_a_draft_with_its_bytes_and_a_job(
    sessions: Sessions, store: ObjectStore, marketer: Actor, now: datetime
) -> None:
    asset = add(sessions, store, marketer, now, b"hello")

    assert (asset.title, asset.status, asset.conversation) == ("plan", Status.DRAFT, None)
    with sessions.read() as session:
        version = session.scalars(select(Version).where(Version.asset_id == asset.id)).one()
        jobs = session.scalars(select(Job.kind).where(Job.subject == version.id)).all()
        assert version.store_key is not None
        with store.open(version.store_key) as stored:
            assert stored.read() == b"hello"
    assert version.sha256 == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    assert jobs == ["extract"]


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        (b"", "empty.pdf", Invalid),
        (b"MZ\x90\x00" + b"\x00" * 200, "price list.pdf", Unsupported),
        (b"x" * (LIMIT + 1), "long.txt", TooLarge),
        (b"fine", "../../etc/passwd", Invalid),
        (b"fine", "a\x07b.txt", Invalid),
    ],
)
def test_what_is_refused_at_the_door_leaves_nothing_behind(
    sessions: Sessions,
    store: ObjectStore,
    marketer: Actor,
    now: datetime,
    content: bytes,
    name: str,
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        add(sessions, store, marketer, now, content, name=name)

    assert list(store.keys()) == []
    with sessions.read() as session:
        assert session.scalars(select(Asset)).all() == []


def test_a_refused_field_leaves_neither_row_nor_bytes(
    sessions: Sessions, store: ObjectStore, marketer: Actor, now: datetime
) -> None:
    with pytest.raises(Invalid) as refused:
        add(sessions, store, marketer, now, changes={"terms": ["industry:helthcare"]})

    assert [each.pointer for each in refused.value.errors] == ["/terms/0"]
    assert list(store.keys()) == []


def test_an_unknown_term_is_refused_with_the_nearest_one(
    session: Session, sessions: Sessions, store: ObjectStore, marketer: Actor, now: datetime
) -> None:
    make_term(session, "industry", "healthcare")
    session.commit()

    with pytest.raises(Invalid, match="Did you mean industry:healthcare"):
        add(sessions, store, marketer, now, changes={"terms": ["industry:helthcare"]})


def test_a_retired_term_stays_on_the_asset_that_carries_it_and_is_new_on_no_other(
    session: Session, marketer: Actor, now: datetime
) -> None:
    old, kept = make_term(session, "industry", "telegraphy"), make_term(session, "industry", "healthcare")
    asset, other = make_asset(session), make_asset(session)
    assets.change(session, asset.id, {"terms": [old.full_key]}, actor=marketer, now=now)
    old.retired_at = now
    session.flush()

    changed = assets.change(
        session, asset.id, {"terms": [old.full_key, kept.full_key]}, actor=marketer, now=now
    )

    assert {tag.term.full_key for tag in changed.terms} == {"industry:telegraphy", "industry:healthcare"}
    with pytest.raises(Invalid, match="no term 'industry:telegraphy'"):
        assets.change(session, other.id, {"terms": [old.full_key]}, actor=marketer, now=now)


def test_a_rep_cannot_upload(session: Session, sessions: Sessions, store: ObjectStore, now: datetime) -> None:
    rep = make_user(session, Role.REP).as_actor()

    with pytest.raises(NotAllowed):
        add(sessions, store, rep, now)

    assert list(store.keys()) == []


def test_the_same_bytes_twice_are_refused_with_the_twin(
    sessions: Sessions, store: ObjectStore, marketer: Actor, now: datetime
) -> None:
    first = add(sessions, store, marketer, now, b"same")

    with pytest.raises(Conflict) as refused:
        add(sessions, store, marketer, now, b"same", name="copy.txt")

    assert refused.value.facts["twin"] == {"id": first.id, "title": "plan"}
    assert len(list(store.keys())) == 1


def test_the_bytes_of_an_archived_asset_are_no_twin(
    sessions: Sessions, store: ObjectStore, marketer: Actor, now: datetime
) -> None:
    first = add(sessions, store, marketer, now, b"same")
    with sessions.write() as session:
        assets.change(session, first.id, {"status": Status.ARCHIVED}, actor=marketer, now=now)

    second = add(sessions, store, marketer, now, b"same")

    assert second.id != first.id


def test_publishing_without_a_conversation_is_refused_with_a_sentence(
    session: Session, marketer: Actor, now: datetime
) -> None:
    asset = make_asset(session, conversation=None, status=Status.DRAFT)

    with pytest.raises(Invalid, match="five conversations"):
        assets.change(session, asset.id, {"status": Status.PUBLISHED}, actor=marketer, now=now)


def test_the_database_itself_refuses_a_published_asset_without_a_conversation(session: Session) -> None:
    with pytest.raises(IntegrityError):
        make_asset(session, conversation=None, status=Status.PUBLISHED, live_from=None)


def test_the_database_itself_refuses_a_sixth_conversation(session: Session) -> None:
    with pytest.raises(IntegrityError):
        make_asset(session, conversation="closing-dinner", status=Status.DRAFT)  # type: ignore[arg-type]


def test_a_change_touches_only_the_fields_it_names(session: Session, marketer: Actor, now: datetime) -> None:
    asset = make_asset(session, summary="Stays", guide={"say_first": "Stays too"}, external_id="crm-1")

    changed = assets.change(session, asset.id, {"title": "New"}, actor=marketer, now=now)

    assert (changed.title, changed.summary, changed.external_id) == ("New", "Stays", "crm-1")
    assert changed.guide == {"say_first": "Stays too"}


def test_a_stale_editor_is_told_the_present_state(session: Session, marketer: Actor, now: datetime) -> None:
    asset = make_asset(session, title="Before")
    seen = asset.revision
    assets.change(session, asset.id, {"title": "By a colleague"}, if_match=seen, actor=marketer, now=now)

    with pytest.raises(Stale) as refused:
        assets.change(session, asset.id, {"title": "Mine"}, if_match=seen, actor=marketer, now=now)

    assert refused.value.facts["present"]["title"] == "By a colleague"  # type: ignore[index]


@pytest.mark.parametrize(
    "given",
    [
        {"status": Status.DRAFT},
        {"status": Status.ARCHIVED},
        {"publish_at": datetime.fromisoformat("2030-01-01T00:00:00+00:00")},
        {"expires_at": datetime.fromisoformat("2021-01-01T00:00:00+00:00")},
    ],
)
def test_a_rep_does_not_learn_of_what_is_not_live(
    session: Session, now: datetime, given: AssetChanges
) -> None:
    asset = make_asset(session, **given)
    rep = make_user(session, Role.REP).as_actor()

    with pytest.raises(NotFound):
        assets.get(session, asset.id, actor=rep, now=now)


def test_an_owner_must_be_somebody_who_may_edit(session: Session, marketer: Actor, now: datetime) -> None:
    asset = make_asset(session)
    rep = make_user(session, Role.REP)

    with pytest.raises(Invalid, match="cannot own"):
        assets.change(session, asset.id, {"owner": rep.id}, actor=marketer, now=now)


def test_only_an_admin_publishes_in_the_past(session: Session, marketer: Actor, now: datetime) -> None:
    asset = make_asset(session, status=Status.DRAFT)
    earlier: AssetChanges = {"status": Status.PUBLISHED, "publish_at": now - timedelta(days=90)}
    admin = make_user(session, Role.ADMIN).as_actor()

    with pytest.raises(Invalid, match="Only an admin"):
        assets.change(session, asset.id, earlier, actor=marketer, now=now)
    assets.change(session, asset.id, earlier, actor=admin, now=now)

    assert [each.starts_at for each in periods_of(session, asset)] == [now - timedelta(days=90)]


def timed(step: str, clock: datetime) -> AssetChanges:
    match step:
        case "publish later":
            return {"publish_at": clock + timedelta(days=5), "expires_at": None}
        case "expire later":
            return {"publish_at": None, "expires_at": clock + timedelta(days=9)}
        case _:
            return {"expires_at": None}


def is_live_at(asset: Asset, moment: datetime) -> bool:
    return is_live(Status(asset.status), asset.publish_at, asset.expires_at, moment)


def periods_of(session: Session, asset: Asset) -> list[AssetPeriod]:
    mine = select(AssetPeriod).where(AssetPeriod.asset_id == asset.id)
    return list(session.scalars(mine.order_by(AssetPeriod.starts_at)))


def test_a_new_owner_begins_a_new_period(session: Session, marketer: Actor, now: datetime) -> None:
    asset = make_asset(session)
    other = make_user(session, Role.MARKETER)

    assets.change(session, asset.id, {"owner": other.id}, actor=marketer, now=now)

    first, second = periods_of(session, asset)
    assert (first.starts_at, first.ends_at, first.end_reason) == (LONG_AGO, now, "changed")
    assert (second.starts_at, second.ends_at, second.owner_id) == (now, None, other.id)


def test_archiving_ends_the_period_and_restoring_begins_another(
    session: Session, marketer: Actor, now: datetime
) -> None:
    asset = make_asset(session)
    later = now + timedelta(days=3)

    assets.change(session, asset.id, {"status": Status.ARCHIVED}, actor=marketer, now=now)
    assets.change(session, asset.id, {"status": Status.PUBLISHED}, actor=marketer, now=later)

    first, second = periods_of(session, asset)
    assert (first.ends_at, first.end_reason) == (now, "archived")
    assert (second.starts_at, second.ends_at) == (later, None)


def test_a_scheduled_asset_has_its_period_ahead_and_loses_it_with_the_schedule(
    session: Session, marketer: Actor, now: datetime
) -> None:
    asset = make_asset(session, status=Status.DRAFT)
    ahead = now + timedelta(days=7)

    assets.change(
        session, asset.id, {"status": Status.PUBLISHED, "publish_at": ahead}, actor=marketer, now=now
    )
    scheduled = [(each.starts_at, each.ends_at) for each in periods_of(session, asset)]
    assets.change(session, asset.id, {"status": Status.DRAFT}, actor=marketer, now=now + timedelta(days=1))

    assert scheduled == [(ahead, None)]
    assert periods_of(session, asset) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(
            st.integers(0, 40),
            st.sampled_from(
                [
                    {"status": Status.PUBLISHED},
                    {"status": Status.ARCHIVED},
                    {"status": Status.DRAFT},
                    {"audience": Audience.INTERNAL},
                    {"audience": Audience.CUSTOMER},
                    {"conversation": Conversation.TANGIBLE_VALUE},
                    {"conversation": Conversation.RIGHT_PEOPLE},
                    "publish later",
                    "expire later",
                    "never expire",
                ]
            ),
        ),
        max_size=8,
    )
)
def test_periods_never_overlap_and_say_exactly_when_the_asset_was_live(
    session: Session, marketer: Actor, now: datetime, steps: list[tuple[int, AssetChanges | str]]
) -> None:
    asset = make_asset(session, status=Status.DRAFT)
    clock = now
    for days, step in steps:
        clock += timedelta(days=days, hours=1)
        changes = timed(step, clock) if isinstance(step, str) else step

        assets.change(session, asset.id, changes, actor=marketer, now=clock)
        state = assets.get(session, asset.id, actor=marketer, now=clock)
        covering = [
            each
            for each in periods_of(session, asset)
            if each.starts_at <= clock and (each.ends_at is None or each.ends_at > clock)
        ]

        assert bool(covering) is is_live_at(state, clock)
        if covering:
            assert (covering[0].conversation, covering[0].audience) == (state.conversation, state.audience)

    found = periods_of(session, asset)
    for earlier, later in itertools.pairwise(found):
        assert earlier.ends_at is not None
        assert earlier.ends_at <= later.starts_at


def test_every_act_is_in_the_audit_trail_and_a_changed_entry_shows(
    session: Session, marketer: Actor, now: datetime
) -> None:
    asset = make_asset(session)
    assets.change(session, asset.id, {"title": "One"}, actor=marketer, now=now)
    assets.change(session, asset.id, {"title": "Two"}, actor=marketer, now=now)
    untouched = list(audit.broken_links(session))

    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).first()
    assert entry is not None
    entry.changes = {"title": ["Asset", "Forged"]}
    session.flush()

    assert untouched == []
    assert list(audit.broken_links(session)) == [entry.number]
