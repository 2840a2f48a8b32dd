"""What a tracked link may be, and when it has ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

LASTS = timedelta(days=30)  # api.md: 30 days by default
LASTS_AT_MOST = timedelta(days=366)  # a year from today, in a leap year too
ASSETS_AT_MOST = 20
PASSWORD_CHARACTERS = 8  # it is told over the phone, and guesses are slowed down


class ShareState(StrEnum):
    """Whether a share can be opened, and why not."""

    LIVE = "live"
    REVOKED = "revoked"
    EXPIRED = "expired"
    GONE = "gone"


def state_of(
    *, revoked_at: datetime | None, expires_at: datetime, has_live_asset: bool, now: datetime
) -> ShareState:
    """Say how a share stands: what somebody did to it comes before its time, and that before its assets."""
    if revoked_at is not None:
        return ShareState.REVOKED
    if expires_at <= now:
        return ShareState.EXPIRED
    return ShareState.LIVE if has_live_asset else ShareState.GONE


def expiry_problem(expires_at: datetime, now: datetime) -> str | None:
    """Say why a share may not end then, or None."""
    if expires_at <= now:
        return "The link would have ended already. Choose a later day."
    if expires_at > now + LASTS_AT_MOST:
        return "A link lasts a year at most. Choose an earlier day; it can be prolonged later."
    return None
