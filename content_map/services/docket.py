"""The retirement docket: a closed quarter's unused assets, on which marketing and sales each say what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.db import new_id
from content_map.domain.assets import Status, is_live
from content_map.domain.docket import Choice, settled
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows, require
from content_map.domain.quarters import Quarter
from content_map.domain.unused import Side, Stage
from content_map.errors import Conflict, Invalid, NotFound
from content_map.models import Asset, DocketItem
from content_map.reports import Definitions, Question
from content_map.reports.unused_assets import assemble
from content_map.services import audit, docket_settling, notifications, reports, tasks
from content_map.statements import insert_unless_there

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Decision:
    """What one side says; `choice` None takes back what it said. A successor only when retiring."""

    choice: Choice | None
    note: str | None = None
    successor: str | None = None


def closed_quarter(text: str | None, settings: Settings, *, now: datetime) -> Quarter:
    """Read a quarter that is over, the last one when none is given. Raises Invalid for one that still runs."""
    present = reports.quarter_of(None, settings, now=now)
    if text is None:
        return present.previous()
    quarter = reports.quarter_of(text, settings, now=now)
    if quarter == present:
        raise Invalid.field(
            "/quarter",
            f"{quarter} still runs: the docket takes closed quarters only, the last one is {present.previous()}.",
        )
    return quarter


def unused_in(
    session: Session, quarter: Quarter, *, settings: Settings, now: datetime
) -> Mapping[str, Stage]:
    """Name the assets for which no use was recorded in a closed quarter, with their class. Raises Invalid."""
    closed_quarter(str(quarter), settings, now=now)
    question = Question(quarter, Definitions.from_settings(settings), now)
    rows = assemble(session, question, frozenset()).rows
    return {row.asset: row.stage for row in rows if row.stage.is_unused}


def put_on(
    session: Session,
    quarter: Quarter,
    unused: Mapping[str, Stage],
    *,
    actor: Actor | None,
    now: datetime,
) -> int:
    """Put what `unused_in` found on the docket; returns how many are new.

    They keep the class they have now. An asset that is there, or archived since, is left alone. The report is long
    work: it is asked for before, so that no writing transaction waits for it. No actor: the worker does it.
    Raises NotAllowed.
    """
    if actor is not None:
        check_may_fill(actor)
    there = set(session.scalars(select(DocketItem.asset_id).where(DocketItem.quarter == str(quarter))))
    gone = set(session.scalars(select(Asset.id).where(Asset.status == Status.ARCHIVED.value)))
    new = [
        {"id": new_id(), "quarter": str(quarter), "asset_id": asset_id, "stage": stage.value}
        for asset_id, stage in unused.items()
        if asset_id not in there | gone
    ]
    if not new:
        return 0
    # Two who do it at once: the quarter and the asset are unique, and the first one stands.
    session.execute(insert_unless_there(session, DocketItem).on_conflict_do_nothing(), new)
    changes = {"assets": len(new)}
    audit.note(session, "docket.filled", "quarter", str(quarter), actor=actor, now=now, changes=changes)
    return len(new)


def check_may_fill(actor: Actor) -> None:
    """Let those pass who may put a quarter on the docket. Raises NotAllowed."""
    require(actor, Right.OPEN_TASKS)


def is_on(session: Session, quarter: Quarter) -> bool:
    """Say whether anything of the quarter is on the docket."""
    there = select(DocketItem.id).where(DocketItem.quarter == str(quarter)).limit(1)
    return session.scalar(there) is not None


def side_of(actor: Actor, side: Side | None) -> Side:
    """Say for which side the actor decides; who may decide for both must name one. Raises NotAllowed, Invalid."""
    if side is not None:
        right = tasks.RIGHT_OF.get(side)
        if right is None:
            raise Invalid.field("/side", "Decide for marketing or for sales.")
        require(actor, right)
        return side
    mine = [each for each, right in tasks.RIGHT_OF.items() if allows(actor, right)]
    if not mine:
        require(actor, Right.DECIDE_FOR_MARKETING)
    if len(mine) > 1:
        raise Invalid.field("/side", "You may decide for both sides: say for which one, marketing or sales.")
    return mine[0]


def decide(
    session: Session,
    item_ids: Sequence[str],
    decision: Decision,
    *,
    side: Side | None = None,
    actor: Actor,
    now: datetime,
) -> Sequence[DocketItem]:
    """Say for one side what to do with one item or several; all of them or none.

    Where both sides say the same it is settled and done: retire archives, fix and teach open a task. A settled one
    is decided; take the choice back first (that undoes what was done, the asset is live again, and the other side
    hears of it). The other side is told once of what was settled and of what it sees differently.
    Raises NotAllowed, NotFound, Conflict, Invalid.
    """
    mine = side_of(actor, side)
    _check(session, item_ids, decision, now)
    items = _locked(session, item_ids)
    if decision.successor in {item.asset_id for item in items}:
        raise Invalid.field(
            "/successor", "An asset that retires itself cannot be the successor. Choose another."
        )
    told: Counter[tuple[str, str]] = Counter()
    for item in items:
        before = _facts(item)
        _decide(session, item, mine, decision, actor, now)
        session.flush()
        after = _facts(item)
        changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
        if not changed:
            continue
        noted = {"asset": item.asset_id, "quarter": item.quarter, "side": mine.value, **changed}
        audit.note(session, "docket.decided", "docket item", item.id, actor=actor, now=now, changes=noted)
        other = item.sales_by if mine is Side.MARKETING else item.marketing_by
        if other is not None and other != actor.id and (message := _message(item, changed)):
            told[other, message] += 1
    for (person, message), count in sorted(told.items()):
        notifications.tell(session, person, message, {"count": count}, path="/docket", now=now)
    return items


def _decide(
    session: Session, item: DocketItem, side: Side, decision: Decision, actor: Actor, now: datetime
) -> None:
    choice = decision.choice.value if decision.choice else None
    if item.settled_choice is not None:
        if choice == (item.settled_choice):
            return
        if choice is not None:
            raise Conflict("Both sides have decided this one. Take your choice back first; then choose anew.")
        docket_settling.undo(session, item, actor=actor, now=now)
        item.settled_choice = item.settled_at = None
    by, at = (actor.id, now) if choice else (None, None)
    if side is Side.MARKETING:
        item.marketing_choice, item.marketing_by, item.marketing_at = choice, by, at
    else:
        item.sales_choice, item.sales_by, item.sales_at = choice, by, at
    if decision.note is not None:
        item.note = decision.note.strip() or None
    if decision.successor is not None:
        item.successor_id = decision.successor
    agreed = settled(_choice(item.marketing_choice), _choice(item.sales_choice))
    if agreed is not None:
        item.settled_choice, item.settled_at = agreed.value, now
        docket_settling.do(session, item, agreed, actor=actor, now=now)


def _choice(word: str | None) -> Choice | None:
    return Choice(word) if word else None


def _message(item: DocketItem, changed: dict[str, list[str | None]]) -> str | None:
    if "settled" in changed:
        return "docket.settled" if item.settled_choice else "docket.reopened"
    both = item.marketing_choice is not None and item.sales_choice is not None
    return "docket.differs" if both else None


def _check(session: Session, item_ids: Sequence[str], decision: Decision, now: datetime) -> None:
    if not 1 <= len(item_ids) <= AT_ONCE:
        raise Invalid.field("/items", f"Decide on 1 to {AT_ONCE} at once.")
    tasks.check_note(decision.note)
    if decision.successor is None:
        return
    if decision.choice is not Choice.RETIRE:
        raise Invalid.field("/successor", "Only an asset that retires has a successor.")
    asset = session.get(Asset, decision.successor)
    if asset is None or not is_live(Status(asset.status), asset.publish_at, asset.expires_at, now):
        raise Invalid.field("/successor", "The successor must be a live asset of this library.")


def _locked(session: Session, item_ids: Sequence[str]) -> Sequence[DocketItem]:
    # In one order, so that two who decide on the same ones wait for each other instead of both for ever.
    wanted = select(DocketItem).where(DocketItem.id.in_(set(item_ids))).order_by(DocketItem.id)
    items = session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).all()
    if len(items) < len(set(item_ids)):
        raise NotFound("Not all of these are on the docket. Nothing was changed; load the page again.")
    return items


def _facts(item: DocketItem) -> dict[str, str | None]:
    return {
        "marketing": item.marketing_choice,
        "sales": item.sales_choice,
        "settled": item.settled_choice,
        "successor": item.successor_id,
        "note": item.note,
    }
