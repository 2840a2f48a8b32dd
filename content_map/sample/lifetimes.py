"""When a sample asset was published and left, counted back from the day the demo is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

_MONTH = timedelta(days=365.25 / 12)
_OFFICE_HOUR = 9
_EDGE_DAYS = 12  # well under the 30 days that make an asset eligible in a quarter


class Edge(StrEnum):
    """A date at an edge of the last whole quarter, so that the demo's report always has young and old assets."""

    EARLY = "early"
    LATE = "late"


class Dated(Protocol):
    """What has a life; members are months before today or an edge."""

    @property
    def published(self) -> int | Edge: ...
    @property
    def archived(self) -> int | Edge | None: ...
    @property
    def expires(self) -> int | Edge | None: ...


@dataclass(frozen=True, slots=True)
class Lifetime:
    """From `published_at` until the earlier of the two ends."""

    published_at: datetime
    archived_at: datetime | None
    expires_at: datetime | None

    def covers(self, instant: datetime) -> bool:
        """Say whether reps can meet the asset at this instant."""
        ends = [end for end in (self.archived_at, self.expires_at) if end is not None]
        return self.published_at <= instant and all(instant < end for end in ends)


def lifetime(asset: Dated, until: datetime) -> Lifetime:
    """Place the asset's dates before `until`."""
    return Lifetime(
        _instant(asset.published, until),
        None if asset.archived is None else _instant(asset.archived, until),
        None if asset.expires is None else _instant(asset.expires, until),
    )


def last_whole_quarter(until: datetime) -> tuple[datetime, datetime]:
    """Give the calendar quarter that ended last, in UTC: its first instant and the first after it."""
    month = 3 * ((until.month - 1) // 3) + 1
    end = datetime(until.year, month, 1, tzinfo=UTC)
    start = end.replace(month=month - 3) if month > 3 else end.replace(year=end.year - 1, month=10)
    return start, end


def _instant(moment: int | Edge, until: datetime) -> datetime:
    start, end = last_whole_quarter(until)
    match moment:
        case Edge.EARLY:
            day = start + timedelta(days=_EDGE_DAYS)
        case Edge.LATE:
            day = end - timedelta(days=_EDGE_DAYS)
        case months:
            day = until - months * _MONTH
    return day.astimezone(UTC).replace(hour=_OFFICE_HOUR, minute=0, second=0, microsecond=0)
