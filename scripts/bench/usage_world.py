"""Two years of a large company's usage, made by a fixed rule: the same rows in DuckDB and in our own database.

DuckDB makes them (its own native table) and the rows are copied as they are; nothing is drawn by chance, so every
run at one scale measures the same history.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import insert

from content_map import migrations
from content_map.db import Base, Sessions, make_engine
from content_map.models import (
    Account,
    Asset,
    AssetPeriod,
    Search,
    Team,
    UsageEvent,
    User,
    UserPeriod,
    Version,
)

EVENTS, ASSETS, PEOPLE, ACCOUNTS = 10_000_000, 50_000, 5_000, 2_000
BEGIN, DAYS = datetime(2025, 1, 1, tzinfo=UTC), 730
_PUBLISHED = BEGIN - timedelta(days=200)
_AT_ONCE = 100_000
_CONVERSATIONS = (
    "['point-of-view','right-people','relevant-meeting','definition-of-success','tangible-value']"
)
_LOADING = (
    "journal_mode=OFF",
    "synchronous=OFF",
    "cache_size=-2000000",
    "foreign_keys=OFF",
    "locking_mode=EXCLUSIVE",
)


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each; searches are a fiftieth of the events."""

    events: int
    assets: int
    people: int
    accounts: int

    @classmethod
    def scaled(cls, scale: float) -> Size:
        """Take that part of the whole, and fewer assets and people by its root: so their skew stays."""
        root = scale**0.5
        return cls(
            int(EVENTS * scale),
            int(ASSETS * root),
            max(50, int(PEOPLE * root)),
            max(50, int(ACCOUNTS * root)),
        )

    @property
    def searches(self) -> int:
        """How many searches were stored."""
        return self.events // 50


