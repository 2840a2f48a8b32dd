"""The fields of a row as the contract names them: once for JSON, tables and every format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from content_map.reports.parts import As, Cell, Column, Table
from content_map.reports.unused.rows import Row
from content_map.reports.unused.wording import SIDES


@dataclass(frozen=True, slots=True)
class Field:
    """One field; `whole` where JSON says more than a cell can."""

    key: str
    heading: str
    cell: Callable[[Row], Cell]
    means: As = As.TEXT
    whole: Callable[[Row], Any] | None = None
    definition: str = ""


Fields = tuple[Field, ...]

_NAMED: Fields = (
    Field("asset", "Asset id", lambda row: row.asset, As.ASSET),
    Field("title", "Asset", lambda row: row.title, As.TITLE),
)
_ASSET: Fields = (
    *_NAMED,
    Field("conversation", "Conversation", lambda row: row.conversation.value, As.CONVERSATION),
    Field(
        "owner",
        "Owner",
        lambda row: row.owner.name,
        whole=lambda row: {"id": row.owner.id, "name": row.owner.name},
    ),
)
_CLASS = Field("class", "Class", lambda row: row.stage.value, As.STAGE)
_REASON = Field(
    "reason", "Reason", lambda row: row.standing.reason.value if row.standing.reason else None, As.KEY
)
_COUNTS: Fields = (
    Field("days_live", "Days live", lambda row: row.standing.days_live, As.NUMBER),
    Field("impressions", "Impressions", lambda row: row.history.impressions, As.NUMBER),
    Field(
        "reps", "Reps", lambda row: row.history.reps, As.NUMBER, definition="Who was shown it at least once."
    ),
    Field("opens", "Opens", lambda row: row.history.opens, As.NUMBER),
    Field("uses", "Uses", lambda row: row.history.uses, As.NUMBER),
    Field("outcomes", "Outcomes reached", lambda row: row.history.outcomes_reached, As.NUMBER),
    Field("accounts", "Accounts", lambda row: row.history.accounts, As.NUMBER),
)
_EVIDENCE = Field(
    "evidence",
    "Strongest evidence",
    lambda row: row.diagnosis.evidence.value if row.diagnosis.evidence else None,
    As.KEY,
)
JUDGED: Fields = (*_ASSET, _CLASS, *_COUNTS, _EVIDENCE)
TOO_SHORT: Fields = (*_ASSET, _REASON, *_COUNTS)
INTERNAL: Fields = (*_ASSET, *_COUNTS, _EVIDENCE)
# What makes each row's figures more or less to be trusted, and what is to be done about it.
DIAGNOSED: Fields = (
    *_NAMED,
    _CLASS,
    Field(
        "split",
        "Opened how",
        lambda row: row.diagnosis.split.value if row.diagnosis.split else None,
        As.KEY,
    ),
    Field("users", "People who used it", lambda row: row.history.users, As.NUMBER),
    Field("in_bursts", "Uses in bursts", lambda row: row.in_bursts, As.NUMBER),
    Field("cure", "What to do", lambda row: row.diagnosis.cure.sentence if row.diagnosis.cure else None),
    Field(
        "owned_by", "Whose turn", lambda row: SIDES[row.diagnosis.cure.side] if row.diagnosis.cure else None
    ),
)


def table(name: str, heading: str, fields: Fields, rows: Sequence[Row], note: str = "") -> Table:
    """Write rows as a table."""
    columns = tuple(Column(each.key, each.heading, each.means, each.definition) for each in fields)
    return Table(name, heading, columns, [tuple(each.cell(row) for each in fields) for row in rows], note)


def objects(fields: Fields, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Write rows as the contract's objects."""
    return [{each.key: (each.whole or each.cell)(row) for each in fields} for row in rows]
