"""Changing and answering a request; filling one fills those for the same, and tells whoever searched for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, TypedDict

from sqlalchemy.orm import Session

from content_map.domain.assets import Status, is_live
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows, require
from content_map.errors import Conflict, FieldError, NotAllowed
from content_map.models import Asset, Request, User
from content_map.services import audit, request_telling, requests, same_requests
from content_map.services.requests import RequestStatus


class RequestChanges(TypedDict, total=False):
    """What may be changed: the words and the conversation by the asker, the rest by who answers.

    A missing field is left alone, None clears it.
    """

    situation: str
    conversation: Conversation | None
    note: str | None
    status: RequestStatus
    answer: str | None
    asset: str | None  # the asset that fills it
    owner: str | None  # who answers it, a user id
    due_on: date | None


_ASKERS = frozenset({"situation", "conversation", "note"})
_WORDS = frozenset({"situation", "note", "answer"})
_ANSWERS = frozenset({"status", "answer", "asset", "due_on"})


def change(
    session: Session, request_id: str, changes: RequestChanges, *, actor: Actor, now: datetime
) -> Request:
    """Change the named fields; whoever answers tells the asker by it.

    Filled, it fills the waiting requests for the same too, and tells whoever searched for it in vain, each person
    once. Raises NotFound, NotAllowed, Conflict (words of an answered request), Invalid (filled needs a live asset,
    an owner answers requests, a due day is not over).
    """
    requests.get(session, request_id, actor=actor)
    request = session.get_one(Request, request_id, with_for_update={"of": Request}, populate_existing=True)
    _check_rights(request, changes, actor)
    requests.refuse(
        [
            *requests.word_problems(changes),
            *_asset_problems(session, request, changes, now),
            *_owner_problems(session, request, changes, now),
        ]
    )
    before = _facts(request)
    _apply(request, changes, now)
    changed = _note(session, request, before, actor, now)
    if not changed:
        return request
    if "owner" in changed and request.owner_id not in {None, actor.id}:
        request_telling.tell_owner(session, request, now=now)
    if ("status" in changed and request.status == RequestStatus.FILLED) or (
        "asset" in changed and request.status == RequestStatus.FILLED
    ):
        filled = [request, *_fill_twins(session, request, actor, now)]
        request_telling.tell_filled(session, filled, actor=actor, now=now)
    elif _ANSWERS & changed.keys() and actor.id != request.asked_by:
        request_telling.tell_asker(session, request, now=now)
    return request


def _fill_twins(session: Session, request: Request, actor: Actor, now: datetime) -> list[Request]:
    twins = list(same_requests.waiting_twins(session, request))
    for twin in twins:
        before = _facts(twin)
        twin.status, twin.asset_id, twin.filled_at = RequestStatus.FILLED.value, request.asset_id, now
        twin.answer = twin.answer or request.answer
        _note(session, twin, before, actor, now)
    return twins


def _note(
    session: Session, request: Request, before: dict[str, Any], actor: Actor, now: datetime
) -> dict[str, list[Any]]:
    after = _facts(request)
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if not changed:
        return {}
    request.updated_at = now
    session.flush()
    # The words themselves stay out of the trail: they name customers and must remain erasable.
    noted = {key: "changed" if key in _WORDS else value for key, value in changed.items()}
    audit.note(session, "request.changed", "request", request.id, actor=actor, now=now, changes=noted)
    return changed


def _check_rights(request: Request, changes: RequestChanges, actor: Actor) -> None:
    if changes.keys() - _ASKERS:
        require(actor, Right.ANSWER_REQUESTS)
    if changes.keys() & _ASKERS:
        if request.asked_by != actor.id:
            raise NotAllowed("Only the person who asked may change the words. Write an answer instead.")
        if request.status in {RequestStatus.FILLED, RequestStatus.DECLINED}:
            raise Conflict("This request is answered already. Ask again with the new words.")


def _apply(request: Request, changes: RequestChanges, now: datetime) -> None:
    if "situation" in changes:
        request.situation = changes["situation"].strip()
    if "conversation" in changes:
        request.conversation = changes["conversation"]
    if "note" in changes:
        request.note = requests.tidy(changes["note"])
    if "answer" in changes:
        request.answer = requests.tidy(changes["answer"])
    if "asset" in changes:
        request.asset_id = changes["asset"]
    if "owner" in changes:
        request.owner_id = changes["owner"]
    if "due_on" in changes:
        request.due_on = changes["due_on"]
    if "status" in changes and changes["status"].value != request.status:
        request.status = changes["status"].value
        request.filled_at = now if request.status == RequestStatus.FILLED else None


def _facts(request: Request) -> dict[str, Any]:
    return {
        "situation": request.situation,
        "conversation": request.conversation,
        "note": request.note,
        "status": request.status,
        "answer": request.answer,
        "asset": request.asset_id,
        "owner": request.owner_id,
        "due_on": request.due_on.isoformat() if request.due_on else None,
    }


def _asset_problems(
    session: Session, request: Request, changes: RequestChanges, now: datetime
) -> Iterator[FieldError]:
    status = changes.get("status", request.status)
    asset_id = changes.get("asset", request.asset_id)
    if status == RequestStatus.FILLED and asset_id is None:
        yield FieldError("/asset", "Name the asset that fills this request.")
    if asset_id is None or not ({"asset", "status"} & changes.keys()):
        return
    asset = session.get(Asset, asset_id)
    if asset is None:
        yield FieldError("/asset", "There is no such asset.")
    elif status == RequestStatus.FILLED and not is_live(
        Status(asset.status), asset.publish_at, asset.expires_at, now
    ):
        yield FieldError(
            "/asset", f"“{asset.title}” is not published: the asker could not open it. Publish it first."
        )


def _owner_problems(
    session: Session, request: Request, changes: RequestChanges, now: datetime
) -> Iterator[FieldError]:
    owner_id = changes.get("owner")
    if owner_id is not None:
        owner = session.get(User, owner_id)
        if owner is None or not owner.is_active:
            yield FieldError("/owner", "There is no active person with this id.")
        elif not allows(owner.as_actor(), Right.ANSWER_REQUESTS):
            yield FieldError("/owner", f"{owner.name} cannot answer requests: only marketers and admins can.")
    due_on = changes.get("due_on")
    # West of Greenwich the day is still yesterday.
    if due_on is not None and due_on != request.due_on and due_on < (now - timedelta(days=1)).date():
        yield FieldError("/due_on", "That day is over. Choose one that is still to come.")
