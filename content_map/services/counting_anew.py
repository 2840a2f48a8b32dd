"""One quarter of some assets, counted from the events by the definitions of reports/measures.py and written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.orm import Session

from content_map.domain.quarters import Quarter
from content_map.domain.unused import AssetHistory
from content_map.domain.usage import ExcludedReason
from content_map.models import AssetQuarter, PersonQuarter
from content_map.reports import measures
from content_map.reports.contract import Definitions
from content_map.reports.counters import COUNTED
from content_map.reports.measures import Scope

_AT_ONCE = 500  # assets in one statement
BY_PERSON = (
    "asset_id",
    "actor_id",
    "impressions",
    "near_top_impressions",
    "opens",
    "bare_downloads",
    "uses",
    "outcomes_reached",
)


def count_anew(session: Session, quarter: Quarter, assets: Sequence[str], definitions: Definitions) -> None:
    """Make the rows of these assets in the quarter what the events say in this transaction."""
    for start in range(0, len(assets), _AT_ONCE):
        _count_some(session, quarter, tuple(assets[start : start + _AT_ONCE]), definitions)


def counted(session: Session, scope: Scope, definitions: Definitions) -> Mapping[str, Mapping[str, Any]]:
    """Count the columns of an `asset_quarters` row by asset; only assets with any event are in it."""
    histories = measures.histories(session, scope, definitions.thresholds)
    left_out = measures.left_out(session, scope)
    return {
        asset_id: _columns(histories.get(asset_id, AssetHistory()), left_out.get(asset_id, {}))
        for asset_id in sorted({*histories, *left_out})
    }


def _columns(history: AssetHistory, left_out: Mapping[ExcludedReason, int]) -> Mapping[str, Any]:
    return {
        **{column.key: getattr(history, column.key) for column in COUNTED},
        "feedback": {word.value: count for word, count in sorted(history.feedback.items())},
        "left_out": {word.value: count for word, count in sorted(left_out.items())},
    }


def _count_some(
    session: Session, quarter: Quarter, assets: tuple[str, ...], definitions: Definitions
) -> None:
    name = str(quarter)
    scope = Scope(*definitions.bounds(quarter), assets=assets)
    for table in (PersonQuarter, AssetQuarter):
        session.execute(delete(table).where(table.quarter == name, table.asset_id.in_(assets)))
    rows = [
        {"quarter": name, "asset_id": asset_id, **columns}
        for asset_id, columns in counted(session, scope, definitions).items()
    ]
    if not rows:
        return
    session.connection().execute(insert(AssetQuarter), rows)
    people = measures.by_person(scope, definitions.thresholds).subquery("people")
    session.execute(
        insert(PersonQuarter).from_select(["quarter", *BY_PERSON], select(literal(name), *people.c))
    )
