"""What learning from use and the exploration slot are worth: a year of a made-up sales force, several times over.

Lifts, their points and the slot are the product's own code; the words, the tags and the reps are made up. An arm
"shows" an asset when a rep's eye reached its row; a search is a success when it ended in a use. Success is that of
the second half of the year; assets that came in it are new.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import fmean, stdev

import numpy as np

from content_map.domain.conversations import Conversation
from content_map.domain.exploring import Fit, has_turn, moved_up, pick
from content_map.domain.lifts import CONSTANTS, Constants, RepDay, fold
from content_map.domain.ranking import CONSTANTS as RANKING
from content_map.services.lift_table import LiftTable, table_of
from scripts.bench.learning_world import DAYS, Floats, Library, Need, helps, library_of, needs, terms, words

FIVE = tuple(Conversation)
START = datetime(2026, 1, 1, tzinfo=UTC)
FOLDED_EVERY_DAYS = 14  # hourly in the product; this is enough for a year's figures, and done in minutes


@dataclass(frozen=True, slots=True)
class Arm:
    """A way to rank. `popularity` adds points for uses however they came about, over the same span as the lift."""

    name: str
    learns: bool = False
    explores: bool = False
    popularity: bool = False
    constants: Constants = CONSTANTS

    @property
    def remembers(self) -> bool:
        """Say whether what happened changes what comes."""
        return self.learns or self.explores or self.popularity


ARMS = (
    Arm("words, tags, conversation"),
    Arm("  and plain popularity", popularity=True),
    Arm("  and the slot alone", explores=True),
    Arm("  and lift", learns=True),
    Arm("  and lift and slot", learns=True, explores=True),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a year came to, as shares."""

    success: float
    never_shown: float
    new_never_shown: float


@dataclass(slots=True)
class Record:
    """What one rep did with an asset in a conversation on a day."""

    rank: int | None = None
    shown: int = 0
    uses: int = 0


@dataclass(slots=True)
class Year:
    """One arm's year as it goes: what the product has recorded, and what it has learned of that."""

    arm: Arm
    library: Library
    records: dict[tuple[Conversation, str, str, int], Record] = field(default_factory=dict)
    table: LiftTable = field(default_factory=LiftTable)
    popularity: Floats = field(default_factory=lambda: np.zeros(0))
    shown: set[int] = field(default_factory=set)
    searches: int = 0
    folded_on: int = -FOLDED_EVERY_DAYS

    def serve(self, need: Need) -> bool:
        """Answer one search, let the rep look and use, and record it; says whether it was a success."""
        day = need.minute // (24 * 60)
        if self.arm.remembers and day >= self.folded_on + FOLDED_EVERY_DAYS:
            self._learn(day)
        order = self._ranked(need, day)[: need.depth]
        chances = helps(self.library, need)
        purpose = self._purpose(need)
        used = False
        for rank, asset in enumerate(order, start=1):
            self.shown.add(asset)
            uses = need.luck[asset] < chances[asset] * rank**-CONSTANTS.position_power
            used = used or uses
            seen = self._record(purpose, asset, need.rep, day)
            seen.rank = rank if seen.rank is None else min(rank, seen.rank)
            seen.shown += 1
            if uses:
                self._record(FIVE[need.conversation], asset, need.rep, day).uses += 1
        self.searches += 1
        return used

    def _ranked(self, need: Need, day: int) -> list[int]:
        lexical, met = words(self.library, need), terms(self.library, need)
        expected = self._expected(need)
        scores = lexical + RANKING.terms * met
        for place, conversation in enumerate(FIVE):
            scores = scores + RANKING.conversation * expected[conversation] * (self.library.home == place)
        is_on = self.searches >= self.arm.constants.searches
        if self.arm.popularity and is_on:
            scores = scores + self.popularity
        if self.arm.learns:
            for asset, points in self.table.points(expected, RANKING.use).items():
                scores[int(asset)] += points
        scores[self.library.born > day] = -np.inf
        depth = self.arm.constants.slot_depth
        order = [int(asset) for asset in np.argsort(-scores, kind="stable")[:depth]]
        now = START + timedelta(minutes=need.minute)
        if self.arm.explores and is_on and has_turn(str(need.rep), now, self.arm.constants):
            fits = [self._fit(asset, scores[asset], lexical[asset], met[asset], need) for asset in order]
            place = pick(fits, self.arm.constants)
            order = order if place is None else moved_up(order, place, self.arm.constants)
        return order

    def _fit(self, asset: int, score: float, lexical: float, met: float, need: Need) -> Fit:
        return Fit(score, lexical, met > 0, self.table.fact(str(asset), self._purpose(need)).shown)

    @staticmethod
    def _purpose(need: Need) -> Conversation:
        return FIVE[need.conversation if need.prefers else need.read_as]

    def _expected(self, need: Need) -> dict[Conversation, float]:
        """What the product makes of it: the chosen conversation, or a reading that is two thirds sure."""
        purpose = self._purpose(need)
        sure = 1.0 if need.prefers else 2 / 3
        return {each: sure if each is purpose else (1 - sure) / 4 for each in FIVE}

    def _record(self, conversation: Conversation, asset: int, rep: int, day: int) -> Record:
        return self.records.setdefault((conversation, str(asset), str(rep), day), Record())

    def _learn(self, day: int) -> None:
        self.folded_on = day
        folded = fold(
            (
                RepDay(conversation, asset, rep, day - on, record.rank, record.shown, record.uses)
                for (conversation, asset, rep, on), record in self.records.items()
            ),
            self.arm.constants,
        )
        rows = [
            (conversation.value, asset, each.lift, each.shown, each.uses)
            for (conversation, asset), each in folded.items()
        ]
        self.table = table_of(rows, is_on=self.searches >= self.arm.constants.searches)
        uses = np.zeros(self.library.size)
        for (_, asset), each in folded.items():
            uses[int(asset)] += each.uses
        span = 2 * RANKING.use * self.arm.constants.clip
        self.popularity = span * np.log1p(uses) / max(1.0, np.log1p(uses.max(initial=0)))


