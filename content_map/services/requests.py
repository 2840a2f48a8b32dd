"""Content that somebody asked marketing for: asked from a situation, answered, and the asker told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from content_map.domain.assets import Status, is_live
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows, require
from content_map.errors import Conflict, FieldError, Invalid, NotAllowed, NotFound
from content_map.models import Asset, Request, Search
from content_map.services import audit, cursors, notifications
from content_map.services.cursors import Slice
from content_map.services.texts import NOT_STORABLE, is_storable

WORDS_AT_MOST = 2_000


class RequestStatus(StrEnum):
    """How far marketing is with it."""

    OPEN = "open"
    PLANNED = "planned"
    FILLED = "filled"
    DECLINED = "declined"


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


_ASKERS = frozenset({"situation", "conversation", "note"})
_WORDS = frozenset({"situation", "note", "answer"})


def ask(
    session: Session,
    situation: str,
    *,
    conversation: Conversation | None = None,
    note: str | None = None,
    search: str | None = None,
    actor: Actor,
    now: datetime,
) -> Request:
    """Ask for content in one's own words; `search` is the caller's own search that did not find it.

    Raises NotAllowed, Invalid.
    """
    require(actor, Right.ASK_REQUEST)
    words = _word_problems({"situation": situation, "note": note})
    _refuse([*words, *_search_problems(session, search, actor)])
    request = Request(
        situation=situation.strip(),
        conversation=conversation,
        note=_tidy(note),
        status=RequestStatus.OPEN,
        asked_by=actor.id,
        search_id=search,
        created_at=now,
        updated_at=now,
    )
    session.add(request)
    session.flush()
    audit.note(session, "request.asked", "request", request.id, actor=actor, now=now)
    session.refresh(request)
    return request


def listed(
    session: Session,
    *,
    status: RequestStatus | None = None,
    conversation: Conversation | None = None,
    mine: bool = False,
    limit: int = 50,
    cursor: str | None = None,
    actor: Actor,
) -> Slice[Request]:
    """List requests, newest first: one's own, and everybody's for those who answer or plan them."""
    require(actor, Right.ASK_REQUEST)
    wanted = select(Request)
    # A request is written to marketing; another rep does not read it.
    if mine or not allows(actor, Right.SEE_REQUESTS):
        wanted = wanted.where(Request.asked_by == actor.id)
    if status is not None:
        wanted = wanted.where(Request.status == status.value)
    if conversation is not None:
        wanted = wanted.where(Request.conversation == conversation.value)
    if cursor is not None:
        at, last_id = cursors.read(cursor, parts=2)
        moment = cursors.moment(at)
        same_moment = and_(Request.created_at == moment, Request.id < last_id)
        wanted = wanted.where(or_(Request.created_at < moment, same_moment))
    limit = cursors.bounded(limit)
    newest = wanted.order_by(Request.created_at.desc(), Request.id.desc())
    found = session.scalars(newest.limit(limit + 1)).all()
    last = found[limit - 1] if len(found) > limit else None
    return Slice(found[:limit], cursors.make(last.created_at.isoformat(), last.id) if last else None)


def get(session: Session, request_id: str, *, actor: Actor) -> Request:
    """Load a request. Raises NotFound, also when it is somebody else's and not for the actor's eyes."""
    require(actor, Right.ASK_REQUEST)
    request = session.get(Request, request_id)
    if request is None or not (request.asked_by == actor.id or allows(actor, Right.SEE_REQUESTS)):
        raise NotFound("There is no such request.")
    return request


def change(
    session: Session, request_id: str, changes: RequestChanges, *, actor: Actor, now: datetime
) -> Request:
    """Change the named fields; whoever answers tells the asker by it.

    Raises NotFound, NotAllowed, Conflict (words of an answered request), Invalid (filled needs a live asset).
    """
    request = get(session, request_id, actor=actor)
    _check_rights(request, changes, actor)
    _refuse([*_word_problems(changes), *_asset_problems(session, request, changes, now)])
    before = _facts(request)
    _apply(request, changes)
    after = _facts(request)
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if not changed:
        return request
    request.updated_at = now
    session.flush()
    # The words themselves stay out of the trail: they name customers and must remain erasable.
    noted = {key: "changed" if key in _WORDS else value for key, value in changed.items()}
    audit.note(session, "request.changed", "request", request.id, actor=actor, now=now, changes=noted)
    if {"status", "answer", "asset"} & changed.keys() and actor.id != request.asked_by:
        _tell_asker(session, request, now)
    return request


def _tell_asker(session: Session, request: Request, now: datetime) -> None:
    asset = session.get(Asset, request.asset_id) if request.asset_id else None
    notifications.tell(
        session,
        request.asked_by,
        f"request.{request.status}",
        {
            "request": request.id,
            "asset": asset.id if asset else None,
            "title": asset.title if asset else None,
        },
        path=f"/assets/{asset.id}" if asset and request.status == RequestStatus.FILLED else "/requests",
        now=now,
    )


def _check_rights(request: Request, changes: RequestChanges, actor: Actor) -> None:
    if changes.keys() - _ASKERS:
        require(actor, Right.ANSWER_REQUESTS)
    if changes.keys() & _ASKERS:
        if request.asked_by != actor.id:
            raise NotAllowed("Only the person who asked may change the words. Write an answer instead.")
        if request.status in {RequestStatus.FILLED, RequestStatus.DECLINED}:
            raise Conflict("This request is answered already. Ask again with the new words.")


def _apply(request: Request, changes: RequestChanges) -> None:
    if "situation" in changes:
        request.situation = changes["situation"].strip()
    if "conversation" in changes:
        request.conversation = changes["conversation"]
    if "note" in changes:
        request.note = _tidy(changes["note"])
    if "answer" in changes:
        request.answer = _tidy(changes["answer"])
    if "asset" in changes:
        request.asset_id = changes["asset"]
    if "status" in changes:
        request.status = changes["status"].value


def _facts(request: Request) -> dict[str, str | None]:
    return {
        "situation": request.situation,
        "conversation": request.conversation,
        "note": request.note,
        "status": request.status,
        "answer": request.answer,
        "asset": request.asset_id,
    }


def _word_problems(changes: RequestChanges) -> Iterator[FieldError]:
    if "situation" in changes and not changes["situation"].strip():
        yield FieldError("/situation", "Describe the customer's situation in a sentence.")
    words = (
        ("situation", changes.get("situation")),
        ("note", changes.get("note")),
        ("answer", changes.get("answer")),
    )
    for field, text in words:
        if not is_storable(text or ""):
            yield FieldError(f"/{field}", NOT_STORABLE)
        if len(text or "") > WORDS_AT_MOST:
            yield FieldError(f"/{field}", f"At most {WORDS_AT_MOST:,} characters, please.")


def _search_problems(session: Session, search_id: str | None, actor: Actor) -> Iterator[FieldError]:
    if search_id is None:
        return
    search = session.get(Search, search_id)
    if search is None or search.user_id != actor.id:
        yield FieldError("/search", "This is not one of your searches.")


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


def _refuse(problems: list[FieldError]) -> None:
    if problems:
        raise Invalid(" ".join(each.detail for each in problems), problems)


def _tidy(text: str | None) -> str | None:
    return (text or "").strip() or None
