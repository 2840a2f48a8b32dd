"""Bytes without a row: a process that died between the two leaves them; a day later nobody can want them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from content_map.db import Sessions
from content_map.models import Page, Version
from storage.contract import ObjectStore

# Far longer than any upload lasts: what is younger may be about to get its row.
GRACE = timedelta(days=1)
AT_ONCE = 500


def sweep(sessions: Sessions, store: ObjectStore, *, now: datetime) -> int:
    """Remove originals and previews that no row names, a day after they were stored; returns how many.

    Raises StorageUnavailable.
    """
    removed = 0
    waiting: list[str] = []
    for prefix in ("assets/", "previews/"):
        for stored in store.keys(prefix):
            if stored.modified_at < now - GRACE:
                waiting.append(stored.key)
            if len(waiting) >= AT_ONCE:
                removed += _remove(sessions, store, waiting)
                waiting = []
    return removed + _remove(sessions, store, waiting)


def _remove(sessions: Sessions, store: ObjectStore, keys: Sequence[str]) -> int:
    with sessions.read() as session:
        named = {
            key
            for column in (Version.store_key, Page.image_key, Page.thumbnail_key)
            for key in session.scalars(select(column).where(column.in_(keys)))
        }
    orphans = [key for key in keys if key not in named]
    for key in orphans:
        store.delete(key)
    return len(orphans)
