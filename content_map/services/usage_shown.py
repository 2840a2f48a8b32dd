"""What pages show of usage beside their main matter: counts in rows, what reps say, one's own uses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from content_map.domain.conversations import Conversation
from content_map.domain.counting import USE_KINDS
from content_map.domain.outcomes import Answer, Used, latest_outcomes
from content_map.domain.people import SALES_ROLES, Actor, Role
from content_map.domain.usage import EventKind, ExcludedReason, Feedback, How, OutcomeAnswer, Purpose
from content_map.models import Account, Asset, Search, SearchHit, Team, UsageEvent, User
from content_map.services import corrections
from content_map.services.teams_told import teams_told

NOTES_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Counts:
    """What counted of one asset: sales users other than its owner, repeats left out."""

    impressions: int = 0
    opens: int = 0
    uses: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody said of an asset; the author stays unnamed."""

    team: str | None
    role: Role
    feedback: Feedback | None
    text: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnUse:
    """A use of one's own, with the outcome known so far."""

    id: str
    account: str
    conversation: Conversation | None
    how: How | None
    at: datetime
    outcome: OutcomeAnswer | None
    kind: EventKind
    may_correct: bool


def counts(session: Session, asset_ids: Collection[str], *, since: datetime) -> Mapping[str, Counts]:
    """Count what happened to these assets since then; all of them are in the answer."""
    event = UsageEvent
    rows = session.execute(
        select(
            event.asset_id,
            func.count(case((event.kind == EventKind.IMPRESSION.value, 1))),
            func.count(case((_is_open(event), 1))),
            func.count(case((_is_use(event), 1))),
        )
        .where(event.asset_id.in_(asset_ids), event.occurred_at >= since, event.excluded_reason.is_(None))
        .group_by(event.asset_id)
    )
    found = {asset_id: Counts(shown, opened, used) for asset_id, shown, opened, used in rows}
    return {asset_id: found.get(asset_id, Counts()) for asset_id in asset_ids}


def notes(session: Session, asset_id: str, *, people_in_reports: str) -> Sequence[Note]:
    """List what people say of an asset, newest first, by side and team; no team that points at somebody."""
    told = teams_told(session, people_in_reports)
    rows = session.execute(
        select(UsageEvent, Team.id, Team.name)
        .join(User, User.id == UsageEvent.actor_id)
        .outerjoin(Team, Team.id == User.team_id)
        .where(UsageEvent.asset_id == asset_id, UsageEvent.kind == EventKind.FEEDBACK.value, _stands())
        .order_by(UsageEvent.occurred_at.desc(), UsageEvent.id)
        .limit(NOTES_AT_MOST)
    )
    return [
        Note(
            team if team_id in told else None,
            Role(event.actor_role),
            Feedback(event.feedback) if event.feedback else None,
            event.text,
            event.occurred_at,
        )
        for event, team_id, team in rows
    ]


def own_uses(
    session: Session, asset_id: str, *, limit: int = 5, actor: Actor, now: datetime
) -> Sequence[OwnUse]:
    """List one's own uses of an asset, newest first."""
    rows = session.execute(
        select(UsageEvent, Account.name)
        .join(Account, Account.id == UsageEvent.account_id)
        .where(
            UsageEvent.asset_id == asset_id,
            UsageEvent.actor_id == actor.id,
            _is_use(UsageEvent),
            _stands(),
        )
        .order_by(UsageEvent.occurred_at.desc(), UsageEvent.id)
        .limit(limit)
    ).all()
    refused = corrections.refusals_of(session, [event for event, _ in rows], now)
    known = latest_outcomes(*_with_answers(session, [event for event, _ in rows]))
    return [
        OwnUse(
            event.id,
            account,
            Conversation(event.conversation) if event.conversation else None,
            How(event.how) if event.how else None,
            event.occurred_at,
            known.get(event.id),
            EventKind(event.kind),
            refused[event.id] is None,
        )
        for event, account in rows
    ]


def rank_served(session: Session, search_id: str | None, asset_id: str, *, actor: Actor) -> int | None:
    """Say at which rank one's own search served an asset; None when it did not, or is somebody else's."""
    if search_id is None:
        return None
    served = (
        select(SearchHit.rank)
        .join(Search, Search.id == SearchHit.search_id)
        .where(SearchHit.search_id == search_id, SearchHit.asset_id == asset_id, Search.user_id == actor.id)
    )
    return session.scalar(served)


def of_searches(session: Session, search_ids: Collection[str]) -> Mapping[str, Counts]:
    """Count the assets opened and used from each of these searches; all are in the answer."""
    event = UsageEvent
    rows = session.execute(
        select(
            event.search_id,
            func.count(func.distinct(case((_is_open(event), event.asset_id)))),
            func.count(func.distinct(case((_is_use(event), event.asset_id)))),
        )
        .where(event.search_id.in_(search_ids), _stands())
        .group_by(event.search_id)
    )
    found = {search_id: Counts(0, opened, used) for search_id, opened, used in rows}
    return {search_id: found.get(search_id, Counts()) for search_id in search_ids}


def new_by_conversation(session: Session, *, since: datetime) -> Mapping[Conversation, int]:
    """Count the published assets of each conversation that were made since then; all five are in it."""
    rows = session.execute(
        select(Asset.conversation, func.count())
        .where(Asset.status == "published", Asset.created_at >= since, Asset.conversation.is_not(None))
        .group_by(Asset.conversation)
    )
    found = {Conversation(key): count for key, count in rows if key is not None}
    return {each: found.get(each, 0) for each in Conversation}


def _stands() -> ColumnElement[bool]:
    """Say in SQL that its author did not take the event back."""
    return UsageEvent.excluded_reason.is_distinct_from(ExcludedReason.CORRECTED.value)


def _is_open(event: type[UsageEvent]) -> ColumnElement[bool]:
    bare = and_(event.kind == EventKind.DOWNLOAD.value, event.purpose.is_(None))
    return or_(event.kind == EventKind.OPEN.value, bare)


def _is_use(event: type[UsageEvent]) -> ColumnElement[bool]:
    sent = and_(event.kind == EventKind.DOWNLOAD.value, event.purpose == Purpose.CUSTOMER.value)
    by_sales = event.actor_role.in_([role.value for role in SALES_ROLES])
    return and_(by_sales, or_(event.kind.in_([kind.value for kind in USE_KINDS]), sent))


def _with_answers(session: Session, uses: Sequence[UsageEvent]) -> tuple[list[Used], list[Answer]]:
    """Put uses and the answers that may speak of them into the shape of the rules."""
    told = [
        Used(use.id, use.actor_id, use.occurred_at, use.account_id, Conversation(use.conversation))
        for use in uses
        if use.account_id and use.conversation
    ]
    if not told:
        return [], []
    answer = UsageEvent
    rows = session.scalars(
        select(answer).where(
            answer.kind == EventKind.OUTCOME.value,
            _stands(),
            answer.actor_id.in_({use.actor for use in told}),
            or_(
                answer.use_id.in_([use.id for use in told]),
                and_(answer.use_id.is_(None), answer.account_id.in_({use.account for use in told})),
            ),
        )
    )
    answers = [
        Answer(
            row.id,
            row.actor_id,
            row.occurred_at,
            OutcomeAnswer(row.outcome),
            row.use_id,
            row.account_id,
            Conversation(row.conversation) if row.conversation else None,
        )
        for row in rows
        if row.outcome
    ]
    return told, answers
