"""Instants that are reckoned by the database, exactly and alike on every engine."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from content_map.db import UTCDateTime


class later(FunctionElement[datetime]):  # noqa: N801 - it reads as a function in a statement
    """An instant some whole seconds after another."""

    name = "later"
    type = UTCDateTime()
    inherit_cache = True

    def __init__(self, moment: ColumnElement[datetime], span: timedelta) -> None:
        super().__init__(moment, literal(int(span.total_seconds())))


@compiles(later, "sqlite")
def _later_on_sqlite(element: later, compiler: SQLCompiler, **options: Any) -> str:
    moment, seconds = (compiler.process(clause, **options) for clause in element.clauses)
    # SQLite reckons in whole seconds: the fraction is cut off before and put back after.
    return f"(datetime(substr({moment}, 1, 19), {seconds} || ' seconds') || substr({moment}, 20))"


@compiles(later)
def _later(element: later, compiler: SQLCompiler, **options: Any) -> str:
    moment, seconds = (compiler.process(clause, **options) for clause in element.clauses)
    # In seconds: an interval of days would follow the session's daylight saving.
    return f"({moment} + make_interval(secs => {seconds}))"


class utc_day(FunctionElement[date]):  # noqa: N801 - it reads as a function in a statement
    """The day in UTC that an instant lies in."""

    name = "utc_day"
    type = Date()
    inherit_cache = True

    def __init__(self, moment: ColumnElement[datetime] | InstrumentedAttribute[datetime]) -> None:
        super().__init__(moment)


@compiles(utc_day, "sqlite")
def _day_on_sqlite(element: utc_day, compiler: SQLCompiler, **options: Any) -> str:
    (moment,) = (compiler.process(clause, **options) for clause in element.clauses)
    return f"substr({moment}, 1, 10)"


@compiles(utc_day)
def _day(element: utc_day, compiler: SQLCompiler, **options: Any) -> str:
    (moment,) = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST({moment} AT TIME ZONE 'UTC' AS DATE)"
