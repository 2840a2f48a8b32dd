"""Near-copies: assets whose files say nearly the same, so that a list shows one of them and names the others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.orm import Session

from content_map.domain.assets import Audience
from content_map.domain.copies import groups_of, likeness
from content_map.extraction.words import SKETCH_HASHES
from content_map.models import Asset, NearCopy, SketchHash, Suggestion, Version, enqueue_index
from content_map.services import sketches

# Of the 32 hashes kept of a file, one that is nearly the same has all but a few: half of them finds it for sure.
SHARED_HASHES = 16
LINKED = 10  # of a hundred copies each needs no more to be in their one group
CANDIDATES = 50


def find(session: Session, asset_id: str) -> None:
    """Note anew which assets hold nearly the same as this one, and let the index follow where groups change."""
    version = session.scalar(select(Version).join(Asset.current).where(Asset.id == asset_id))
    if version is None:
        return
    known = _linked(session, [asset_id]).get(asset_id, set())
    alike = _alike(session, version) - sketches.decided_on(session, asset_id)
    if known == alike:
        return
    touched = {asset_id, *known, *alike}
    before = groups(session, touched)
    touched |= before.keys()
    session.execute(delete(NearCopy).where(or_(NearCopy.asset_id == asset_id, NearCopy.other_id == asset_id)))
    if alike:
        session.execute(insert(NearCopy), _both_ways(asset_id, alike))
    after = groups(session, touched)
    moved = {key for key in touched | after.keys() if before.get(key, key) != after.get(key, key)}
    enqueue_index(session, sorted(moved))


def keep_apart(session: Session, asset_id: str, other_id: str) -> None:
    """Let the index follow once somebody said that two assets are different."""
    members = {asset_id, other_id, *groups(session, [asset_id, other_id])}
    session.execute(
        delete(NearCopy).where(
            or_(
                (NearCopy.asset_id == asset_id) & (NearCopy.other_id == other_id),
                (NearCopy.asset_id == other_id) & (NearCopy.other_id == asset_id),
            )
        )
    )
    enqueue_index(session, sorted(members))


def groups(session: Session, asset_ids: Iterable[str]) -> dict[str, str]:
    """Name the group of these assets and of all that are in one with them; who is alone is left out.

    What is internal is no stand-in for what customers may see, so the two are groups of their own.
    """
    linked = _linked(session, asset_ids)
    if not linked:
        return {}
    members = sorted(linked)
    internal = set(
        session.scalars(
            select(Asset.id).where(Asset.id.in_(members), Asset.audience == Audience.INTERNAL.value)
        )
    )
    found = groups_of(linked, _apart(session, members))
    return {key: f"{group} internal" if key in internal else group for key, group in found.items()}


def fellows(session: Session, asset_ids: Collection[str]) -> frozenset[str]:
    """List the other assets that stand in one group with any of these."""
    found = groups(session, asset_ids)
    mine = {found[key] for key in asset_ids if key in found}
    return frozenset(key for key, group in found.items() if group in mine).difference(asset_ids)


def _linked(session: Session, asset_ids: Iterable[str]) -> dict[str, set[str]]:
    """Load the near-copies of these assets, theirs, and so on to the end."""
    linked: dict[str, set[str]] = {}
    wanted = set(asset_ids)
    while wanted:
        rows = session.execute(
            select(NearCopy.asset_id, NearCopy.other_id).where(NearCopy.asset_id.in_(sorted(wanted)))
        ).all()
        for asset_id, other_id in rows:
            linked.setdefault(asset_id, set()).add(other_id)
        wanted = {other_id for _, other_id in rows} - linked.keys()
    return linked


def _apart(session: Session, asset_ids: Collection[str]) -> Mapping[str, set[str]]:
    rows = session.execute(
        select(Suggestion.asset_id, Suggestion.value).where(
            Suggestion.asset_id.in_(asset_ids),
            Suggestion.facet_key == sketches.COPY,
            Suggestion.state == "dismissed",
        )
    )
    apart: dict[str, set[str]] = {}
    for asset_id, other_id in rows:
        apart.setdefault(asset_id, set()).add(other_id)
    return apart


def _alike(session: Session, version: Version) -> set[str]:
    """Find the assets whose present file is the same or nearly so, whatever their status."""
    same = (
        select(Version.asset_id)
        .join(Asset.current)
        .where(Version.sha256 == version.sha256, Version.asset_id != version.asset_id)
        .order_by(Version.asset_id)
        .limit(LINKED)
    )
    found = list(session.scalars(same)) if version.sha256 is not None else []
    near = {
        other.asset_id: like.jaccard
        for other in _candidates(session, version)
        if (like := likeness(version.sketch, other.sketch, full=SKETCH_HASHES)) is not None
        and like.is_nearly_all
    }
    likest = sorted(near, key=lambda key: (-near[key], key))
    return {*found, *likest[:LINKED]}


def _candidates(session: Session, version: Version) -> Collection[Version]:
    wanted = [sketches.signed(each) for each in version.sketch]
    sharing = (
        select(SketchHash.version_id)
        .where(SketchHash.hash.in_(wanted), SketchHash.version_id != version.id)
        .group_by(SketchHash.version_id)
        .having(func.count() >= SHARED_HASHES)
        .order_by(func.count().desc(), SketchHash.version_id)
        .limit(CANDIDATES)
        .subquery()
    )
    current = select(Version).join(sharing, sharing.c.version_id == Version.id)
    return session.scalars(current).all() if wanted else ()


def _both_ways(asset_id: str, others: Iterable[str]) -> list[dict[str, str]]:
    return [
        pair
        for other in sorted(others)
        for pair in (
            {"asset_id": asset_id, "other_id": other},
            {"asset_id": other, "other_id": asset_id},
        )
    ]
