"""How many rows of the quarter count in nothing, and how many only because the switch is on."""

from __future__ import annotations

from collections.abc import Mapping

from content_map.domain.usage import ExcludedReason
from content_map.reports.parts import As, Cell, Column, Table
from content_map.reports.unused.counted import Counted

REASONS: Mapping[ExcludedReason, str] = {
    ExcludedReason.OWN: "By the asset’s owner",
    ExcludedReason.NOT_SALES: "By people who do not sell",
    ExcludedReason.BOT: "By bots",
    ExcludedReason.SCANNER: "By mail scanners",
    ExcludedReason.UNFURL: "By previews of links",
    ExcludedReason.PREFETCH: "Fetched ahead, not looked at",
    ExcludedReason.TEST_ACCOUNT: "By test accounts",
    ExcludedReason.AGENT: "By agents",
    ExcludedReason.REPEAT: "The same again within half an hour",
    ExcludedReason.CORRECTED: "Taken back by their author",
}


def table(report: Counted) -> Table:
    """Write every reason with its rows, and how many of them count all the same."""
    columns = (
        Column("reason", "Reason"),
        Column("rows", "Rows", As.NUMBER),
        Column("counted_in", "Counted all the same", As.NUMBER),
    )
    rows: list[tuple[Cell, ...]] = [
        (said, report.excluded[reason], report.counted_in.get(reason, 0))
        for reason, said in REASONS.items()
        if reason in report.excluded
    ]
    return Table("left_out_by_reason", "Left out", columns, rows, sentence(report))


def sentence(report: Counted) -> str:
    """Say how many rows were left out, and how many were counted in by the switch."""
    out, counted_in = sum(report.left_out.values()), sum(report.counted_in.values())
    if report.question.with_left_out:
        return (
            f"{counted_in} {_rows(counted_in)} of owners, other roles, machines, test accounts and agents count "
            f"here too; {out} {_rows(out)} that repeat others or were taken back never do."
        )
    return f"{out} {_rows(out)} of the quarter {'is' if out == 1 else 'are'} kept and not counted."


def _rows(count: int) -> str:
    return "row" if count == 1 else "rows"
