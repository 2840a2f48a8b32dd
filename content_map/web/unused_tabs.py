"""The tabs of the report on unused content, and what those show that are made of charts and tables alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import request, url_for

from content_map.reports.parts import Chart, Table
from content_map.reports.unused import drawn, fields, leaving_out, restated
from content_map.reports.unused.breakdowns import by_facet
from content_map.reports.unused.drift import Drifting
from content_map.reports.unused.reasons import by_asset, by_class
from content_map.reports.unused_result import UnusedReport
from content_map.web.report_view import chart_of, figure_of, table_of
from content_map.web.speech import LazySentence
from content_map.web.speech import lazy_gettext as _


class Tab(StrEnum):
    """The tabs in their order; the value stands in the address."""

    OVERVIEW = "overview"
    ASSETS = "assets"
    BREAKDOWNS = "breakdowns"
    TREND = "trend"
    DRIFT = "drift"
    FEEDBACK = "feedback"
    APART = "apart"
    COUNTED = "counted"


_NAMES: Mapping[Tab, LazySentence] = {
    Tab.OVERVIEW: _("Overview"),
    Tab.ASSETS: _("Assets"),
    Tab.BREAKDOWNS: _("Breakdowns"),
    Tab.TREND: _("Trend"),
    Tab.DRIFT: _("Tag versus use"),
    Tab.FEEDBACK: _("Feedback"),
    Tab.APART: _("Apart"),
    Tab.COUNTED: _("How this was counted"),
}

MOVES_OFFERED = 10


@dataclass(frozen=True, slots=True)
class TabView:
    """A tab as a link; `n` where it lists assets."""

    name: LazySentence
    url: str
    is_here: bool
    n: int | None


@dataclass(frozen=True, slots=True)
class Move:
    """An asset that is mostly used elsewhere than it is filed, and where that is changed."""

    drifting: Drifting
    url: str


def query(**changed: str | None) -> dict[str, str]:
    """Give the parts of this address that choose what is counted, some of them changed."""
    given = {name: request.args.get(name) for name in ("quarter", "with_left_out")}
    return {name: value for name, value in {**given, **changed}.items() if value}


def address(tab: Tab, _anchor: str | None = None, **changed: str | None) -> str:
    """Give the address of a tab of the same question."""
    values: dict[str, Any] = query(tab=None if tab is Tab.OVERVIEW else tab.value, **changed)
    return url_for("pages.unused.page", _anchor=_anchor, **values)


def tabs(here: Tab, report: UnusedReport) -> list[TabView]:
    """List the tabs."""
    counts = {Tab.ASSETS: report.eligible, Tab.APART: len(report.too_new) + len(report.internal)}
    return [TabView(name, address(tab), tab is here, counts.get(tab)) for tab, name in _NAMES.items()]


def content(
    tab: Tab, report: UnusedReport, *, table: str | None, start: int, may_edit: bool
) -> Mapping[str, Any]:
    """Lay out a tab's charts and tables; of the table named `table` its rows from `start`."""

    def changed_to(_anchor: str | None = None, **changed: str | None) -> str:
        return address(tab, _anchor, **changed)

    charts, tables = _parts(tab, report)
    return {
        "charts": [chart_of(each) for each in charts],
        "tables": [table_of(each, changed_to, start if each.name == table else 0) for each in tables],
        "figures": [figure_of(each) for each in report.figures] if tab is Tab.COUNTED else (),
        "definitions": report.definitions if tab is Tab.COUNTED else (),
        "moves": _moves(report) if tab is Tab.DRIFT and may_edit else (),
        "switch_url": address(tab, with_left_out=None if report.question.with_left_out else "1"),
    }


def _parts(tab: Tab, report: UnusedReport) -> tuple[Sequence[Chart], Sequence[Table]]:
    match tab:
        case Tab.BREAKDOWNS:
            splits = [each for each in report.breakdowns if each.groups or each.note]
            pictures = [drawn.split(each) for each in splits if each.name in {"by_conversation", "by_age"}]
            return pictures, [*(each.table for each in splits), by_facet(report.rows, report.facets or ())]
        case Tab.TREND if report.trend is not None:
            return report.trend.charts, [report.trend.table, restated.table(report.restated)]
        case Tab.DRIFT if report.drift is not None:
            return [report.drift.chart], report.drift.tables
        case Tab.FEEDBACK:
            return (), [by_class(report.rows), by_asset(report.rows)]
        case Tab.APART:
            return (), [
                fields.table(
                    "too_new", _text(_("Live for too short a time")), fields.TOO_SHORT, report.too_new
                ),
                fields.table("internal", _text(_("Internal assets")), fields.INTERNAL, report.internal),
            ]
        case Tab.COUNTED:
            return (), [leaving_out.table(report)]
        case _:
            return (), ()


def _moves(report: UnusedReport) -> list[Move]:
    drifting = report.drift.drifting if report.drift else ()
    return [
        Move(each, url_for("pages.editing.edit", asset_id=each.row.asset, _anchor="f-conversation"))
        for each in drifting[:MOVES_OFFERED]
    ]


def _text(sentence: LazySentence) -> str:
    return str(sentence)