def play(arm: Arm, *, assets: int, searches: int, seed: int) -> Outcome:
    """Play one year of one arm; the same seed gives every arm the same library, needs and luck."""
    library = library_of(assets, seed)
    year = Year(arm, library, popularity=np.zeros(assets))
    later: list[bool] = []
    for need in needs(library, searches, seed):
        success = year.serve(need)
        if need.minute >= DAYS * 12 * 60:
            later.append(success)
    missed = np.array([asset not in year.shown for asset in range(assets)])
    return Outcome(fmean(later), float(missed.mean()), float(missed[library.is_new].mean()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", type=int, default=400, help="in the library")
    parser.add_argument("--searches", type=int, default=10_000, help="in the year")
    parser.add_argument("--seeds", type=int, default=5, help="how many years are played")
    asked = parser.parse_args()
    print(
        f"{asked.assets} assets, {asked.searches:,} searches a year, {asked.seeds} years;"
        " mean and standard deviation over the years"
    )
    print(f"{'ranked by':<28}{'success':>16}{'never shown':>18}{'new, never shown':>20}")
    for arm in ARMS:
        played = [
            play(arm, assets=asked.assets, searches=asked.searches, seed=seed) for seed in range(asked.seeds)
        ]
        _print_row(arm.name, played)
    return 0


def _print_row(name: str, played: Sequence[Outcome]) -> None:
    def cell(of: Callable[[Outcome], float], scale: float, form: str) -> str:
        values = [scale * of(each) for each in played]
        spread = stdev(values) if len(values) > 1 else 0.0
        return f"{fmean(values):{form}} ± {spread:{form}}"

    print(
        f"{name:<28}{cell(lambda each: each.success, 1, '.3f'):>16}"
        f"{cell(lambda each: each.never_shown, 100, '.1f') + ' %':>18}"
        f"{cell(lambda each: each.new_never_shown, 100, '.1f') + ' %':>20}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
