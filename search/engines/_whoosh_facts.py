"""What is known of an asset besides its words: one row of the index."""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass
from typing import Self

from search.contract import Document
from search.feedback import Said


@dataclass(frozen=True, slots=True)
class Facts:
    """One asset's row. Of its text only the stems that it says most often, with their shares of it."""

    id: str
    version: int
    conversation: str
    language: str
    group: str
    terms: tuple[str, ...]
    suggested: tuple[str, ...]
    dated: int
    review_by: int
    said: Said

    @classmethod
    def of(cls, document: Document, said: Said) -> Self:
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
            said,
        )

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        asset_id, version, conversation, language, group, *rest = json.loads(stored)
        terms, suggested, dated, review_by, said = rest
        return cls(
            id=asset_id,
            version=version,
            conversation=conversation,
            language=language,
            group=group,
            terms=tuple(terms),
            suggested=tuple(suggested),
            dated=dated,
            review_by=review_by,
            said=tuple((stem, share) for stem, share in said),
        )

    def to_bytes(self) -> bytes:
        return json.dumps(astuple(self)).encode()
