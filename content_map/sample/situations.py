"""What reps type before they work with a customer: sentences with the account and the conversation they mean."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from content_map.domain.conversations import Conversation

_SOURCE = Path(__file__).with_name("situations.csv")


@dataclass(frozen=True, slots=True)
class SampleSituation:
    conversation: Conversation
    account_key: str
    text: str


@lru_cache
def situations() -> tuple[SampleSituation, ...]:
    """List the sentences in the order of the file."""
    with _SOURCE.open(encoding="utf-8", newline="") as rows:
        return tuple(
            SampleSituation(Conversation(row["conversation"]), row["account"], row["text"])
            for row in csv.DictReader(rows)
        )
