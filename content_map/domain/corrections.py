"""What of one's own record may be corrected, by whom and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta

from content_map.domain.counting import is_use
from content_map.domain.usage import EventKind, Purpose

# As long as a use may be dated back; most of a quarter's mistakes are out of it before it is frozen.
CORRECTABLE_FOR = timedelta(days=14)

_SAID = frozenset({EventKind.USE, EventKind.NOT_USED, EventKind.OUTCOME, EventKind.FEEDBACK})
_SENT = frozenset({EventKind.SHARE_CREATED, EventKind.TAILORED})


def is_correctable(kind: EventKind, purpose: Purpose | None) -> bool:
    """Say whether a person said it, and may therefore have said it wrongly: no impression, no open."""
    return kind in _SAID or (kind is EventKind.DOWNLOAD and is_use(kind, purpose))


def refusal(
    kind: EventKind, purpose: Purpose | None, *, source: str | None, recorded_at: datetime, now: datetime
) -> str | None:
    """Say why an event cannot be corrected, or None. `recorded_at` is when the first of its corrections was."""
    if kind in _SENT:
        return (
            "What was sent was sent, so its record stays. Revoke the link if the customer should not have it."
        )
    if not is_correctable(kind, purpose):
        return (
            "Only what you said yourself can be corrected: a use, a reason why not, an outcome or feedback. "
            "What was shown and opened stays as it happened."
        )
    if source is not None:
        return "This came from another tool. Correct it there."
    if now - recorded_at > CORRECTABLE_FOR:
        return f"What was recorded more than {CORRECTABLE_FOR.days} days ago stays as it is. Nothing was changed."
    return None
