"""Days with a time as a form writes them: in the organisation's zone, which is said beside the field."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from content_map import context
from content_map.errors import Invalid
from content_map.web import forms
from content_map.web.speech import _

WAS = "_was"


def moment(name: str) -> datetime | None:
    """Read a day with its time, a day alone from its first minute. Raises Invalid."""
    given = forms.text(name)
    if given is None:
        return None
    try:
        local = datetime.fromisoformat(given)
    except ValueError:
        raise Invalid.field(
            f"/{name}", _("Write a day and a time, such as %(example)s.", example="2026-11-30 09:00")
        ) from None
    return local.replace(tzinfo=context.resources().settings.zone).astimezone(UTC)


def is_changed(name: str) -> bool:
    """Say whether the field holds something else than it was filled with: seconds that it cannot show are kept."""
    return forms.text(name) != forms.text(name + WAS)


def written(when: datetime | None) -> str:
    """Write an instant as the field takes it."""
    if when is None:
        return ""
    return when.astimezone(context.resources().settings.zone).strftime("%Y-%m-%dT%H:%M")


def zone_said() -> str:
    """Name the organisation's zone with its present distance from UTC, such as “Europe/London, UTC+0”."""
    settings = context.resources().settings
    if settings.time_zone == "UTC":
        return settings.time_zone
    ahead = context.now().astimezone(settings.zone).utcoffset() or timedelta()
    hours, minutes = divmod(int(abs(ahead).total_seconds()) // 60, 60)
    sign = "−" if ahead < timedelta() else "+"
    return f"{settings.time_zone}, UTC{sign}{hours}{f':{minutes:02}' if minutes else ''}"
