"""Cures that are pressed: tasks for the side that owns them, a question to the owner, an asset retired and back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.domain.docket import TaskKind
from content_map.domain.people import Role
from content_map.domain.unused import Act
from content_map.errors import Invalid, NotAllowed, NotFound
from content_map.models import Notification
from content_map.services import cures, undoing
from tests.factories import make_asset, make_user

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
Q3 = "2026-Q3"


def test_teaching_is_asked_of_sales_once(session: Session) -> None:
    marketer, asset = make_user(session, Role.MARKETER).as_actor(), make_asset(session)

    first = cures.ask_for(session, Act.TEACH, asset.id, quarter=Q3, actor=marketer, now=NOW)
    again = cures.ask_for(session, Act.TEACH, asset.id, quarter=Q3, actor=marketer, now=NOW)

    assert (first.kind, first.side, first.quarter) == ("teach", "sales", Q3)
    assert again.id == first.id
    assert cures.present(session, [asset.id])[asset.id].asked == {TaskKind.TEACH}


@pytest.mark.parametrize("act", [Act.RETIRE, Act.ASK])
def test_what_is_nobodys_task_is_refused(session: Session, act: Act) -> None:
    manager, asset = make_user(session, Role.MANAGER).as_actor(), make_asset(session)

    with pytest.raises(Invalid):
        cures.ask_for(session, act, asset.id, quarter=Q3, actor=manager, now=NOW)


def test_the_owner_is_told_once_who_asks_and_where_it_stands(session: Session) -> None:
    owner, asker = (
        make_user(session, Role.MARKETER),
        make_user(session, Role.MANAGER, name="Kim Lund").as_actor(),
    )
    asset = make_asset(session, owner=owner, title="Told in money")
    path = f"/assets/{asset.id}"

    first = cures.ask_owner(session, asset.id, quarter=Q3, path=path, actor=asker, now=NOW)
    again = cures.ask_owner(session, asset.id, quarter=Q3, path=path, actor=asker, now=NOW)

    (told,) = session.scalars(select(Notification).where(Notification.user_id == owner.id))
    assert first is told
    assert again is None
    assert (told.message, told.path) == ("unused.asked", path)
    assert told.values == {"title": "Told in money", "name": "Kim Lund", "quarter": Q3}


def test_what_is_not_there_is_asked_of_nobody(session: Session) -> None:
    manager = make_user(session, Role.MANAGER).as_actor()

    with pytest.raises(NotFound):
        cures.ask_owner(session, "nothing", quarter=Q3, path="/", actor=manager, now=NOW)


def test_retiring_names_a_successor_and_can_be_undone(session: Session) -> None:
    marketer = make_user(session, Role.MARKETER).as_actor()
    old, new = make_asset(session), make_asset(session)

    token = cures.retire(session, old.id, new.id, actor=marketer, now=NOW)

    assert (old.status, old.successor_id) == (Status.ARCHIVED, new.id)
    assert cures.present(session, [old.id])[old.id].is_retired
    undoing.undo(session, token or "", actor=marketer, now=NOW)
    assert (old.status, old.successor_id) == (Status.PUBLISHED, None)


def test_a_successor_that_is_not_there_retires_nothing(session: Session) -> None:
    marketer, asset = make_user(session, Role.MARKETER).as_actor(), make_asset(session)

    with pytest.raises(Invalid):
        cures.retire(session, asset.id, "nothing", actor=marketer, now=NOW)


@pytest.mark.parametrize("role", [Role.REP, Role.ANALYST])
def test_reps_and_analysts_see_whose_turn_it_is_and_press_nothing(session: Session, role: Role) -> None:
    actor, asset = make_user(session, role).as_actor(), make_asset(session)

    assert not cures.may_ask(actor)
    assert not cures.may_edit(actor)
    with pytest.raises(NotAllowed):
        cures.ask_for(session, Act.TEACH, asset.id, quarter=Q3, actor=actor, now=NOW)
    with pytest.raises(NotAllowed):
        cures.ask_owner(session, asset.id, quarter=Q3, path="/", actor=actor, now=NOW)
    with pytest.raises(NotAllowed):
        cures.retire(session, asset.id, None, actor=actor, now=NOW)
