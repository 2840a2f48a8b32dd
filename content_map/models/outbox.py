"""Work for later leaves with the change that causes it: the same transaction writes both or neither."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, case, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import PassiveFlag, Session
from sqlalchemy.orm.attributes import get_history

from content_map.db import new_ordered_id
from content_map.models.asset import Asset, Page, Suggestion, Version
from content_map.models.job import Job
from content_map.models.vocabulary import AssetTerm, Term, TermAlias

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)

INDEX = "index"
INDEX_TERM = "index-term"

# What the index knows of a row; a change of anything else leaves the index alone.
_INDEXED: Mapping[type, frozenset[str]] = {
    Asset: frozenset(
        {
            *("title", "summary", "guide", "conversation", "status", "audience"),
            *("publish_at", "expires_at", "review_by", "version_number"),
        }
    ),
    Version: frozenset({"state", "language"}),
    Page: frozenset({"text", "title"}),
    Suggestion: frozenset({"facet_key", "value", "state", "confidence"}),
    AssetTerm: frozenset({"asset_id", "term_id", "source"}),
    Term: frozenset({"name", "key", "retired_at"}),
    TermAlias: frozenset({"alias"}),
}


def enqueue(
    session: Session,
    kind: str,
    subject: str,
    *,
    payload: Mapping[str, Any] | None = None,
    run_at: datetime = AT_ONCE,
    dedupe_key: str | None = None,
    priority: int = 5,
) -> None:
    """Leave a job in the session's transaction; one with the same `dedupe_key` is renewed instead.

    Of the jobs that are due, those with the lowest `priority` go first.

    A renewed job that is running stays running and runs again afterwards.
    """
    _put(
        session,
        [_row(kind, subject, payload=payload, run_at=run_at, dedupe_key=dedupe_key, priority=priority)],
    )


def enqueue_each(session: Session, kind: str, subjects: Iterable[str], *, priority: int = 5) -> None:
    """Leave one job for each subject, all with one statement; one that is there already is renewed."""
    _put(
        session,
        [_row(kind, subject, dedupe_key=f"{kind}:{subject}", priority=priority) for subject in subjects],
    )


def enqueue_index(session: Session, asset_ids: Iterable[str]) -> None:
    """Leave one index job for each asset."""
    _put(session, [_row(INDEX, asset_id, dedupe_key=f"{INDEX}:{asset_id}") for asset_id in asset_ids])


def _row(
    kind: str,
    subject: str,
    *,
    payload: Mapping[str, Any] | None = None,
    run_at: datetime = AT_ONCE,
    dedupe_key: str | None = None,
    priority: int = 5,
) -> dict[str, Any]:
    return {
        "id": new_ordered_id(),
        "kind": kind,
        "priority": priority,
        "subject": subject,
        "payload": dict(payload or {}),
        "run_at": run_at,
        "dedupe_key": dedupe_key or new_ordered_id(),
        "state": "waiting",
        "version": 1,
        "attempts": 0,
    }


def _put(session: Session, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(_upsert(session.get_bind().dialect.name), rows)


@cache
def _upsert(dialect: str) -> Executable:
    # Made once: for thousands of jobs, making it costs more than running it.
    statement = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(Job)
    return statement.on_conflict_do_update(
        index_elements=[Job.dedupe_key],
        set_={
            "version": Job.version + 1,
            "run_at": statement.excluded.run_at,
            "priority": statement.excluded.priority,
            "payload": statement.excluded.payload,
            "attempts": 0,
            "last_error": None,
            # The lease of a running job is its own; only a dead one is woken.
            "state": _awake(),
        },
    )


def _awake() -> ColumnElement[str]:
    return case((Job.state == "dead", "waiting"), else_=Job.state)


@event.listens_for(Session, "after_flush")
def _leave_index_jobs(session: Session, _context: object) -> None:
    assets: set[str] = set()
    terms: set[str] = set()
    at_their_times: list[dict[str, Any]] = []
    new, deleted = session.new, session.deleted  # each made anew whenever it is asked for
    for row in (*new, *session.dirty, *deleted):
        if type(row) in _INDEXED and (row in new or row in deleted or _differs(row)):
            match row:
                case Asset():
                    assets.add(row.id)
                    at_their_times += _at_its_times(row)
                case Version() | AssetTerm() | Suggestion():
                    assets.add(row.asset_id)
                case Page():
                    assets.add(_asset_of(session, row))
                case Term() if row not in new:
                    terms.add(row.id)
                case TermAlias() if row.term not in new:
                    terms.add(row.term_id)
    _put(session, at_their_times)
    enqueue_index(session, sorted(assets - {""}))
    for term_id in sorted(terms):
        enqueue(session, INDEX_TERM, term_id, dedupe_key=f"{INDEX_TERM}:{term_id}")


def _differs(row: object) -> bool:
    return any(_has_changed(row, name) for name in _INDEXED[type(row)])


def _has_changed(row: object, name: str) -> bool:
    return get_history(row, name, PassiveFlag.PASSIVE_NO_INITIALIZE).has_changes()


def _at_its_times(asset: Asset) -> Iterator[dict[str, Any]]:
    # The index job of the moment itself: going live and running out need nobody to be awake.
    for name, moment in (("publish_at", asset.publish_at), ("expires_at", asset.expires_at)):
        if moment is not None and _has_changed(asset, name):
            yield _row(INDEX, asset.id, run_at=moment, dedupe_key=f"{INDEX}:{asset.id}:{name}")


def _asset_of(session: Session, page: Page) -> str:
    version = session.identity_map.get(session.identity_key(Version, page.version_id))
    if isinstance(version, Version):
        return version.asset_id
    found = session.connection().execute(select(Version.asset_id).where(Version.id == page.version_id))
    return found.scalar_one_or_none() or ""
