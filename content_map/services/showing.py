"""What a list of hits shows, loaded at once: the assets with owner and tags, and the pages that answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, defer, joinedload, selectinload

from content_map.domain.assets import Status, is_live
from content_map.domain.people import Actor
from content_map.domain.permissions import may_see
from content_map.models import Asset, AssetTerm, Page, Version
from content_map.services.assets import facts
from content_map.statements import among

# Of a sheet with a million cells the first are looked through for a passage: forty pages of prose.
PASSAGE_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page with the words a passage is cut from."""

    number: int
    label: str
    text: str


def load_shown(
    session: Session, pages_of: Mapping[str, Sequence[int]], *, now: datetime, actor: Actor
) -> dict[str, tuple[Asset, list[ShownPage]]]:
    """Load these assets and the named pages of their current version.

    What is not live, or the actor may not see, is left out.
    """
    assets = session.scalars(
        select(Asset)
        .join(Asset.current)
        .where(Asset.id.in_(pages_of))  # and nothing of being live: SQLite would read all that are
        .options(
            # What finds copies and links is long, and no list shows it.
            contains_eager(Asset.current).options(defer(Version.sketch), defer(Version.links)),
            joinedload(Asset.owner),
            selectinload(Asset.terms).joinedload(AssetTerm.term),
        )
    ).unique()
    seen = {asset.id: asset for asset in assets if _is_live(asset, now) and may_see(actor, facts(asset), now)}
    wanted = [(seen[asset_id].current.id, number) for asset_id in seen for number in pages_of[asset_id]]
    pages = _texts(session, wanted)
    return {
        asset_id: (
            asset,
            [pages[place] for number in pages_of[asset_id] if (place := (asset.current.id, number)) in pages],
        )
        for asset_id, asset in seen.items()
    }


def first_pages(session: Session, versions: Sequence[Version]) -> dict[str, Page]:
    """Load the first page of each version, by version id, for its thumbnail; without its words."""
    pages = numbered_pages(session, [(version.id, 1) for version in versions])
    return {version_id: page for (version_id, _), page in pages.items()}


def numbered_pages(session: Session, wanted: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Page]:
    """Load pages by version id and number, without their words; those that are not there are left out."""
    if not wanted:
        return {}
    found = session.scalars(
        select(Page).where(among(Page.version_id, Page.number, wanted)).options(defer(Page.text))
    )
    return {(page.version_id, page.number): page for page in found}


def _is_live(asset: Asset, now: datetime) -> bool:
    return is_live(Status(asset.status), asset.publish_at, asset.expires_at, now)


def _texts(session: Session, wanted: Sequence[tuple[str, int]]) -> dict[tuple[str, int], ShownPage]:
    if not wanted:
        return {}
    rows = session.execute(
        select(Page.version_id, Page.number, Page.label, func.substr(Page.text, 1, PASSAGE_CHARACTERS)).where(
            among(Page.version_id, Page.number, wanted)
        )
    )
    return {(row[0], row[1]): ShownPage(row[1], row[2], row[3]) for row in rows}
