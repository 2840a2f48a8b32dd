"""The mapped classes, one noun a file; importing this package maps them all and wakes the outbox."""

from content_map.models.account import Account
from content_map.models.asset import Asset, AssetPeriod, Page, Suggestion, Version
from content_map.models.audit import AuditEntry, AuditHead
from content_map.models.job import Heartbeat, IdempotentReply, Job, Lease, Mark
from content_map.models.outbox import enqueue, enqueue_index
from content_map.models.request import Request
from content_map.models.search import Search, SearchHit
from content_map.models.usage import UsageEvent
from content_map.models.user import Notification, OneTimeLink, SignInAttempt, Team, Token, User, UserPeriod
from content_map.models.vocabulary import AssetTerm, Facet, Term, TermAlias

__all__ = [
    "Account",
    "Asset",
    "AssetPeriod",
    "AssetTerm",
    "AuditEntry",
    "AuditHead",
    "Facet",
    "Heartbeat",
    "IdempotentReply",
    "Job",
    "Lease",
    "Mark",
    "Notification",
    "OneTimeLink",
    "Page",
    "Request",
    "Search",
    "SearchHit",
    "SignInAttempt",
    "Suggestion",
    "Team",
    "Term",
    "TermAlias",
    "Token",
    "UsageEvent",
    "User",
    "UserPeriod",
    "Version",
    "enqueue",
    "enqueue_index",
]
