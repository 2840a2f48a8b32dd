"""Many files at once: what a run goes over, and what can become of each thing in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class IntakeKind(StrEnum):
    """What a run goes over."""

    FOLDER = "folder"
    OBJECTS = "objects"
    TABLE = "table"


class RunState(StrEnum):
    """How far a run is; `stopped` kept what it had until then."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"


class Verdict(StrEnum):
    """What became of one file, object or row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Item:
    """One file, object or row, and what became of it; `name` finds it again for a retry."""

    name: str
    verdict: Verdict
    reason: str | None = None
    asset_id: str | None = None
