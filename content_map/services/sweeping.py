"""What nobody can want any more: bytes without a row after a day, uploads that nobody went on with after a week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from content_map.db import Sessions
from content_map.domain.uploads import LASTS
from content_map.models import Page, Upload, Version
from content_map.services import uploads
from storage.contract import ObjectStore

# Far longer than any upload in one piece lasts: what is younger may be about to get its row.
GRACE = timedelta(days=1)
AT_ONCE = 500


def sweep(sessions: Sessions, store: ObjectStore, *, now: datetime) -> int:
    """Remove what no row names a day after it was stored: originals, previews, tables that were only checked.

    Returns how many. Raises StorageUnavailable.
    """
    removed = 0
    waiting: list[str] = []
    for prefix in ("assets/", "previews/", "renditions/", "imports/"):
        for stored in store.keys(prefix):
            if stored.modified_at < now - GRACE:
                waiting.append(stored.key)
            if len(waiting) >= AT_ONCE:
                removed += _remove(sessions, store, waiting)
                waiting = []
    return removed + _remove(sessions, store, waiting)


def sweep_uploads(sessions: Sessions, store: ObjectStore, *, now: datetime) -> int:
    """End uploads whose week is over and remove their parts, and parts that no upload names; returns how many.

    Raises StorageUnavailable.
    """
    return _end_expired(sessions, store, now) + _abort_nameless(sessions, store, now)


def _end_expired(sessions: Sessions, store: ObjectStore, now: datetime) -> int:
    with sessions.read() as session:
        expired = session.scalars(
            select(Upload).where(Upload.state == "open", Upload.expires_at <= now).limit(AT_ONCE)
        ).all()
    for upload in expired:
        # Ended first: who completes it at this moment either was sooner, or is refused.
        if uploads.mark_aborted(sessions, upload.id):
            uploads.remove(store, upload)
    return len(expired)


def _abort_nameless(sessions: Sessions, store: ObjectStore, now: datetime) -> int:
    # Begun by a process that died before its row, or a put in parts whose process was killed.
    old = [each for each in store.parts.walk() if each.started_at < now - LASTS - GRACE]
    with sessions.read() as session:
        named = set(session.scalars(select(Upload.store_upload).where(Upload.state == "open")))
    nameless = [each for each in old if each.upload not in named]
    for each in nameless:
        store.parts.abort(each.key, each.upload)
    return len(nameless)


def _remove(sessions: Sessions, store: ObjectStore, keys: Sequence[str]) -> int:
    with sessions.read() as session:
        named = {
            key
            for column in (Version.store_key, Version.rendition_key, Page.image_key, Page.thumbnail_key)
            for key in session.scalars(select(column).where(column.in_(keys)))
        }
        # Joined, but killed before the asset was made: its uploader may still complete it.
        joined = select(Upload.store_key).where(Upload.store_key.in_(keys), Upload.state == "open")
        named.update(session.scalars(joined))
    orphans = [key for key in keys if key not in named]
    for key in orphans:
        store.delete(key)
    return len(orphans)
