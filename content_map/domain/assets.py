"""The words an asset's columns may hold, and their bounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

TITLE_CHARACTERS = 300
SUMMARY_CHARACTERS = 2_000
GUIDE_FIELD_CHARACTERS = 2_000
EXTERNAL_ID_CHARACTERS = 200
FILE_NAME_CHARACTERS = 255


class Status(StrEnum):
    """What marketing decided; scheduled, live and expired are derived."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class State(StrEnum):
    """How far the machine has read the current version."""

    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


class Kind(StrEnum):
    """What a person would call the file."""

    DECK = "deck"
    DOCUMENT = "document"
    SHEET = "sheet"
    WEB = "web"
    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    EMAIL = "email"
    LINK = "link"


class Audience(StrEnum):
    """Who may see it: internal never leaves the company."""

    CUSTOMER = "customer"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Guide:
    """How to use an asset in its conversation; every part may be missing."""

    when_to_use: str | None = None
    say_first: str | None = None
    ask_next: str | None = None
    do_not: str | None = None
    may_change: str | None = None
    minutes: int | None = None


def is_live(status: Status, publish_at: datetime | None, expires_at: datetime | None, now: datetime) -> bool:
    """Say whether reps can meet the asset at `now`."""
    if status is not Status.PUBLISHED:
        return False
    return (publish_at is None or publish_at <= now) and (expires_at is None or expires_at > now)
