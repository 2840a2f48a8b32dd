"""The vocabulary and the conversation cues that come with the product, as files."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

from content_map.domain.conversations import Conversation
from content_map.domain.cues import ConversationCue
from content_map.domain.vocabulary_rows import TermRow

_FOLDER = Path(str(files("content_map"))) / "first_vocabulary"


def shipped_terms() -> list[TermRow]:
    """Read the terms that an empty database begins with."""
    return read_terms(_FOLDER / "terms.csv")


def shipped_cues() -> list[ConversationCue]:
    """Read the words that speak for a conversation."""
    return read_cues(_FOLDER / "conversation_cues.csv")


def read_terms(path: Path) -> list[TermRow]:
    """Read a vocabulary file: `facet,key,name,aliases` with `;` between aliases."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            TermRow(
                row["facet"],
                row["key"],
                row["name"],
                tuple(alias.strip() for alias in row["aliases"].split(";") if alias.strip()),
            )
            for row in csv.DictReader(file)
        ]


def read_cues(path: Path) -> list[ConversationCue]:
    """Read the words that speak for a conversation: `conversation,cue,weight`."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            ConversationCue(Conversation(row["conversation"]), row["cue"], float(row["weight"]))
            for row in csv.DictReader(file)
        ]
