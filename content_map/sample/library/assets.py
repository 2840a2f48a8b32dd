"""Reads the written sources into assets and makes an asset's file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from content_map.domain.assets import Audience, Guide, Kind
from content_map.domain.conversations import CONVERSATIONS, Conversation
from content_map.domain.usage import Feedback
from content_map.sample.lifetimes import Edge
from content_map.sample.makers import MAKERS, Piece
from content_map.sample.makers.pieces import INTERNAL_MARK
from content_map.sample.manuscripts import Manuscript, Section, parse
from content_map.sample.people import person

_HERE = Path(__file__).parent
_KINDS = {
    "pptx": Kind.DECK,
    "docx": Kind.DOCUMENT,
    "pdf": Kind.DOCUMENT,
    "xlsx": Kind.SHEET,
    "html": Kind.WEB,
}
_GUIDE_PARTS = ("when_to_use", "say_first", "ask_next", "do_not", "may_change")


@dataclass(frozen=True, slots=True)
class SampleAsset:
    """One asset before it is uploaded.

    `published`, `archived` and `expires` are months before today or an edge of the last whole quarter: turn
    them into instants with `lifetimes.lifetime`. `pull` and `worth` in 0..1 say how likely a simulated rep
    is to open it when seen and to use it when read; `trouble` is what reps report of it and `said` how they put it.
    """

    key: str
    file_name: str
    title: str
    conversation: Conversation
    format: str
    kind: Kind
    audience: Audience
    owner_key: str
    terms: tuple[str, ...]
    summary: str
    guide: Guide
    published: int | Edge
    archived: int | Edge | None
    expires: int | Edge | None
    pull: float
    worth: float
    trouble: Feedback | None
    said: tuple[str, ...]
    sections: tuple[Section, ...]


@lru_cache
def assets() -> tuple[SampleAsset, ...]:
    """List the sample assets by conversation, then by key."""
    return tuple(
        _asset(source.stem, description.key, parse(source.read_text(encoding="utf-8")))
        for description in CONVERSATIONS
        for source in sorted((_HERE / description.key).glob("*.md"))
    )


def make_file(asset: SampleAsset) -> bytes:
    """Make the asset's file: the same bytes every time."""
    mark = INTERNAL_MARK if asset.audience is Audience.INTERNAL else ""
    author = person(asset.owner_key).name
    return MAKERS[asset.format](Piece(asset.title, asset.summary, author, mark, asset.sections))


def _asset(key: str, conversation: Conversation, manuscript: Manuscript) -> SampleAsset:
    fields = manuscript.fields
    made_as = fields["format"]
    trouble = fields.get("trouble")
    return SampleAsset(
        key=key,
        file_name=fields.get("file", f"{key}.{made_as}"),
        title=fields["title"],
        conversation=conversation,
        format=made_as,
        kind=_KINDS[made_as],
        audience=Audience(fields.get("audience", Audience.CUSTOMER)),
        owner_key=fields["owner"],
        terms=tuple(term.strip() for term in fields.get("terms", "").split(",") if term.strip()),
        summary=fields.get("summary", ""),
        guide=Guide(
            **{part: fields[part] for part in _GUIDE_PARTS if part in fields},
            minutes=int(fields["minutes"]) if "minutes" in fields else None,
        ),
        published=_moment(fields["published"]),
        archived=_moment(fields["archived"]) if "archived" in fields else None,
        expires=_moment(fields["expires"]) if "expires" in fields else None,
        pull=float(fields["pull"]),
        worth=float(fields["worth"]),
        trouble=Feedback(trouble) if trouble else None,
        said=tuple(words.strip() for words in fields.get("said", "").split("|") if words.strip()),
        sections=manuscript.sections,
    )


def _moment(words: str) -> int | Edge:
    return int(words) if words.isdecimal() else Edge(words)
