"""What marketing has on its desk: files that are not ready yet, read from the folder of drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from content_map.domain.assets import Guide
from content_map.domain.conversations import Conversation
from content_map.sample.makers import MAKERS, Piece
from content_map.sample.manuscripts import parse
from content_map.sample.people import person

_SOURCES = Path(__file__).parent / "library" / "drafts"
_GUIDE_PARTS = ("when_to_use", "say_first", "ask_next", "do_not", "may_change")


@dataclass(frozen=True, slots=True)
class SampleDraft:
    """One file as it was uploaded: without a title, so that the one in the file is found.

    `uploaded` is days before today, `publishes` days after; one without a conversation still needs tagging.
    """

    file_name: str
    content: bytes
    owner_key: str
    conversation: Conversation | None
    terms: tuple[str, ...]
    summary: str | None
    guide: Guide
    uploaded: int
    publishes: int | None


@lru_cache
def drafts() -> tuple[SampleDraft, ...]:
    """Make every draft, by the name of its source."""
    return tuple(_draft(path) for path in sorted(_SOURCES.glob("*.md")))


def _draft(path: Path) -> SampleDraft:
    manuscript = parse(path.read_text(encoding="utf-8"))
    fields = manuscript.fields
    author = person(fields["owner"]).name
    piece = Piece(fields["title"], fields.get("summary", ""), author, "", manuscript.sections)
    return SampleDraft(
        file_name=fields["file"],
        content=MAKERS[fields["format"]](piece),
        owner_key=fields["owner"],
        conversation=Conversation(fields["conversation"]) if "conversation" in fields else None,
        terms=tuple(term.strip() for term in fields.get("terms", "").split(",") if term.strip()),
        summary=fields.get("summary"),
        guide=_guide(fields),
        uploaded=int(fields["uploaded"]),
        publishes=int(fields["publishes"]) if "publishes" in fields else None,
    )


def _guide(fields: Mapping[str, str]) -> Guide:
    words = {part: fields[part] for part in _GUIDE_PARTS if part in fields}
    return Guide(**words, minutes=int(fields["minutes"]) if "minutes" in fields else None)
