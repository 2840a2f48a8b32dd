"""Changes of many assets in one transaction: loaded and written part by part, under the rules of a single change."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, selectinload

from content_map.domain.people import Actor
from content_map.models import Asset, AssetTerm, Term, enqueue_index
from content_map.services import asset_changes, audit, periods
from content_map.services.asset_changes import AssetChanges

PART = 200  # assets held in memory at once
_OF_PERIODS = frozenset({"status", "conversation", "owner", "audience", "publish_at", "expires_at"})

Words = Mapping[str, Term]  # `facet:term` -> the term, retired ones too


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be set on a loaded asset, and field by field what differs by it."""

    asset: Asset
    changes: AssetChanges
    difference: Mapping[str, tuple[Any, Any]]


def words(session: Session) -> Words:
    """Load the whole vocabulary once."""
    return {term.full_key: term for term in session.scalars(select(Term))}


def parts(session: Session, ids: Collection[str], *, to_write: bool) -> Iterator[Sequence[Asset]]:
    """Load the assets with their terms, a part at a time and in the order of their ids; unknown ids are passed over.

    Whoever wants memory to stay flat keeps no asset of a part for longer than the part.
    """
    wanted = sorted(set(ids))
    shares = [wanted[start : start + PART] for start in range(0, len(wanted), PART)]
    if to_write:
        # All of them, in one order, and before the audit trail's head: a single change takes its asset and then
        # the head, so whoever held the head and wanted one more asset would wait for it in a circle.
        for share in shares:
            session.execute(select(Asset.id).where(Asset.id.in_(share)).order_by(Asset.id).with_for_update())
    for share in shares:
        query = select(Asset).where(Asset.id.in_(share)).order_by(Asset.id)
        terms = selectinload(Asset.terms).joinedload(AssetTerm.term)
        yield session.scalars(query.options(terms).execution_options(populate_existing=True)).all()


def present(asset: Asset) -> dict[str, Any]:
    """The settable fields of a loaded asset as plain values, without those that every change moves."""
    fields = asset_changes.plain(asset, [tag.term.full_key for tag in asset.terms])
    return {name: value for name, value in fields.items() if name not in {"revision", "updated_at"}}


def write(
    session: Session,
    changes: Sequence[Change],
    known: Words,
    *,
    action: str = "asset.changed",
    actor: Actor,
    now: datetime,
) -> None:
    """Set what was decided on the assets of one part: columns, terms, periods, audit and, by the outbox, the index.

    What the caller has added to the session and not flushed goes in with it: a new asset costs no second statement.
    """
    tags: list[dict[str, str]] = []
    for each in changes:
        asset_changes.put(each.asset, each.changes)
        each.asset.updated_at = now
        if "terms" in each.changes:
            tags += _retagged(session, each.asset, each.changes["terms"], known)
    session.flush()
    if tags:
        session.connection().execute(insert(AssetTerm), tags)
        # The outbox sees what goes through the session; these did not.
        enqueue_index(session, sorted({tag["asset_id"] for tag in tags}))
    for each in changes:
        if "terms" in each.changes:
            session.expire(each.asset, ["terms"])
    moved = [each for each in changes if _OF_PERIODS & each.difference.keys()]
    if moved:
        backdated = {each.asset.id for each in moved if asset_changes.backdates(each.changes, actor)}
        periods.record_each(session, [each.asset for each in moved], backdated, now=now)
    noted = {each.asset.id: {name: list(pair) for name, pair in each.difference.items()} for each in changes}
    audit.note_each(session, action, "asset", noted, actor=actor, now=now)


def _retagged(
    session: Session, asset: Asset, wanted: Sequence[str], known: Words
) -> Iterator[dict[str, str]]:
    """Take the tags away that are not wanted, and yield the rows of those that are to come."""
    carried = {tag.term.full_key: tag for tag in asset.terms}
    for key, tag in carried.items():
        if key not in wanted:
            session.delete(tag)
    for key in sorted(set(wanted) - carried.keys()):
        yield {"asset_id": asset.id, "term_id": known[key].id}
