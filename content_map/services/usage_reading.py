"""What the events say to the people who made them: an asset's funnel, open questions, past situations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from content_map.domain.assets import Audience, Status, is_live
from content_map.domain.conversations import Conversation
from content_map.domain.people import SALES_ROLES, Actor
from content_map.domain.permissions import AssetFacts, Right, may_see, require
from content_map.domain.unused import AssetHistory, Thresholds
from content_map.domain.usage import EventKind, ExcludedReason, Feedback, OutcomeAnswer
from content_map.errors import Invalid, NotFound
from content_map.models import Account, Asset, Search, UsageEvent
from content_map.reports import measures
from content_map.reports.measures import Scope
from content_map.reports.outcome_answers import is_use

ASKED_FOR = timedelta(days=14)  # ui.md: "Did you use these" is gone after 14 days
ACCOUNTS_AT_MOST = 3
ASSETS_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Funnel:
    """What counted of one asset, by sales users other than its owner; `left_out` counts all the other rows."""

    asset: str
    start: datetime
    end: datetime
    impressions: int
    reps: int  # distinct ones with an impression
    opens: int
    downloads: int
    uses: int
    accounts: int
    outcomes: Mapping[OutcomeAnswer, int]
    feedback: Mapping[Feedback, int]
    left_out: Mapping[ExcludedReason, int]


@dataclass(frozen=True, slots=True)
class Question:
    """“Did you use these for Harbour & Vale?”"""

    account_id: str
    account: str
    conversation: Conversation | None  # of the latest search for it
    assets: tuple[tuple[str, str], ...]  # (id, title), the latest opened first


@dataclass(frozen=True, slots=True)
class PastSituation:
    """A situation the actor asked before, to go on from."""

    search_id: str
    situation: str
    account: str | None
    conversation: Conversation | None
    asked_at: datetime
    total: int


def funnel(
    session: Session, asset_id: str, start: datetime, end: datetime, *, actor: Actor, now: datetime
) -> Funnel:
    """Count what became of one asset from `start` until before `end`. Raises NotAllowed, NotFound, Invalid."""
    require(actor, Right.SEE_REPORTS)
    asset = session.get(Asset, asset_id)
    if asset is None or not may_see(actor, _facts(asset), now):
        raise NotFound("There is no such asset, or it is not published.")
    if end <= start:
        raise Invalid.field("/to", "The period ends before it begins. Choose a later end.")
    scope = Scope(start, end, asset_id)
    history = measures.histories(session, scope, Thresholds()).get(asset_id, AssetHistory())
    excluded = (
        select(UsageEvent.excluded_reason, func.count())
        .where(scope.holds(), UsageEvent.excluded_reason.is_not(None))
        .group_by(UsageEvent.excluded_reason)
    )
    return Funnel(
        asset=asset_id,
        start=start,
        end=end,
        impressions=history.impressions,
        reps=history.reps,
        opens=history.opens,
        downloads=_downloads(session, scope),
        uses=history.uses,
        accounts=history.accounts,
        outcomes=measures.outcomes(session, scope),
        feedback=history.feedback,
        left_out={ExcludedReason(str(reason)): count for reason, count in session.execute(excluded)},
    )


def did_you_use(session: Session, *, actor: Actor, now: datetime) -> Sequence[Question]:
    """Ask about what the actor opened for an account in the last 14 days and said nothing of since.

    At most three accounts, the latest first; only sales users are asked.
    """
    require(actor, Right.SEARCH)
    if actor.role not in SALES_ROLES:
        return ()
    mine = and_(UsageEvent.actor_id == actor.id, UsageEvent.occurred_at > now - ASKED_FOR)
    answered = _answered(session, mine)
    open_: dict[str, Question] = {}
    for account_id, account, conversation, asset in _opened(session, mine):
        if (account_id, asset.id) in answered or not _is_live(asset, now):
            continue
        question = open_.setdefault(account_id, Question(account_id, account, conversation, ()))
        shown = (asset.id, asset.title)
        if shown not in question.assets and len(question.assets) < ASSETS_AT_MOST:
            open_[account_id] = replace(question, assets=(*question.assets, shown))
    return list(open_.values())[:ACCOUNTS_AT_MOST]


def _answered(session: Session, mine: ColumnElement[bool]) -> set[tuple[str | None, str | None]]:
    said = or_(is_use(), UsageEvent.kind == EventKind.NOT_USED.value)
    stands = UsageEvent.excluded_reason.is_distinct_from(ExcludedReason.CORRECTED.value)
    pairs = session.execute(select(UsageEvent.account_id, UsageEvent.asset_id).where(mine, said, stands))
    return {(account_id, asset_id) for account_id, asset_id in pairs}


def _opened(
    session: Session, mine: ColumnElement[bool]
) -> Iterator[tuple[str, str, Conversation | None, Asset]]:
    """Walk what was opened for an account, the latest first; the search it came from knows the account."""
    account_id = func.coalesce(UsageEvent.account_id, Search.account_id)
    purpose = func.coalesce(Search.conversation, Search.prefer, Search.read_as)
    looked_at = and_(UsageEvent.kind.in_([EventKind.OPEN.value, EventKind.DOWNLOAD.value]), ~is_use())
    # Whoever let an agent look has not looked; who looked again within the half-hour has.
    by_a_person = UsageEvent.excluded_reason.is_distinct_from(ExcludedReason.AGENT.value)
    opened = (
        select(Account.id, Account.name, purpose, Asset)
        .select_from(UsageEvent)
        .join(Asset, Asset.id == UsageEvent.asset_id)
        .outerjoin(Search, Search.id == UsageEvent.search_id)
        .join(Account, Account.id == account_id)
        .where(mine, looked_at, by_a_person)
        .order_by(UsageEvent.occurred_at.desc(), UsageEvent.id)
    )
    for id_, name, key, asset in session.execute(opened):
        yield id_, name, Conversation(key) if key else None, asset


def recent_situations(session: Session, *, actor: Actor, limit: int = 5) -> Sequence[PastSituation]:
    """List the actor's own latest situations, each once however often it was asked."""
    require(actor, Right.SEARCH)
    folded = func.lower(func.trim(Search.situation))
    place = func.row_number().over(partition_by=folded, order_by=(Search.asked_at.desc(), Search.id))
    mine = (
        select(Search.id, place.label("place"))
        .where(Search.user_id == actor.id, Search.situation.is_not(None), func.trim(Search.situation) != "")
        .subquery()
    )
    latest = (
        select(Search, Account.name)
        .join(mine, and_(mine.c.id == Search.id, mine.c.place == 1))
        .outerjoin(Account, Account.id == Search.account_id)
        .order_by(Search.asked_at.desc(), Search.id)
        .limit(limit)
    )
    return [
        PastSituation(
            search.id,
            search.situation or "",
            account,
            Conversation(key) if (key := search.conversation or search.prefer) else None,
            search.asked_at,
            search.total,
        )
        for search, account in session.execute(latest)
    ]


def _downloads(session: Session, scope: Scope) -> int:
    # A download right after the open repeats it as an open, and still is a download.
    counts = or_(
        UsageEvent.excluded_reason.is_(None), UsageEvent.excluded_reason == ExcludedReason.REPEAT.value
    )
    downloads = select(func.count()).where(scope.holds(), counts, UsageEvent.kind == EventKind.DOWNLOAD.value)
    return session.scalar(downloads) or 0


def _is_live(asset: Asset, now: datetime) -> bool:
    return is_live(Status(asset.status), asset.publish_at, asset.expires_at, now)


def _facts(asset: Asset) -> AssetFacts:
    return AssetFacts(Status(asset.status), asset.publish_at, asset.expires_at, Audience(asset.audience))
