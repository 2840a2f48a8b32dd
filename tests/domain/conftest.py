"""The product's own vocabulary with a few made-up and real competitors, as an organisation would add them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import content_map
from content_map.domain.conversations import Conversation
from content_map.domain.cues import ConversationCue
from content_map.domain.vocabulary import Facet, Term, Vocabulary
from tests.support.labelled import OWN_TERMS

FOLDER = Path(content_map.__file__).parent / "first_vocabulary"


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def shipped_terms() -> list[Term]:
    return [
        Term(Facet(row["facet"]), row["key"], row["name"], tuple(row["aliases"].split(";")))
        for row in _rows("terms.csv")
    ]


@pytest.fixture(scope="session")
def shipped_cues() -> list[ConversationCue]:
    return [
        ConversationCue(Conversation(row["conversation"]), row["cue"], float(row["weight"]))
        for row in _rows("conversation_cues.csv")
    ]


@pytest.fixture(scope="session")
def vocabulary(shipped_terms: list[Term], shipped_cues: list[ConversationCue]) -> Vocabulary:
    return Vocabulary([*shipped_terms, *OWN_TERMS], shipped_cues)
