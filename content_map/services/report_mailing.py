"""Reports by mail: which letters are due, what stands in them, and that each leaves once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from content_map.config import Settings
from content_map.db import Sessions
from content_map.domain.cadence import Cadence, Period, ended_month, ended_week
from content_map.domain.permissions import allows
from content_map.domain.quarters import Quarter
from content_map.models import ReportMail, ReportRun, ReportRunFile, User
from content_map.outbound.mail import Attachment
from content_map.reports import REPORTS, Definitions, Question
from content_map.reports.formats import FORMATS, Print
from content_map.reports.parts import Cell, Figure, Fraction
from content_map.services import demonstration, mailing

ATTACHED_BYTES = 5_000_000  # relays refuse more sooner or later; the link always works


@dataclass(frozen=True, slots=True)
class Due:
    """A letter that is due: for whose wish, about which period and quarter, and from which frozen report."""

    wish: str
    report: str
    attach: str | None
    period: str
    quarter: Quarter
    run: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """A letter's words."""

    subject: str
    text: str
    html: str
    url: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a letter tells: of a frozen report what was frozen, whatever is known by now."""

    printed: Print
    lead: Sequence[str]
    figures: Sequence[Figure]


Compose = Callable[[Told, Due, bool], Message]  # the last one: whether the file goes along


def due(session: Session, settings: Settings, *, now: datetime) -> list[Due]:
    """List the letters that are due, by report and quarter; each period once, and none that ended before the wish."""
    wishes = session.scalars(
        select(ReportMail)
        .join(User, User.id == ReportMail.user_id)
        .where(User.is_active)
        .order_by(ReportMail.report, ReportMail.id)
    ).all()
    found = [each for wish in wishes for each in _due(session, wish, settings, now)]
    return sorted(found, key=lambda each: (each.report, each.quarter, each.run or "", each.wish))


def send(
    sessions: Sessions,
    settings: Settings,
    letters: Sequence[Due],
    compose: Compose,
    *,
    base_url: str,
    now: datetime,
) -> int:
    """Leave the letters for the relay and return how many; a report is built once for all who get it.

    A wish is marked in the transaction that leaves its letter: a worker that is killed sends none twice.
    """
    sent = 0
    for _, alike in groupby(letters, key=lambda each: (each.report, each.quarter, each.run)):
        told: Told | None = None
        for letter in alike:
            told = told or _told(sessions, settings, letter, base_url, now)
            attachment = _attachment(sessions, told.printed, letter)
            message = compose(told, letter, attachment is not None)
            with sessions.write() as session:
                sent += _leave(session, letter, message, attachment, now)
    return sent


def _due(session: Session, wish: ReportMail, settings: Settings, now: datetime) -> Iterator[Due]:
    report = REPORTS.get(wish.report)
    if report is None:
        return
    definitions = Definitions.from_settings(settings)
    if wish.cadence == Cadence.QUARTERLY.value:
        quarter = definitions.quarter_of(now).previous()
        run = session.execute(
            select(ReportRun.id, ReportRun.frozen_at).where(
                ReportRun.report == wish.report, ReportRun.quarter == str(quarter)
            )
        ).one_or_none()
        if run is None and report.is_frozen:
            return
        period = Period(str(quarter), now.date(), run.frozen_at if run else definitions.freezes_at(quarter))
        run_id = run.id if run else None
    else:
        ended = ended_week if wish.cadence == Cadence.WEEKLY.value else ended_month
        period, run_id = ended(now, settings.zone), None
        last = datetime.combine(period.last_day, datetime.min.time(), settings.zone)
        quarter = definitions.quarter_of(last)
    if period.due_at <= now and period.due_at > wish.made_at and wish.sent_for != period.key:
        yield Due(wish.id, wish.report, wish.attach, period.key, quarter, run_id)


def _told(sessions: Sessions, settings: Settings, letter: Due, base_url: str, now: datetime) -> Told:
    """Build the report as everybody may see it, because a mail is forwarded."""
    question = Question(letter.quarter, Definitions.from_settings(settings), now, viewer=None)
    report = REPORTS[letter.report]
    with sessions.read() as session:
        printed = Print(
            report,
            question,
            report.build(session, question),
            is_demo=demonstration.is_demonstration(session),
            base_url=base_url,
        )
    built = printed.built
    published = _frozen(sessions, letter.run, "json") if letter.run else None
    if published is None:
        return Told(printed, built.lead, built.figures)
    content = json.loads(published)
    return Told(printed, content.get("lead", ()), _as_published(built.figures, content.get("figures", {})))


def _as_published(figures: Sequence[Figure], published: Mapping[str, Any]) -> list[Figure]:
    return [
        replace(each, value=_value(published[each.key]), comparison="")
        for each in figures
        if each.key in published
    ]


def _value(given: Any) -> Cell:
    """Read a figure back as the JSON file holds it."""
    if isinstance(given, dict):
        return Fraction(given["count"], given["n"])
    return given if isinstance(given, str | int | float) else None


def _attachment(sessions: Sessions, printed: Print, letter: Due) -> Attachment | None:
    form = FORMATS.get(letter.attach or "")
    if form is None:
        return None
    content = _frozen(sessions, letter.run, form.ending) if letter.run else form.write(printed)
    if content is None or len(content) > ATTACHED_BYTES:
        return None
    return Attachment.of(f"{letter.report}-{letter.quarter}.{form.ending}", form.media_type, content)


def _frozen(sessions: Sessions, run_id: str, ending: str) -> bytes | None:
    with sessions.read() as session:
        file = session.get(ReportRunFile, (run_id, ending), options=[undefer(ReportRunFile.content)])
        return file.content if file else None


def _leave(
    session: Session, letter: Due, message: Message, attachment: Attachment | None, now: datetime
) -> int:
    """Leave one letter, unless meanwhile it was sent, is not wanted any more, or may not be read any more."""
    wish = session.get(ReportMail, letter.wish, with_for_update=True)
    if wish is None or wish.sent_for == letter.period:
        return 0
    person = session.get_one(User, wish.user_id)
    wish.sent_for = letter.period
    if not person.is_active or not allows(person.as_actor(), REPORTS[letter.report].right):
        return 0
    mailing.queue(
        session,
        person.email,
        message.subject,
        message.text,
        message.html,
        unsubscribe=message.url,
        attachments=() if attachment is None else (attachment,),
        now=now,
    )
    return 1
