"""The quarterly report over ten million events, beside DuckDB counting the same rows from its own table.

Both must count the same, or the run fails. The history is made once and kept in the cache folder.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import duckdb
from sqlalchemy import delete, func, insert, select
from usage_duck import aggregate
from usage_world import made

from content_map.db import Sessions, make_engine
from content_map.domain.quarters import Quarter
from content_map.models import AssetQuarter, CountMark, PersonQuarter, UsageEvent
from content_map.reports import counters as reading
from content_map.reports import measures, unused_assets
from content_map.reports.contract import Definitions, Question
from content_map.reports.measures import Scope
from content_map.services import counters

QUARTER, NOW = Quarter(2026, 3), datetime(2026, 11, 21, 9, tzinfo=UTC)
DEFINITIONS = Definitions()
QUESTION = Question(QUARTER, DEFINITIONS, NOW)
T = TypeVar("T")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="1 is 10 million events; 0.02 is a trial")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "content-map-bench")
    parser.add_argument("--runs", type=int, default=3, help="the best of how many")
    asked = parser.parse_args()
    (ours, theirs), took = timed(lambda: made(asked.cache, asked.scale), 1)
    engine = make_engine(f"sqlite:///{ours}")
    sessions = Sessions(engine)
    with sessions.read() as session:
        events = session.scalar(select(func.count()).select_from(UsageEvent))
    print(f"{events:,} events, {ours.stat().st_size / 1e9:.1f} GB; made or found in {took:.0f} s")
    build(sessions)
    agree = beside(sessions, theirs, asked.runs)
    whole(sessions, asked.runs)
    fold(sessions)
    engine.dispose()
    return 0 if agree else 1


def timed(work: Callable[[], T], runs: int) -> tuple[T, float]:
    """Do the work so often; its answer, and the seconds of the quickest."""
    best = float("inf")
    for _ in range(runs):
        began = time.perf_counter()
        answer = work()
        best = min(best, time.perf_counter() - began)
    return answer, best


def build(sessions: Sessions) -> None:
    """Make all counters anew, in short transactions."""
    longest, began = 0.0, time.perf_counter()
    last = began
    for _ in counters.rebuild(sessions, DEFINITIONS):
        longest, last = max(longest, time.perf_counter() - last), time.perf_counter()
    with sessions.read() as session:
        rows, people = (
            session.scalar(select(func.count()).select_from(table)) for table in (AssetQuarter, PersonQuarter)
        )
    took = time.perf_counter() - began
    print(
        f"rebuild: {took:.0f} s, {rows:,} rows by asset, {people:,} by person; longest step {longest * 1000:.0f} ms"
    )


def beside(sessions: Sessions, theirs: Path, runs: int) -> bool:
    """Count the quarter from the counters, from the raw events, and in DuckDB; compare every number."""

    def from_counters() -> reading.QuarterCounts:
        with sessions.read() as session:
            return reading.of_quarter(session, QUESTION)

    def from_events() -> Any:
        with sessions.read() as session:
            return measures.histories(session, Scope(*QUESTION.bounds), DEFINITIONS.thresholds)

    ours, our_seconds = timed(from_counters, runs)
    raw, raw_seconds = timed(from_events, 1)
    with duckdb.connect(str(theirs), read_only=True) as duck:
        (rows, left_out), duck_seconds = timed(
            lambda: aggregate(duck, *QUESTION.bounds, DEFINITIONS.thresholds.rank), runs
        )
    print(
        f"the quarter's aggregation: counters {our_seconds * 1000:.0f} ms, DuckDB from raw events "
        f"{duck_seconds * 1000:.0f} ms: {duck_seconds / our_seconds:.1f} times as fast; "
        f"our own SQL over the raw events {raw_seconds:.1f} s"
    )
    mine = {
        asset: numbers(history) for asset, history in ours.histories.items() if any(astuple(history)[:15])
    }
    agree = (
        mine == {asset: (*row[:-1], row[-1] or {}) for asset, row in rows.items() if any(row)}
        and mine == {asset: numbers(history) for asset, history in raw.items() if any(astuple(history)[:15])}
        and {reason.value: count for reason, count in ours.left_out.items()} == left_out
    )
    print(f"{len(mine):,} assets with events; all numbers {'agree' if agree else 'DO NOT AGREE'}")
    return agree


def numbers(history: Any) -> tuple[Any, ...]:
    """Write a history as DuckDB's row."""
    *counts, feedback, _searches = astuple(history)
    return (*counts, {word.value: count for word, count in feedback.items()})


def whole(sessions: Sessions, runs: int) -> None:
    """Build the whole report, six quarters and all, and write its JSON."""

    def report() -> Any:
        with sessions.read() as session:
            return unused_assets.build(session, QUESTION)

    built, seconds = timed(report, runs)
    _, written = timed(built.as_json, runs)
    print(f"the whole report: {seconds:.2f} s, its JSON {written:.2f} s; {built.eligible:,} eligible assets")


def fold(sessions: Sessions) -> None:
    """Mark a hundred assets of each kind and fold them; then read with a thousand marked."""
    with sessions.read() as session:
        busiest = select(AssetQuarter.asset_id).where(AssetQuarter.quarter == str(QUARTER))
        by_use = session.scalars(busiest.order_by(AssetQuarter.impressions.desc())).all()
    middle = by_use[len(by_use) // 2 :][:100]
    for name, assets in (("the busiest hundred", by_use[:100]), ("a hundred in the middle", middle)):
        mark(sessions, assets)
        _, seconds = timed(lambda: list(counters.fold(sessions, DEFINITIONS)), 1)
        print(f"fold, {name}: {seconds / len(assets) * 1000:.2f} ms a mark")
    mark(sessions, by_use[:1000])
    with sessions.read() as session:
        _, seconds = timed(lambda: reading.of_quarter(session, QUESTION), 1)
    print(f"read while the busiest thousand wait for the fold: {seconds * 1000:.0f} ms")
    with sessions.write() as session:
        session.execute(delete(CountMark))


def mark(sessions: Sessions, assets: Any) -> None:
    """Leave one mark for each."""
    middle = QUESTION.bounds[0] + timedelta(days=45)
    with sessions.write() as session:
        session.execute(insert(CountMark), [{"asset_id": each, "occurred_at": middle} for each in assets])


if __name__ == "__main__":
    sys.exit(main())
