"""The report on unused content as every tab of its page begins, and its first tab: finding, classes, actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from content_map.domain.observation import Headline, Observed
from content_map.domain.statistics import fraction_text
from content_map.domain.unused import Act, Side, Split, Stage
from content_map.reports.unused import cures, wording
from content_map.reports.unused_result import UnusedReport
from content_map.web import charts
from content_map.web.report_view import left_out_of
from content_map.web.speech import _
from content_map.web.unused_tabs import Tab, address

PERCENT_FROM_ASSETS = 20  # ui.md: under 20 assets no percentages on the page


@dataclass(frozen=True, slots=True)
class UnusedView:
    """What stands above every tab; `began_on` where recording began after the quarter or inside it."""

    quarter: str
    label: str
    first_day: date
    last_day: date
    to_date: bool
    demo: bool
    eligible: int
    observed: Observed
    is_before_recording: bool
    began_on: date | None
    with_left_out: bool


@dataclass(frozen=True, slots=True)
class ClassColumn:
    """One of the six classes; its assets stand at `url`."""

    key: Stage
    n: int
    share: str
    meaning: str
    y: float
    height: float
    url: str
    read_only: int
    taken_away: int


@dataclass(frozen=True, slots=True)
class ActionView:
    """What to do for how many assets of a class, whose turn it is, and where they stand."""

    key: Stage
    n: int
    sentence: str
    side: Side
    act: Act | None
    url: str


def view_of(report: UnusedReport, *, demo: bool) -> UnusedView:
    """Lay out what every tab begins with."""
    question = report.question
    zone = question.definitions.zone
    first, end = question.bounds
    began = report.recorded_since
    return UnusedView(
        quarter=str(question.quarter),
        label=_("Q%(number)s %(year)s", number=question.quarter.number, year=question.quarter.year),
        first_day=first.astimezone(zone).date(),
        last_day=end.astimezone(zone).date() - timedelta(days=1),
        to_date=question.is_to_date,
        demo=demo,
        eligible=report.eligible,
        observed=report.observed,
        is_before_recording=report.is_before_recording,
        began_on=began.astimezone(zone).date() if began and began > first else None,
        with_left_out=question.with_left_out,
    )


def overview(report: UnusedReport) -> Mapping[str, Any]:
    """Lay out the first tab."""
    unused = {stage: count for stage, count in report.classes.items() if stage.is_unused and count}
    actions = report.actions
    return {
        "headline": report.headline,
        "previous": report.previous,
        "largest": max(unused, key=lambda stage: unused[stage]) if unused else None,
        "in_a_year": _in_a_year(report),
        "meanings": wording.meanings(report.question.definitions),
        "columns": _columns(report),
        "actions": [_action(each) for each in actions[: cures.FIRST]],
        "more_actions": len(actions) > cures.FIRST,
        "assets_url": address(Tab.ASSETS),
        "left_out": left_out_of(report),
        "counted_in": sum(report.counted_in.values()),
        "switch_url": address(Tab.OVERVIEW, with_left_out=None if report.question.with_left_out else "1"),
    }


def _in_a_year(report: UnusedReport) -> str | None:
    without = report.without_use_in_a_year
    return None if without is None else _share(without, report.headline)


def _share(part: int, headline: Headline) -> str:
    if headline.eligible < PERCENT_FROM_ASSETS:
        return _("%(part)s of %(n)s", part=part, n=headline.eligible)
    return fraction_text(part, headline.eligible).replace(" %", "\u00a0%")


def _columns(report: UnusedReport) -> Sequence[ClassColumn]:
    most = max(report.classes.values(), default=0)
    meanings = report.class_definitions
    return [
        ClassColumn(
            stage,
            count,
            _share(count, report.headline),
            meanings[stage],
            *charts.column(count, most),
            address(Tab.ASSETS, stage=stage.value),
            report.splits[Split.READ_ONLY] if stage is Stage.OPENED_NOT_USED else 0,
            report.splits[Split.TAKEN_AWAY] if stage is Stage.OPENED_NOT_USED else 0,
        )
        for stage, count in report.classes.items()
    ]


def _action(action: cures.Action) -> ActionView:
    act = action.cure.act
    return ActionView(
        action.stage,
        action.assets,
        action.cure.sentence,
        action.cure.side,
        act,
        address(Tab.ASSETS, stage=action.stage.value, act=act.value if act else None),
    )
