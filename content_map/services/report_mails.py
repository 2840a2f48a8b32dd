"""Who wants which report by mail: everybody for themselves, for reports they may read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.cadence import Cadence
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.errors import Invalid, NotFound
from content_map.models import ReportMail
from content_map.reports.formats import FORMATS
from content_map.services import audit, reports


def mine(session: Session, *, actor: Actor) -> Sequence[ReportMail]:
    """List one's own wishes, by report."""
    require(actor, Right.SEE_REPORTS)
    wishes = select(ReportMail).where(ReportMail.user_id == actor.id).order_by(ReportMail.report)
    return session.scalars(wishes).all()


def wish(session: Session, report: str, *, actor: Actor) -> ReportMail:
    """Give one's own wish for a report. Raises NotFound, NotAllowed."""
    found = _found(session, report, actor)
    if found is None:
        raise NotFound("You are not mailed about this report.")
    return found


def want(
    session: Session, report: str, cadence: Cadence, attach: str | None = None, *, actor: Actor, now: datetime
) -> ReportMail:
    """Be mailed about a report from the next period on; `attach` is the ending of a file, None for links alone.

    Raises NotFound, NotAllowed, Invalid (a report about one asset, a format that does not exist).
    """
    if reports.allowed(report, actor=actor).needs_asset:
        raise Invalid.field("/report", "This report is about one asset at a time; it is not mailed.")
    if attach is not None and attach not in FORMATS:
        raise Invalid.field("/attach", f"There is no such format. There are: {', '.join(FORMATS)}.")
    wanted = _found(session, report, actor)
    if wanted is None:
        wanted = ReportMail(user_id=actor.id, report=report, made_at=now)
        session.add(wanted)
    elif wanted.cadence != cadence.value:
        # Another rhythm begins anew: what ended before is not sent after all.
        wanted.made_at, wanted.sent_for = now, None
    wanted.cadence, wanted.attach = cadence.value, attach
    session.flush()
    audit.note(
        session,
        "report_mail.wanted",
        "report_mail",
        wanted.id,
        actor=actor,
        now=now,
        changes={"report": report, "cadence": cadence.value, "attach": attach},
    )
    return wanted


def stop(session: Session, report: str, *, actor: Actor, now: datetime) -> None:
    """Be mailed no longer; nothing happens where one was not."""
    require(actor, Right.SEE_REPORTS)
    found = session.scalar(
        select(ReportMail).where(ReportMail.user_id == actor.id, ReportMail.report == report)
    )
    if found is not None:
        session.delete(found)
        audit.note(session, "report_mail.stopped", "report_mail", found.id, actor=actor, now=now)


def _found(session: Session, report: str, actor: Actor) -> ReportMail | None:
    reports.allowed(report, actor=actor)
    return session.scalar(
        select(ReportMail).where(ReportMail.user_id == actor.id, ReportMail.report == report)
    )
