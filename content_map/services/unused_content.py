"""The unused-assets report as its page looks at it: only the parts that are shown, from the same code as every file."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.domain.people import Actor
from content_map.reports.unused.frozen import NAME
from content_map.reports.unused_assets import Part, assemble
from content_map.reports.unused_result import UnusedReport
from content_map.services import reports


def look(
    session: Session,
    quarter_text: str | None,
    parts: Collection[Part],
    *,
    with_left_out: bool = False,
    actor: Actor,
    settings: Settings,
    now: datetime,
) -> UnusedReport:
    """Count the rows of a quarter, the present one when none is given, and only these parts beside them.

    Raises NotAllowed, Invalid (no quarter, one that has not begun).
    """
    reports.allowed(NAME, actor=actor)
    question = reports.asked(
        quarter_text, with_left_out=with_left_out, actor=actor, settings=settings, now=now
    )
    return assemble(session, question, parts)
