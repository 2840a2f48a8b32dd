"""What can go wrong, in words a marketer understands; HTTP lives in problems.py alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class ContentMapError(Exception):
    """A refusal or a fault with a sentence for the person who meets it and the data that explains it.

    `facts` are members for the problem document, plain JSON values only.
    """

    def __init__(self, detail: str, **facts: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts: Mapping[str, object] = facts


class NotSignedIn(ContentMapError):
    """Nobody is signed in, or the token or session has ended."""


class NotAllowed(ContentMapError):
    """The actor's role does not hold the right."""


class NotFound(ContentMapError):
    """There is no such thing, or its existence is secret from the actor."""


class Conflict(ContentMapError):
    """The act contradicts what is stored, for example a twin with the same bytes."""


class Gone(ContentMapError):
    """It was there and has ended: an expired link, a revoked token."""


class Stale(ContentMapError):
    """Somebody else changed it since the actor read it; `facts` hold the present state."""


class TooLarge(ContentMapError):
    """Over a size limit."""


class Unsupported(ContentMapError):
    """Content of a kind that is refused at the door."""


class Unavailable(ContentMapError):
    """A part (database, store, index, helper program) is down; trying later may work."""


class TooMany(ContentMapError):
    """Too many attempts; `facts['retry_after_seconds']` says when to come back."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field's problem. `pointer` is a JSON pointer such as `/terms/0`."""

    pointer: str
    detail: str


class Invalid(ContentMapError):
    """What was given cannot be accepted as it is; `errors` names each field."""

    def __init__(self, detail: str, errors: Sequence[FieldError] = (), **facts: object) -> None:
        super().__init__(detail, **facts)
        self.errors = tuple(errors)

    @classmethod
    def field(cls, pointer: str, detail: str) -> Invalid:
        """Refuse one field; the field's sentence is the whole sentence too."""
        return cls(detail, [FieldError(pointer, detail)])