def made(folder: Path, scale: float) -> tuple[Path, Path]:
    """Give the SQLite and the DuckDB file of this scale, made once and kept in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    ours, theirs = folder / f"usage-{scale:g}.sqlite", folder / f"usage-{scale:g}.duckdb"
    if not ours.exists() or not theirs.exists():
        for each in (ours, theirs):
            each.unlink(missing_ok=True)
        size = Size.scaled(scale)
        half_made = ours.with_suffix(".part")
        half_made.unlink(missing_ok=True)
        with duckdb.connect(str(theirs)) as duck:
            _tell(duck, size)
            _copy(duck, half_made, size)
        half_made.rename(ours)
    return ours, theirs


def _tell(duck: duckdb.DuckDBPyConnection, size: Size) -> None:
    """Make the events: skewed to few assets and people, in office hours, repeats and other roles left out."""
    duck.execute("SET memory_limit = '4GB'")
    duck.execute(f"SET VARIABLE conversations = {_CONVERSATIONS}")
    duck.execute("CREATE MACRO part(number, salt) AS (hash(number, salt) % 1000000) / 1000000.0")
    duck.execute("CREATE MACRO id_of(word, number) AS md5(word || number)")
    duck.execute("CREATE MACRO uuid_of(word, number) AS md5(word || number)::UUID::VARCHAR")
    duck.execute(
        """
        CREATE MACRO skewed(many, number, salt, power) AS
            least(many - 1, floor(many * pow(part(number, salt), power)))::INTEGER
        """
    )
    duck.execute(_FIRST.format(**_numbers(size)))
    duck.execute(_ANSWERS)
    duck.execute(_EVENTS)
    duck.execute("DROP TABLE first; DROP TABLE answers")


def _numbers(size: Size) -> dict[str, Any]:
    return {
        "events": size.events,
        "assets": size.assets,
        "people": size.people,
        "accounts": size.accounts,
        "searches": size.searches,
        "begin": BEGIN.strftime("%Y-%m-%d"),
        "days": DAYS,
    }


# One in ten assets is never met; the first 2 % of people are marketers, the next one a test account.
_FIRST = """
CREATE TABLE first AS
WITH drawn AS (
    SELECT n, part(n, 1) AS what, skewed({assets}, n, 2, 2.5) AS asset, skewed({people}, n, 3, 1.5) AS person,
        TIMESTAMP '{begin}' + to_days(floor({days} * part(n, 4))::INTEGER)
            + to_seconds(28800 + floor(36000 * part(n, 5))::INTEGER) AS moment,
        part(n, 6) AS how, skewed({accounts}, n, 7, 1.5) AS account
    FROM range({events} * 98 // 100) AS numbers(n)
)
SELECT n, uuid_of('event', n) AS id, moment,
    CASE WHEN what < .74 THEN 'impression' WHEN what < .88 THEN 'open' WHEN what < .915 THEN 'download'
        WHEN what < .94 THEN 'use' WHEN what < .95 THEN 'share_created' WHEN what < .957 THEN 'tailored'
        WHEN what < .972 THEN 'share_viewed' WHEN what < .98 THEN 'not_used' WHEN what < .988 THEN 'feedback'
        ELSE 'page_viewed' END AS kind,
    CASE WHEN asset % 10 = 9 THEN asset - 1 ELSE asset END AS asset, person, how, account,
    getvariable('conversations')[1 + CASE WHEN how < .8 THEN asset % 5 ELSE n % 5 END] AS conversation,
    CASE WHEN part(n, 8) < .7 THEN 'search' WHEN part(n, 8) < .9 THEN 'browse' ELSE 'direct' END AS surface,
    1 + skewed(20, n, 9, 2.0) AS rank, id_of('search', n % {searches}) AS search
FROM drawn
"""

# Two in five uses are asked about: half by name, half by account and conversation.
_ANSWERS = """
CREATE TABLE answers AS
SELECT uuid_of('answer', n) AS id, moment + to_days(1 + floor(120 * part(n, 11))::INTEGER) AS moment, person, account,
    conversation, CASE WHEN part(n, 12) < .5 THEN id END AS use_id, asset,
    CASE WHEN part(n, 13) < .4 THEN 'reached' WHEN part(n, 13) < .7 THEN 'not' ELSE 'pending' END AS outcome
FROM first WHERE kind IN ('use', 'share_created', 'tailored') AND part(n, 10) < .4
"""

_EVENTS = """
CREATE TABLE usage_events AS
WITH said AS (
    SELECT id, moment, kind, person, asset, surface, CASE WHEN surface = 'search' THEN rank END AS rank,
        CASE WHEN surface = 'search' AND kind = 'impression' THEN search END AS search_id,
        CASE WHEN kind IN ('use', 'share_created', 'tailored', 'not_used') OR (kind = 'download' AND how < .3)
            THEN account END AS account,
        CASE WHEN kind NOT IN ('impression', 'open', 'page_viewed') THEN conversation END AS conversation,
        CASE WHEN kind = 'use' THEN 'presented' END AS how,
        CASE WHEN kind = 'download' AND how < .3 THEN 'customer' END AS purpose,
        NULL AS use_id, NULL AS outcome,
        CASE WHEN kind = 'not_used' THEN ['used_my_own', 'outdated', 'do_not_know_how'][1 + n % 3]
            WHEN kind = 'feedback' THEN ['wrong_customer', 'outdated', 'helpful'][1 + n % 3] END AS feedback,
        CASE WHEN kind = 'use' AND how < .1 THEN 'old tool' END AS source
    FROM first
    UNION ALL
    SELECT id, moment, 'outcome', person, CASE WHEN use_id IS NOT NULL THEN asset END, 'direct', NULL, NULL, account,
        conversation, NULL, NULL, use_id, outcome, NULL, NULL
    FROM answers
), told AS (
    SELECT *, CASE WHEN kind = 'share_viewed' THEN NULL WHEN person % 50 = 0 THEN 'not_sales'
        WHEN person % 50 = 1 AND person < 500 THEN 'test_account' END AS reason,
        CASE WHEN kind = 'impression' THEN 'impression'
            WHEN kind = 'open' OR (kind = 'download' AND purpose IS NULL) THEN 'open' END AS counted_as
    FROM said
), keyed AS (
    SELECT *, CASE WHEN counted_as IS NOT NULL AND reason IS NULL THEN
        counted_as || ':' || id_of('person', person) || ':' || id_of('asset', asset) || ':'
            || strftime(time_bucket(INTERVAL 30 MINUTES, moment), '%Y-%m-%dT%H:%MZ') END AS once_key
    FROM told
)
SELECT id, moment AS occurred_at, moment AS received_at, kind, id_of('person', person) AS actor_id,
    CASE WHEN person % 50 = 0 THEN 'marketer' ELSE 'rep' END AS actor_role,
    CASE WHEN asset IS NOT NULL THEN id_of('asset', asset) END AS asset_id, 1 AS version, surface, search_id, rank,
    CASE WHEN account IS NOT NULL THEN id_of('account', account) END AS account_id, conversation, how, purpose,
    use_id, outcome, feedback, source,
    CASE WHEN reason IS NOT NULL THEN reason
        WHEN once_key IS NOT NULL AND row_number() OVER (PARTITION BY once_key ORDER BY moment, id) > 1
            THEN 'repeat' END AS excluded_reason, once_key
FROM keyed ORDER BY occurred_at, id
"""


def _copy(duck: duckdb.DuckDBPyConnection, path: Path, size: Size) -> None:
    """Write the same events, and all that they speak of, into a database of this release; indexes come last."""
    engine = make_engine(f"sqlite:///{path}")
    migrations.upgrade(engine)
    with Sessions(engine).write() as session:
        for table, rows in _beside(duck, size):
            for start in range(0, len(rows), _AT_ONCE):
                session.execute(insert(table), rows[start : start + _AT_ONCE])
        for index in UsageEvent.__table__.indexes:  # type: ignore[attr-defined]  # a Table, not any FromClause
            index.drop(session.connection())
    engine.dispose()
    _copy_events(duck, path)
    engine = make_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        for index in Base.metadata.tables["usage_events"].indexes:
            index.create(connection)
    engine.dispose()


def _copy_events(duck: duckdb.DuckDBPyConnection, path: Path) -> None:
    lite = sqlite3.connect(path, isolation_level=None)
    for pragma in _LOADING:
        lite.execute(f"PRAGMA {pragma}")
    rows = duck.execute(
        "SELECT * REPLACE (strftime(occurred_at, '%Y-%m-%d %H:%M:%S.000000') AS occurred_at, "
        "strftime(received_at, '%Y-%m-%d %H:%M:%S.000000') AS received_at) FROM usage_events ORDER BY rowid"
    )
    names = [column[0] for column in rows.description]
    statement = f"INSERT INTO usage_events ({','.join(names)}) VALUES ({','.join('?' * len(names))})"  # noqa: S608  # our own words
    lite.execute("BEGIN")
    while batch := rows.fetchmany(_AT_ONCE):
        lite.executemany(statement, batch)
    lite.execute("COMMIT")
    lite.close()


def _beside(duck: duckdb.DuckDBPyConnection, size: Size) -> list[tuple[type[Base], list[dict[str, Any]]]]:
    """Make the people, accounts, assets and searches that the events name."""
    people, assets, accounts = (
        [
            row[0]
            for row in duck.execute(
                f"SELECT id_of('{word}', n) FROM range({many}) AS r(n) ORDER BY n"  # noqa: S608  # our own words
            ).fetchall()
        ]
        for word, many in (("person", size.people), ("asset", size.assets), ("account", size.accounts))
    )
    teams = [f"team{number:028d}" for number in range(max(2, size.people // 50))]
    conversations: list[str] = json.loads(_CONVERSATIONS.replace("'", '"'))
    return [
        (Team, [{"id": each, "name": each, "created_at": BEGIN} for each in teams]),
        (
            User,
            [
                {
                    "id": each,
                    "email": f"{each}@example.com",
                    "name": f"Person {number}",
                    "role": "marketer" if number % 50 == 0 else "rep",
                    "team_id": teams[number % len(teams)],
                    "is_test": number % 50 == 1 and number < 500,
                    "created_at": _PUBLISHED,
                }
                for number, each in enumerate(people)
            ],
        ),
        (
            UserPeriod,
            [
                {
                    "user_id": each,
                    "role": "marketer" if number % 50 == 0 else "rep",
                    "team_id": teams[number % len(teams)],
                    "starts_at": _PUBLISHED,
                }
                for number, each in enumerate(people)
            ],
        ),
        (
            Account,
            [{"id": each, "name": f"A {each}", "name_key": each, "created_at": BEGIN} for each in accounts],
        ),
        (
            Asset,
            [
                {
                    "id": each,
                    "title": f"Asset {number}",
                    "conversation": conversations[number % 5],
                    "status": "published",
                    "audience": "internal" if number % 20 == 7 else "customer",
                    "owner_id": people[50 * (number % (size.people // 50))],
                    "version_number": 1,
                    "created_at": _PUBLISHED,
                    "updated_at": _PUBLISHED,
                }
                for number, each in enumerate(assets)
            ],
        ),
        (
            Version,
            [
                {
                    "asset_id": each,
                    "number": 1,
                    "file_name": "plan.pdf",
                    "store_key": f"assets/{each}",
                    "size_bytes": 1000,
                    "media_type": "application/pdf",
                    "kind": ("deck", "document", "sheet")[number % 3],
                    "state": "ready",
                    "created_by": people[0],
                    "created_at": _PUBLISHED,
                }
                for number, each in enumerate(assets)
            ],
        ),
        (
            AssetPeriod,
            [
                {
                    "asset_id": each,
                    "starts_at": _PUBLISHED + timedelta(days=number % 900),
                    "owner_id": people[50 * (number % (size.people // 50))],
                    "conversation": conversations[number % 5],
                    "audience": "internal" if number % 20 == 7 else "customer",
                }
                for number, each in enumerate(assets)
            ],
        ),
        (Search, _searches(duck, size, people, accounts, conversations)),
    ]


def _searches(
    duck: duckdb.DuckDBPyConnection,
    size: Size,
    people: list[str],
    accounts: list[str],
    conversations: list[str],
) -> list[dict[str, Any]]:
    ids = duck.execute(f"SELECT id_of('search', n) FROM range({size.searches}) AS r(n) ORDER BY n").fetchall()  # noqa: S608  # our own words
    return [
        {
            "id": each,
            "user_id": people[(number * number) % len(people)],
            "asked_at": BEGIN + timedelta(days=number % DAYS, hours=8, seconds=number % 36_000),
            "situation": "late deliveries",
            "account_id": accounts[number % len(accounts)],
            "read_as": conversations[number % 5],
            "total": 20,
            "took_ms": 30.0,
            "surface": "search",
        }
        for number, (each,) in enumerate(ids)
    ]
