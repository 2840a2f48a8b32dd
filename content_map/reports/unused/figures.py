"""The numbers that matter, each with the definition that is printed under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from content_map.domain.eligibility import ELIGIBLE_DAYS
from content_map.domain.statistics import fraction_text
from content_map.domain.unused import Split, Stage
from content_map.reports.parts import Figure, Fraction
from content_map.reports.unused import leaving_out, wording
from content_map.reports.unused.counted import Counted


def figures(report: Counted) -> Sequence[Figure]:
    """Give the counts of assets, then what they rest on, then what is apart."""
    said = wording.meanings(report.question.definitions)
    headline, classes = report.headline, report.classes
    found = [
        Figure("eligible", "Eligible assets", headline.eligible, said["eligible"]),
        Figure(
            "unused",
            "No use recorded",
            Fraction(headline.unused, headline.eligible),
            said["unused"],
            _before(report),
        ),
        *_twelve_months(report, said),
        Figure(
            "outcome_reached",
            "Used, outcome reached",
            Fraction(classes[Stage.USED_WITH_OUTCOME], headline.eligible),
            said["outcome"],
        ),
        Figure(
            "by_one_rep_only",
            "Of the used, by one rep only",
            Fraction(headline.by_one_rep_only, headline.used),
            said["by_one_rep_only"],
        ),
        Figure(
            "taken_away",
            "Opened, not used: taken away",
            Fraction(report.splits[Split.TAKEN_AWAY], classes[Stage.OPENED_NOT_USED]),
            "Downloaded without saying what for, and no use recorded; the others were only read.",
        ),
        Figure(
            "in_bursts",
            "Assets with uses in bursts",
            sum(row.in_bursts > 0 for row in report.rows),
            said["bursts"],
        ),
        Figure("too_new", f"Live for under {ELIGIBLE_DAYS} days", len(report.too_new), said["too_new"]),
        Figure("internal", "Internal assets", len(report.internal), said["internal"]),
    ]
    if report.excluded:
        out = sum(report.left_out.values())
        found.append(Figure("left_out", "Rows left out", out, said["left_out"], leaving_out.sentence(report)))
    return found


def _twelve_months(report: Counted, said: Mapping[str, str]) -> list[Figure]:
    if report.without_use_in_a_year is None:
        return []
    of = Fraction(report.without_use_in_a_year, report.eligible)
    return [Figure("twelve_months", "No use in twelve months", of, said["twelve_months"])]


def _before(report: Counted) -> str:
    if report.trend is not None:
        return report.trend.sentence
    if report.previous is None:
        return ""
    return f"The quarter before: {fraction_text(report.previous.unused, report.previous.eligible)}."
