"""Naming an asset by its title, where a form has no list of ids."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.errors import Invalid
from content_map.models import Asset
from content_map.services import library


def live_titled(session: Session, title: str, *, pointer: str, now: datetime) -> str:
    """Give the id of the one live asset with this title, as it is written. Raises Invalid at `pointer`."""
    same = select(Asset.id).where(Asset.title == title.strip(), library.live(now)).limit(2)
    found = session.scalars(same).all()
    if not found:
        raise Invalid.field(pointer, f"No live asset is called “{title[:80]}”. Choose one from the list.")
    if len(found) > 1:
        raise Invalid.field(
            pointer, f"Several live assets are called “{title[:80]}”. Give one another title."
        )
    return found[0]
