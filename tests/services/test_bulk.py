"""A change of many assets costs little for each, and taking it back leaves everybody else's edits in place."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, event, select
from sqlalchemy.orm import Session

from content_map.domain.assets import Audience, Status
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor, Role
from content_map.models import Asset, AssetPeriod, Job
from content_map.services import asset_changes, assets, audit, bulk, library_queues, tagging, undoing
from content_map.services.asset_changes import AssetChanges
from content_map.services.bulk import Edit, Selection
from content_map.services.library import LibraryFilter
from content_map.services.library_queues import Queue
from tests.factories import make_asset, make_term, make_user

TERMS = ("industry:healthcare", "industry:logistics", "industry:retail")
INSTANTS = st.none() | st.sampled_from([datetime(2027, month, 1, tzinfo=UTC) for month in (1, 2, 3)])
TEXTS = st.none() | st.sampled_from(["One.", "Two.", "Three."])
# No conversation is ever cleared here: publishing needs one, and then the rule, not the undo, decides.
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "summary": TEXTS,
    "conversation": st.sampled_from(list(Conversation)),
    "audience": st.sampled_from(list(Audience)),
    "status": st.sampled_from(list(Status)),
    "review_by": st.none() | st.sampled_from([date(2027, 1, 1), date(2027, 6, 1)]),
    "expires_at": INSTANTS,
    "say_first": TEXTS,
    "minutes": st.none() | st.integers(1, 5),
    "terms": st.lists(st.sampled_from(TERMS), unique=True),
}
FIELDS = sorted(VALUES)
_keys = itertools.count()


@pytest.fixture
def marketer(session: Session) -> Actor:
    return make_user(session, Role.MARKETER).as_actor()


def changes_of(values: dict[str, Any], asset: Asset | None = None) -> AssetChanges:
    """Guide parts as the edit of a single asset sends them: the whole guide, with the parts it has."""
    parts = {name: values[name] for name in ("say_first", "minutes") if name in values}
    found = {name: value for name, value in values.items() if name not in parts}
    if parts:
        found["guide"] = {**(asset.guide if asset else {}), **parts}
    return cast("AssetChanges", found)


def state_of(session: Session, asset_id: str) -> dict[str, Any]:
    asset = session.get_one(Asset, asset_id, populate_existing=True)
    found = asset_changes.snapshot(session, asset)
    return {**found, "revision": None, "updated_at": None}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_bulk_change_undone_leaves_the_state_before_with_every_other_edit_in_it(
    session: Session, now: datetime, data: st.DataObject
) -> None:
    run = next(_keys)
    marketer = make_user(session, Role.MARKETER).as_actor()
    terms = [f"industry:{run}-{key.partition(':')[2]}" for key in TERMS]
    for key in terms:
        make_term(session, key=key.partition(":")[2], name=key)
    ids = [make_asset(session).id for _ in range(3)]

    def draw(names: list[str]) -> dict[str, Any]:
        values = {name: data.draw(VALUES[name], name) for name in names}
        if "terms" in values:
            values["terms"] = [f"industry:{run}-{key.partition(':')[2]}" for key in values["terms"]]
        return values

    def edit_one(asset_id: str, names: list[str]) -> None:
        asset = session.get_one(Asset, asset_id)
        assets.change(session, asset_id, changes_of(draw(names), asset), actor=marketer, now=now)

    for asset_id in ids:
        edit_one(asset_id, FIELDS)
    before = {asset_id: state_of(session, asset_id) for asset_id in ids}
    ours = data.draw(st.lists(st.sampled_from(FIELDS), min_size=1, unique=True), "fields of the act")
    outcome = bulk.change(
        session, Selection(tuple(ids)), Edit(changes_of(draw(ours))), actor=marketer, now=now
    )
    others = [name for name in FIELDS if name not in ours]
    for asset_id in data.draw(st.lists(st.sampled_from(ids)), "assets edited since"):
        if others:
            edit_one(asset_id, [data.draw(st.sampled_from(others), "field")])
    since = {asset_id: state_of(session, asset_id) for asset_id in ids}

    if outcome.undo is not None:
        undone = undoing.undo(session, outcome.undo, actor=marketer, now=now + timedelta(minutes=9))
        assert undone.kept == []

    for asset_id in ids:
        expected = dict(since[asset_id])
        for name in ours:
            if name in {"say_first", "minutes"}:
                guide = {**expected["guide"], name: before[asset_id]["guide"].get(name)}
                expected["guide"] = {part: value for part, value in guide.items() if value is not None}
            else:
                expected[name] = before[asset_id][name]
        assert state_of(session, asset_id) == expected


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_many_assets_take_no_more_statements_than_few(
    session: Session, engine: Engine, marketer: Actor, now: datetime
) -> None:
    """But for each asset's own row: its revision is compared as it is written, one at a time."""
    audit.note(session, "made.ready", "library", "x", actor=marketer, now=now)
    make_term(session, key="healthcare", name="Healthcare")
    make_term(session, key="logistics", name="Logistics")
    owner = make_user(session, Role.MARKETER)
    made = [make_asset(session, owner=owner) for _ in range(40)]
    for each in made:
        tagging.set_terms(session, each, ["industry:logistics"])
    edit = Edit(
        {"conversation": Conversation.TANGIBLE_VALUE, "owner": marketer.id},
        add_terms=("industry:healthcare",),
        remove_terms=("industry:logistics",),
    )

    def taken(few: list[Asset]) -> tuple[int, int]:
        with counted(engine) as statements:
            done = bulk.change(
                session, Selection(tuple(each.id for each in few)), edit, actor=marketer, now=now
            )
        changing = sum(not each.startswith("UPDATE assets") for each in statements)
        with counted(engine) as statements:
            undoing.undo(session, done.undo or "", actor=marketer, now=now)
        return changing, sum(not each.startswith("UPDATE assets") for each in statements)

    assert taken(made[:5]) == taken(made[5:])


