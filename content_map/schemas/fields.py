"""Fields that every noun uses: bounded text, numbers, instants, conversations, terms, files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate
from werkzeug.datastructures import FileStorage

from content_map.domain.conversations import CONVERSATIONS, Conversation
from content_map.services.texts import NOT_STORABLE, is_storable

ID_CHARACTERS = 64
TERM_CHARACTERS = 130
FIRST_YEAR, LAST_YEAR = 1900, 2999


class Line(fields.String):
    """Text of one bound; characters that no database can hold are refused."""

    default_error_messages = {"invalid": "Write text here."}  # noqa: RUF012 - marshmallow's own name and shape

    def __init__(self, *, most: int, least: int = 0, **given: Any) -> None:
        bounds = validate.Length(min=least or None, max=most, error=_length_sentence(least, most))
        super().__init__(validate=[bounds, _storable, *([_not_blank] if least else [])], **_said(given))


class Identifier(Line):
    """An opaque id."""

    def __init__(self, **given: Any) -> None:
        super().__init__(most=ID_CHARACTERS, least=1, **given)


class Whole(fields.Integer):
    """A whole number within bounds; `error` is the sentence for every other value."""

    def __init__(self, least: int, most: int | None, *, error: str, **given: Any) -> None:
        within = validate.Range(least, most, error=error)
        super().__init__(validate=within, **_said(given, invalid=error, too_large=error))

    def _validated(self, value: Any) -> int:
        if not isinstance(value, int | str) or isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return int(super()._validated(value) or 0)


class Flag(fields.Boolean):
    """`true` or `false`, in JSON and as a form's text."""

    default_error_messages = {"invalid": "Write true or false."}  # noqa: RUF012 - marshmallow's own name and shape

    def _deserialize(self, value: Any, attr: str | None, data: Any, **given: Any) -> bool:  # noqa: ARG002
        if value is True or value == "true":
            return True
        if value is False or value == "false":
            return False
        raise self.make_error("invalid", input=value)


class Instant(fields.AwareDateTime):
    """An RFC 3339 instant with its zone; given back in UTC with a Z."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own name and shape
        "invalid": "Write an instant such as 2026-11-21T09:00:00Z.",
        "invalid_awareness": "Say the time zone too, such as 2026-11-21T09:00:00Z.",
    }

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **given: Any) -> str | None:  # noqa: ARG002
        return instant(value)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **given: Any
    ) -> datetime:
        if not isinstance(value, str):
            raise self.make_error("invalid", input=value)
        found = super()._deserialize(value, attr, data, **given)
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise self.make_error("invalid", input=value)
        return found.astimezone(UTC)


class Day(fields.Date):
    """A day of the calendar."""

    default_error_messages = {"invalid": "Write a day such as 2026-12-31."}  # noqa: RUF012 - marshmallow's own name

    def _deserialize(self, value: Any, attr: str | None, data: Any, **given: Any) -> date:
        found = super()._deserialize(value, attr, data, **given)
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise self.make_error("invalid", input=value)
        return found


def instant(value: datetime | None) -> str | None:
    """Write an instant as the API gives it."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class ConversationKey(fields.String):
    """One of the five; a sixth is refused with their names, and so are two."""

    def __init__(self, **given: Any) -> None:
        keys = [each.key.value for each in CONVERSATIONS]
        super().__init__(metadata={"enum": keys}, **_said(given))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **given: Any) -> Conversation:  # noqa: ARG002
        if isinstance(value, list):
            raise ValidationError("An asset belongs to exactly one conversation. Choose one.")
        if not isinstance(value, str) or value not in set(Conversation):
            keys = ", ".join(each.key for each in CONVERSATIONS)
            raise ValidationError(f"There are exactly five conversations: {keys}.")
        return Conversation(value)


class TermKey(Line):
    """A term as `facet:term`."""

    def __init__(self, **given: Any) -> None:
        super().__init__(most=TERM_CHARACTERS, least=1, **given)


class Choice(fields.String):
    """One word of a few; the sentence names them."""

    def __init__(self, *words: str, **given: Any) -> None:
        sentence = f"Choose one of {', '.join(words)}."
        one_of = validate.OneOf([str(word) for word in words], error=sentence)
        super().__init__(validate=one_of, **_said(given, invalid=sentence))


class File(fields.Field[FileStorage]):
    """The file part of a form."""

    def __init__(self, **given: Any) -> None:
        sentence = "Choose a file: the form has no part named file that holds one."
        super().__init__(
            metadata={"type": "string", "format": "binary"},
            **_said(given, required=sentence, invalid=sentence, null=sentence),
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **given: Any) -> FileStorage:  # noqa: ARG002
        if not isinstance(value, FileStorage):
            raise self.make_error("invalid", input=value)
        return value


def _said(given: dict[str, Any], **sentences: str) -> dict[str, Any]:
    """Say in our words that a field is missing, may not be null, or is none of what is accepted."""
    return {
        **given,
        "error_messages": {"required": "This is needed.", "null": "This cannot be empty.", **sentences},
    }


def _length_sentence(least: int, most: int) -> str:
    return f"Write {least} to {most:,} characters." if least else f"Write at most {most:,} characters."


def _not_blank(text: str) -> None:
    if not text.strip():
        raise ValidationError("Write something here, not only spaces.")


def _storable(text: str) -> None:
    if not is_storable(text):
        raise ValidationError(NOT_STORABLE)
