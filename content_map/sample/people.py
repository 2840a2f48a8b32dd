"""The vendor's people: four sales teams with their managers, marketers, analysts and an admin."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from content_map.domain.people import SALES_ROLES, Role

_SOURCE = Path(__file__).with_name("people.csv")


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """`team` is empty outside sales."""

    key: str
    name: str
    email: str
    role: Role
    team: str
    title: str

    @property
    def sells(self) -> bool:
        return self.role in SALES_ROLES


@lru_cache
def people() -> tuple[SamplePerson, ...]:
    """List everybody, sales teams first."""
    with _SOURCE.open(encoding="utf-8", newline="") as rows:
        return tuple(
            SamplePerson(
                row["key"],
                row["name"],
                f"{row['key'].replace('-', '.')}@example.com",
                Role(row["role"]),
                row["team"],
                row["title"],
            )
            for row in csv.DictReader(rows)
        )


def person(key: str) -> SamplePerson:
    """Find one by key. Raises KeyError."""
    return _by_key()[key]


def teams() -> tuple[str, ...]:
    """List the sales teams in the order of the file."""
    return tuple(dict.fromkeys(one.team for one in people() if one.team))


@lru_cache
def _by_key() -> dict[str, SamplePerson]:
    return {one.key: one for one in people()}
