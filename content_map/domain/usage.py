"""The words of a usage event: the one fact table behind every number."""

from __future__ import annotations

from enum import StrEnum


class EventKind(StrEnum):
    IMPRESSION = "impression"
    OPEN = "open"
    DOWNLOAD = "download"
    SHARE_CREATED = "share_created"
    SHARE_VIEWED = "share_viewed"
    PAGE_VIEWED = "page_viewed"
    USE = "use"
    NOT_USED = "not_used"
    TAILORED = "tailored"
    OUTCOME = "outcome"
    FEEDBACK = "feedback"


class Surface(StrEnum):
    SEARCH = "search"
    BROWSE = "browse"
    RECOMMENDATION = "recommendation"
    COLLECTION = "collection"
    DIRECT = "direct"
    SHARE = "share"
    API = "api"
    AGENT = "agent"


class ExcludedReason(StrEnum):
    OWN = "own"
    NOT_SALES = "not_sales"
    BOT = "bot"
    SCANNER = "scanner"
    UNFURL = "unfurl"
    PREFETCH = "prefetch"
    TEST_ACCOUNT = "test_account"
    AGENT = "agent"
    REPEAT = "repeat"
    # Taken back by its author; models/correction.py says by whom and what replaced it.
    CORRECTED = "corrected"


class How(StrEnum):
    PREPARED = "prepared"
    PRESENTED = "presented"
    SENT = "sent"
    PRINTED = "printed"
    OTHER = "other"


class OutcomeAnswer(StrEnum):
    REACHED = "reached"
    NOT = "not"
    PENDING = "pending"


class Feedback(StrEnum):
    WRONG_CUSTOMER = "wrong_customer"
    OUTDATED = "outdated"
    DO_NOT_KNOW_HOW = "do_not_know_how"
    CANNOT_CHANGE = "cannot_change"
    HELPFUL = "helpful"
    USED_MY_OWN = "used_my_own"
    NOT_NEEDED = "not_needed"
    MEETING_MOVED = "meeting_moved"


class Purpose(StrEnum):
    CUSTOMER = "customer"
