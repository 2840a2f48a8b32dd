"""A file that came in parts was hashed by nobody on its way: its twin is found once it has been read."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from content_map.domain.assets import Status
from content_map.models import Asset, Upload, Version

SAME_FILE = "same_file"


def warn(session: Session, version: Version) -> None:
    """Say on a version that came in parts that another asset has the same file; it stays as it is."""
    came_in_parts = select(Upload.id).where(Upload.store_key == version.store_key)
    if version.store_key is None or session.scalar(came_in_parts) is None:
        return
    twin = of_assets(session, [version.asset_id]).get(version.asset_id)
    if twin is None:
        return
    sentence = (
        f"The same file is in the library already as “{twin[1]}”. Retire one of the two, or make this one a "
        "version of the other."
    )
    version.problem = f"{version.problem} {sentence}" if version.problem else sentence
    version.problem_code = version.problem_code or SAME_FILE


def of_assets(session: Session, asset_ids: Collection[str]) -> Mapping[str, tuple[str, str]]:
    """For each of the assets that has one: another asset, not archived, whose file is the same: id and title."""
    other, theirs = aliased(Asset), aliased(Version)
    rows = session.execute(
        select(Asset.id, other.id, other.title)
        .join(Version, (Version.asset_id == Asset.id) & (Version.number == Asset.version_number))
        .join(theirs, (theirs.sha256 == Version.sha256) & (theirs.asset_id != Asset.id))
        .join(other, other.id == theirs.asset_id)
        .where(Asset.id.in_(asset_ids), other.status != Status.ARCHIVED.value)
        .order_by(other.created_at.desc(), other.id)
    )
    # The last one of each wins: the oldest.
    return {asset_id: (twin_id, title) for asset_id, twin_id, title in rows}
