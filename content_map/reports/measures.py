"""What counted of each asset in a stretch of time, by sales users other than its owner: all in SQL.

These are the definitions; `reports/counters.py` reads what was folded with them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from content_map.domain.observation import BURST_USES, BURST_WITHIN, bursts
from content_map.domain.unused import AssetHistory, Thresholds
from content_map.domain.usage import EventKind, ExcludedReason, Feedback, OutcomeAnswer, Surface
from content_map.models import UsageEvent
from content_map.reports.moments import later
from content_map.reports.outcome_answers import counts, is_use, latest_answers


@dataclass(frozen=True, slots=True)
class Scope:
    """Events from `start` until before `end`, of all assets, of one or of some (a few hundred at once).

    `also` names reasons for which an event is left out and counts here all the same.
    """

    start: datetime
    end: datetime
    asset: str | None = None
    also: frozenset[ExcludedReason] = frozenset()
    assets: tuple[str, ...] | None = None

    def holds(self) -> ColumnElement[bool]:
        """Say in SQL that an event is in it, whether it counts or not."""
        within = and_(UsageEvent.occurred_at >= self.start, UsageEvent.occurred_at < self.end)
        if self.asset is not None:
            return and_(within, UsageEvent.asset_id == self.asset)
        if self.assets is not None:
            return and_(within, UsageEvent.asset_id.in_(self.assets))
        return and_(within, UsageEvent.asset_id.is_not(None))

    def counts(self) -> ColumnElement[bool]:
        """Say in SQL that an event counts here."""
        return counts(UsageEvent.excluded_reason, self.also)


def histories(session: Session, scope: Scope, thresholds: Thresholds) -> Mapping[str, AssetHistory]:
    """Count by asset what happened in the scope; only assets with any event are in it."""
    found: dict[str, AssetHistory] = defaultdict(AssetHistory)
    _add_encounters(session, found, scope, thresholds)
    _add_uses(session, found, scope)
    _add_customer_views(session, found, scope)
    _add_feedback(session, found, scope)
    return found


def outcomes(session: Session, scope: Scope) -> Mapping[OutcomeAnswer, int]:
    """Count the uses of the scope by their latest answer; those without any are in no count."""
    latest = latest_answers(_uses(scope), scope.also)
    totals = select(latest.c.outcome, func.count().label("uses")).group_by(latest.c.outcome)
    found = {row.outcome: row.uses for row in session.execute(totals)}
    return {answer: found.get(answer.value, 0) for answer in OutcomeAnswer}


def used(session: Session, scope: Scope) -> frozenset[str]:
    """Name the assets with any use in the scope."""
    uses = select(UsageEvent.asset_id).where(scope.holds(), scope.counts(), is_use()).distinct()
    return frozenset(str(asset_id) for asset_id in session.scalars(uses))


def left_out(session: Session, scope: Scope) -> Mapping[str, Mapping[ExcludedReason, int]]:
    """Count by asset, then by reason, the rows of the scope that do not count by themselves, whatever `also` says."""
    excluded = (
        select(UsageEvent.asset_id, UsageEvent.excluded_reason, func.count())
        .where(scope.holds(), UsageEvent.excluded_reason.is_not(None))
        .group_by(UsageEvent.asset_id, UsageEvent.excluded_reason)
    )
    found: dict[str, dict[ExcludedReason, int]] = defaultdict(dict)
    for asset_id, reason, count in session.execute(excluded):
        found[str(asset_id)][ExcludedReason(str(reason))] = count
    return found


def left_out_of_no_asset(session: Session, scope: Scope) -> Mapping[ExcludedReason, int]:
    """Count by reason the outcomes by account and conversation that do not count, in the scope's time."""
    within = and_(UsageEvent.occurred_at >= scope.start, UsageEvent.occurred_at < scope.end)
    excluded = (
        select(UsageEvent.excluded_reason, func.count())
        .where(UsageEvent.asset_id.is_(None), within, UsageEvent.excluded_reason.is_not(None))
        .group_by(UsageEvent.excluded_reason)
    )
    return {ExcludedReason(str(reason)): count for reason, count in session.execute(excluded)}


