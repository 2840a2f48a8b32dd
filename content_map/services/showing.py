"""What a list of hits shows, loaded at once: the assets with owner and tags, and the pages that answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from content_map.domain.people import Actor
from content_map.domain.permissions import may_see
from content_map.models import Asset, AssetTerm, Page, Version
from content_map.services.assets import facts


def load_shown(
    session: Session, pages_of: Mapping[str, Sequence[int]], *, now: datetime, actor: Actor
) -> dict[str, tuple[Asset, list[Page]]]:
    """Load these assets and the named pages of their current version; what the actor may not see is left out."""
    assets = session.scalars(
        select(Asset)
        .join(Asset.current)
        .where(Asset.id.in_(pages_of))
        .options(
            contains_eager(Asset.current),
            joinedload(Asset.owner),
            selectinload(Asset.terms).joinedload(AssetTerm.term),
        )
    ).unique()
    seen = {asset.id: asset for asset in assets if may_see(actor, facts(asset), now)}
    wanted = [(seen[asset_id].current.id, number) for asset_id in seen for number in pages_of[asset_id]]
    by_version = _pages(session, wanted)
    return {
        asset_id: (asset, _in_order(by_version.get(asset.current.id, {}), pages_of[asset_id]))
        for asset_id, asset in seen.items()
    }


def first_pages(session: Session, versions: Sequence[Version]) -> dict[str, Page]:
    """Load the first page of each version, by version id, for its thumbnail."""
    pages = _pages(session, [(version.id, 1) for version in versions])
    return {version_id: numbered[1] for version_id, numbered in pages.items()}


def numbered_pages(session: Session, wanted: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Page]:
    """Load pages by version id and number; those that are not there are left out."""
    by_version = _pages(session, wanted)
    return {(key, number): page for key, numbered in by_version.items() for number, page in numbered.items()}


def _pages(session: Session, wanted: Sequence[tuple[str, int]]) -> dict[str, dict[int, Page]]:
    found: dict[str, dict[int, Page]] = {}
    if wanted:
        for page in session.scalars(select(Page).where(tuple_(Page.version_id, Page.number).in_(wanted))):
            found.setdefault(page.version_id, {})[page.number] = page
    return found


def _in_order(pages: Mapping[int, Page], numbers: Sequence[int]) -> list[Page]:
    return [pages[number] for number in numbers if number in pages]
