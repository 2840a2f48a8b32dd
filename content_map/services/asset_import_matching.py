"""Which asset each row of a table is about: by its external id, else by the address, object or file it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from content_map.db import ID_CHARACTERS
from content_map.domain.asset_rows import EXTERNAL_ID, PLACE, AssetRow
from content_map.domain.assets import Status
from content_map.domain.cells import quoted
from content_map.errors import FieldError
from content_map.models import Asset, Version
from content_map.services.asset_import_places import Place

AT_ONCE = 500  # values in one question to the database

Identity = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Holder:
    """An asset that has a place already."""

    asset_id: str
    external_id: str | None
    title: str


@dataclass(slots=True)
class Matches:
    """The asset of each row by the row's index; rows that are in neither `assets` nor `problems` make a new one."""

    assets: dict[int, str] = field(default_factory=dict)
    problems: list[FieldError] = field(default_factory=list)


def match(session: Session, rows: Sequence[AssetRow], places: Mapping[int, Place]) -> Matches:
    """Find the assets of all rows with a handful of questions, however many rows there are."""
    by_id = _by_external_id(session, rows)
    holders = _holders(session, [place.identity for place in places.values()])
    found = Matches()
    seen: dict[object, int] = {}
    for row in rows:
        place = places.get(row.index)
        holder = holders.get(place.identity) if place else None
        asset_id = by_id.get(row.written_id or "") or by_id.get(row.external_id or "")
        problem = _contradiction(row, asset_id, holder) or _repetition(row, asset_id, holder, place, seen)
        if problem is not None:
            found.problems.append(problem)
        elif asset_id or holder:
            found.assets[row.index] = asset_id or (holder.asset_id if holder else "")
    return found


def _contradiction(row: AssetRow, asset_id: str | None, holder: Holder | None) -> FieldError | None:
    if asset_id is None and row.place is None:
        named = quoted(row.external_id or "")
        sentence = f"There is no asset with the external id {named}. To add one, fill in url_or_path."
        return FieldError(f"/{row.index}/{EXTERNAL_ID}", sentence)
    if holder is None or holder.asset_id == asset_id:
        return None
    if asset_id is None and (row.external_id is None or holder.external_id is None):
        return None
    known_as = f", with the external id {holder.external_id!r}" if holder.external_id else ""
    sentence = f"This is in the library already as “{holder.title}”{known_as}. Correct one of the two."
    return FieldError(f"/{row.index}/{PLACE}", sentence)


def _repetition(
    row: AssetRow, asset_id: str | None, holder: Holder | None, place: Place | None, seen: dict[object, int]
) -> FieldError | None:
    asset = asset_id or (holder.asset_id if holder else None)
    names: list[tuple[str, object]] = []
    if row.external_id is not None:
        names.append((EXTERNAL_ID, ("external id", row.external_id)))
    if place is not None:
        names.append((PLACE, place.identity))
    if asset is not None:
        names.append((EXTERNAL_ID if row.external_id else PLACE, ("asset", asset)))
    for column, name in names:
        first = seen.setdefault(name, row.index)
        if first != row.index:
            what = "has the same external id" if column == EXTERNAL_ID else "names the same"
            return FieldError(f"/{row.index}/{column}", f"Row {first + 2} {what}. Keep one of the two.")
    return None


def _by_external_id(session: Session, rows: Iterable[AssetRow]) -> dict[str, str]:
    wanted = {each for row in rows for each in (row.external_id, row.written_id) if each}
    found: dict[str, str] = {}
    for part in _parts(sorted(wanted)):
        query = select(Asset.external_id, Asset.id).where(Asset.external_id.in_(part))
        found.update({str(row.external_id): row.id for row in session.execute(query)})
    # An export writes our own id where there is no other.
    ours = sorted(each for each in wanted - found.keys() if len(each) == ID_CHARACTERS)
    for part in _parts(ours):
        found.update({each: each for each in session.scalars(select(Asset.id).where(Asset.id.in_(part)))})
    return found


def _holders(session: Session, identities: Iterable[Identity]) -> dict[Identity, Holder]:
    wanted: dict[str, set[str]] = {"url": set(), "key": set(), "bytes": set()}
    for kind, value in identities:
        wanted[kind].add(value)
    columns: dict[str, tuple[ColumnElement[str | None], ColumnElement[bool]]] = {
        "url": (Version.url.expression, and_(_IS_CURRENT, Version.store_key.is_(None), _IS_KEPT)),
        "key": (Version.store_key.expression, _IS_CURRENT),
        "bytes": (Version.sha256.expression, _IS_KEPT),
    }
    found: dict[Identity, Holder] = {}
    for kind, values in wanted.items():
        column, also = columns[kind]
        for part in _parts(sorted(values)):
            query = (
                select(column, Asset.id, Asset.external_id, Asset.title)
                .join(Asset, Asset.id == Version.asset_id)
                .where(column.in_(part), also)
                .order_by(Asset.created_at, Asset.id)
            )
            for held, asset_id, external_id, title in session.execute(query):
                found.setdefault((kind, str(held)), Holder(asset_id, external_id, title))
    return found


_IS_CURRENT = Version.number == Asset.version_number
_IS_KEPT = Asset.status != Status.ARCHIVED.value


def _parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
