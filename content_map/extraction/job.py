"""What the worker asks of the sandbox, as a message and back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Self, cast

from content_map.extraction.limits import Limits
from content_map.extraction.wire import Message


@dataclass(frozen=True, slots=True)
class Card:
    """What a drawn preview shows of a page."""

    number: int
    label: str
    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Pictures wanted: of the document's own pages where its kind allows, else cards.

    `made_from` is not 0 when the document is a PDF that was made of one with so many pages: which of the PDF's
    pages shows which of those must be found. `embedded` asks for the picture that the document carries of itself.
    """

    kind: str
    media_type: str
    cards: tuple[Card, ...]
    only_cards: bool = False
    made_from: int = 0
    embedded: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """Read the document, or draw it when `draw` is given; as the named format, else as what its content shows."""

    file_name: str
    limits: Limits
    draw: Drawing | None = None
    format_name: str | None = None

    def to_message(self) -> Message:
        """Plain JSON values only."""
        return asdict(self)

    @classmethod
    def from_message(cls, message: Message) -> Self:
        """The reverse; the worker is trusted, so nothing is checked."""
        limits = cast("dict[str, int]", message["limits"])
        draw = cast("dict[str, object] | None", message["draw"])
        return cls(
            file_name=str(message["file_name"]),
            limits=Limits(**{entry.name: limits[entry.name] for entry in fields(Limits)}),
            draw=None if draw is None else _drawing(draw),
            format_name=cast("str | None", message.get("format_name")),
        )


def _drawing(message: Message) -> Drawing:
    cards = cast("list[dict[str, object]]", message["cards"])
    return Drawing(
        kind=str(message["kind"]),
        media_type=str(message["media_type"]),
        cards=tuple(
            Card(
                number=cast("int", card["number"]),
                label=str(card["label"]),
                heading=str(card["heading"]),
                lines=tuple(cast("list[str]", card["lines"])),
            )
            for card in cards
        ),
        only_cards=bool(message["only_cards"]),
        made_from=cast("int", message["made_from"]),
        embedded=bool(message["embedded"]),
    )
