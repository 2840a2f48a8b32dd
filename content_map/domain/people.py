"""Who a person is to the product: the roles, and the actor a service is asked by."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    REP = "rep"
    MANAGER = "manager"
    MARKETER = "marketer"
    ANALYST = "analyst"
    ADMIN = "admin"


SALES_ROLES = frozenset({Role.REP, Role.MANAGER})


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in person as services see them; `is_test` marks a test account whose events do not count."""

    id: str
    email: str
    name: str
    role: Role
    team_id: str | None
    is_test: bool = False
