"""The mapped classes, one noun a file; importing this package maps them all and wakes the outbox."""

from content_map.models.account import Account
from content_map.models.asset import Asset, AssetPeriod, Page, Suggestion, Version
from content_map.models.audit import AuditEntry, AuditHead
from content_map.models.copies import NearCopy, SketchHash
from content_map.models.correction import UsageCorrection
from content_map.models.counter import AssetQuarter, CountMark, PersonQuarter
from content_map.models.docket import DocketItem, Task
from content_map.models.flag import Flag
from content_map.models.intake import Intake, IntakeItem
from content_map.models.job import Heartbeat, IdempotentReply, Job, Lease, Mark
from content_map.models.lift import UseLift
from content_map.models.link import LinkCheck
from content_map.models.meaning import PageMeaning
from content_map.models.outbox import enqueue, enqueue_index
from content_map.models.reminder import Digest, Reminder
from content_map.models.report_run import ReportMail, ReportRun, ReportRunFile
from content_map.models.request import Request
from content_map.models.saved_search import SavedSearch, SavedSearchMatch
from content_map.models.search import Search, SearchHit
from content_map.models.share import Share, SharedAsset
from content_map.models.synonym import Synonym
from content_map.models.undo import Undo
from content_map.models.upload import Upload
from content_map.models.usage import UsageEvent
from content_map.models.user import Notification, OneTimeLink, SignInAttempt, Team, Token, User, UserPeriod
from content_map.models.vocabulary import AssetTerm, Facet, Term, TermAlias

__all__ = [
    "Account",
    "Asset",
    "AssetPeriod",
    "AssetQuarter",
    "AssetTerm",
    "AuditEntry",
    "AuditHead",
    "CountMark",
    "Digest",
    "DocketItem",
    "Facet",
    "Flag",
    "Heartbeat",
    "IdempotentReply",
    "Intake",
    "IntakeItem",
    "Job",
    "Lease",
    "LinkCheck",
    "Mark",
    "NearCopy",
    "Notification",
    "OneTimeLink",
    "Page",
    "PageMeaning",
    "PersonQuarter",
    "Reminder",
    "ReportMail",
    "ReportRun",
    "ReportRunFile",
    "Request",
    "SavedSearch",
    "SavedSearchMatch",
    "Search",
    "SearchHit",
    "Share",
    "SharedAsset",
    "SignInAttempt",
    "SketchHash",
    "Suggestion",
    "Synonym",
    "Task",
    "Team",
    "Term",
    "TermAlias",
    "Token",
    "Undo",
    "Upload",
    "UsageCorrection",
    "UsageEvent",
    "UseLift",
    "User",
    "UserPeriod",
    "Version",
    "enqueue",
    "enqueue_index",
]
