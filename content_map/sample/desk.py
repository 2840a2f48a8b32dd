"""What is going on today: drafts, a file nobody can read, dates that come up, requests and their answers."""

from __future__ import annotations

import io
import secrets
from dataclasses import asdict
from datetime import datetime, time, timedelta

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.domain.vocabulary import Vocabulary
from content_map.sample.drafts import SampleDraft, drafts
from content_map.sample.library import assets
from content_map.sample.requests import SampleAnswer, SampleRequest, requests
from content_map.sample.shelving import Shelf, add, change, revise
from content_map.sample.staffing import Staff
from content_map.services import notifications, request_changes
from content_map.services import requests as request_services
from content_map.services.asset_changes import AssetChanges
from content_map.services.request_changes import RequestChanges
from content_map.wiring import Resources

_DAY = timedelta(days=1)
_OFFICE_HOUR = time(9)
_DATED = timedelta(days=8)  # when marketing last went through its dates
_READ_AFTER = timedelta(days=30)
# Days from today; the first two are overdue.
_REVIEWS = {
    "persona-chief-operating-officer": -12,
    "getting-technicians-on-board": -3,
    "battlecard-brendlow": 9,
    "board-business-case": 40,
}
_EXPIRES = {"webinar-invitation": 5, "five-touches-plant-leaders": 26}
_LOCKED_BY, _LOCKED = "sarah-whitcombe", "Signed reference agreement.pdf"


def lay_out(resources: Resources, shelf: Shelf, staff: Staff, *, now: datetime) -> None:
    """Bring the desk to the state of `now`; what comes in is not read yet."""
    for draft in drafts():
        _upload(resources, draft, staff, now)
    locked_at = now - timedelta(hours=3)
    add(resources, _LOCKED, _locked_pdf(), {}, actor=staff[_LOCKED_BY], now=locked_at)
    _set_dates(resources, shelf, staff, now)
    revise(resources, shelf, staff, now=now - timedelta(minutes=40))
    with resources.sessions.write() as session:
        vocabulary = resources.vocabulary.current(session)
        for request in requests():
            _ask(session, request, vocabulary, shelf, staff, now)


def _upload(resources: Resources, draft: SampleDraft, staff: Staff, now: datetime) -> None:
    changes: AssetChanges = {"terms": draft.terms, "guide": asdict(draft.guide), "summary": draft.summary}
    if draft.conversation is not None:
        changes["conversation"] = draft.conversation
    if draft.publishes is not None:
        changes["publish_at"] = datetime.combine(
            (now + draft.publishes * _DAY).date(), _OFFICE_HOUR, tzinfo=now.tzinfo
        )
        changes["status"] = Status.PUBLISHED
    add(
        resources,
        draft.file_name,
        draft.content,
        changes,
        actor=staff[draft.owner_key],
        now=now - draft.uploaded * _DAY,
    )


def _locked_pdf() -> bytes:
    """Make a PDF with a password that nobody has."""
    stream = io.BytesIO()
    canvas = Canvas(stream, encrypt=StandardEncryption(secrets.token_urlsafe(16), strength=128))
    canvas.drawString(72, 720, "Reference agreement")
    canvas.save()
    return stream.getvalue()


def _set_dates(resources: Resources, shelf: Shelf, staff: Staff, now: datetime) -> None:
    owners = {asset.key: staff[asset.owner_key] for asset in assets()}
    for key, days in _REVIEWS.items():
        due = (now + days * _DAY).date()
        change(resources, shelf[key], {"review_by": due}, owners[key], now - _DATED - 30 * _DAY)
    for key, days in _EXPIRES.items():
        end = datetime.combine((now + days * _DAY).date(), _OFFICE_HOUR, tzinfo=now.tzinfo)
        change(resources, shelf[key], {"expires_at": end}, owners[key], now - _DATED)


def _ask(
    session: Session,
    request: SampleRequest,
    vocabulary: Vocabulary,
    shelf: Shelf,
    staff: Staff,
    now: datetime,
) -> None:
    asked = request_services.ask(
        session,
        request.situation,
        conversation=request.conversation,
        note=request.note,
        vocabulary=vocabulary,
        actor=staff[request.asker_key],
        now=now - request.asked_days_ago * _DAY,
    )
    if request.answer is None:
        return
    answered_at = now - request.answer.days_ago * _DAY
    request_changes.change(
        session,
        asked.id,
        _answer(request, request.answer, shelf),
        actor=staff[request.answer.answerer_key],
        now=answered_at,
    )
    if now - answered_at > _READ_AFTER:
        asker = staff[request.asker_key]
        told = [each.id for each in notifications.unread(session, actor=asker)]
        notifications.mark_read(session, told, actor=asker, now=answered_at + _DAY)


def _answer(request: SampleRequest, answer: SampleAnswer, shelf: Shelf) -> RequestChanges:
    changes: RequestChanges = {"status": request.status, "answer": answer.words}
    if answer.asset_key is not None:
        changes["asset"] = shelf[answer.asset_key]
    return changes
