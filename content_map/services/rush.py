"""Whether a whole drive is coming in: then being found matters more than being seen or being tagged."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.models import Job

EXTRACT = "extract"  # as services/ingest.py names it, which stands on this module
MANY = 5


def is_on(session: Session) -> bool:
    """Say whether several files wait to be read, so that whatever follows reading should wait its turn."""
    unread = select(Job.id).where(Job.kind == EXTRACT, Job.state == "waiting").limit(MANY)
    return len(session.scalars(unread).all()) == MANY
