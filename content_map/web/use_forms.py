"""The forms that say what was done with an asset, read into events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time

from flask import request
from sqlalchemy.orm import Session

from content_map import context
from content_map.domain.conversations import Conversation
from content_map.domain.counting import default_how
from content_map.domain.event_reading import READERS
from content_map.domain.events import NOT_USED_REASONS, ReportedEvent
from content_map.domain.people import Actor
from content_map.domain.usage import EventKind, Feedback, How, OutcomeAnswer
from content_map.models import Asset
from content_map.services import accounts, searches, usage_shown
from content_map.web import events, forms

USED = "used"
TYPED = ("account", "conversation", "how", "on", "text")
# The event's fields that the form asks for, and what it calls them.
_FIELDS = {"occurred_at": "on", "feedback": forms.FORM, "asset": forms.FORM}


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands who says something of an asset: one's own search that served it, or none."""

    search: str | None = None
    rank: int | None = None
    account: str | None = None  # a name
    purpose: Conversation | None = None
    chips: tuple[Mapping[str, object], ...] = ()


def place_of(session: Session, search_id: str | None, asset_id: str, *, actor: Actor) -> Place:
    """Look up one's own search; one that is somebody else's, or did not serve the asset, says nothing."""
    rank = usage_shown.rank_served(session, search_id, asset_id, actor=actor)
    if search_id is None or rank is None:
        return Place()
    stored = searches.own(session, search_id, actor=actor)
    purpose = stored.conversation or stored.prefer
    return Place(
        search_id,
        rank,
        accounts.get(session, stored.account_id, actor=actor).name if stored.account_id else None,
        Conversation(purpose) if purpose else None,
        tuple(stored.recognised),
    )


def reported(asset_id: str, event_id: str | None = None) -> ReportedEvent:
    """Read “used it”, or the reason why not; the id is the form's own unless it is given. Raises Invalid."""
    id_ = event_id or events.sent_id()
    answer = request.form.get("answer", USED)
    conversation = forms.choice("conversation", Conversation)
    not_used = forms.one_of("answer", answer, Feedback) if answer != USED else None
    if not_used is not None and not_used in NOT_USED_REASONS:
        return ReportedEvent(
            id=id_,
            kind=EventKind.NOT_USED,
            asset=asset_id,
            occurred_at=_kept_at(),
            search=forms.text("search"),
            account=forms.text("account"),
            conversation=conversation,
            feedback=not_used,
        )
    return ReportedEvent(
        id=id_,
        kind=EventKind.USE,
        asset=asset_id,
        occurred_at=_kept_at() or _noon_of("on"),
        search=forms.text("search"),
        account=forms.text("account"),
        conversation=conversation,
        how=forms.choice("how", How),
    )


def outcome() -> ReportedEvent:
    """Read what came of a conversation with a customer. Raises Invalid."""
    return ReportedEvent(
        id=events.sent_id(),
        kind=EventKind.OUTCOME,
        occurred_at=_kept_at(),
        account=forms.text("account"),
        conversation=forms.choice("conversation", Conversation),
        outcome=forms.choice("outcome", OutcomeAnswer),
    )


def feedback_on(asset_id: str) -> ReportedEvent:
    """Read what somebody says of an asset. Raises Invalid."""
    return ReportedEvent(
        id=events.sent_id(),
        kind=EventKind.FEEDBACK,
        asset=asset_id,
        occurred_at=_kept_at(),
        search=forms.text("search"),
        feedback=forms.choice("feedback", Feedback),
        text=forms.text("text"),
    )


def beside_fields(errors: Mapping[str, str]) -> dict[str, str]:
    """Put each sentence beside the field of the form it is about; what no field shows stands above the buttons."""
    shown: dict[str, str] = {}
    for name, sentence in errors.items():
        field = _FIELDS.get(name, name if name in TYPED else forms.FORM)
        shown[field] = f"{shown[field]} {sentence}" if field in shown else sentence
    return shown


def likely(asset: Asset, place: Place) -> dict[str, str | None]:
    """What a form shows at first: the customer and purpose of the search, and how such a use usually goes."""
    own = Conversation(asset.conversation) if asset.conversation else None
    conversation = place.purpose or own
    return {
        "account": place.account,
        "conversation": conversation,
        "how": default_how(conversation),
        "on": day_of(context.now()),
        "text": None,
    }


def typed(otherwise: Mapping[str, str | None]) -> dict[str, str | None]:
    """What a form shows: what was typed, else these values."""
    return {name: request.form.get(name, otherwise.get(name)) for name in TYPED}


def day_of(moment: datetime) -> str:
    """Write the organisation's day of an instant as a date field holds it."""
    return moment.astimezone(context.resources().settings.zone).date().isoformat()


def _noon_of(name: str) -> datetime | None:
    """Read the day of a use: today is now, an earlier day its noon for the organisation."""
    on = forms.day(name)
    zone = context.resources().settings.zone
    if on is None or on == context.now().astimezone(zone).date():
        return None
    return datetime.combine(on, time(12), zone).astimezone(UTC)


def _kept_at() -> datetime | None:
    """When it was said, where a browser without a connection kept it; nobody types this."""
    given = forms.text("occurred_at")
    try:
        return READERS["occurred_at"](given) if given else None
    except ValueError:
        return None
