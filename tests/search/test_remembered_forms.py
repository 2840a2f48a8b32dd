"""Forms of words that come again are remembered; what comes once leaves nothing behind."""

from __future__ import annotations

import pytest

from search.forms import forms_of
from tests.support.kept_memory import kept_bytes

pytestmark = pytest.mark.once


def test_a_word_is_read_once() -> None:
    assert forms_of("Deliveries") is forms_of("Deliveries")
    assert forms_of("Wettbewerbsfähigkeit", "de") is forms_of("Wettbewerbsfähigkeit", "de")


@pytest.mark.parametrize(
    "run",
    [
        "{}病院はより良い配送を必要としています" * 200,
        "โรงพยาบาลต้องการการจัดส่ง{}ที่ดีขึ้น" * 200,
        "{}" + "y" * 2_000,
    ],
    ids=["Japanese", "Thai", "no word"],
)
def test_a_long_run_of_letters_leaves_nothing_in_memory(run: str) -> None:
    runs = [run.replace("{}", chr(0x4E00 + number)) for number in range(50)]
    forms_of(runs[0])

    assert kept_bytes(lambda: [forms_of(each) for each in runs] and None) < 50_000
