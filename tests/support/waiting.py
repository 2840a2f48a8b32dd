"""Waiting for what another process does, with an end."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_SECONDS = 30.0


def comes_true(claim: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> bool:
    """Ask until the answer is yes, or the last one when the time is up."""
    return seconds_until(claim, seconds=seconds) is not None


def seconds_until(claim: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> float | None:
    """How long it took until the answer was yes; None when it never was."""
    began = time.monotonic()
    while not claim():
        if time.monotonic() - began > seconds:
            return None
        time.sleep(0.05)
    return time.monotonic() - began
