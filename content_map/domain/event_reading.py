"""From the words of a file or a message to a reported event: every field is read or refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from content_map.domain.conversations import Conversation
from content_map.domain.events import EVENTS_AT_ONCE, TOO_MANY, Problem, ReportedEvent
from content_map.domain.usage import EventKind, Feedback, How, OutcomeAnswer, Purpose, Surface
from content_map.errors import FieldError, Invalid, TooLarge

EVENT_FIELD_CHARACTERS = 4_000
_DIGITS = 10
_FIRST_YEAR, _LAST_YEAR = 1990, 2999

Reader = Callable[[object], Any]


class _Refused(ValueError):
    """A value that a field cannot hold; the message is for whoever sent it."""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Refused("Write text here.")
    if len(value) > EVENT_FIELD_CHARACTERS:
        raise _Refused(f"At most {EVENT_FIELD_CHARACTERS:,} characters, please.")
    return value


def _whole(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= _DIGITS:
        return int(value)
    raise _Refused("Write a whole number.")


def _instant(value: object) -> datetime:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise _Refused("Write an instant such as 2026-11-21T09:00:00Z.")
    if found.tzinfo is None:
        raise _Refused("Say the time zone too, such as 2026-11-21T09:00:00Z.")
    return found.astimezone(UTC)


def _word(of: type[StrEnum]) -> Reader:
    words = {each.value: each for each in of}

    def read(value: object) -> StrEnum:
        if isinstance(value, str) and value in words:
            return words[value]
        raise _Refused(f"Choose one of {', '.join(of)}.")

    return read


READERS: Mapping[str, Reader] = {
    "id": _text,
    "kind": _word(EventKind),
    "asset": _text,
    "occurred_at": _instant,
    "surface": _word(Surface),
    "search": _text,
    "rank": _whole,
    "page": _whole,
    "seconds": _whole,
    "account": _text,
    "opportunity": _text,
    "conversation": _word(Conversation),
    "how": _word(How),
    "purpose": _word(Purpose),
    "use": _text,
    "outcome": _word(OutcomeAnswer),
    "feedback": _word(Feedback),
    "text": _text,
}
"""The fields of an event, in the order of the contract."""

ONES_OWN = "An event is always the caller's own: nobody can report for somebody else."


def read_event(given: object) -> ReportedEvent:
    """Read an event; null is a field left out. Raises Invalid, which names every field at fault."""
    if not isinstance(given, Mapping):
        raise Invalid.field("/", "An event is an object with named fields.")
    values: dict[str, Any] = {}
    problems = list(_read_into(values, given))
    if problems:
        errors = [FieldError(f"/{name}", sentence) for name, sentence in problems]
        raise Invalid(" ".join(f"{name}: {sentence}" for name, sentence in problems), errors)
    return ReportedEvent(**values)


@dataclass(frozen=True, slots=True)
class Read:
    """The events of a batch that could be read and those that could not, each by its place in what was sent."""

    events: Mapping[int, ReportedEvent]
    refused: Mapping[int, str]


def read_events(given: Sequence[object]) -> Read:
    """Read each event of a batch; one that cannot be read leaves the others alone. Raises TooLarge."""
    if len(given) > EVENTS_AT_ONCE:
        raise TooLarge(TOO_MANY)
    events: dict[int, ReportedEvent] = {}
    refused: dict[int, str] = {}
    for index, each in enumerate(given):
        try:
            events[index] = read_event(each)
        except Invalid as refusal:
            refused[index] = refusal.detail
    return Read(events, refused)


def _read_into(values: dict[str, Any], given: Mapping[object, object]) -> Iterator[Problem]:
    for name, value in given.items():
        if name == "actor":
            yield "actor", ONES_OWN
        elif not isinstance(name, str) or name not in READERS:
            yield str(name)[:60], "An event has no field of this name."
        elif value is not None:
            try:
                values[name] = READERS[name](value)
            except _Refused as refused:
                yield name, str(refused)
    for needed in ("id", "kind"):
        if given.get(needed) is None:
            yield needed, "Every event needs this."
