"""What a process keeps at hand for whoever is typing: titles and terms by how they begin, and what reps ask for."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from content_map.domain import vocabulary as rules
from content_map.domain.assets import Status, is_live
from content_map.domain.beginnings import Beginnings
from content_map.domain.people import SALES_ROLES
from content_map.models import Asset, Search, User

REPS_NEEDED = 3  # api.md: others' situations show only as terms that 3 or more reps used
LOOK_BACK = timedelta(days=90)
SEARCHES_READ = 1_000
COUNTED_EVERY = timedelta(minutes=1)
# Writers commit late: what was changed a little before the last look may have become visible since.
OVERLAP = timedelta(minutes=5)
# Until its file is read a title may better without the asset being changed by anybody.
BETTERED_WITHIN = timedelta(days=1)
# After an import of thousands each look costs: then not more often than this.
MANY_CHANGES, PAUSE = 500, timedelta(seconds=2)
CANDIDATES, AT_ONCE = 200, 25


class Titles:
    """The titles of published assets by how their words begin; the database decides which are live. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._titles: Beginnings[str] = Beginnings()
        self._read_at: datetime | None = None
        self._changed = 0

    def begin_with(
        self, session: Session, begun: Sequence[str], *, limit: int, now: datetime
    ) -> list[tuple[str, str]]:
        """Give id and title of live assets, for the first beginning that has any.

        Costs what was changed since the last time, and the first time all of them.
        """
        with self._lock:
            self._refresh(session, now)
            found = [list(islice(self._titles.find(each), CANDIDATES)) for each in begun]
        shown = (list(islice(_live(session, ids, now), limit)) for ids in found if ids)
        return next((each for each in shown if each), [])

    def _refresh(self, session: Session, now: datetime) -> None:
        published = Asset.status == Status.PUBLISHED.value
        if self._read_at is None:
            rows = session.execute(select(Asset.id, Asset.title).where(published))
            self._titles = Beginnings((asset_id, title) for asset_id, title in rows)
        elif self._changed < MANY_CHANGES or not timedelta() <= now - self._read_at < PAUSE:
            self._follow(session, self._read_at)
        else:
            return
        self._read_at = now

    def _follow(self, session: Session, since: datetime) -> None:
        unnamed = and_(Asset.title_is_given.is_(False), Asset.status == Status.PUBLISHED.value)
        changed = select(Asset.id, Asset.title, Asset.status).where(
            Asset.updated_at >= since - BETTERED_WITHIN, or_(Asset.updated_at >= since - OVERLAP, unnamed)
        )
        rows = session.execute(changed).all()
        self._changed = len(rows)
        for asset_id, title, status in rows:
            if status == Status.PUBLISHED:
                self._titles.put(asset_id, title)
            else:
                self._titles.drop(asset_id)


def _live(session: Session, ids: Sequence[str], now: datetime) -> Iterator[tuple[str, str]]:
    # Not asked for the live ones: SQLite then looks through all that are published instead of by these ids.
    known = select(Asset.id, Asset.title, Asset.status, Asset.publish_at, Asset.expires_at)
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        rows = {row.id: row for row in session.execute(known.where(Asset.id.in_(part)))}
        for row in (rows[each] for each in part if each in rows):
            if is_live(Status(row.status), row.publish_at, row.expires_at, now):
                yield row.id, row.title


class Phrases:
    """The names and aliases of the present vocabulary by how their words begin. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._vocabulary: rules.Vocabulary | None = None
        self._phrases: Beginnings[tuple[str, str]] = Beginnings()

    def begin_with(self, vocabulary: rules.Vocabulary, begun: Sequence[str]) -> dict[str, str]:
        """Give the terms for the first beginning that has any: by `facet:term` the plainest of what begins so.

        First the terms of which most names and aliases begin so: “ban” is rather a bank than Bangalore.
        """
        with self._lock:
            if vocabulary is not self._vocabulary:
                said = (
                    ((term.ref, phrase), phrase)
                    for term in sorted(vocabulary.terms.values(), key=lambda term: term.name)
                    for phrase in (term.name, *term.aliases)
                )
                self._phrases, self._vocabulary = Beginnings(said), vocabulary
            found = [list(islice(self._phrases.find(each), CANDIDATES)) for each in begun]
        said_by: dict[str, list[str]] = {}
        for ref, phrase in next((pairs for pairs in found if pairs), []):
            said_by.setdefault(ref, []).append(phrase)
        ordered = sorted(said_by, key=lambda ref: (-len(said_by[ref]), vocabulary.terms[ref].name))
        return {ref: _plainest(said_by[ref]) for ref in ordered}


def _plainest(phrases: Sequence[str]) -> str:
    """Pick the one that most of the others go on from: “hospital” among hospice, hospitals and hospital groups."""
    return max(phrases, key=lambda one: sum(other.startswith(one) for other in phrases))


class AskedFor:
    """The terms that several reps asked with lately, counted anew once a minute. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted_at: datetime | None = None
        self._terms: frozenset[str] = frozenset()

    def terms(self, session: Session, *, now: datetime) -> frozenset[str]:
        """Give them as `facet:term`; nothing of a situation is kept, and nobody's name."""
        with self._lock:
            if self._counted_at is None or not timedelta() <= now - self._counted_at < COUNTED_EVERY:
                self._terms, self._counted_at = _asked_by_several(session, now), now
            return self._terms


def _asked_by_several(session: Session, now: datetime) -> frozenset[str]:
    latest = (
        select(Search.user_id, Search.recognised)
        .join(User, User.id == Search.user_id)
        .where(Search.asked_at >= now - LOOK_BACK, User.role.in_([role.value for role in SALES_ROLES]))
        .order_by(Search.asked_at.desc())
        .limit(SEARCHES_READ)
    )
    people: dict[str, set[str]] = {}
    for user_id, chips in session.execute(latest):
        for chip in chips:
            if chip.get("term"):
                people.setdefault(f"{chip['facet']}:{chip['term']}", set()).add(user_id)
    return frozenset(key for key, asking in people.items() if len(asking) >= REPS_NEEDED)


class AtHand:
    """All of it, once a process."""

    def __init__(self) -> None:
        self.titles = Titles()
        self.phrases = Phrases()
        self.asked_for = AskedFor()
