"""SQL that both databases have and SQLAlchemy words for one only: pairs, lists as one value, inserts that give way."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Dialect, String, and_, bindparam, false, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from content_map.db import Base

_PAIRS_DEEP = 100


def insert_unless_there(session: Session, table: type[Base]) -> Any:
    """Begin an insert that can say what to do where the row is there already (`on_conflict_…`).

    Both databases have it, each under a type of its own: hence Any.
    """
    return (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(table)


def among(
    first: InstrumentedAttribute[Any], second: InstrumentedAttribute[Any], pairs: Iterable[tuple[str, Any]]
) -> ColumnElement[bool]:
    """Say that two columns hold one of these pairs, so that an index over both is used.

    For `(first, second) IN (pairs)` SQLite reads the whole table.
    """
    seconds: dict[str, list[Any]] = {}
    for one, other in pairs:
        seconds.setdefault(one, []).append(other)
    keys = list(seconds)
    # In parts, or a thousand pairs would be deeper than SQLite reads an expression.
    parts = [keys[start : start + _PAIRS_DEEP] for start in range(0, len(keys), _PAIRS_DEEP)]
    return or_(
        false(),
        *(
            and_(first.in_(part), or_(*(and_(first == one, second.in_(seconds[one])) for one in part)))
            for part in parts
        ),
    )


class _Texts(TypeDecorator[list[str]]):
    """Many texts as one value: an array on PostgreSQL, JSON on SQLite."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        is_postgresql = dialect.name == "postgresql"
        return dialect.type_descriptor(postgresql.ARRAY(String()) if is_postgresql else String())

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> Any:
        return value if value is None or dialect.name == "postgresql" else json.dumps(value)


class _AnyOf(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True


def any_of(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Say that a column holds one of the texts given as the parameter `name`, a list.

    Unlike `in_`, the statement stays the same however many there are: it is understood and planned once.
    """
    return _AnyOf(column, bindparam(name, type_=_Texts()))


@compiles(_AnyOf, "postgresql")
def _any_of_array(element: _AnyOf, compiler: SQLCompiler, **given: Any) -> str:
    column, values = (compiler.process(each, **given) for each in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(_AnyOf, "sqlite")
def _any_of_json(element: _AnyOf, compiler: SQLCompiler, **given: Any) -> str:
    column, values = (compiler.process(each, **given) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - both parts come compiled
