"""Reports: which there are for whom, run for a quarter, written in any format from the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows, require
from content_map.domain.quarters import Quarter
from content_map.errors import Invalid, NotFound
from content_map.reports import REPORTS, Definitions, Question, Report
from content_map.reports.formats import FORMATS, Print
from content_map.services import assets, demonstration


def names(actor: Actor) -> Sequence[Report]:
    """List the reports the actor may read, in their order. Raises NotAllowed."""
    require(actor, Right.SEE_REPORTS)
    return [report for report in REPORTS.values() if allows(actor, report.right)]


def run(
    session: Session,
    name: str,
    quarter_text: str | None = None,
    *,
    asset: str | None = None,
    with_left_out: bool = False,
    actor: Actor,
    settings: Settings,
    now: datetime,
) -> Print:
    """Run a report for a quarter such as `2026-Q3`, the present one when none is given.

    Raises NotFound (report or asset), NotAllowed, Invalid (no quarter, one that has not begun, an asset not named
    or not asked for).
    """
    report = allowed(name, actor=actor)
    _check_asset(session, report, asset, actor=actor, now=now)
    question = asked(quarter_text, asset, with_left_out, actor=actor, settings=settings, now=now)
    return Print(
        report,
        question,
        report.build(session, question),
        is_demo=demonstration.is_demonstration(session),
        base_url=settings.base_url,
    )


def asked(
    quarter_text: str | None,
    asset: str | None = None,
    with_left_out: bool = False,
    *,
    actor: Actor,
    settings: Settings,
    now: datetime,
) -> Question:
    """Put the question as the actor asks it. Raises Invalid (no quarter, one that has not begun)."""
    return Question(
        quarter=quarter_of(quarter_text, settings, now=now),
        definitions=Definitions.from_settings(settings),
        now=now,
        viewer=actor,
        asset=asset,
        with_left_out=with_left_out,
    )


def allowed(name: str, *, actor: Actor) -> Report:
    """Find a report that the actor may read. Raises NotFound, NotAllowed."""
    require(actor, Right.SEE_REPORTS)
    report = REPORTS.get(name)
    if report is None:
        raise NotFound(f"There is no report of this name. There are: {', '.join(REPORTS)}.")
    require(actor, report.right)
    return report


def quarter_of(text: str | None, settings: Settings, *, now: datetime) -> Quarter:
    """Read a quarter that has begun; None is the present one. Raises Invalid."""
    present = Quarter.from_instant(now, settings.zone, settings.fiscal_year_start)
    if text is None:
        return present
    quarter = Quarter.parse(text)
    if quarter > present:
        raise Invalid.field("/quarter", f"{quarter} has not begun yet; the present quarter is {present}.")
    return quarter


def as_json(printed: Print) -> dict[str, Any]:
    """Write the report as the contract's object."""
    return printed.built.as_json()


def written(printed: Print, ending: str) -> bytes:
    """Write the report in one of the formats; the same Print gives the same bytes."""
    return FORMATS[ending].write(printed)


def _check_asset(session: Session, report: Report, asset: str | None, *, actor: Actor, now: datetime) -> None:
    if not report.needs_asset:
        if asset is not None:
            raise Invalid.field("/asset", "This report is about the whole library; it takes no asset.")
    elif asset is None:
        raise Invalid.field("/asset", "This report is about one asset: name its id.")
    else:
        # That an asset exists is secret from whom may not see it, here as everywhere.
        assets.get(session, asset, actor=actor, now=now)
