"""The fictional customer companies of the demo."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_SOURCE = Path(__file__).with_name("accounts.csv")


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """`industry`, `size` and `region` are term keys of those facets; `team` is the sales team that serves it."""

    key: str
    name: str
    industry: str
    size: str
    region: str
    team: str


@lru_cache
def accounts() -> tuple[SampleAccount, ...]:
    """List the customer companies in the order of the file."""
    with _SOURCE.open(encoding="utf-8", newline="") as rows:
        return tuple(SampleAccount(**row) for row in csv.DictReader(rows))
