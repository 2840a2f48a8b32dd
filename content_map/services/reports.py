"""Reports: which there are for whom, run for a quarter, written as CSV and JSON from the same rows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows, require
from content_map.domain.quarters import Quarter
from content_map.errors import Invalid, NotFound
from content_map.reports import REPORTS, Built, Definitions, Report
from content_map.reports.contract import Cell

# What a spreadsheet would take for a formula when a title begins with it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class ReportResult:
    """A report that was run."""

    report: Report
    quarter: Quarter
    built: Built


def names(actor: Actor) -> Sequence[Report]:
    """List the reports the actor may read, by name. Raises NotAllowed."""
    require(actor, Right.SEE_REPORTS)
    return [report for report in REPORTS.values() if allows(actor, report.right)]


def run(
    session: Session,
    name: str,
    quarter_text: str | None = None,
    *,
    actor: Actor,
    settings: Settings,
    now: datetime,
) -> ReportResult:
    """Run a report for a quarter such as `2026-Q3`, the present one when none is given.

    Raises NotFound, NotAllowed, Invalid (no quarter, or one that has not begun).
    """
    require(actor, Right.SEE_REPORTS)
    report = REPORTS.get(name)
    if report is None:
        raise NotFound(f"There is no report of this name. There are: {', '.join(REPORTS)}.")
    require(actor, report.right)
    definitions = Definitions.from_settings(settings)
    quarter = quarter_of(quarter_text, settings, now=now)
    return ReportResult(report, quarter, report.build(session, quarter, definitions, now=now))


def quarter_of(text: str | None, settings: Settings, *, now: datetime) -> Quarter:
    """Read a quarter that has begun; None is the present one. Raises Invalid."""
    present = Quarter.from_instant(now, settings.zone, settings.fiscal_year_start)
    if text is None:
        return present
    quarter = Quarter.parse(text)
    if quarter > present:
        raise Invalid.field("/quarter", f"{quarter} has not begun yet; the present quarter is {present}.")
    return quarter


def as_json(result: ReportResult) -> dict[str, Any]:
    """Write the result as the contract's object."""
    return result.built.as_json()


def as_csv(result: ReportResult) -> bytes:
    """Write the report's first table: UTF-8 with BOM, ISO dates, plain numbers, no cell a formula."""
    table = result.built.tables[0]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column.key for column in table.columns])
    writer.writerows([_written(cell) for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _written(cell: Cell) -> str | int | float:
    match cell:
        case None:
            return ""
        case date():  # an instant too
            return cell.isoformat()
        case str():
            return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
        case _:
            return cell


def as_json_bytes(result: ReportResult) -> bytes:
    """Write the contract's object as a file."""
    return json.dumps(as_json(result), indent=1, default=str).encode()


FORMATS: Mapping[str, Callable[[ReportResult], bytes]] = {"csv": as_csv, "json": as_json_bytes}
