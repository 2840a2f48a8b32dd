"""Whatever byte of an index was damaged: an answer or a sentence, never a failure of another kind."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from search import Query, SearchUnavailable, open_index
from tests.search.documents import CONVERSATIONS, TERMS, make_document

pytestmark = pytest.mark.once


def test_damaged_bytes_are_an_answer_or_a_sentence(tmp_path: Path) -> None:
    sound, harmed = tmp_path / "sound", tmp_path / "harmed"
    index = open_index(f"whoosh:{sound}")
    index.rebuild(
        make_document(f"a{number}", "Hospital downtime", terms=TERMS, conversation=CONVERSATIONS[number % 3])
        for number in range(9)
    )
    index.close()

    for trial in range(120):
        shutil.rmtree(harmed, ignore_errors=True)
        shutil.copytree(sound, harmed)
        (segment,) = harmed.glob("*/built-*/*.seg")
        stored = bytearray(segment.read_bytes())
        for number in range(5):
            stored[(trial * 7_919 + number * 104_729) % len(stored)] ^= 1 << (trial + number) % 8
        segment.write_bytes(stored)
        ask_everything(f"whoosh:{harmed}")


def ask_everything(address: str) -> None:
    index = open_index(address)
    query = Query(text="hospital downtime", boosts={TERMS[0]: 1.0}, fold=True)
    for ask in (
        lambda: index.search(query),
        lambda: list(index.versions()),
        lambda: index.knows("hospital"),
        lambda: index.highlighter(query)("hospital"),
    ):
        with suppress(SearchUnavailable):
            ask()
    index.close()
