"""Copies of copies: which assets hold the same file, the same words or the same pages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from content_map.domain.assets import Status
from content_map.domain.copies import Likeness, likeness
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows, may_see
from content_map.extraction.words import SKETCH_HASHES
from content_map.models import Asset, AssetTerm, Page, Version
from content_map.services import assets, sketches

PAGES_AT_MOST = 2_000


class CopyKind(StrEnum):
    """Why an asset is called a copy."""

    SAME_FILE = "same_file"
    SAME_WORDS = "same_words"
    VERSION = "version"
    PAGES = "pages"


@dataclass(frozen=True, slots=True)
class SharedPage:
    """A page that says the same as page `theirs` of the other asset."""

    number: int
    label: str
    theirs: int


@dataclass(frozen=True, slots=True)
class Copy:
    """Another asset that holds the same; of the `of` passages compared, `same` are in both."""

    asset: Asset
    kind: CopyKind
    same: int
    of: int
    pages: tuple[SharedPage, ...] = ()


def found(session: Session, asset: Asset, *, actor: Actor, now: datetime) -> Sequence[Copy]:
    """List the assets that hold the same as this one, the likest first; what was decided is no question again.

    Who may not edit learns of pages alone. Archived assets and those the actor may not see are left out.
    """
    version = asset.current
    pages = _shared_pages(session, version)
    alike: dict[str, tuple[CopyKind, Likeness]] = {}
    if allows(actor, Right.EDIT_ASSET):
        decided = sketches.decided_on(session, asset.id)
        alike = {key: how for key, how in _alike(session, version).items() if key not in decided}
    seen = _load(session, {*pages, *alike}, actor, now)
    copies = [_copy(seen[key], alike.get(key), pages.get(key, ())) for key in seen]
    order = list(CopyKind)
    return sorted(
        copies, key=lambda copy: (order.index(copy.kind), -copy.same, -len(copy.pages), copy.asset.title)
    )


def _copy(asset: Asset, how: tuple[CopyKind, Likeness] | None, pages: Sequence[SharedPage]) -> Copy:
    kind, like = how or (CopyKind.PAGES, Likeness(0, 0, 0.0))
    return Copy(asset, kind, like.same, like.of, tuple(pages))


def _alike(session: Session, version: Version) -> Mapping[str, tuple[CopyKind, Likeness]]:
    alike = dict(_near(session, version))
    whole = Likeness(1, 1, 1.0)
    return {**alike, **dict.fromkeys(sketches.twins(session, version), (CopyKind.SAME_FILE, whole))}


def _near(session: Session, version: Version) -> Iterator[tuple[str, tuple[CopyKind, Likeness]]]:
    for other in sketches.candidates(session, version):
        if not version.sketch and not other.sketch:
            yield other.asset_id, (CopyKind.SAME_WORDS, Likeness(1, 1, 1.0))
            continue
        like = likeness(version.sketch, other.sketch, full=SKETCH_HASHES)
        if like is not None and like.is_telling:
            yield other.asset_id, (CopyKind.VERSION, like)


def _shared_pages(session: Session, version: Version) -> Mapping[str, list[SharedPage]]:
    mine, theirs = aliased(Page), aliased(Page)
    rows = session.execute(
        select(Asset.id, mine.number, mine.label, func.min(theirs.number))
        .join(theirs, theirs.fingerprint == mine.fingerprint)
        .join(Version, Version.id == theirs.version_id)
        .join(Asset, Asset.id == Version.asset_id)
        .where(mine.version_id == version.id, Asset.id != version.asset_id)
        .where(Asset.version_number == Version.number, Asset.status != Status.ARCHIVED.value)
        .group_by(Asset.id, mine.number, mine.label)
        .order_by(mine.number, Asset.id)
        .limit(PAGES_AT_MOST)
    )
    shared: dict[str, list[SharedPage]] = {}
    for asset_id, number, label, other in rows:
        shared.setdefault(asset_id, []).append(SharedPage(number, label, other))
    return shared


def _load(session: Session, ids: Collection[str], actor: Actor, now: datetime) -> Mapping[str, Asset]:
    if not ids:
        return {}
    loaded = session.scalars(
        select(Asset)
        .join(Asset.current)
        .where(Asset.id.in_(ids))
        .options(
            contains_eager(Asset.current),
            joinedload(Asset.owner),
            selectinload(Asset.terms).joinedload(AssetTerm.term),
        )
    ).unique()
    return {asset.id: asset for asset in loaded if may_see(actor, assets.facts(asset), now)}
