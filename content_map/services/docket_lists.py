"""What is on the docket of a quarter, how far each item is, and the evidence beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from content_map.config import Settings
from content_map.domain.docket import Choice
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows, require
from content_map.domain.quarters import Quarter
from content_map.domain.unused import AssetHistory, Side, Stage
from content_map.models import Asset, DocketItem, Task
from content_map.reports import Definitions, measures
from content_map.reports.measures import Scope
from content_map.services import cursors, tasks
from content_map.services.cursors import Slice


class State(StrEnum):
    """How far an item is."""

    OPEN = "open"
    ONE_SIDE = "one_side"
    DIFFERING = "differing"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items to list; `waits_for`: one side has yet to speak, or sees it differently."""

    quarter: Quarter
    state: State | None = None
    stage: Stage | None = None
    waits_for: Side | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """What an item is decided by: what counted in its quarter, what was decided before, and what was done."""

    history: AssetHistory
    earlier: tuple[tuple[str, Choice], ...]  # quarter and what was settled, the latest first
    done: tuple[Task, ...]


def state_of(item: DocketItem) -> State:
    """Say how far an item is."""
    if item.settled_choice is not None:
        return State.SETTLED
    spoken = (item.marketing_choice is not None) + (item.sales_choice is not None)
    return (State.OPEN, State.ONE_SIDE, State.DIFFERING)[spoken]


def listed(
    session: Session, wanted: Wanted, *, limit: int = 50, cursor: str | None = None, actor: Actor
) -> Slice[DocketItem]:
    """List a quarter's items, by class from never surfaced on, then by title. Raises NotAllowed, Invalid."""
    require(actor, Right.SEE_DOCKET)
    place = _place()
    rows = (
        select(DocketItem)
        .join(Asset, Asset.id == DocketItem.asset_id)
        .options(joinedload(DocketItem.asset), joinedload(DocketItem.successor))
        .where(_meant(wanted))
    )
    if cursor is not None:
        depth, title, last_id = cursors.read(cursor, parts=3)
        if depth not in {str(stage.depth) for stage in Stage}:
            raise cursors.refused()
        same = place == int(depth)
        rows = rows.where(
            or_(
                place > int(depth),
                and_(same, Asset.title > title),
                and_(same, Asset.title == title, DocketItem.id > last_id),
            )
        )
    limit = cursors.bounded(limit)
    found = session.scalars(rows.order_by(place, Asset.title, DocketItem.id).limit(limit + 1)).all()
    last = found[limit - 1] if len(found) > limit else None
    return Slice(
        found[:limit],
        cursors.make(str(Stage(last.stage).depth), last.asset.title, last.id) if last else None,
    )


def reload(session: Session, items: Sequence[DocketItem]) -> Sequence[DocketItem]:
    """Load items again with what is shown of them, in the same order."""
    ids = [each.id for each in items]
    rows = (
        select(DocketItem)
        .where(DocketItem.id.in_(ids))
        .options(joinedload(DocketItem.asset), joinedload(DocketItem.successor))
        .execution_options(populate_existing=True)
    )
    return sorted(session.scalars(rows), key=lambda each: ids.index(each.id))


def counts(session: Session, quarter: Quarter, *, actor: Actor) -> Mapping[State, int]:
    """Count a quarter's items by state, zeros included. Raises NotAllowed."""
    require(actor, Right.SEE_DOCKET)
    column = case(*((_is(state), state.value) for state in State)).label("state")
    rows = select(column, func.count()).where(DocketItem.quarter == str(quarter)).group_by(column)
    found = {State(state): count for state, count in session.execute(rows)}
    return {state: found.get(state, 0) for state in State}


def count_waiting(session: Session, quarter: Quarter, *, actor: Actor) -> int:
    """Count the items of a quarter that wait for a side the actor decides for."""
    sides = [waits_for(side) for side, right in tasks.RIGHT_OF.items() if allows(actor, right)]
    waiting = and_(DocketItem.quarter == str(quarter), or_(false(), *sides))
    return session.scalar(select(func.count(DocketItem.id)).where(waiting)) or 0


def quarters(session: Session, *, actor: Actor) -> Sequence[Quarter]:
    """List the quarters that are on the docket, the latest first. Raises NotAllowed."""
    require(actor, Right.SEE_DOCKET)
    there = session.scalars(select(DocketItem.quarter).distinct().order_by(DocketItem.quarter.desc()))
    return [Quarter.parse(each) for each in there]


def beside(session: Session, items: Sequence[DocketItem], *, settings: Settings) -> Mapping[str, Beside]:
    """Load what stands beside each item of one quarter, by item; a page of them at once."""
    if not items:
        return {}
    ids = tuple({each.asset_id for each in items})
    definitions = Definitions.from_settings(settings)
    bounds = definitions.bounds(Quarter.parse(items[0].quarter))
    histories = measures.histories(session, Scope(*bounds, assets=ids), definitions.thresholds)
    done = tasks.done_for(session, ids)
    earlier: dict[str, list[tuple[str, Choice]]] = {}
    settled = select(DocketItem.asset_id, DocketItem.quarter, DocketItem.settled_choice).where(
        DocketItem.asset_id.in_(ids),
        DocketItem.quarter < items[0].quarter,
        DocketItem.settled_choice.is_not(None),
    )
    for asset_id, quarter, choice in session.execute(settled.order_by(DocketItem.quarter.desc())):
        earlier.setdefault(asset_id, []).append((quarter, Choice(choice or "")))
    return {
        each.id: Beside(
            histories.get(each.asset_id, AssetHistory()),
            tuple(earlier.get(each.asset_id, ())),
            done.get(each.asset_id, ()),
        )
        for each in items
    }


def waits_for(side: Side) -> ColumnElement[bool]:
    """Say in SQL that an item is unsettled and a side has yet to speak, or the two differ."""
    own = DocketItem.marketing_choice if side is Side.MARKETING else DocketItem.sales_choice
    return and_(DocketItem.settled_choice.is_(None), or_(own.is_(None), _is(State.DIFFERING)))


def _meant(wanted: Wanted) -> ColumnElement[bool]:
    said: list[ColumnElement[bool]] = [DocketItem.quarter == str(wanted.quarter)]
    if wanted.state is not None:
        said.append(_is(wanted.state))
    if wanted.stage is not None:
        said.append(DocketItem.stage == wanted.stage.value)
    if wanted.waits_for is not None:
        said.append(waits_for(wanted.waits_for))
    return and_(*said)


def _is(state: State) -> ColumnElement[bool]:
    by_marketing = DocketItem.marketing_choice.is_not(None)
    by_sales = DocketItem.sales_choice.is_not(None)
    is_open = DocketItem.settled_choice.is_(None)
    match state:
        case State.SETTLED:
            return DocketItem.settled_choice.is_not(None)
        case State.DIFFERING:
            return and_(is_open, by_marketing, by_sales)
        case State.ONE_SIDE:
            return and_(is_open, by_marketing != by_sales)
        case State.OPEN:
            return and_(is_open, ~by_marketing, ~by_sales)


def _place() -> ColumnElement[int]:
    return case({stage.value: stage.depth for stage in Stage}, value=DocketItem.stage)
