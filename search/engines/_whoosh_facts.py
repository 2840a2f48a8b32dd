"""What is known of an asset besides its words: one row of the index, no text among it."""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass
from typing import Self

from search.contract import Document


@dataclass(frozen=True, slots=True)
class Facts:
    """One asset's row; no text of it."""

    id: str
    version: int
    conversation: str
    language: str
    group: str
    terms: tuple[str, ...]
    suggested: tuple[str, ...]
    dated: int
    review_by: int

    @classmethod
    def of(cls, document: Document) -> Self:
        """A term that people confirmed is not suggested any more."""
        return cls(
            document.id,
            document.version,
            document.conversation,
            document.language,
            document.group or document.id,
            tuple(dict.fromkeys(document.terms)),
            tuple(term for term in dict.fromkeys(document.suggested) if term not in document.terms),
            document.dated,
            document.review_by,
        )

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        asset_id, version, conversation, language, group, terms, suggested, *days = json.loads(stored)
        return cls(asset_id, version, conversation, language, group, tuple(terms), tuple(suggested), *days)

    def to_bytes(self) -> bytes:
        return json.dumps(astuple(self)).encode()
