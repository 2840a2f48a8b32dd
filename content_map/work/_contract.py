"""What work is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from content_map.extraction import Limits, Sandbox
from content_map.services.jobs import Claim
from content_map.wiring import Resources

Conclude = Callable[[Session], None]


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything a piece of work may use; one for the whole life of a worker."""

    resources: Resources
    limits: Limits
    sandbox: Sandbox
    clock: Callable[[], datetime]


Handler = Callable[[Bench, Claim], Conclude]
"""Does the long work with no transaction open and returns what writes the result, together with the job's end."""


@dataclass(frozen=True, slots=True)
class Chore:
    """Something done every `every_seconds` by whichever worker comes first.

    `do` says how many things it changed. It must be safe to stop anywhere and to run again: a killed worker's
    turn is taken by the next one, a period later.
    """

    name: str
    every_seconds: int
    do: Callable[[Bench], int]
