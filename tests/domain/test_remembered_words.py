"""Words are folded once; what is no word leaves nothing behind."""

from __future__ import annotations

import pytest

from content_map.domain.words import keys_of, tokens_of
from tests.support.kept_memory import kept_bytes

pytestmark = pytest.mark.once


def test_thousands_of_endless_words_leave_nothing_in_memory() -> None:
    typed = [f"x{number}" + "y" * 1_990 for number in range(200)]
    tokens_of(typed[0])

    def read() -> None:
        for each in typed:
            tokens_of(each)
            keys_of(each)

    assert kept_bytes(read) < 50_000
