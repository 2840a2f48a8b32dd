"""The report's charts; each says its finding in words and has its table."""

from __future__ import annotations

from collections.abc import Sequence

from content_map.domain.unused import Stage
from content_map.reports.parts import Chart, ChartKind, Series
from content_map.reports.unused import wording
from content_map.reports.unused.breakdowns import Breakdown
from content_map.reports.unused.counted import Counted

_CLASSES = tuple(Series(stage.value, name, stage.value) for stage, name in wording.STAGES.items())


def charts(report: Counted) -> Sequence[Chart]:
    """Draw classes, conversations and age; trend, twelve months and drift where they were asked for."""
    conversations, _, _, ages, _ = report.breakdowns
    found = [classes(report), split(conversations), split(ages)]
    if report.trend is not None:
        found += report.trend.charts
    if report.drift is not None:
        found.append(report.drift.chart)
    return found


def classes(report: Counted) -> Chart:
    """Draw the six classes as columns, each with its own tone."""
    counts = report.classes
    return Chart(
        "classes",
        "How far each asset got",
        ChartKind.COLUMNS,
        f"{report.headline.sentence}.",
        tuple(wording.STAGES.values()),
        _CLASSES,
        # One number a label: a series of its own gives each class its tone.
        tuple(tuple(counts[stage] if stage is each else None for each in Stage) for stage in Stage),
    )


def split(breakdown: Breakdown) -> Chart:
    """Draw the classes of each group side by side."""
    return Chart(
        breakdown.name,
        breakdown.heading,
        ChartKind.STACKED,
        _finding(breakdown),
        tuple(group.name for group in breakdown.groups),
        _CLASSES,
        tuple(tuple(group.classes[stage] for stage in Stage) for group in breakdown.groups),
    )


def _finding(breakdown: Breakdown) -> str:
    there = [group for group in breakdown.groups if group.unused.n]
    if not there:
        return "No asset is eligible."
    most = max(there, key=lambda group: group.unused.part)
    if not most.unused.part:
        return "A use was recorded for every eligible asset."
    return f"The most assets without recorded use: {most.name}, {most.unused.part} of {most.unused.n}."
