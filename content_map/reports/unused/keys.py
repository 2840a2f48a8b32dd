"""Stored keys as people read them: in tables whose cells programs compare and readers must understand."""

from __future__ import annotations

from collections.abc import Mapping

from content_map.domain.conversations import CONVERSATIONS
from content_map.domain.eligibility import Shortness
from content_map.domain.quarters import Quarter
from content_map.domain.unused import Evidence, Split
from content_map.errors import Invalid
from content_map.reports.unused.wording import STAGES

_NAMES: Mapping[str, str] = {
    Evidence.CUSTOMER_VIEWED: "A customer viewed it",
    Evidence.SENT_OR_TAILORED: "Sent or tailored",
    Evidence.LOGGED_BY_HAND: "Logged by hand",
    Evidence.API: "From another tool",
    Split.READ_ONLY: "Read only",
    Split.TAKEN_AWAY: "Taken away",
    Shortness.NEW: "Published too recently",
    Shortness.ARCHIVED: "Retired within the quarter",
    Shortness.EXPIRED: "Expired within the quarter",
    Shortness.LEFT: "Taken back to draft",
    Shortness.EARLY: "The quarter has not run for 30 days yet",
    **{stage.value: name for stage, name in STAGES.items()},
    **{each.key.value: f"{each.number} {each.short}" for each in CONVERSATIONS},
    # What a restated row is compared by.
    "class": "Class",
    "conversation": "Conversation",
    "days_live": "Days live",
    "impressions": "Impressions",
    "reps": "Reps",
    "opens": "Opens",
    "uses": "Uses",
    "outcomes": "Outcomes reached",
    "accounts": "Accounts",
    "evidence": "Strongest evidence",
    "eligible": "Eligible",
    "yes": "Yes",
    "no": "No",
}


def name_of(key: str) -> str:
    """Name what a key stands for, a quarter as Q3 2026; what has no name stays as it is."""
    try:
        quarter = Quarter.parse(key)
    except Invalid:
        return _NAMES.get(key, key)
    return f"Q{quarter.number} {quarter.year}"
