"""From an event that passed to the row that is stored: defaults, exclusion, the key of its half-hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from content_map.domain.conversations import Conversation
from content_map.domain.counting import (
    CUSTOMER_KINDS,
    Circumstances,
    default_how,
    exclusion,
    is_use,
    repeat_key,
)
from content_map.domain.events import ReportedEvent
from content_map.domain.people import Actor
from content_map.domain.usage import EventKind
from content_map.models import Account
from content_map.services import accounts
from content_map.services.usage_counting import EventRow, stored_key
from content_map.services.usage_facts import Facts, Submission


@dataclass(frozen=True, slots=True)
class _About:
    """What an event is about, after its defaults."""

    asset_id: str | None
    account_id: str | None
    conversation: Conversation | None


def rows_of(
    session: Session,
    submissions: Sequence[Submission],
    facts: Facts,
    *,
    keep_seconds: bool,
    actor: Actor,
    now: datetime,
) -> list[EventRow]:
    """Make the rows; a customer's name nobody used before becomes an account here."""
    # An outcome that names a use is of that use's account, whatever else it says.
    events = [each.event for each in submissions if each.event.use is None]
    texts = [event.account for event in events if event.account is not None]
    named = accounts.named_all(session, texts, actor=actor, now=now)
    about = {
        each.event.id: _about(each.event, facts, named) for each in submissions if each.event.use is None
    }
    for each in submissions:
        if each.event.use is not None:
            about[each.event.id] = _about_use(each.event.use, facts, about)
    return [
        _row(each, about[each.event.id], facts, seconds=each.event.seconds if keep_seconds else None, now=now)
        for each in submissions
    ]


def key_of(submission: Submission) -> str | None:
    """Write what the event may count in only once, as the column holds it; None: each of its kind counts."""
    event = submission.event
    # Who opens a share is unknown: the share itself is what may count once.
    who = submission.share if event.kind in CUSTOMER_KINDS else submission.actor_id
    return stored_key(repeat_key(event.kind, event.purpose, who, event.asset, submission.occurred_at))


def _about(event: ReportedEvent, facts: Facts, named: Mapping[str, Account]) -> _About:
    account_id = named[event.account].id if event.account is not None else None
    conversation = event.conversation
    is_of_a_conversation = event.kind is EventKind.NOT_USED or is_use(event.kind, event.purpose)
    if conversation is None and is_of_a_conversation:
        search = facts.searches.get(event.search or "")
        asset = facts.assets.get(event.asset or "")
        conversation = (search and search.purpose) or (asset and asset.conversation) or None
    return _About(event.asset, account_id, conversation)


def _about_use(use_id: str, facts: Facts, about: Mapping[str, _About]) -> _About:
    if use_id in about:
        return about[use_id]
    use = facts.uses[use_id]
    return _About(use.asset_id, use.account_id, use.conversation)


def _row(
    submission: Submission, about: _About, facts: Facts, *, seconds: int | None, now: datetime
) -> EventRow:
    event = submission.event
    occurred_at = submission.occurred_at
    role = facts.people[submission.actor_id].role_at(occurred_at)
    reason = exclusion(_circumstances(submission, about.asset_id, facts))
    is_kept_as_used = event.kind is EventKind.USE
    return {
        "id": event.id,
        "occurred_at": occurred_at,
        "received_at": now,
        "kind": event.kind.value,
        "actor_id": submission.actor_id,
        "actor_role": role.value,
        "asset_id": about.asset_id,
        "version": submission.version or _version(submission, facts),
        "surface": event.surface.value if event.surface else None,
        "search_id": event.search,
        # Where the search says at which rank it served the asset, a page that counted otherwise is wrong.
        "rank": facts.rank_served(event) or event.rank,
        "share_id": submission.share,
        "account_id": about.account_id,
        "opportunity": event.opportunity,
        "conversation": about.conversation.value if about.conversation else None,
        "page": event.page,
        "seconds": seconds,
        "how": (event.how or default_how(about.conversation)).value if is_kept_as_used else None,
        "purpose": event.purpose.value if event.purpose else None,
        "use_id": event.use,
        "outcome": event.outcome.value if event.outcome else None,
        "feedback": event.feedback.value if event.feedback else None,
        "text": event.text,
        "source": submission.source,
        "excluded_reason": reason.value if reason else None,
        # Only what would count otherwise competes to be the one that counts.
        "once_key": key_of(submission) if reason is None else None,
    }


def _version(submission: Submission, facts: Facts) -> int | None:
    # Which version another tool had then, nobody here knows.
    if submission.source is not None:
        return None
    return facts.version_at(submission.event.asset, submission.occurred_at)


def _circumstances(submission: Submission, asset_id: str | None, facts: Facts) -> Circumstances:
    event = submission.event
    person = facts.people[submission.actor_id]
    asset = facts.assets.get(asset_id or "")
    is_customers = event.kind in CUSTOMER_KINDS
    # An outcome speaks of a customer and a conversation: whose the asset became since does not matter to it.
    may_be_own = not is_customers and event.kind is not EventKind.OUTCOME
    is_owner = asset is not None and asset.owner_at(submission.occurred_at) == person.id
    return Circumstances(
        event.kind,
        role=None if is_customers else person.role_at(submission.occurred_at),
        is_owner=is_owner and may_be_own,
        is_test=person.is_test,
        surface=event.surface,
        visitor=submission.visitor,
    )
