"""The library's descriptions as a table: the columns of an import, so that it can be edited and brought back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.asset_rows import BETWEEN_TERMS, COLUMNS, FACETS
from content_map.domain.cells import escaped
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.models import Asset, User, Version
from content_map.services import changing_many, objects

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def write_table(sessions: Sessions, zone: ZoneInfo, *, actor: Actor) -> Iterator[bytes]:
    """Write every asset as a row, oldest first, part by part; times are in the organisation's zone.

    An asset without an external id has its own id there, and an uploaded file no address. Raises NotAllowed.
    """
    require(actor, Right.IMPORT_METADATA)
    return _table(sessions, zone)


def _table(sessions: Sessions, zone: ZoneInfo) -> Iterator[bytes]:
    yield BYTE_ORDER_MARK + _lines([COLUMNS])
    with sessions.read() as session:
        ids = session.scalars(select(Asset.id).order_by(Asset.created_at, Asset.id)).all()
        owners = {row.id: row.email for row in session.execute(select(User.id, User.email))}
    for start in range(0, len(ids), changing_many.PART):
        wanted = ids[start : start + changing_many.PART]
        with sessions.read() as session:
            yield _lines(_rows(session, wanted, owners, zone))


def _rows(
    session: Session, wanted: Sequence[str], owners: dict[str, str], zone: ZoneInfo
) -> list[Sequence[str]]:
    query = (
        select(Version)
        .join(Asset, Asset.id == Version.asset_id)
        .where(Asset.id.in_(wanted), Version.number == Asset.version_number)
    )
    versions = {version.asset_id: version for version in session.scalars(query)}
    rows = {
        asset.id: _row(asset, versions[asset.id], owners[asset.owner_id], zone)
        for part in changing_many.parts(session, wanted, to_write=False)
        for asset in part
    }
    return [rows[asset_id] for asset_id in wanted if asset_id in rows]


def _row(asset: Asset, version: Version, owner: str, zone: ZoneInfo) -> Sequence[str]:
    terms: dict[str, list[str]] = {}
    for tag in asset.terms:
        terms.setdefault(tag.term.facet_key, []).append(tag.term.key)
    cells = {
        "external_id": asset.external_id or asset.id,
        "title": asset.title,
        "conversation": asset.conversation,
        "url_or_path": _place(version),
        "owner_email": owner,
        "audience": asset.audience,
        "language": version.language,
        **{facet: BETWEEN_TERMS.join(sorted(terms.get(facet, ()))) for facet in FACETS},
        "publish_at": _written(asset.publish_at, zone),
        "expires_at": _written(asset.expires_at, zone),
        "review_by": asset.review_by.isoformat() if asset.review_by else None,
        "summary": asset.summary,
    }
    return [escaped(cells[column] or "") for column in COLUMNS]


def _place(version: Version) -> str | None:
    if version.store_key is None:
        return version.url
    return objects.shown(version.store_key) if version.store_key.startswith("/") else None


def _written(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).isoformat() if moment else None


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