def burst_uses(session: Session, scope: Scope) -> Mapping[str, int]:
    """Count by asset the uses that belong to a burst: more than ten by one person within ten minutes."""
    uses = _uses(scope)
    in_order = {"partition_by": uses.c.actor_id, "order_by": (uses.c.occurred_at, uses.c.id)}
    tenth_before = func.lag(uses.c.occurred_at, BURST_USES).over(**in_order)  # type: ignore[arg-type]
    spans = select(uses.c.actor_id, uses.c.occurred_at, tenth_before.label("tenth_before")).subquery()
    # Hardly anybody ever bursts: the database picks those few people, the rule itself stays in the domain.
    bursting = select(spans.c.actor_id).where(
        spans.c.occurred_at <= later(spans.c.tenth_before, BURST_WITHIN)
    )
    rows = session.execute(
        select(uses.c.id, uses.c.actor_id, uses.c.occurred_at, uses.c.asset_id).where(
            uses.c.actor_id.in_(bursting)
        )
    ).all()
    marked = bursts((row.id, row.actor_id, row.occurred_at) for row in rows)
    found: dict[str, int] = defaultdict(int)
    for row in rows:
        found[row.asset_id] += row.id in marked
    return {asset_id: count for asset_id, count in found.items() if count}


def _sum(condition: ColumnElement[bool], name: str) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0)).label(name)


def _uses(scope: Scope) -> CTE:
    columns = (
        UsageEvent.id,
        UsageEvent.asset_id,
        UsageEvent.actor_id,
        UsageEvent.account_id,
        UsageEvent.conversation,
        UsageEvent.occurred_at,
        UsageEvent.kind,
        UsageEvent.surface,
        UsageEvent.source,
    )
    return select(*columns).where(scope.holds(), scope.counts(), is_use()).cte("uses")


def by_person(scope: Scope, thresholds: Thresholds) -> Select[*tuple[Any, ...]]:
    """Count by asset and person: impressions, those near the top, opens, bare downloads, uses, outcomes reached."""
    met = _encounters(scope, thresholds).subquery("met")
    uses = _uses(scope)
    latest = latest_answers(uses, scope.also)
    reached = case((latest.c.outcome == OutcomeAnswer.REACHED.value, 1), else_=0)
    none = literal(0)
    made = uses.outerjoin(latest, latest.c.use_id == uses.c.id)
    parts = union_all(
        select(*met.c, none.label("uses"), none.label("reached")),
        select(uses.c.asset_id, uses.c.actor_id, none, none, none, none, literal(1), reached).select_from(
            made
        ),
    ).subquery("parts")
    asset_id, actor_id, *counted = parts.c
    return select(asset_id, actor_id, *(func.sum(each) for each in counted)).group_by(asset_id, actor_id)


def _encounters(scope: Scope, thresholds: Thresholds) -> Select[*tuple[Any, ...]]:
    is_impression = UsageEvent.kind == EventKind.IMPRESSION.value
    # An impression outside search stands for itself: it counts as rank 1.
    is_near_top = or_(UsageEvent.surface != Surface.SEARCH.value, UsageEvent.rank <= thresholds.rank)
    is_bare = and_(UsageEvent.kind == EventKind.DOWNLOAD.value, UsageEvent.purpose.is_(None))
    # A download right after the open repeats it as an open, and still was taken away.
    is_repeated = and_(UsageEvent.excluded_reason == ExcludedReason.REPEAT.value, is_bare)
    opened = or_(UsageEvent.kind == EventKind.OPEN.value, is_bare)
    kinds = [EventKind.IMPRESSION.value, EventKind.OPEN.value, EventKind.DOWNLOAD.value]
    return (
        select(
            UsageEvent.asset_id,
            UsageEvent.actor_id,
            _sum(is_impression, "impressions"),
            _sum(and_(is_impression, is_near_top), "near_top"),
            _sum(and_(opened, scope.counts()), "opens"),
            _sum(is_bare, "bare_downloads"),
        )
        .where(scope.holds(), UsageEvent.kind.in_(kinds), or_(scope.counts(), is_repeated))
        .group_by(UsageEvent.asset_id, UsageEvent.actor_id)
    )


