"""How pages write sizes, days, times, shares and passages; in the reader's language and the organisation's zone."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from html import escape

from markupsafe import Markup

from content_map import context
from content_map.reports.unused.keys import name_of
from content_map.web.speech import (
    _,
    day_written,
    local_day,
    moment_written,
    ngettext,
    number_written,
    percent_written,
)

RELATIVE_FOR = timedelta(days=7)
PERCENT_FROM = 10  # product.md: below n = 10 the fraction alone
UNITS = ("B", "kB", "MB", "GB", "TB")
_MARK = re.compile(r"&lt;(/?)mark&gt;")


def file_size(size_bytes: int) -> str:
    """Write a size in the unit a person would choose; 1 kB is 1,000 bytes, as operating systems show."""
    size = float(size_bytes)
    unit = 0
    while size >= 1000 and unit < len(UNITS) - 1:
        size /= 1000
        unit += 1
    return f"{number_written(size, '0' if unit < 2 or size >= 100 else '0.#')} {UNITS[unit]}"


def playing_time(seconds: int) -> str:
    """Write how long film or sound lasts, as players do: 3:05, or 1:02:30."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def number(count: int | float) -> str:
    """Write a count with the reader's separators."""
    return number_written(count)


def day(when: date | datetime) -> str:
    """Write a day of the calendar; an instant is shown on the reader's day."""
    return day_written(_local(when), "medium")


def long_day(when: date | datetime) -> str:
    """Write a day with its month in full, for headings."""
    return day_written(_local(when), "long")


def moment(when: datetime) -> str:
    """Write a day and a time."""
    return moment_written(when)


def ago(when: datetime | date | None) -> Markup:
    """Write how long ago it was, up to a week, then the day; the exact instant stands in the markup."""
    if when is None:
        return Markup()
    words = _since(when) if isinstance(when, datetime) else day(when)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(when.isoformat(), day(when), words)


def _since(when: datetime) -> str:
    passed = context.now() - when
    minutes = int(passed.total_seconds() // 60)
    if passed < timedelta(0) or passed >= RELATIVE_FOR:
        return day(when)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("%(num)s minute ago", "%(num)s minutes ago", minutes)
    if minutes < 24 * 60:
        return ngettext("%(num)s hour ago", "%(num)s hours ago", minutes // 60)
    return ngettext("yesterday", "%(num)s days ago", minutes // (24 * 60))


def seconds(milliseconds: int) -> str:
    """Write a duration in seconds to two places."""
    return number_written(milliseconds / 1000, "0.00")


def share(part: int, whole: int) -> str:
    """Write a part of a whole: never a percentage without its n, and below ten the fraction alone."""
    fraction = _("%(part)s of %(whole)s", part=number(part), whole=number(whole))
    if whole < PERCENT_FROM:
        return fraction
    return _("%(percent)s, %(fraction)s", percent=percent_written(part / whole), fraction=fraction)


def passage(text: str) -> Markup:
    """Trust nothing of a passage but its `<mark>`: whatever else stands in it is shown as text."""
    unescaped = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&#x27;", "'")
    safe = escape(unescaped.replace("&quot;", '"').replace("&#39;", "'").replace("&#34;", '"'))
    return Markup(_MARK.sub(r"<\1mark>", safe))  # noqa: S704  # escaped above, only <mark> is put back


def initials(name: str) -> str:
    """Take the first letters of the first and the last word."""
    parts = [word for word in re.split(r"[\s@.]+", name) if word]
    return "".join(word[0] for word in (parts[:1] + parts[1:][-1:])).upper()


def _local(when: date | datetime) -> date:
    return local_day(when) if isinstance(when, datetime) else when


FILTERS = {
    "file_size": file_size,
    "playing_time": playing_time,
    "number": number,
    "day": day,
    "long_day": long_day,
    "moment": moment,
    "ago": ago,
    "seconds": seconds,
    "share": share,
    "quarter": name_of,
    "passage": passage,
    "initials": initials,
}
