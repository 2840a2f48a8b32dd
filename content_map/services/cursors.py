"""Opaque cursors: where a list goes on, as text a client hands back without reading it."""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from content_map.errors import Invalid
from content_map.services.texts import is_storable

T = TypeVar("T")
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """A part of a list; `next` is the cursor of the part after it, None at the end."""

    items: Sequence[T]
    next: str | None


def make(*parts: str) -> str:
    """Wrap the sort key of the last item shown."""
    return urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read(cursor: str, *, parts: int) -> tuple[str, ...]:
    """Unwrap what `make` wrapped. Raises Invalid for anything else."""
    try:
        found = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        found = None
    if (
        not isinstance(found, list)
        or len(found) != parts
        or not all(isinstance(each, str) and is_storable(each) for each in found)
    ):
        raise refused()
    return tuple(found)


def moment(text: str) -> datetime:
    """Read an instant out of a cursor. Raises Invalid."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise refused() from None
    if found.tzinfo is None:
        raise refused()
    return found


def refused() -> Invalid:
    """Make the refusal of a cursor that we did not make."""
    return Invalid.field("/cursor", "This cursor is not one of ours. Take the `next` of the list before it.")


def bounded(limit: int) -> int:
    """Pass a limit between 1 and 200. Raises Invalid."""
    if not 1 <= limit <= MOST_AT_ONCE:
        raise Invalid.field("/limit", f"Ask for 1 to {MOST_AT_ONCE} at once.")
    return limit
