"""DuckDB doing what the report's aggregation does, from the raw events, in SQL of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import duckdb

_ROWS = """
WITH quarter AS (
    SELECT * FROM usage_events WHERE occurred_at >= $start AND occurred_at < $end AND asset_id IS NOT NULL
), met AS (
    SELECT asset_id, actor_id,
        count(*) FILTER (kind = 'impression') AS impressions,
        count(*) FILTER (kind = 'impression' AND (surface <> 'search' OR rank <= $rank)) AS near_top,
        count(*) FILTER ((kind = 'open' OR kind = 'download') AND excluded_reason IS NULL) AS opens,
        count(*) FILTER (kind = 'download') AS bare
    FROM quarter
    WHERE (excluded_reason IS NULL AND kind IN ('impression', 'open') OR kind = 'download' AND purpose IS NULL
        AND (excluded_reason IS NULL OR excluded_reason = 'repeat'))
    GROUP BY asset_id, actor_id
), encounters AS (
    SELECT asset_id, sum(impressions) AS impressions, sum(near_top) AS near_top,
        count(*) FILTER (near_top > 0) AS near_top_reps, count(*) FILTER (impressions > 0) AS reps,
        sum(opens) AS opens, CASE WHEN sum(opens) > 0 THEN sum(bare) ELSE 0 END AS bare
    FROM met GROUP BY asset_id
), uses AS (
    SELECT * FROM quarter WHERE excluded_reason IS NULL AND (kind IN ('use', 'share_created', 'tailored')
        OR kind = 'download' AND purpose = 'customer')
), answers AS (
    SELECT * FROM usage_events WHERE kind = 'outcome' AND excluded_reason IS NULL
), given AS (
    SELECT uses.id, answers.outcome, answers.occurred_at AS moment, answers.id AS answer
    FROM uses JOIN answers ON answers.use_id = uses.id AND answers.actor_id = uses.actor_id
    UNION ALL
    SELECT uses.id, answers.outcome, answers.occurred_at, answers.id
    FROM uses JOIN answers ON answers.use_id IS NULL AND answers.actor_id = uses.actor_id
        AND answers.account_id = uses.account_id AND answers.conversation = uses.conversation
        AND answers.occurred_at >= uses.occurred_at
        AND answers.occurred_at <= uses.occurred_at + to_days(
            CASE WHEN uses.conversation IN ('definition-of-success', 'tangible-value') THEN 180 ELSE 90 END)
), latest AS (
    SELECT id, arg_max(outcome, (moment, answer)) AS outcome FROM given GROUP BY id
), used AS (
    SELECT asset_id, count(*) AS uses, count(*) FILTER (latest.outcome = 'reached') AS reached,
        count(DISTINCT account_id) AS accounts, count(DISTINCT actor_id) AS users,
        count(*) FILTER (source IS NULL AND surface <> 'api' AND kind <> 'use') AS sent,
        count(*) FILTER (source IS NULL AND surface <> 'api' AND kind = 'use') AS by_hand,
        count(*) FILTER (source IS NOT NULL OR surface = 'api') AS by_api
    FROM uses LEFT JOIN latest USING (id) GROUP BY asset_id
), viewed AS (
    SELECT asset_id, count(*) AS views FROM quarter WHERE kind = 'share_viewed' AND excluded_reason IS NULL
    GROUP BY asset_id
), said AS (
    SELECT asset_id, map_from_entries(list((feedback, times))) AS feedback FROM (
        SELECT asset_id, feedback, count(*) AS times FROM quarter
        WHERE kind IN ('not_used', 'feedback') AND feedback IS NOT NULL AND excluded_reason IS NULL
        GROUP BY asset_id, feedback
    ) GROUP BY asset_id
)
SELECT asset_id, coalesce(impressions, 0), coalesce(near_top, 0), coalesce(near_top_reps, 0), coalesce(reps, 0),
    coalesce(opens, 0), coalesce(bare, 0), coalesce(uses, 0), coalesce(reached, 0), coalesce(accounts, 0),
    coalesce(users, 0), coalesce(views, 0), coalesce(sent, 0), coalesce(by_hand, 0), coalesce(by_api, 0), feedback
FROM encounters FULL JOIN used USING (asset_id) FULL JOIN viewed USING (asset_id) FULL JOIN said USING (asset_id)
"""

_LEFT_OUT = """
SELECT excluded_reason, count(*) FROM usage_events
WHERE occurred_at >= $start AND occurred_at < $end AND excluded_reason IS NOT NULL GROUP BY excluded_reason
"""

Counts = dict[str, tuple[Any, ...]]


def aggregate(
    duck: duckdb.DuckDBPyConnection, start: datetime, end: datetime, rank: int
) -> tuple[Counts, dict[str, int]]:
    """Count every asset's row of the quarter, its feedback last, and what was left out by reason."""
    bounds = {"start": start.replace(tzinfo=None), "end": end.replace(tzinfo=None)}
    rows = duck.execute(_ROWS, {**bounds, "rank": rank}).fetchall()
    reasons = duck.execute(_LEFT_OUT, bounds).fetchall()
    return {row[0]: row[1:] for row in rows}, dict(reasons)