def test_a_tag_alone_brings_the_asset_to_the_index(session: Session, marketer: Actor, now: datetime) -> None:
    make_term(session, key="healthcare", name="Healthcare")
    tagged = make_asset(session)
    make_asset(session)
    session.execute(delete(Job))
    edit = Edit({}, add_terms=("industry:healthcare",))

    bulk.change(session, Selection((tagged.id,)), edit, actor=marketer, now=now)

    assert session.scalars(select(Job.subject).where(Job.kind == "index")).all() == [tagged.id]


def test_an_asset_that_is_so_already_is_left_untouched(
    session: Session, marketer: Actor, now: datetime
) -> None:
    asset = make_asset(session, conversation=Conversation.TANGIBLE_VALUE)
    revision = asset.revision

    outcome = bulk.change(
        session,
        Selection((asset.id,)),
        Edit({"conversation": Conversation.TANGIBLE_VALUE}),
        actor=marketer,
        now=now,
    )

    assert (outcome.changed, outcome.unchanged) == (0, 1)
    assert session.get_one(Asset, asset.id, populate_existing=True).revision == revision


def test_a_change_of_owner_begins_a_period_for_each_live_asset(
    session: Session, marketer: Actor, now: datetime
) -> None:
    live, draft = make_asset(session), make_asset(session, status=Status.DRAFT)
    before = live.owner_id

    bulk.change(
        session, Selection((live.id, draft.id)), Edit({"owner": marketer.id}), actor=marketer, now=now
    )

    periods = session.scalars(
        select(AssetPeriod)
        .where(AssetPeriod.asset_id.in_([live.id, draft.id]))
        .order_by(AssetPeriod.starts_at)
    ).all()
    assert [(each.owner_id, each.ends_at) for each in periods] == [(before, now), (marketer.id, None)]


def test_a_queue_can_be_changed_as_a_whole(session: Session, marketer: Actor, now: datetime) -> None:
    due = make_asset(session, review_by=now.date() + timedelta(days=14))
    make_asset(session, review_by=now.date() + timedelta(days=15))

    outcome = bulk.change(
        session,
        Selection(filter=LibraryFilter(queue=Queue.REVIEW_DUE)),
        Edit({"review_by": date(2027, 6, 1)}),
        actor=marketer,
        now=now,
    )

    assert outcome.changed == 1
    assert session.get_one(Asset, due.id, populate_existing=True).review_by == date(2027, 6, 1)
    assert library_queues.counts(session, actor=marketer, now=now)[Queue.REVIEW_DUE] == 0
