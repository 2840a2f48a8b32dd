"""What an act over many assets changed can be taken back, but for what somebody changed since."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor, Role
from content_map.errors import Gone, NotFound
from content_map.models import Asset, AuditEntry, Job, Suggestion
from content_map.services import assets, tagging, undoing
from tests.factories import make_asset, make_term, make_user


@pytest.fixture
def marketer(session: Session) -> Actor:
    return make_user(session, Role.MARKETER).as_actor()


def of_conversation(asset: Asset, was: str | None, now_is: str) -> dict[str, dict[str, list[str | None]]]:
    return {asset.id: {"conversation": [was, now_is]}}


def test_what_an_act_changed_goes_back_audited_and_indexed(
    session: Session, marketer: Actor, now: datetime
) -> None:
    asset = make_asset(session, conversation=Conversation.TANGIBLE_VALUE)
    changed = of_conversation(asset, "point-of-view", "tangible-value")
    token = undoing.remember(session, "suggestions", changed, actor=marketer, now=now).id
    session.query(Job).delete()

    done = undoing.undo(session, token, actor=marketer, now=now + timedelta(minutes=9, seconds=59))

    back = assets.get(session, asset.id, actor=marketer, now=now)
    assert (done.restored, done.kept, back.conversation) == (1, [], "point-of-view")
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry is not None
    assert (entry.action, entry.changes) == (
        "asset.undone",
        {"conversation": ["tangible-value", "point-of-view"]},
    )
    assert session.scalars(select(Job.subject).where(Job.kind == "index")).all() == [asset.id]


def test_somebody_elses_later_edit_of_the_same_field_is_kept_and_told(
    session: Session, marketer: Actor, now: datetime
) -> None:
    asset = make_asset(session, conversation=Conversation.TANGIBLE_VALUE, title="Freight")
    changed = {
        asset.id: {"conversation": ["point-of-view", "tangible-value"], "summary": ["An old one.", None]}
    }
    token = undoing.remember(session, "bulk", changed, actor=marketer, now=now).id
    assets.change(session, asset.id, {"conversation": Conversation.RIGHT_PEOPLE}, actor=marketer, now=now)

    done = undoing.undo(session, token, actor=marketer, now=now)

    back = assets.get(session, asset.id, actor=marketer, now=now)
    assert (back.conversation, back.summary) == ("right-people", "An old one.")
    assert [(each.title, each.field) for each in done.kept] == [("Freight", "conversation")]


def test_a_field_that_the_rules_need_meanwhile_stays(
    session: Session, marketer: Actor, now: datetime
) -> None:
    asset = make_asset(session, conversation=Conversation.TANGIBLE_VALUE, status=Status.DRAFT)
    changed = of_conversation(asset, None, "tangible-value")
    token = undoing.remember(session, "suggestions", changed, actor=marketer, now=now).id
    assets.change(session, asset.id, {"status": Status.PUBLISHED}, actor=marketer, now=now)

    done = undoing.undo(session, token, actor=marketer, now=now)

    kept = [(each.field, "before publishing" in each.detail) for each in done.kept]
    assert (done.restored, kept) == (0, [("conversation", True)])


def test_terms_go_back_one_by_one(session: Session, marketer: Actor, now: datetime) -> None:
    for key in ("healthcare", "logistics", "retail"):
        make_term(session, key=key, name=key.title())
    asset = make_asset(session)
    tagging.set_terms(session, asset, ["industry:healthcare"])
    changed = {asset.id: {"terms": [["industry:logistics"], ["industry:healthcare"]]}}
    token = undoing.remember(session, "bulk", changed, actor=marketer, now=now).id
    since: list[str] = ["industry:healthcare", "industry:retail"]
    assets.change(session, asset.id, {"terms": since}, actor=marketer, now=now)

    undoing.undo(session, token, actor=marketer, now=now)

    back = assets.get(session, asset.id, actor=marketer, now=now)
    assert sorted(tag.term.key for tag in back.terms) == ["logistics", "retail"]


def test_accepted_suggestions_open_again_with_their_tag_gone(
    session: Session, marketer: Actor, now: datetime
) -> None:
    asset = make_asset(session, conversation=Conversation.TANGIBLE_VALUE, status=Status.DRAFT)
    tagging.suggest(session, asset, "conversation", "tangible-value", confidence=0.8, evidence={})
    session.flush()
    suggestion = session.scalars(select(Suggestion)).one()
    suggestion.state, suggestion.decided_by, suggestion.decided_at = "accepted", marketer.id, now
    changed = of_conversation(asset, None, "tangible-value")
    token = undoing.remember(
        session, "suggestions", changed, suggestions=[suggestion.id], actor=marketer, now=now
    ).id

    undoing.undo(session, token, actor=marketer, now=now)

    assert (suggestion.state, suggestion.decided_by) == ("open", None)


def test_an_undo_is_its_makers_alone_once_and_for_ten_minutes(
    session: Session, marketer: Actor, now: datetime
) -> None:
    asset = make_asset(session, conversation=Conversation.TANGIBLE_VALUE)
    colleague = make_user(session, Role.MARKETER).as_actor()
    changed = of_conversation(asset, "point-of-view", "tangible-value")
    first, second = (undoing.remember(session, "bulk", changed, actor=marketer, now=now).id for _ in range(2))

    with pytest.raises(NotFound):
        undoing.undo(session, first, actor=colleague, now=now)
    with pytest.raises(Gone, match="over"):
        undoing.undo(session, first, actor=marketer, now=now + timedelta(minutes=10))
    undoing.undo(session, second, actor=marketer, now=now)
    with pytest.raises(Gone, match="already"):
        undoing.undo(session, second, actor=marketer, now=now)


def test_the_last_undo_is_the_latest_that_still_holds(
    session: Session, marketer: Actor, now: datetime
) -> None:
    asset = make_asset(session)
    changed = of_conversation(asset, None, "point-of-view")
    earlier = undoing.remember(session, "bulk", changed, actor=marketer, now=now)
    later = undoing.remember(session, "bulk", changed, actor=marketer, now=now + timedelta(minutes=5))

    assert undoing.last(session, actor=marketer, now=now + timedelta(minutes=6)) is later
    later.used_at = now + timedelta(minutes=7)
    session.flush()
    assert undoing.last(session, actor=marketer, now=now + timedelta(minutes=8)) is earlier
    assert undoing.last(session, actor=marketer, now=now + timedelta(minutes=10)) is None


def test_what_ended_a_day_ago_is_forgotten(session: Session, marketer: Actor, now: datetime) -> None:
    asset = make_asset(session)
    changed = of_conversation(asset, None, "point-of-view")
    token = undoing.remember(session, "bulk", changed, actor=marketer, now=now).id

    assert undoing.forget(session, now=now + timedelta(days=1)) == 0
    assert undoing.forget(session, now=now + timedelta(days=1, minutes=11)) == 1
    with pytest.raises(NotFound):
        undoing.undo(session, token, actor=marketer, now=now + timedelta(days=2))
