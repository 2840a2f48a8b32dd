"""The retirement docket and its tasks: two sides, one decision, and what follows from it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.docket import Choice, TaskKind, settled
from content_map.domain.people import Actor, Role
from content_map.domain.quarters import Quarter
from content_map.domain.unused import Side, Stage
from content_map.errors import Conflict, Invalid, NotAllowed, NotFound
from content_map.extraction import Limits
from content_map.extraction.sandbox import default_sandbox
from content_map.models import Asset, AuditEntry, DocketItem, Task
from content_map.services import assets, cures, docket, docket_lists, notifications, task_lists, tasks
from content_map.services.asset_changes import AssetChanges
from content_map.services.docket import Decision
from content_map.services.docket_lists import State
from content_map.services.vocabulary import Compiled
from content_map.wiring import Resources
from content_map.work import Bench, all_chores
from search import open_index
from storage import open_store
from tests.conftest import NOW
from tests.factories import make_asset, make_user

Q3 = Quarter(2026, 3)
TODAY = date(2026, 11, 21)
KEEP, FIX, TEACH, RETIRE = (Decision(choice) for choice in Choice)


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return Settings.from_environ({"CONTENT_MAP_DATA_DIR": str(tmp_path)})


@pytest.fixture
def marketer(session: Session) -> Actor:
    return make_user(session, Role.MARKETER).as_actor()


@pytest.fixture
def manager(session: Session) -> Actor:
    return make_user(session, Role.MANAGER).as_actor()


def make_item(session: Session, **given: Any) -> DocketItem:
    values = {"quarter": "2026-Q3", "stage": Stage.NEVER_SURFACED.value}
    item = DocketItem(**{**values, "asset_id": make_asset(session).id, **given})
    session.add(item)
    session.flush()
    return item


def decide(session: Session, item: DocketItem, decision: Decision, actor: Actor, **given: Any) -> None:
    docket.decide(session, [item.id], decision, actor=actor, now=NOW, **given)


def open_tasks(session: Session, asset_id: str) -> list[tuple[str, str, str | None]]:
    rows = session.scalars(select(Task).where(Task.asset_id == asset_id, Task.done_at.is_(None)))
    return [(each.kind, each.side, each.quarter) for each in rows]


@pytest.mark.once
@pytest.mark.parametrize("marketing", [None, *Choice])
@pytest.mark.parametrize("sales", [None, *Choice])
def test_only_the_same_choice_of_both_settles(marketing: Choice | None, sales: Choice | None) -> None:
    agreed = settled(marketing, sales)

    assert agreed == (marketing if marketing == sales else None)


def test_a_closed_quarters_unused_come_on_once_with_their_class_of_that_day(
    session: Session, settings: Settings, marketer: Actor
) -> None:
    unused = make_asset(session)
    make_asset(session, live_from=datetime(2026, 9, 25, tzinfo=UTC))  # too new to be judged
    archived = make_asset(session, live_until=datetime(2026, 9, 1, tzinfo=UTC), status=Status.PUBLISHED)
    archived.status = Status.ARCHIVED
    session.flush()

    found = docket.unused_in(session, Q3, settings=settings, now=NOW)
    first = docket.put_on(session, Q3, found, actor=marketer, now=NOW)
    again = docket.put_on(
        session, Q3, dict.fromkeys(found, Stage.PASSED_OVER), actor=None, now=NOW + timedelta(days=1)
    )

    rows = session.scalars(select(DocketItem)).all()
    assert (first, again) == (1, 0)
    assert [(each.asset_id, each.stage) for each in rows] == [(unused.id, "never-surfaced")]


def test_a_quarter_that_runs_is_refused_and_the_last_closed_one_is_meant(settings: Settings) -> None:
    assert docket.closed_quarter(None, settings, now=NOW) == Q3
    with pytest.raises(Invalid, match="2026-Q4 still runs"):
        docket.closed_quarter("2026-Q4", settings, now=NOW)


def test_differing_choices_stay_open_until_they_agree(
    session: Session, marketer: Actor, manager: Actor
) -> None:
    item = make_item(session)

    decide(session, item, KEEP, marketer)
    assert docket_lists.state_of(item) is State.ONE_SIDE
    decide(session, item, FIX, manager)
    assert docket_lists.state_of(item) is State.DIFFERING
    assert [each.message for each in notifications.unread(session, actor=marketer)] == ["docket.differs"]
    decide(session, item, FIX, marketer)

    assert (item.settled_choice, item.settled_at) == ("fix", NOW)
    assert open_tasks(session, item.asset_id) == [("fix", "marketing", "2026-Q3")]
    assert [each.message for each in notifications.unread(session, actor=manager)] == ["docket.settled"]


def test_retiring_archives_with_a_successor_and_is_undone_by_either_side(
    session: Session, marketer: Actor, manager: Actor
) -> None:
    item, successor = make_item(session), make_asset(session)
    asset = session.get_one(Asset, item.asset_id)

    decide(session, item, Decision(Choice.RETIRE, "Two years old", successor.id), marketer)
    assert asset.status == Status.PUBLISHED
    decide(session, item, RETIRE, manager)
    assert (asset.status, asset.successor_id) == (Status.ARCHIVED, successor.id)
    with pytest.raises(Conflict, match="Take your choice back first"):
        decide(session, item, KEEP, manager)
    decide(session, item, Decision(None), manager)

    assert (asset.status, asset.successor_id) == (Status.PUBLISHED, None)
    assert (item.settled_choice, item.sales_choice, item.marketing_choice) == (None, None, "retire")


def test_taking_a_choice_back_leaves_archived_what_was_archived_by_hand(
    session: Session, marketer: Actor, manager: Actor
) -> None:
    before, since = make_item(session), make_item(session)
    both, later = (before, since), NOW + timedelta(hours=1)
    archived: AssetChanges = {"status": Status.ARCHIVED}
    assets.change(session, before.asset_id, archived, actor=marketer, now=NOW - timedelta(hours=1))
    for each in both:
        decide(session, each, RETIRE, marketer)
        decide(session, each, RETIRE, manager)
    assets.change(session, since.asset_id, {"status": Status.PUBLISHED}, actor=marketer, now=later)
    assets.change(session, since.asset_id, archived, actor=marketer, now=later + timedelta(hours=1))

    docket.decide(session, [each.id for each in both], Decision(None), actor=manager, now=later)

    assert [each.settled_choice for each in both] == [None, None]
    assert [session.get_one(Asset, each.asset_id).status for each in both] == [Status.ARCHIVED] * 2


def test_taking_a_choice_back_withdraws_its_task_unless_it_is_done(
    session: Session, marketer: Actor, manager: Actor
) -> None:
    item, taught = make_item(session), make_item(session)
    for each in (item, taught):
        decide(session, each, TEACH, marketer)
        decide(session, each, TEACH, manager)
    task = session.scalars(select(Task).where(Task.asset_id == taught.asset_id)).one()
    tasks.finish(session, task.id, taught_on=TODAY, reps_reached=7, today=TODAY, actor=manager, now=NOW)

    docket.decide(session, [item.id, taught.id], Decision(None), actor=marketer, now=NOW)

    assert open_tasks(session, item.asset_id) == []
    assert [each.reps_reached for each in tasks.done_for(session, [taught.asset_id])[taught.asset_id]] == [7]


def test_taking_a_choice_back_leaves_a_task_that_was_asked_for_before(
    session: Session, marketer: Actor, manager: Actor
) -> None:
    item, before = make_item(session), NOW - timedelta(days=1)
    task = tasks.open_task(
        session, TaskKind.TEACH, item.asset_id, quarter="2026-Q3", actor=marketer, now=before
    )

    decide(session, item, TEACH, marketer)
    decide(session, item, TEACH, manager)
    decide(session, item, Decision(None), manager)

    assert tasks.open_one(session, TaskKind.TEACH, item.asset_id) is task


def test_several_are_decided_together_or_none_and_the_other_side_hears_it_once(
    session: Session, marketer: Actor, manager: Actor
) -> None:
    items = [make_item(session) for _ in range(3)]
    ids = [each.id for each in items]
    docket.decide(session, ids, KEEP, actor=marketer, now=NOW)

    with pytest.raises(NotFound):
        docket.decide(session, [*ids, "0" * 32], KEEP, actor=manager, now=NOW)
    docket.decide(session, ids, KEEP, actor=manager, now=NOW)

    assert {each.settled_choice for each in items} == {"keep"}
    (told,) = notifications.unread(session, actor=marketer)
    assert (told.message, told.values) == ("docket.settled", {"count": 3})
    noted = session.scalars(select(AuditEntry.action)).all()
    assert noted.count("docket.decided") == 6


def test_each_decides_for_their_own_side_and_an_admin_says_for_which(
    session: Session, marketer: Actor, manager: Actor
) -> None:
    item, admin = make_item(session), make_user(session, Role.ADMIN).as_actor()

    with pytest.raises(NotAllowed):
        decide(session, item, KEEP, marketer, side=Side.SALES)
    with pytest.raises(NotAllowed):
        decide(session, item, KEEP, make_user(session, Role.ANALYST).as_actor())
    with pytest.raises(Invalid, match="say for which one"):
        decide(session, item, KEEP, admin)
    decide(session, item, KEEP, admin, side=Side.SALES)

    assert (item.sales_choice, item.marketing_choice) == ("keep", None)


def test_a_successor_is_live_and_only_for_what_retires(session: Session, marketer: Actor) -> None:
    item, draft = make_item(session), make_asset(session, status=Status.DRAFT)

    for decision in (Decision(Choice.RETIRE, None, draft.id), Decision(Choice.KEEP, None, draft.id)):
        with pytest.raises(Invalid) as refused:
            decide(session, item, decision, marketer)
        assert refused.value.errors[0].pointer == "/successor"


def test_what_retires_is_nobodys_successor(session: Session, marketer: Actor) -> None:
    items = [make_item(session) for _ in range(2)]
    retire = Decision(Choice.RETIRE, None, items[1].asset_id)

    for ids in ([each.id for each in items], [items[1].id]):
        with pytest.raises(Invalid, match="An asset that retires itself"):
            docket.decide(session, ids, retire, actor=marketer, now=NOW)


def test_the_list_goes_by_class_then_title_with_evidence_and_earlier_decisions(
    session: Session, settings: Settings, marketer: Actor
) -> None:
    second = make_item(session, stage="passed-over", asset_id=make_asset(session, title="A").id)
    first = make_item(session, asset_id=make_asset(session, title="Z").id, marketing_choice="keep")
    make_item(
        session,
        quarter="2026-Q2",
        asset_id=first.asset_id,
        marketing_choice="fix",
        sales_choice="fix",
        settled_choice="fix",
    )
    wanted = docket_lists.Wanted(Q3)

    page = docket_lists.listed(session, wanted, limit=1, actor=marketer)
    rest = docket_lists.listed(session, wanted, limit=1, cursor=page.next, actor=marketer)
    waiting = docket_lists.listed(session, docket_lists.Wanted(Q3, waits_for=Side.MARKETING), actor=marketer)
    beside = docket_lists.beside(session, [first, second], settings=settings)

    assert ([*page.items, *rest.items], rest.next) == ([first, second], None)
    assert list(waiting.items) == [second]
    assert docket_lists.counts(session, Q3, actor=marketer) == {
        State.OPEN: 1,
        State.ONE_SIDE: 1,
        State.DIFFERING: 0,
        State.SETTLED: 0,
    }
    assert beside[first.id].earlier == (("2026-Q2", Choice.FIX),)
    assert beside[second.id].history.impressions == 0


def test_the_same_work_is_asked_for_once_and_goes_to_the_owner(session: Session, manager: Actor) -> None:
    asset = make_asset(session)

    first = tasks.open_task(session, TaskKind.RETITLE, asset.id, quarter="2026-Q3", actor=manager, now=NOW)
    again = tasks.open_task(session, TaskKind.RETITLE, asset.id, actor=manager, now=NOW)
    other = tasks.open_task(session, TaskKind.TEACH, asset.id, actor=manager, now=NOW)

    assert again is first
    assert (first.side, first.assignee_id, first.due_on) == ("marketing", asset.owner_id, date(2026, 12, 21))
    assert (other.side, other.assignee_id) == ("sales", manager.id)
    with pytest.raises(NotAllowed):
        tasks.open_task(session, TaskKind.FIX, asset.id, actor=make_user(session).as_actor(), now=NOW)


def test_a_draft_is_secret_from_a_manager_who_asks_for_work_on_it(
    session: Session, marketer: Actor, manager: Actor
) -> None:
    draft = make_asset(session, status=Status.DRAFT)

    with pytest.raises(NotFound):
        tasks.ask_for(session, TaskKind.RETAG, draft.id, actor=manager, now=NOW)
    with pytest.raises(NotFound):
        cures.ask_owner(session, draft.id, quarter="2026-Q3", path="/", actor=manager, now=NOW)

    assert tasks.ask_for(session, TaskKind.RETAG, draft.id, actor=marketer, now=NOW).asset_id == draft.id


def test_teaching_ends_with_its_day_and_the_reps_reached_by_the_side_that_owns_it(
    session: Session, marketer: Actor, manager: Actor
) -> None:
    task = tasks.open_task(session, TaskKind.TEACH, make_asset(session).id, actor=marketer, now=NOW)
    ended: dict[str, Any] = {"today": TODAY, "actor": manager, "now": NOW}

    with pytest.raises(NotAllowed):
        tasks.finish(session, task.id, today=TODAY, actor=marketer, now=NOW)
    for given, pointers in (
        ({}, ["/taught_on", "/reps_reached"]),
        ({"taught_on": TODAY, "reps_reached": 0}, ["/reps_reached"]),
        ({"taught_on": TODAY + timedelta(days=1), "reps_reached": 3}, ["/taught_on"]),
    ):
        with pytest.raises(Invalid) as refused:
            tasks.finish(session, task.id, **given, **ended)
        assert [each.pointer for each in refused.value.errors] == pointers
    tasks.finish(session, task.id, taught_on=TODAY, reps_reached=12, **ended)

    assert (task.taught_on, task.reps_reached, task.done_by) == (TODAY, 12, manager.id)
    assert [each.message for each in notifications.unread(session, actor=marketer)] == ["task.done.teach"]


def test_open_tasks_list_by_day_and_mine_are_of_my_side(
    session: Session, marketer: Actor, manager: Actor
) -> None:
    late, soon, taught = (
        tasks.open_task(session, kind, make_asset(session).id, actor=marketer, now=NOW)
        for kind in (TaskKind.FIX, TaskKind.GUIDE, TaskKind.TEACH)
    )
    tasks.hand_over(session, soon.id, assignee=None, due_on=TODAY, actor=marketer, now=NOW)
    tasks.hand_over(session, late.id, assignee=marketer.id, due_on=date(2027, 1, 1), actor=marketer, now=NOW)

    page = task_lists.listed(session, task_lists.Wanted(mine=True), limit=1, actor=marketer)
    rest = task_lists.listed(session, task_lists.Wanted(mine=True), cursor=page.next, actor=marketer)
    of_sales = task_lists.listed(session, task_lists.Wanted(mine=True), actor=manager)

    assert [*page.items, *rest.items] == [soon, late]
    assert list(of_sales.items) == [taught]
    with pytest.raises(Invalid, match="does not decide for marketing"):
        tasks.hand_over(session, late.id, assignee=manager.id, due_on=TODAY, actor=marketer, now=NOW)


def test_the_worker_puts_a_quarter_on_seven_days_after_its_end(sessions: Sessions, tmp_path: Path) -> None:
    settings = Settings.from_environ({"CONTENT_MAP_DATA_DIR": str(tmp_path)})
    resources = Resources(
        settings, sessions, open_store(settings.store_url), open_index(settings.index_url), Compiled()
    )
    with sessions.write() as session:
        make_asset(session)
    chore = next(each for each in all_chores() if each.name == "docket")
    moments = [
        datetime(2026, 10, 7, 23, 59, tzinfo=UTC),
        datetime(2026, 10, 8, tzinfo=UTC),
        datetime(2026, 10, 8, 1, tzinfo=UTC),
    ]

    added = [
        chore.do(Bench(resources, Limits(), default_sandbox(), lambda at=at: at))  # type: ignore[misc]
        for at in moments
    ]

    assert added == [0, 1, 0]
