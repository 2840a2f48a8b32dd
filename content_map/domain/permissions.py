"""Who may do what: one table of roles and rights, and who may see which asset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from content_map.domain.assets import Audience, Status, is_live
from content_map.domain.people import Actor, Role
from content_map.errors import NotAllowed


class Right(StrEnum):
    """Something a role may do. The value ends the sentence “Only … may”."""

    SEARCH = "search the library"
    RECORD_USAGE = "record what was used"
    SEE_REPORTS = "see the reports"
    SEE_GAPS = "see what searches did not find"
    ASK_REQUEST = "ask for content"
    ADD_ACCOUNTS = "add customer accounts"
    SHARE = "share an asset with a customer"
    UPLOAD = "upload assets"
    EDIT_ASSET = "change assets"
    SEE_DRAFTS = "see drafts"
    SEE_RETIRED = "see assets that have ended"
    MANAGE_TERMS = "change the vocabulary"
    MANAGE_SYNONYMS = "change the synonyms"
    IMPORT_METADATA = "import asset descriptions"
    ANSWER_REQUESTS = "answer requests for content"
    SEE_REQUESTS = "see everybody's requests"
    TEACH = "answer what reps do not know how to use"
    SEE_DOCKET = "see the retirement docket and its tasks"
    OPEN_TASKS = "open a task"
    DECIDE_FOR_MARKETING = "decide for marketing"
    DECIDE_FOR_SALES = "decide for sales"
    SEE_TEAM_REPORTS = "see the reports on teams"
    FREEZE_REPORTS = "freeze a report"
    MANAGE_ACCOUNTS = "merge and import customer accounts"
    MANAGE_USERS = "manage users"
    IMPORT_USAGE = "import usage history"
    EXPORT_USAGE = "export the usage events"
    BACKDATE_PUBLICATION = "set a publication date in the past"
    SEE_AUDIT = "see the audit trail"


_EVERYBODY = frozenset(Role)
_ONLY_ADMIN = frozenset({Role.ADMIN})

# api.md, roles. An admin may do everything any role may.
_HOLDERS: dict[Right, frozenset[Role]] = {
    Right.SEARCH: _EVERYBODY,
    Right.RECORD_USAGE: _EVERYBODY,
    Right.SEE_REPORTS: _EVERYBODY,
    Right.SEE_GAPS: _EVERYBODY,
    Right.ASK_REQUEST: _EVERYBODY,
    Right.ADD_ACCOUNTS: _EVERYBODY,
    Right.SHARE: frozenset({Role.REP, Role.MANAGER, Role.MARKETER, Role.ADMIN}),
    Right.UPLOAD: frozenset({Role.MARKETER, Role.ADMIN}),
    Right.EDIT_ASSET: frozenset({Role.MARKETER, Role.ADMIN}),
    Right.SEE_DRAFTS: frozenset({Role.MARKETER, Role.ADMIN}),
    Right.SEE_RETIRED: frozenset({Role.MARKETER, Role.ANALYST, Role.ADMIN}),
    Right.MANAGE_TERMS: frozenset({Role.MARKETER, Role.ADMIN}),
    Right.IMPORT_METADATA: frozenset({Role.MARKETER, Role.ADMIN}),
    Right.ANSWER_REQUESTS: frozenset({Role.MARKETER, Role.ADMIN}),
    Right.SEE_REQUESTS: frozenset({Role.MANAGER, Role.MARKETER, Role.ANALYST, Role.ADMIN}),
    Right.TEACH: frozenset({Role.MANAGER, Role.ADMIN}),
    Right.SEE_DOCKET: frozenset({Role.MANAGER, Role.MARKETER, Role.ANALYST, Role.ADMIN}),
    Right.OPEN_TASKS: frozenset({Role.MANAGER, Role.MARKETER, Role.ADMIN}),
    Right.DECIDE_FOR_MARKETING: frozenset({Role.MARKETER, Role.ADMIN}),
    Right.DECIDE_FOR_SALES: frozenset({Role.MANAGER, Role.ADMIN}),
    Right.SEE_TEAM_REPORTS: frozenset({Role.MANAGER, Role.ANALYST, Role.ADMIN}),
    Right.FREEZE_REPORTS: frozenset({Role.ANALYST, Role.ADMIN}),
    Right.EXPORT_USAGE: frozenset({Role.ANALYST, Role.ADMIN}),
    Right.MANAGE_ACCOUNTS: _ONLY_ADMIN,
    Right.MANAGE_SYNONYMS: _ONLY_ADMIN,
    Right.MANAGE_USERS: _ONLY_ADMIN,
    Right.IMPORT_USAGE: _ONLY_ADMIN,
    Right.BACKDATE_PUBLICATION: _ONLY_ADMIN,
    Right.SEE_AUDIT: _ONLY_ADMIN,
}


def rights_of(role: Role) -> frozenset[Right]:
    """List what a role may do."""
    return frozenset(right for right, holders in _HOLDERS.items() if role in holders)


def allows(actor: Actor, right: Right) -> bool:
    """Say whether the actor's role holds the right."""
    return actor.role in _HOLDERS[right]


def require(actor: Actor, right: Right) -> None:
    """Let the actor pass, or raise NotAllowed with a sentence that names who can."""
    if allows(actor, right):
        return
    holders = [f"{_article(role)} {role}" for role in Role if role in _HOLDERS[right]]
    who = " or ".join([", ".join(holders[:-1]), holders[-1]] if len(holders) > 1 else holders)
    raise NotAllowed(f"Only {who} may {right}; you are signed in as {_article(actor.role)} {actor.role}.")


@dataclass(frozen=True, slots=True)
class AssetFacts:
    """What decides who meets an asset."""

    status: Status
    publish_at: datetime | None
    expires_at: datetime | None
    audience: Audience


def may_see(actor: Actor, asset: AssetFacts, now: datetime) -> bool:
    """Say whether the asset exists for the actor: a live one for everybody, internal or not.

    Where this is False the answer is NotFound, not NotAllowed: that it exists is secret.
    """
    if is_live(asset.status, asset.publish_at, asset.expires_at, now):
        return True
    if asset.status is Status.ARCHIVED or has_expired(asset, now):
        return allows(actor, Right.SEE_RETIRED)
    return allows(actor, Right.SEE_DRAFTS)


def has_expired(asset: AssetFacts, now: datetime) -> bool:
    """Say whether a published asset's time is over."""
    return asset.status is Status.PUBLISHED and asset.expires_at is not None and asset.expires_at <= now


def may_reach_customers(asset: AssetFacts, now: datetime) -> bool:
    """Say whether the asset may leave the company at all, whoever asks: live, and not internal."""
    is_open = is_live(asset.status, asset.publish_at, asset.expires_at, now)
    return is_open and asset.audience is Audience.CUSTOMER


def _article(role: Role) -> str:
    return "an" if role.value[0] in "aeiou" else "a"
