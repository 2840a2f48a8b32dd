"""The raw export of many events: rows and megabytes a second, and how much memory it takes on the way.

The rows are made in the database itself; what is measured is `services.usage_export`, as the API and the command
send it, written to a file.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from beside import private_mb
from sqlalchemy import text
from usage_capture import Place, postgresql, prepared, sqlite

from content_map.db import Sessions, make_engine
from content_map.domain.exported_events import ExportForm
from content_map.domain.people import Role
from content_map.reports.contract import Definitions
from content_map.services import usage_export
from tests.factories import make_user

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
NUMBERS = {
    "sqlite": "WITH RECURSIVE series(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM series WHERE n + 1 < :rows)",
    "postgresql": "WITH series AS (SELECT n FROM generate_series(0, :rows - 1) AS numbers(n))",
}
# One instant every 30 seconds over a year: many share one, as after an import.
MOMENT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S.000000', '2025-11-01', '+' || (30 * (n % 1000000)) || ' seconds')",
    "postgresql": "timestamptz '2025-11-01 00:00:00+00' + make_interval(secs => 30 * (n % 1000000))",
}
HEX = {"sqlite": "printf('%08x', n)", "postgresql": "lpad(to_hex(n), 8, '0')"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    asked = parser.parse_args()
    for name, at in (("sqlite", sqlite), ("postgresql", postgresql)):
        if asked.only in (None, name):
            with at() as url:
                fill(url, prepared(url), asked.rows)
                for form in ExportForm:
                    measured(name, url, form)
    return 0


def measured(name: str, url: str, form: ExportForm) -> None:
    """Export everything once and print what it took."""
    sessions = Sessions(make_engine(url))
    with sessions.write() as session:
        actor = make_user(session, Role.ANALYST).as_actor()
    given = {"definitions": Definitions(), "secret": "a secret", "actor": actor, "now": NOW}
    pieces = usage_export.export(sessions, usage_export.Wish(form), **given)  # type: ignore[arg-type]
    before, most, lines, sent, begin = private_mb(), 0, 0, 0, time.perf_counter()
    with tempfile.NamedTemporaryFile() as file:
        for number, piece in enumerate(pieces):
            file.write(piece)
            sent += len(piece)
            lines += piece.count(b"\n")
            if number % 50 == 0:
                most = max(most, private_mb())
    seconds = time.perf_counter() - begin
    rows = lines - (form is ExportForm.CSV)
    print(
        f"{name}, {form}: {rows:,} rows, {sent >> 20} MB in {seconds:.1f} s: {rows / seconds:,.0f} rows/s; "
        f"memory {before} MB before, {most} MB at most",
        flush=True,
    )
    sessions.engine.dispose()


def fill(url: str, places: Sequence[Place], rows: int) -> None:
    """Make the events, spread over the reps and their assets."""
    engine = make_engine(url)
    dialect = engine.dialect.name
    reps, assets = [place.actor.id for place in places], places[0].assets
    with engine.begin() as connection:
        for part, rep in enumerate(reps):
            connection.execute(
                text(
                    f"""
                    {NUMBERS[dialect]}
                    INSERT INTO usage_events (id, occurred_at, received_at, kind, actor_id, actor_role, asset_id,
                        version, surface, search_id, rank, excluded_reason)
                    SELECT {HEX[dialect]} || '-0000-4000-8000-' || :part, {MOMENT[dialect]}, {MOMENT[dialect]},
                        CASE WHEN n % 4 = 0 THEN 'open' ELSE 'impression' END, :rep, 'rep',
                        CASE n % 3 WHEN 0 THEN :one WHEN 1 THEN :two ELSE :three END,
                        1, 'search', :search, 1 + n % 20, CASE WHEN n % 7 = 0 THEN 'repeat' END
                    FROM series
                    """  # noqa: S608 - every part is written above
                ),
                {
                    "rows": rows // len(reps),
                    "part": f"{part:012d}",
                    "rep": rep,
                    "search": places[part].search,
                    "one": assets[0],
                    "two": assets[1],
                    "three": assets[2],
                },
            )
    engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
