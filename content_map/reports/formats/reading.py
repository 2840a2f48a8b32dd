"""What a printed report says in words: its cells, its standing, its settings and what it left out.

Print and spreadsheet say the same; only numbers and dates look different in each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from content_map.domain.conversations import CONVERSATIONS
from content_map.domain.statistics import fraction_text
from content_map.domain.usage import ExcludedReason
from content_map.reports.formats.contract import Print
from content_map.reports.parts import As, Cell, Fraction
from content_map.reports.unused.keys import name_of
from content_map.reports.unused.wording import STAGES

# A stored key, such as sent_or_tailored: no sentence and no name looks like it.
_KEY = re.compile(r"[a-z]+(?:_[a-z]+)+", re.ASCII)
_CONVERSATIONS = {each.key.value: f"{each.number} {each.short}" for each in CONVERSATIONS}
_STAGES = {stage.value: name for stage, name in STAGES.items()}
DEMONSTRATION = "Demonstration: made-up people, customers and use"
NOTHING = "–"
_LEFT_OUT = {
    ExcludedReason.OWN: "by the asset’s owner",
    ExcludedReason.NOT_SALES: "by people who do not sell",
    ExcludedReason.BOT: "by bots",
    ExcludedReason.SCANNER: "by mail scanners",
    ExcludedReason.UNFURL: "by previews of links",
    ExcludedReason.PREFETCH: "fetched ahead, not looked at",
    ExcludedReason.TEST_ACCOUNT: "by test accounts",
    ExcludedReason.AGENT: "by agents",
    ExcludedReason.REPEAT: "the same again within half an hour",
    ExcludedReason.CORRECTED: "taken back by their author",
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def cell_text(cell: Cell, means: As, zone: ZoneInfo) -> str:
    """Write a cell as people read it; a share always with its n, an instant in UTC, a day in the zone."""
    match cell:
        case None:
            return NOTHING
        case Fraction(n=0):
            return NOTHING
        case Fraction():
            return fraction_text(cell.part, cell.n).replace(" %", "\u00a0%")
        case datetime() if means is As.DAY:
            return _short_day(cell.astimezone(zone).date())
        case datetime():
            return f"{_short_day(cell.astimezone(UTC).date())} {cell.astimezone(UTC):%H:%M} UTC"
        case date():
            return _short_day(cell)
        case int():
            return f"{cell:,}"
        case float():
            return f"{cell:,.2f}".rstrip("0").rstrip(".")
        case _:
            return word_of(cell, means)


def figure_text(cell: Cell, zone: ZoneInfo) -> str:
    """Write a figure's value."""
    return cell_text(cell, As.TEXT, zone)


def word_of(text: str, means: As) -> str:
    """Write a stored key as its name; a conversation with its number."""
    if means is As.CONVERSATION:
        return _CONVERSATIONS.get(text, text)
    if means is As.STAGE:
        return _STAGES.get(text, text)
    if means is As.KEY:
        return name_of(text)
    if means is As.TEXT and _KEY.fullmatch(text):
        return text.replace("_", " ").capitalize()
    return text


def day_text(day: date) -> str:
    """Write a day as 1 October 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _short_day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}".replace(" ", "\u00a0")


def instant_text(moment: datetime) -> str:
    """Write an instant in UTC, and say so."""
    utc = moment.astimezone(UTC)
    return f"{day_text(utc.date())}, {utc:%H:%M} UTC"


def quarter(printed: Print) -> str:
    """Name the quarter as pages do: Q3 2026."""
    return f"Q{printed.question.quarter.number} {printed.question.quarter.year}"


def period(printed: Print) -> str:
    """Write the quarter with its first and last day."""
    zone = printed.question.definitions.zone
    start, end = (each.astimezone(zone) for each in printed.question.bounds)
    last = (end - timedelta(microseconds=1)).astimezone(zone)
    return f"{quarter(printed)}, {day_text(start.date())} to {day_text(last.date())}"


def standing(printed: Print) -> str:
    """Say whether the numbers may still change."""
    question, freezing = printed.question, printed.freezing
    if freezing is not None:
        return f"Frozen on {instant_text(freezing.at)}; later corrections appear as restated"
    if question.is_to_date:
        return f"Preliminary: to date, as of {instant_text(question.now)}; the quarter is still running"
    return f"Preliminary, as of {instant_text(question.now)}: not the frozen report"


def left_out(printed: Print) -> Sequence[tuple[str, int]]:
    """List why how many rows count in nothing, the most frequent reason first."""
    counted = sorted(printed.built.left_out.items(), key=lambda each: (-each[1], each[0].value))
    return [(_LEFT_OUT[reason], count) for reason, count in counted if count]


def left_out_text(printed: Print) -> str:
    """Say in a sentence what was left out, and whether the switch counted what else would be."""
    reasons = left_out(printed)
    said = ", ".join(f"{count:,} {reason}" for reason, count in reasons)
    sentence = f"Left out of every count: {said}." if reasons else "No row was left out."
    if printed.question.with_left_out:
        return f"What owners, other roles, test accounts and machines did is counted here too. {sentence}"
    return sentence


def settings(printed: Print) -> Sequence[tuple[str, str]]:
    """List what the numbers stand on, each with its name."""
    question, freezing = printed.question, printed.freezing
    definitions = question.definitions
    listed = [
        ("Report", printed.report.heading),
        ("Quarter", period(printed)),
        ("Time zone", definitions.time_zone),
        ("Fiscal year starts in", _MONTHS[definitions.fiscal_year_start - 1]),
        ("People in reports", definitions.people.value),
        ("Known as of", instant_text(question.now)),
        ("Standing", standing(printed)),
    ]
    if freezing is not None:
        listed.append(("Code version", freezing.code_version))
        listed += [("SHA-256 of the JSON file", freezing.sha256)] if freezing.sha256 else []
    return [*listed, *([("Mark", DEMONSTRATION)] if printed.is_demo else [])]
