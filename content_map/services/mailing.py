"""Mail leaves with the change that causes it: as a job of the same transaction, handed over by the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.db import Sessions, new_id
from content_map.errors import Invalid, Unavailable
from content_map.models import Job, enqueue
from content_map.models.outbox import AT_ONCE
from content_map.outbound.mail import Attachment, Letter, Unsent, one_line, send, written
from content_map.relay import Relay, is_mail_address
from content_map.services.health import Finding

log = structlog.get_logger()

MAIL = "mail"
# A relay may be down for a weekend; what waits longer than that is out of date.
WAITS = (
    *(timedelta(minutes=minutes) for minutes in (1, 5, 15)),
    *(timedelta(hours=hours) for hours in (1, 3, 6, 12, 24, 24)),
)
PATIENCE = 2  # tries in vain that are no news: a server may ask a stranger to come again
TEXT_CHARACTERS = 200_000
TRIES = "tries"

Conclude = Callable[[Session], None]


def is_on(settings: Settings) -> bool:
    """Say whether mail goes out at all; where it does not, nothing is to be queued."""
    return settings.relay is not None


def queue(
    session: Session,
    to: str,
    subject: str,
    text: str,
    html: str | None = None,
    *,
    unsubscribe: str | None = None,
    attachments: Sequence[Attachment] = (),
    now: datetime,
) -> str:
    """Leave a letter in the transaction and return its key. `unsubscribe` is an address of ours.

    Ask `is_on` first: without a relay the worker throws letters away. Raises Invalid for an address that is none,
    ValueError for HTML that would load something when it is read.
    """
    key = new_id()
    letter = replace(_letter(to, subject, text, html, unsubscribe), attachments=tuple(attachments))
    written(letter, sender=to, key=key, at=now)  # what cannot be written is found here, not in the worker
    _leave(session, key, {**asdict(letter), "at": now.isoformat()})
    return key


def deliver(
    key: str, payload: Mapping[str, Any], *, relay: Relay | None, sender: str, now: datetime
) -> Conclude:
    """Hand a queued letter to the relay, and return what ends its job or lets it wait.

    A letter whose address the relay refuses is given up. Raises Unsent when it has waited for three days.
    """
    if relay is None:
        log.warning("mail.thrown_away", reason="CONTENT_MAP_SMTP_URL is empty")
        return _done
    letter = _waiting(payload)
    message = written(letter, sender=sender, key=key, at=datetime.fromisoformat(payload["at"]))
    try:
        send(relay, message)
    except Unsent as fault:
        tries = int(payload.get(TRIES, 0))
        if fault.is_final:
            log.warning("mail.refused", error=fault.sentence)
            return _done
        if tries >= len(WAITS):
            raise
        log.warning("mail.delayed", error=fault.sentence, tries=tries + 1)
        again = {**payload, TRIES: tries + 1, "said": fault.sentence}
        return lambda session: _leave(session, key, again, run_at=now + WAITS[tries])
    log.info("mail.sent")
    return _done


def try_out(settings: Settings, to: str, *, now: datetime) -> Relay:
    """Send one letter at once and return the relay that took it. Raises Invalid, Unavailable with what it said."""
    relay = settings.relay
    if relay is None:
        raise Unavailable("No mail is sent: CONTENT_MAP_SMTP_URL is empty.")
    about = f"Mail from {settings.base_url} arrives. There is nothing to do."
    letter = _letter(to, "Content Map can send mail", about, f"<p>{about}</p>", None)
    message = written(letter, sender=settings.mail_from, key=new_id(), at=now)
    try:
        send(relay, message)
    except Unsent as fault:
        raise Unavailable(fault.sentence) from None
    return relay


def examined(sessions: Sessions, settings: Settings) -> Finding:
    """Say where mail goes, and whether it gets there."""
    relay = settings.relay
    if relay is None:
        return Finding(
            "mail", True, "No mail: CONTENT_MAP_SMTP_URL is empty; messages stay inside the product"
        )
    with sessions.read() as session:
        waiting = delayed(session)
    if waiting:
        sentence = f"letters that wait: {len(waiting)}; the last answer: {waiting[-1]['said']}"
        patient = all(each[TRIES] <= PATIENCE for each in waiting)
        return Finding("mail", patient, f"{sentence} `content-map mail test ADDRESS` tries it now")
    return Finding("mail", True, f"goes out by {relay.host}:{relay.port}")


def delayed(session: Session) -> list[Mapping[str, Any]]:
    """List the letters that a relay did not take at once and still wait, those that are tried last at the end."""
    waiting = select(Job.payload).where(Job.kind == MAIL, Job.state != "dead").order_by(Job.run_at)
    return [payload for payload in session.scalars(waiting) if TRIES in payload]


def _letter(to: str, subject: str, text: str, html: str | None, unsubscribe: str | None) -> Letter:
    if not is_mail_address(to):
        raise Invalid.field("/to", f"{one_line(to)!r} is no mail address, such as mia@example.com.")
    whole = html if html is None or len(html) <= TEXT_CHARACTERS else None
    return Letter(to, one_line(subject), text[:TEXT_CHARACTERS], whole, unsubscribe)


def _waiting(payload: Mapping[str, Any]) -> Letter:
    named = {each.name: payload[each.name] for each in fields(Letter) if each.name in payload}
    return Letter(
        **{**named, "attachments": tuple(Attachment(**each) for each in named.get("attachments", ()))}
    )


def _leave(session: Session, key: str, payload: Mapping[str, Any], *, run_at: datetime = AT_ONCE) -> None:
    # The same key again renews the job that is being done: it waits instead of ending.
    enqueue(session, MAIL, key, payload=payload, run_at=run_at, dedupe_key=f"{MAIL}:{key}")


def _done(_session: Session) -> None:
    """Nothing is left to be written: the job ends."""
