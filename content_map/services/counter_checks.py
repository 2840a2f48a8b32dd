"""The counters compared with the events they are folded from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from content_map.domain.quarters import Quarter
from content_map.models import Asset, AssetQuarter, CountMark, Mark, PersonQuarter
from content_map.reports import measures
from content_map.reports.contract import Definitions
from content_map.reports.counters import MARK_PREFIX, basis
from content_map.reports.measures import Scope
from content_map.services.counting_anew import BY_PERSON, counted

_AT_ONCE = 500  # assets in one statement


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that the counters hold and the events deny; `person` is None where it is of everybody."""

    quarter: Quarter
    asset: str
    person: str | None
    column: str
    stored: Any
    counted: Any

    @property
    def sentence(self) -> str:
        """Say it in words."""
        whose = f" of person {self.person}" if self.person else ""
        numbers = f"{self.column} is {self.stored}, the events say {self.counted}"
        return f"{self.quarter}, asset {self.asset}{whose}: {numbers}"


def built(session: Session, definitions: Definitions) -> Sequence[Quarter]:
    """List the quarters that are counted on this basis, in order of time."""
    marks = select(Mark.name).where(
        Mark.name.startswith(MARK_PREFIX, autoescape=True), Mark.value == basis(definitions)
    )
    return sorted(Quarter.parse(name.removeprefix(MARK_PREFIX)) for name in session.scalars(marks))


def differences(session: Session, quarter: Quarter, definitions: Definitions) -> Iterator[Difference]:
    """Compare one quarter, asset by asset; what waits for the fold is known to differ and is left alone."""
    start, end = definitions.bounds(quarter)
    within = and_(CountMark.occurred_at >= start, CountMark.occurred_at < end)
    waiting = set(session.scalars(select(CountMark.asset_id).where(within)))
    assets = [each for each in session.scalars(select(Asset.id).order_by(Asset.id)) if each not in waiting]
    for first in range(0, len(assets), _AT_ONCE):
        some = tuple(assets[first : first + _AT_ONCE])
        scope = Scope(start, end, assets=some)
        stored = _stored(session, quarter, some)
        wanted = counted(session, scope, definitions)
        for asset in sorted({*stored, *wanted}):
            for difference in _between(stored.get(asset, {}), wanted.get(asset, {})):
                yield Difference(quarter, asset, None, *difference)
        by_person = _stored_by_person(session, quarter, some)
        told = _by_person(session, scope, definitions)
        for asset, person in sorted({*by_person, *told}):
            key = asset, person
            for difference in _between(by_person.get(key, {}), told.get(key, {})):
                yield Difference(quarter, *key, *difference)


def _between(stored: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for column in sorted({*stored, *wanted}):
        # No row and a row of nothing say the same.
        one, other = stored.get(column) or 0, wanted.get(column) or 0
        if one != other:
            yield column, one, other


def _stored(session: Session, quarter: Quarter, assets: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    columns = [each for each in AssetQuarter.__table__.columns if each.name not in {"quarter", "asset_id"}]
    rows = session.execute(
        select(AssetQuarter.asset_id, *columns).where(
            AssetQuarter.quarter == str(quarter), AssetQuarter.asset_id.in_(assets)
        )
    ).mappings()
    return {row["asset_id"]: {each.name: row[each.name] for each in columns} for row in rows}


def _stored_by_person(
    session: Session, quarter: Quarter, assets: Sequence[str]
) -> Mapping[tuple[str, str], Mapping[str, int]]:
    columns = [getattr(PersonQuarter, name) for name in BY_PERSON]
    rows = session.execute(
        select(*columns).where(PersonQuarter.quarter == str(quarter), PersonQuarter.asset_id.in_(assets))
    )
    return {(row[0], row[1]): dict(zip(BY_PERSON[2:], row[2:], strict=True)) for row in rows}


def _by_person(
    session: Session, scope: Scope, definitions: Definitions
) -> Mapping[tuple[str, str], Mapping[str, int]]:
    rows = session.execute(measures.by_person(scope, definitions.thresholds))
    return {
        (row[0], row[1]): {name: int(value) for name, value in zip(BY_PERSON[2:], row[2:], strict=True)}
        for row in rows
    }
