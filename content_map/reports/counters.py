"""What counted of each asset in a quarter: read from the counters, and from the events what they do not know yet."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, and_, cast, select, true
from sqlalchemy.orm import Session

from content_map.domain.quarters import Quarter
from content_map.domain.unused import AssetHistory
from content_map.domain.usage import ExcludedReason, Feedback
from content_map.models import AssetQuarter, CountMark, Mark
from content_map.reports import measures
from content_map.reports.contract import Definitions, Question
from content_map.reports.measures import Scope

REVISION = 1  # one more whenever measures.py counts something else: every counter is then made anew
MOST_MARKED = 2_000  # of more assets than these, asking the events for all of them is the shorter way
MARK_PREFIX = "counters-"
_AT_ONCE = 500  # assets in one statement

COUNTED = (
    AssetQuarter.impressions,
    AssetQuarter.near_top_impressions,
    AssetQuarter.near_top_reps,
    AssetQuarter.reps,
    AssetQuarter.opens,
    AssetQuarter.bare_downloads,
    AssetQuarter.uses,
    AssetQuarter.outcomes_reached,
    AssetQuarter.accounts,
    AssetQuarter.users,
    AssetQuarter.customer_views,
    AssetQuarter.sent_or_tailored,
    AssetQuarter.logged_by_hand,
    AssetQuarter.by_api,
)
"""The numbers of a row: `AssetHistory`'s fields before `feedback`, in their order."""


@dataclass(frozen=True, slots=True)
class QuarterCounts:
    """What counted by asset (only assets with any event), and all rows that do not count by themselves, by reason."""

    histories: Mapping[str, AssetHistory]
    left_out: Mapping[ExcludedReason, int]


def basis(definitions: Definitions) -> str:
    """Name everything that the counters depend on besides the events; the other thresholds only read them."""
    return f"{REVISION} {definitions.time_zone} {definitions.fiscal_year_start} {definitions.thresholds.rank}"


def mark_name(quarter: Quarter) -> str:
    """Name the mark that says on which basis a quarter has been counted."""
    return f"{MARK_PREFIX}{quarter}"


def histories(session: Session, question: Question) -> Mapping[str, AssetHistory]:
    """Give what counted of each asset in the question's quarter; only assets with any event are in it."""
    return of_quarter(session, question).histories


def of_quarter(session: Session, question: Question) -> QuarterCounts:
    """Count by asset what happened in the quarter: exactly what the events say, however far the fold is behind.

    With the question's switch on, the events themselves are asked: the counters hold only what counts without.
    """
    # The marks before the rows: what a fold takes away in between is in the rows.
    marked = _marked(session, question)
    stored = None if marked is None else _stored(session, question, frozenset(marked))
    found, left_out = stored or _Found({}, Counter())
    for scope in [_scope(question)] if stored is None else _scopes(question, marked or ()):
        found.update(measures.histories(session, scope, question.definitions.thresholds))
        for reasons in measures.left_out(session, scope).values():
            left_out.update(reasons)
    left_out.update(measures.left_out_of_no_asset(session, _scope(question)))
    return QuarterCounts(found, {reason: left_out[reason] for reason in ExcludedReason if left_out[reason]})


def used(session: Session, question: Question) -> frozenset[str]:
    """Name the assets with any use in the quarter, as `of_quarter` would."""
    marked = _marked(session, question)
    known = frozenset(marked or ())
    rows = [] if marked is None else session.scalars(_rows(question, AssetQuarter.uses > 0)).all()
    scopes = _scopes(question, marked or ()) if rows else [_scope(question)]
    fresh = (measures.used(session, scope) for scope in scopes)
    return frozenset(str(asset) for asset in rows if asset is not None and asset not in known).union(*fresh)


def _marked(session: Session, question: Question) -> Sequence[str] | None:
    """Name the assets that a fold has yet to count anew; None when they are too many, or the counters no answer."""
    if question.also:
        return None
    start, end = question.bounds
    within = and_(CountMark.occurred_at >= start, CountMark.occurred_at < end)
    named = select(CountMark.asset_id).where(within).distinct().limit(MOST_MARKED + 1)
    assets = sorted(session.scalars(named))
    return assets if len(assets) <= MOST_MARKED else None


def _rows(question: Question, which: ColumnElement[bool], *columns: Any) -> Select[*tuple[Any, ...]]:
    """Select the asset and these columns of the quarter's rows; with at least one row when it has been counted.

    In one statement with the basis: a rebuild that begins in between is never seen by half.
    """
    of_quarter = and_(AssetQuarter.quarter == str(question.quarter), which)
    is_counted = and_(Mark.name == mark_name(question.quarter), Mark.value == basis(question.definitions))
    return (
        select(AssetQuarter.asset_id, *columns)
        .select_from(Mark)
        .outerjoin(AssetQuarter, of_quarter)
        .where(is_counted)
    )


class _Found(NamedTuple):
    histories: dict[str, AssetHistory]
    left_out: Counter[ExcludedReason]


def _stored(session: Session, question: Question, but: frozenset[str]) -> _Found | None:
    """Read the rows of all assets `but` these; None when the quarter has not been counted on this basis."""
    # The two objects as text: most rows say the same few things, and each is read as JSON once.
    feedback, reasons = cast(AssetQuarter.feedback, String), cast(AssetQuarter.left_out, String)
    # By the connection: fifty thousand rows pass the mapper for nothing.
    rows = session.connection().execute(_rows(question, true(), reasons, *COUNTED, feedback)).all()
    if not rows:
        return None
    found: dict[str, AssetHistory] = {}
    said: dict[str, Mapping[Feedback, int]] = {}
    excluded: Counter[str] = Counter()
    for asset_id, why, *fields in rows:
        if asset_id is None or asset_id in but:
            continue
        text = fields[-1]
        if text not in said:
            said[text] = {Feedback(word): count for word, count in json.loads(text).items()}
        fields[-1] = said[text]
        found[asset_id] = AssetHistory(*fields)
        excluded[why] += 1
    left_out: Counter[ExcludedReason] = Counter()
    for text, times in excluded.items():
        left_out.update({ExcludedReason(word): times * count for word, count in json.loads(text).items()})
    return _Found(found, left_out)


def _scope(question: Question, assets: tuple[str, ...] | None = None) -> Scope:
    return Scope(*question.bounds, also=question.also, assets=assets)


def _scopes(question: Question, assets: Sequence[str]) -> Sequence[Scope]:
    parts = range(0, len(assets), _AT_ONCE)
    return [_scope(question, tuple(assets[start : start + _AT_ONCE])) for start in parts]
