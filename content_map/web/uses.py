"""The forms that say what was done with an asset, read into events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time

from flask import request

from content_map import context
from content_map.domain.conversations import Conversation
from content_map.domain.counting import default_how
from content_map.domain.events import NOT_USED_REASONS, ReportedEvent
from content_map.domain.usage import EventKind, Feedback, How, OutcomeAnswer
from content_map.models import Asset
from content_map.web import events, forms

USED = "used"
# The event's fields that the form asks for, and what it calls them.
_FIELDS = {
    "account": "account",
    "conversation": "conversation",
    "how": "how",
    "on": "on",
    "occurred_at": "on",
}


def reported(asset_id: str) -> ReportedEvent:
    """Read “used it”, or the reason why not. Raises Invalid."""
    answer = request.form.get("answer", USED)
    conversation = forms.choice("conversation", Conversation)
    not_used = forms.one_of("answer", answer, Feedback) if answer != USED else None
    if not_used is not None and not_used in NOT_USED_REASONS:
        return ReportedEvent(
            id=events.sent_id(),
            kind=EventKind.NOT_USED,
            asset=asset_id,
            search=forms.text("search"),
            account=forms.text("account"),
            conversation=conversation,
            feedback=not_used,
        )
    return ReportedEvent(
        id=events.sent_id(),
        kind=EventKind.USE,
        asset=asset_id,
        occurred_at=_noon_of("on"),
        search=forms.text("search"),
        account=forms.text("account"),
        conversation=conversation,
        how=forms.choice("how", How),
    )


def beside_fields(errors: Mapping[str, str]) -> dict[str, str]:
    """Put each sentence beside the field of the form it is about; what no field shows stands above the buttons."""
    shown: dict[str, str] = {}
    for name, sentence in errors.items():
        field = _FIELDS.get(name, forms.FORM)
        shown[field] = f"{shown[field]} {sentence}" if field in shown else sentence
    return shown


def outcome_of(use_id: str, answer: OutcomeAnswer | None) -> ReportedEvent:
    """Make the answer about one use."""
    return ReportedEvent(id=events.sent_id(), kind=EventKind.OUTCOME, use=use_id, outcome=answer)


def feedback_on(asset_id: str) -> ReportedEvent:
    """Read what somebody says of an asset. Raises Invalid."""
    return ReportedEvent(
        id=events.sent_id(),
        kind=EventKind.FEEDBACK,
        asset=asset_id,
        search=forms.text("search"),
        feedback=forms.choice("feedback", Feedback),
        text=forms.text("text"),
    )


def typed(asset: Asset, account: str | None) -> Mapping[str, str | None]:
    """What the form shows: what was typed, else the likely answers."""
    conversation = Conversation(asset.conversation) if asset.conversation else None
    likely = How.PREPARED if default_how(conversation) is How.PREPARED else How.PRESENTED
    today = context.now().astimezone(context.resources().settings.zone).date()
    form = request.form
    return {
        "event": form.get("event"),
        "account": form.get("account", account),
        "conversation": form.get("conversation", asset.conversation),
        "how": form.get("how", likely),
        "on": form.get("on", today.isoformat()),
    }


def _noon_of(name: str) -> datetime | None:
    """Read the day of a use: today is now, an earlier day its noon for the organisation."""
    on = forms.day(name)
    zone = context.resources().settings.zone
    if on is None or on == context.now().astimezone(zone).date():
        return None
    return datetime.combine(on, time(12), zone).astimezone(UTC)
