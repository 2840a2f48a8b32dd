"""A report's answer that is nothing but its parts: what every report offers that needs no fields of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from content_map.domain.usage import ExcludedReason
from content_map.reports.contract import Question
from content_map.reports.parts import Cell, Chart, Definition, Figure, Fraction, Table


@dataclass(frozen=True, slots=True)
class Finding:
    """Sentences, figures, charts and tables, and what was left out of all of them, by reason."""

    question: Question
    lead: Sequence[str]
    tables: Sequence[Table]
    figures: Sequence[Figure] = ()
    charts: Sequence[Chart] = ()
    definitions: Sequence[Definition] = ()
    left_out: Mapping[ExcludedReason, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Write the parts as the contract's objects; instants in UTC, `to` is the first one after the quarter."""
        start, end = self.question.bounds
        return {
            "quarter": str(self.question.quarter),
            "from": value_of(start),
            "to": value_of(end),
            "to_date": self.question.is_to_date,
            "as_of": value_of(self.question.now),
            "lead": list(self.lead),
            "figures": {figure.key: value_of(figure.value) for figure in self.figures},
            "definitions": {each.word: each.meaning for each in self.definitions},
            "left_out": {reason.value: count for reason, count in self.left_out.items()},
            "with_left_out": self.question.with_left_out,
            **{table.name: objects_of(table) for table in self.tables},
        }


def objects_of(table: Table) -> list[dict[str, Any]]:
    """Write a table's rows as objects by column key."""
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, map(value_of, row), strict=True)) for row in table.rows]


def value_of(cell: Cell) -> Any:
    """Write a cell as JSON holds it."""
    match cell:
        case Fraction():
            return {"count": cell.part, "n": cell.n}
        case datetime():
            return cell.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return cell.isoformat()
        case _:
            return cell
