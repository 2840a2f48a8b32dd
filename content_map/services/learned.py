"""What the library's tagged assets teach, kept in a process's memory; the database stays the truth."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from content_map.domain.assets import State
from content_map.domain.conversations import Conversation
from content_map.domain.learning import Learner, Words, words_of
from content_map.models import Asset, Page, Version
from search.stemming import stem

ASSETS_EACH = 200  # of a conversation, the latest: enough to learn from, and read within seconds
PAGES_EACH = 30
PAGE_CHARACTERS = 4_000
ASSETS_AT_ONCE = 50
# Learning again is worth it after this many tags, or this share of those there are.
CHANGED_TAGS = 5
CHANGED_SHARE = 0.1

Counts = Mapping[Conversation, int]
_stem = lru_cache(maxsize=20_000)(stem)


class Learned:
    """The learner of this moment, taught again once the tags have changed enough; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counts | None = None
        self._learner = Learner((), _stem)

    def current(self, session: Session) -> Learner:
        """Return the learner; costs one count when little changed, and seconds when it learns again."""
        counts = tagged_counts(session)
        with self._lock:
            if self._counts is None or changed_enough(self._counts, counts):
                self._learner, self._counts = Learner(_lessons(session), _stem), counts
            return self._learner


def tagged_counts(session: Session) -> dict[Conversation, int]:
    """Count the readable assets that people gave a conversation, by conversation; all five are in it."""
    rows = session.execute(
        select(Asset.conversation, func.count())
        .join(Asset.current)
        .where(Asset.conversation.is_not(None), Version.state == State.READY.value)
        .group_by(Asset.conversation)
    )
    counted = {Conversation(key): count for key, count in rows if key is not None}
    return {each: counted.get(each, 0) for each in Conversation}


def changed_enough(before: Counts, after: Counts) -> bool:
    """Say whether learning again would tell something new."""
    changed = sum(abs(after[each] - before[each]) for each in Conversation)
    return changed >= max(CHANGED_TAGS, CHANGED_SHARE * sum(before.values()))


def _lessons(session: Session) -> Iterator[tuple[Conversation, Words]]:
    # Each conversation brings its latest; in order of ids, so that the same library teaches the same.
    place = func.row_number().over(
        partition_by=Asset.conversation, order_by=(Asset.updated_at.desc(), Asset.id)
    )
    ranked = (
        select(
            Asset.id, Asset.conversation, Asset.title, Version.id.label("version_id"), place.label("place")
        )
        .join(Asset.current)
        .where(Asset.conversation.is_not(None), Version.state == State.READY.value)
        .subquery()
    )
    taught = session.execute(select(ranked).where(ranked.c.place <= ASSETS_EACH).order_by(ranked.c.id)).all()
    for start in range(0, len(taught), ASSETS_AT_ONCE):
        part = taught[start : start + ASSETS_AT_ONCE]
        pages = _first_pages(session, [row.version_id for row in part])
        for row in part:
            yield Conversation(row.conversation), words_of(row.title, pages.get(row.version_id, ()), _stem)


def _first_pages(session: Session, version_ids: Iterable[str]) -> dict[str, Sequence[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    rows = session.execute(
        select(Page.version_id, Page.number, func.substr(Page.text, 1, PAGE_CHARACTERS))
        .where(and_(Page.version_id.in_(list(version_ids)), Page.number <= PAGES_EACH))
        .order_by(Page.version_id, Page.number)
    )
    for version_id, number, text in rows:
        found.setdefault(version_id, []).append((number, text))
    return dict(found)
