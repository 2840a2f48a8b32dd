"""Content that somebody asked marketing for: asked from a situation, listed for those who may read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from content_map.domain import gaps
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows, require
from content_map.domain.situations import parse
from content_map.domain.vocabulary import Vocabulary
from content_map.errors import FieldError, Invalid, NotFound
from content_map.models import Request, Search
from content_map.services import audit, cursors
from content_map.services.cursors import Slice
from content_map.services.texts import NOT_STORABLE, is_storable

WORDS_AT_MOST = 2_000


class RequestStatus(StrEnum):
    """How far marketing is with it."""

    OPEN = "open"
    PLANNED = "planned"
    FILLED = "filled"
    DECLINED = "declined"


WAITING = (RequestStatus.OPEN.value, RequestStatus.PLANNED.value)


def ask(
    session: Session,
    situation: str,
    *,
    conversation: Conversation | None = None,
    note: str | None = None,
    search: str | None = None,
    vocabulary: Vocabulary | None = None,
    actor: Actor,
    now: datetime,
) -> Request:
    """Ask for content in one's own words; `search` is the caller's own search that did not find it.

    The request keeps the terms of that search, else those that `vocabulary` reads in the words: by them others who
    asked the same are found. Raises NotAllowed, Invalid.
    """
    require(actor, Right.ASK_REQUEST)
    words = word_problems({"situation": situation, "note": note})
    refuse([*words, *_search_problems(session, search, actor)])
    request = Request(
        situation=situation.strip(),
        conversation=conversation,
        note=tidy(note),
        status=RequestStatus.OPEN,
        asked_by=actor.id,
        search_id=search,
        terms=list(_terms(session, search, situation, vocabulary)),
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
    owner: str | None = None,
    overdue_on: date | None = None,
    only: ColumnElement[bool] | None = None,
    limit: int = 50,
    cursor: str | None = None,
    actor: Actor,
) -> Slice[Request]:
    """List requests, newest first: one's own, and everybody's for those who answer or plan them.

    `owner` is who answers; with `overdue_on` only those that wait and were due before that day;
    `only` is a further condition.
    """
    require(actor, Right.ASK_REQUEST)
    wanted = select(Request)
    # A request is written to marketing; another rep does not read it.
    if mine or not allows(actor, Right.SEE_REQUESTS):
        wanted = wanted.where(Request.asked_by == actor.id)
    if status is not None:
        wanted = wanted.where(Request.status == status.value)
    if conversation is not None:
        wanted = wanted.where(Request.conversation == conversation.value)
    if owner is not None:
        wanted = wanted.where(Request.owner_id == owner)
    if overdue_on is not None:
        wanted = wanted.where(is_overdue(overdue_on))
    if only is not None:
        wanted = wanted.where(only)
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


def is_overdue(today: date) -> ColumnElement[bool]:
    """Say in SQL that a request still waits and was due before today."""
    return and_(Request.status.in_(WAITING), Request.due_on < today)


def word_problems(words: Mapping[str, Any]) -> Iterator[FieldError]:
    """List what speaks against the given `situation`, `note` and `answer`."""
    if "situation" in words and not words["situation"].strip():
        yield FieldError("/situation", "Describe the customer's situation in a sentence.")
    for field in ("situation", "note", "answer"):
        text = words.get(field) or ""
        if not is_storable(text):
            yield FieldError(f"/{field}", NOT_STORABLE)
        if len(text) > WORDS_AT_MOST:
            yield FieldError(f"/{field}", f"At most {WORDS_AT_MOST:,} characters, please.")


def refuse(problems: list[FieldError]) -> None:
    """Raise Invalid with all of them, if there are any."""
    if problems:
        raise Invalid(" ".join(each.detail for each in problems), problems)


def tidy(text: str | None) -> str | None:
    """Take the space around a text away; blank is nothing."""
    return (text or "").strip() or None


def _terms(
    session: Session, search_id: str | None, situation: str, vocabulary: Vocabulary | None
) -> tuple[str, ...]:
    search = session.get(Search, search_id) if search_id else None
    if search is not None:
        return gaps.read(search.asked_terms)
    if vocabulary is None:
        return ()
    refs = (chip.ref for chip in parse(situation, vocabulary).chips if not chip.negated)
    return gaps.read(gaps.written(ref for ref in refs if ref))


def _search_problems(session: Session, search_id: str | None, actor: Actor) -> Iterator[FieldError]:
    if search_id is None:
        return
    search = session.get(Search, search_id)
    if search is None or search.user_id != actor.id:
        yield FieldError("/search", "This is not one of your searches.")
