"""The simulation that shows what learning is worth plays the same year twice alike, and what it is there to show."""

from __future__ import annotations

from dataclasses import replace

from content_map.domain.lifts import CONSTANTS
from scripts.bench.learning import Arm, Outcome, play

SOON = replace(CONSTANTS, searches=100)


def _small(arm: Arm, seed: int = 1) -> Outcome:
    return play(arm, assets=300, searches=1_000, seed=seed)


def test_a_year_is_played_twice_alike() -> None:
    arm = Arm("all", learns=True, explores=True, constants=SOON)

    assert _small(arm) == _small(arm)


def test_learning_finds_more_and_the_slot_leaves_less_unseen() -> None:
    plain, lifted = _small(Arm("plain")), _small(Arm("lift", learns=True, constants=SOON))
    both = _small(Arm("both", learns=True, explores=True, constants=SOON))

    assert lifted.success > plain.success
    assert both.never_shown < lifted.never_shown
