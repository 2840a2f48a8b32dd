"""Which usage events count: what is a use, what is left out and why, and what merely repeats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple, Protocol, TypeVar

from content_map.domain.conversations import Conversation
from content_map.domain.people import SALES_ROLES, Role
from content_map.domain.unused import Evidence
from content_map.domain.usage import EventKind, ExcludedReason, How, Purpose, Surface

USE_KINDS = frozenset({EventKind.SHARE_CREATED, EventKind.TAILORED, EventKind.USE})
CUSTOMER_KINDS = frozenset({EventKind.SHARE_VIEWED})
"""What a customer does at a shared link: there is no role to exclude it by."""


def is_bare_download(kind: EventKind, purpose: Purpose | None) -> bool:
    """Say whether a download names no purpose and therefore counts as an open."""
    return kind is EventKind.DOWNLOAD and purpose is None


def counts_as_open(kind: EventKind, purpose: Purpose | None) -> bool:
    """Say whether the event is an open."""
    return kind is EventKind.OPEN or is_bare_download(kind, purpose)


def is_use(kind: EventKind, purpose: Purpose | None) -> bool:
    """Say whether the event is of a use's kind, whoever did it: an outcome may name it."""
    return kind in USE_KINDS or (kind is EventKind.DOWNLOAD and purpose is Purpose.CUSTOMER)


def counts_as_use(kind: EventKind, purpose: Purpose | None, role: Role) -> bool:
    """Say whether the event is a use: only a sales user's is, by the role held when it occurred."""
    return role in SALES_ROLES and is_use(kind, purpose)


def evidence_of(kind: EventKind, surface: Surface | None, *, imported: bool = False) -> Evidence:
    """Say how well one use is known; only a customer's view of a share proves more than the sender's act.

    A download for a customer ranks with what was sent: it is the product's record, not a memory.
    """
    if kind is EventKind.SHARE_VIEWED:
        return Evidence.CUSTOMER_VIEWED
    if imported or surface is Surface.API:
        return Evidence.API
    return Evidence.LOGGED_BY_HAND if kind is EventKind.USE else Evidence.SENT_OR_TAILORED


def default_how(conversation: Conversation | None) -> How:
    """Say how a use was made when its author did not: prepared in the first conversation, else other."""
    return How.PREPARED if conversation is Conversation.POINT_OF_VIEW else How.OTHER


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Who did it and how, at the moment it occurred.

    `role` is None for a visitor of a shared link, about whom `visitor` may tell (bot, scanner, unfurl,
    prefetch). `is_owner`: the actor owned the asset then. `is_test`: the account, or the share's maker, is a
    test account.
    """

    kind: EventKind
    role: Role | None
    is_owner: bool = False
    is_test: bool = False
    surface: Surface | None = None
    visitor: ExcludedReason | None = None


def exclusion(of: Circumstances) -> ExcludedReason | None:
    """Give the one reason for which the event does not count, or None; repeats are found by `repeats`.

    Where several hold, the first of product.md's list is stored: own, not sales, what visited, test, agent.
    """
    if of.is_owner:
        return ExcludedReason.OWN
    if of.role is not None and of.role not in SALES_ROLES:
        return ExcludedReason.NOT_SALES
    if of.visitor is not None:
        return of.visitor
    if of.is_test:
        return ExcludedReason.TEST_ACCOUNT
    return ExcludedReason.AGENT if of.surface is Surface.AGENT else None


class RepeatKey(NamedTuple):
    """What may count only once: one user, asset and UTC half-hour, for impressions and opens apart."""

    counted_as: EventKind
    actor: str
    asset: str
    half_hour: datetime


def half_hour(occurred_at: datetime) -> datetime:
    """Give the start of the UTC half-hour that the instant (aware) lies in."""
    utc = occurred_at.astimezone(UTC)
    return utc.replace(minute=30 * (utc.minute // 30), second=0, microsecond=0)


def repeat_key(
    kind: EventKind, purpose: Purpose | None, actor: str | None, asset: str | None, occurred_at: datetime
) -> RepeatKey | None:
    """Give the key that a later event must not share, or None for kinds of which each one counts.

    `actor` is the share itself for what a customer does at it; without one (history of another tool) each counts.
    """
    if actor is None or asset is None:
        return None
    if kind is EventKind.IMPRESSION:
        return RepeatKey(EventKind.IMPRESSION, actor, asset, half_hour(occurred_at))
    if counts_as_open(kind, purpose):
        return RepeatKey(EventKind.OPEN, actor, asset, half_hour(occurred_at))
    if kind in CUSTOMER_KINDS:
        return RepeatKey(kind, actor, asset, half_hour(occurred_at))
    return None


class Occurrence(Protocol):
    """Anything with an id and an instant."""

    @property
    def id(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...


E = TypeVar("E", bound=Occurrence)


def earliest(events: Iterable[E]) -> E:
    """Pick the one that counts of events that share a repeat key: the earliest, then the smallest id.

    Only events without another reason to be excluded compete. Raises ValueError when there is none.
    """
    return min(events, key=lambda event: (event.occurred_at, event.id))


def repeats(events: Iterable[E]) -> frozenset[str]:
    """Give the ids of all but the one that counts; the same set in whatever order they arrived."""
    competing = list(events)
    if not competing:
        return frozenset()
    counts = earliest(competing).id
    return frozenset(event.id for event in competing if event.id != counts)