def _add_encounters(
    session: Session,
    found: dict[str, AssetHistory],
    scope: Scope,
    thresholds: Thresholds,
) -> None:
    met = _encounters(scope, thresholds).subquery("met")
    total = select(
        met.c.asset_id,
        func.sum(met.c.impressions),
        func.sum(met.c.near_top),
        _sum(met.c.near_top > 0, "near_top_reps"),
        _sum(met.c.impressions > 0, "reps"),
        func.sum(met.c.opens),
        func.sum(met.c.bare_downloads),
    ).group_by(met.c.asset_id)
    for asset_id, impressions, near_top, near_top_reps, reps, opens, bare in session.execute(total):
        found[asset_id] = AssetHistory(
            impressions=int(impressions),
            near_top_impressions=int(near_top),
            near_top_reps=int(near_top_reps),
            reps=int(reps),
            opens=int(opens),
            bare_downloads=int(bare) if opens else 0,
        )


def _add_uses(session: Session, found: dict[str, AssetHistory], scope: Scope) -> None:
    uses = _uses(scope)
    latest = latest_answers(uses, scope.also)
    is_told = or_(uses.c.source.is_not(None), uses.c.surface == Surface.API.value)
    is_by_hand = uses.c.kind == EventKind.USE.value
    counted = (
        select(
            uses.c.asset_id,
            func.count(),
            _sum(latest.c.outcome == OutcomeAnswer.REACHED.value, "reached"),
            func.count(uses.c.account_id.distinct()),
            func.count(uses.c.actor_id.distinct()),
            _sum(is_told, "by_api"),
            _sum(and_(~is_told, is_by_hand), "by_hand"),
            _sum(and_(~is_told, ~is_by_hand), "sent_or_tailored"),
        )
        .select_from(uses.outerjoin(latest, latest.c.use_id == uses.c.id))
        .group_by(uses.c.asset_id)
    )
    for asset_id, count, reached, accounts, users, by_api, by_hand, sent in session.execute(counted):
        found[asset_id] = replace(
            found[asset_id],
            uses=count,
            outcomes_reached=int(reached),
            accounts=accounts,
            users=users,
            by_api=int(by_api),
            logged_by_hand=int(by_hand),
            sent_or_tailored=int(sent),
        )


def _add_customer_views(session: Session, found: dict[str, AssetHistory], scope: Scope) -> None:
    viewed = (
        select(UsageEvent.asset_id, func.count())
        .where(scope.holds(), scope.counts(), UsageEvent.kind == EventKind.SHARE_VIEWED.value)
        .group_by(UsageEvent.asset_id)
    )
    for asset_id, count in session.execute(viewed):
        found[str(asset_id)] = replace(found[str(asset_id)], customer_views=count)


def _add_feedback(session: Session, found: dict[str, AssetHistory], scope: Scope) -> None:
    said: dict[str, dict[Feedback, int]] = defaultdict(dict)
    kinds = [EventKind.NOT_USED.value, EventKind.FEEDBACK.value]
    given = (
        select(UsageEvent.asset_id, UsageEvent.feedback, func.count())
        .where(scope.holds(), scope.counts(), UsageEvent.kind.in_(kinds), UsageEvent.feedback.is_not(None))
        .group_by(UsageEvent.asset_id, UsageEvent.feedback)
    )
    for asset_id, feedback, count in session.execute(given):
        said[str(asset_id)][Feedback(str(feedback))] = count
    for asset_id, reasons in said.items():
        found[asset_id] = replace(found[asset_id], feedback=reasons)
