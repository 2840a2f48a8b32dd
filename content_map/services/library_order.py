"""The orders a library can be listed in, each with a cursor that says where the next part begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, distinct, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from content_map.models import Asset, AssetTerm, Term
from content_map.services import cursors

# What has no such day comes last, whichever way the list runs.
_NEVER, _NEVER_DAY = datetime(9999, 1, 1, tzinfo=UTC), date(9999, 1, 1)
_LONG_AGO, _LONG_AGO_DAY = datetime(1, 1, 2, tzinfo=UTC), date(1, 1, 2)


@dataclass(frozen=True, slots=True)
class Order:
    """What is sorted by, which way, and how a value of it is read out of a cursor."""

    name: str
    value: ColumnElement[Any]
    down: bool
    read: Callable[[str], Any]

    def by(self) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
        """The columns to sort by; the id decides between equals."""
        if self.down:
            return self.value.desc(), Asset.id.desc()
        return self.value.asc(), Asset.id.asc()

    def after(self, cursor: str) -> ColumnElement[bool]:
        """The condition of what comes after a cursor's place. Raises Invalid for a cursor of another list."""
        made_for, written, last_id = cursors.read(cursor, parts=3)
        if made_for != self.name:
            raise cursors.refused()
        value = self.read(written)
        beyond = self.value < value if self.down else self.value > value
        same = and_(self.value == value, Asset.id < last_id if self.down else Asset.id > last_id)
        return or_(beyond, same)

    def cursor(self, value: Any, asset_id: str) -> str:
        """Make the cursor of the part after this asset."""
        written = value.isoformat() if isinstance(value, date) else str(value)
        return cursors.make(self.name, written, asset_id)


def coverage() -> ColumnElement[int]:
    """How many facets an asset is tagged in."""
    tagged = select(func.count(distinct(Term.facet_key))).select_from(AssetTerm).join(AssetTerm.term)
    return tagged.where(AssetTerm.asset_id == Asset.id).correlate(Asset).scalar_subquery()


def order_of(name: str) -> Order:
    """Find an order by its name; a minus in front turns it round."""
    down = name.startswith("-")
    make, read = _ORDERS[name.lstrip("-")]
    return Order(name, make(down), down, read)


def _plain(column: InstrumentedAttribute[Any]) -> Callable[[bool], ColumnElement[Any]]:
    return lambda _down: column.expression


def _last_if_none(
    column: InstrumentedAttribute[Any], early: Any, late: Any
) -> Callable[[bool], ColumnElement[Any]]:
    return lambda down: func.coalesce(column, early if down else late)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise cursors.refused() from None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 3):
        raise cursors.refused()
    return int(text)


_ORDERS: Mapping[str, tuple[Callable[[bool], ColumnElement[Any]], Callable[[str], Any]]] = {
    "title": (_plain(Asset.title), str),
    "updated_at": (_plain(Asset.updated_at), cursors.moment),
    "created_at": (_plain(Asset.created_at), cursors.moment),
    "review_by": (_last_if_none(Asset.review_by, _LONG_AGO_DAY, _NEVER_DAY), _day),
    "expires_at": (_last_if_none(Asset.expires_at, _LONG_AGO, _NEVER), cursors.moment),
    "coverage": (lambda _down: coverage(), _number),
}
SORTS = tuple(sorted([*_ORDERS, *(f"-{name}" for name in _ORDERS)]))
