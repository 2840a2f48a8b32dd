"""What a reported usage event must say, kind by kind, and how old it may be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from content_map.domain.conversations import Conversation
from content_map.domain.usage import EventKind, Feedback, How, OutcomeAnswer, Purpose, Surface

EVENT_DAYS_BACK = timedelta(days=14)  # product.md: back-dated up to 14 days
CLOCK_SKEW = timedelta(minutes=5)
EVENT_TEXT_CHARACTERS = 2_000
EVENT_NAME_CHARACTERS = 200
EVENTS_AT_ONCE = 500
TOO_MANY = f"Send at most {EVENTS_AT_ONCE} events at once; nothing of this batch was stored."
LONGEST_SECONDS = 24 * 60 * 60

MADE_BY_THE_PRODUCT = frozenset({EventKind.SHARE_CREATED, EventKind.SHARE_VIEWED})
"""Kinds that follow from an act the server sees itself; reported by a client they would be hearsay."""

NOT_USED_REASONS = frozenset(Feedback) - {Feedback.HELPFUL}
FEEDBACK_REASONS = frozenset(
    {
        Feedback.WRONG_CUSTOMER,
        Feedback.OUTDATED,
        Feedback.DO_NOT_KNOW_HOW,
        Feedback.CANNOT_CHANGE,
        Feedback.HELPFUL,
    }
)

Problem = tuple[str, str]
"""A field and a sentence about it."""


@dataclass(frozen=True, slots=True)
class ReportedEvent:
    """An event as somebody reports it; the actor is the caller, and a missing `occurred_at` means now.

    `account` is a customer's name or an account's id, `use` the id of the event that an outcome is about.
    """

    id: str
    kind: EventKind
    asset: str | None = None
    occurred_at: datetime | None = None
    surface: Surface | None = None
    search: str | None = None
    rank: int | None = None
    page: int | None = None
    seconds: int | None = None
    account: str | None = None
    opportunity: str | None = None
    conversation: Conversation | None = None
    how: How | None = None
    purpose: Purpose | None = None
    use: str | None = None
    outcome: OutcomeAnswer | None = None
    feedback: Feedback | None = None
    text: str | None = None


def problems_of(event: ReportedEvent) -> list[Problem]:
    """List what is wrong with the event's own fields, in the order of the form; empty when it may be stored.

    Whether asset, search, account and use exist and belong to the caller is for the service to ask.
    """
    return [*_id_problems(event), *_needs(event), *_misplaced(event), *_out_of_bounds(event)]


def problems_from_a_client(event: ReportedEvent, now: datetime) -> list[Problem]:
    """List the same and what holds for a live caller only: a kind that is theirs, a recent time."""
    problems = problems_of(event)
    if event.kind in MADE_BY_THE_PRODUCT:
        problems.append(
            (
                "kind",
                f"“{event.kind}” is recorded by the product itself; it cannot be sent.",
            )
        )
    late = None if event.occurred_at is None else time_problem(event.occurred_at, now)
    return [*problems, ("occurred_at", late)] if late else problems


def time_problem(occurred_at: datetime, now: datetime) -> str | None:
    """Say what is wrong with the time of a live event, or None. Five minutes ahead are forgiven to clocks."""
    if occurred_at > now + CLOCK_SKEW:
        return "The time lies in the future: check the clock of the device that sent it."
    if occurred_at < now - EVENT_DAYS_BACK:
        return (
            "The event is more than 14 days old: an admin can bring in older history with the usage import."
        )
    return None


def _id_problems(event: ReportedEvent) -> Iterator[Problem]:
    try:
        UUID(event.id)
    except ValueError:
        yield "id", "The id must be a UUID that the sender makes, so that an event sent twice counts once."


def _needs(event: ReportedEvent) -> Iterator[Problem]:
    kind = event.kind
    if event.asset is None and kind is not EventKind.OUTCOME:
        yield "asset", f"“{kind}” needs the asset it is about."
    if kind is EventKind.IMPRESSION and event.surface is Surface.SEARCH:
        if event.search is None:
            yield "search", "An impression in search needs the id of the search that showed it."
        if event.rank is None:
            yield "rank", "An impression in search needs the rank at which the asset stood."
    if kind is EventKind.PAGE_VIEWED and event.page is None:
        yield "page", "A viewed page needs its number."
    if kind is EventKind.FEEDBACK and event.feedback is None and not (event.text or "").strip():
        yield "feedback", "Feedback needs a reason or a text."
    needs_account = kind in {EventKind.USE, EventKind.NOT_USED, EventKind.TAILORED, EventKind.SHARE_CREATED}
    if (needs_account or event.purpose is Purpose.CUSTOMER) and not (event.account or "").strip():
        yield "account", "Name the customer: a use, or its absence, is always for an account."
    if kind is EventKind.OUTCOME:
        yield from _outcome_needs(event)


def _outcome_needs(event: ReportedEvent) -> Iterator[Problem]:
    if event.outcome is None:
        yield "outcome", "An outcome needs its answer: reached, not or pending."
    if event.use is not None:
        return
    if event.account is None:
        yield (
            "account",
            "An outcome is about one use or about an account and a conversation: name one of the two.",
        )
    if event.conversation is None:
        yield "conversation", "An outcome by account needs the conversation it answers for."


def _misplaced(event: ReportedEvent) -> Iterator[Problem]:
    """Refuse what the kind cannot mean: stored in silence it would turn into a wrong number later."""
    kind = event.kind
    if event.purpose is not None and kind is not EventKind.DOWNLOAD:
        yield "purpose", "Only a download has a purpose."
    if event.how is not None and kind is not EventKind.USE:
        yield "how", "Only a use says how."
    if event.outcome is not None and kind is not EventKind.OUTCOME:
        yield "outcome", "Send the outcome as an event of its own, of kind “outcome”."
    if event.use is not None and kind is not EventKind.OUTCOME:
        yield "use", "Only an outcome names a use."
    if event.feedback is None:
        return
    if kind is EventKind.NOT_USED and event.feedback not in NOT_USED_REASONS:
        yield "feedback", f"“{event.feedback}” is no reason for not using an asset."
    elif kind is EventKind.FEEDBACK and event.feedback not in FEEDBACK_REASONS:
        yield "feedback", f"“{event.feedback}” says why an asset was not used: send it with kind “not_used”."
    elif kind not in {EventKind.NOT_USED, EventKind.FEEDBACK}:
        yield "feedback", "Send feedback as an event of its own, of kind “feedback”."


def _out_of_bounds(event: ReportedEvent) -> Iterator[Problem]:
    if event.rank is not None and event.rank < 1:
        yield "rank", "Ranks count from 1."
    if event.page is not None and event.page < 1:
        yield "page", "Pages count from 1."
    if event.seconds is not None and not 0 <= event.seconds <= LONGEST_SECONDS:
        yield "seconds", "Seconds must lie between 0 and one day."
    for name, value in (("account", event.account), ("opportunity", event.opportunity)):
        if value is not None and len(value) > EVENT_NAME_CHARACTERS:
            yield name, f"At most {EVENT_NAME_CHARACTERS} characters, please."
    if event.text is not None and len(event.text) > EVENT_TEXT_CHARACTERS:
        yield "text", f"At most {EVENT_TEXT_CHARACTERS} characters, please."
