"""How well the parser reads sentences; half of them were written before it was tuned and never tuned on."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from content_map.domain.situations import Reading, parse
from content_map.domain.vocabulary import Vocabulary

SENTENCES = Path(__file__).with_name("situations.tsv")


def labelled(written: str) -> list[dict[str, str]]:
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        return [
            row
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if row["written"] == written
        ]


def chips_of(reading: Reading) -> set[str]:
    return {
        ("-" if chip.negated else "") + (chip.ref or f"{chip.facet}:?{chip.name}") for chip in reading.chips
    }


def measure(written: str, vocabulary: Vocabulary) -> tuple[float, float, list[str]]:
    """Give F1 over chips, the share of sentences with the right conversation, and what went wrong."""
    counts: Counter[str] = Counter()
    right, misses = 0, []
    sentences = labelled(written)
    for row in sentences:
        reading = parse(row["sentence"], vocabulary)
        expected, found = set(row["chips"].split()), chips_of(reading)
        counts.update(hit=len(expected & found), extra=len(found - expected), missed=len(expected - found))
        conversation = str(reading.conversation or "-")
        right += conversation == row["conversation"]
        if expected != found or conversation != row["conversation"]:
            misses.append(
                f"{row['sentence']}\n  extra {sorted(found - expected)} missed {sorted(expected - found)}"
                f" conversation {conversation} for {row['conversation']}"
            )
    f1 = 2 * counts["hit"] / (2 * counts["hit"] + counts["extra"] + counts["missed"])
    return f1, right / len(sentences), misses


def test_there_are_at_least_forty_sentences_and_half_were_written_before_tuning():
    before, after = labelled("before"), labelled("after")

    assert len(before) + len(after) >= 40
    assert len(before) >= len(after)


@pytest.mark.parametrize(
    ("written", "chips_floor", "conversation_floor"), [("before", 0.95, 0.9), ("after", 0.97, 0.95)]
)
def test_chips_and_conversations_are_read_well_enough(written, chips_floor, conversation_floor, vocabulary):
    f1, right, misses = measure(written, vocabulary)

    assert f1 >= chips_floor, "\n".join(misses)
    assert right >= conversation_floor, "\n".join(misses)
