"""Flask-Babel with types: sentences in the reader's language, and how it writes numbers and days."""

from __future__ import annotations

from datetime import date, datetime

import flask_babel
from flask_babel import lazy_gettext

LazySentence = flask_babel.LazyString

__all__ = [
    "LazySentence",
    "_",
    "day_written",
    "lazy_gettext",
    "local_day",
    "moment_written",
    "ngettext",
    "number_written",
    "percent_written",
]


def _(sentence: str, **values: object) -> str:
    """Translate a whole sentence with named placeholders."""
    return str(flask_babel.gettext(sentence, **values))


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Translate a sentence that counts; `%(num)s` is the count."""
    return str(flask_babel.ngettext(one, many, num, **values))


def number_written(number: float, pattern: str | None = None) -> str:
    """Write a number with the reader's separators."""
    return str(flask_babel.format_decimal(number, pattern))


def percent_written(share: float) -> str:
    """Write a share of one as whole percent."""
    return str(flask_babel.format_percent(share, "0 %"))


def day_written(on: date, length: str) -> str:
    """Write a day; `length` is medium or long."""
    return str(flask_babel.format_date(on, length, rebase=False))


def moment_written(at: datetime) -> str:
    """Write a day and a time in the organisation's zone, which is named."""
    zone = flask_babel.format_datetime(at, "z")
    return f"{flask_babel.format_date(at, 'medium')}, {flask_babel.format_time(at, 'short')} {zone}"


def local_day(at: datetime) -> date:
    """The day of an instant in the organisation's zone."""
    local: datetime = flask_babel.to_user_timezone(at)
    return local.date()
