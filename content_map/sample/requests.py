"""What reps asked marketing for, and what became of it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from content_map.domain.conversations import Conversation
from content_map.services.requests import RequestStatus

_SOURCE = Path(__file__).with_name("requests.csv")


@dataclass(frozen=True, slots=True)
class SampleAnswer:
    """`asset_key` is what fills the request."""

    answerer_key: str
    days_ago: int
    words: str
    asset_key: str | None


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """An open one has no answer."""

    asker_key: str
    conversation: Conversation
    situation: str
    note: str | None
    asked_days_ago: int
    status: RequestStatus
    answer: SampleAnswer | None


@lru_cache
def requests() -> tuple[SampleRequest, ...]:
    """List the requests in the order of the file."""
    with _SOURCE.open(encoding="utf-8", newline="") as rows:
        return tuple(_request(row) for row in csv.DictReader(rows))


def _request(row: dict[str, str]) -> SampleRequest:
    answer = None
    if row["answerer"]:
        days_ago = int(row["answered_days_ago"])
        answer = SampleAnswer(row["answerer"], days_ago, row["answer"], row["asset"] or None)
    return SampleRequest(
        row["asker"],
        Conversation(row["conversation"]),
        row["situation"],
        row["note"] or None,
        int(row["asked_days_ago"]),
        RequestStatus(row["status"]),
        answer,
    )
