"""What the report says of itself first: how much of selling was observed, and the sentence above the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

BURST_USES = 10  # product.md: more than ten uses by one person within ten minutes are marked
BURST_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Observed:
    """How much of the quarter the product saw.

    `active` sales users could have used it; of them `searched` did and `used` recorded any use.
    `searches` are settled (stored) searches, `accounts` the distinct ones they or a use named.
    """

    active: int
    searched: int
    searches: int
    accounts: int
    used: int

    @property
    def is_too_little(self) -> bool:
        """Say whether under half of the sales users searched: then adoption is the cure, not content."""
        return self.active == 0 or 2 * self.searched < self.active


@dataclass(frozen=True, slots=True)
class Headline:
    """The finding in parts: `unused` of `eligible` assets, and of the `used` those by one rep only."""

    unused: int
    eligible: int
    used: int
    by_one_rep_only: int

    @property
    def sentence(self) -> str:
        """Say the finding as a manager would repeat it; recorded use is all that is claimed."""
        assets = _plural(self.eligible, "asset", "assets")
        return f"No use was recorded for {self.unused} of {self.eligible} {assets}"

    @property
    def one_rep_sentence(self) -> str:
        """Say how much of the use rests on single reps."""
        return f"Of the {self.used} used, {self.by_one_rep_only} by one rep only"


def observed_sentence(observed: Observed) -> str:
    """Write the report's top line."""
    line = (
        f"Observed: {observed.searched} of {observed.active} active sales users searched, "
        f"{observed.searches} settled {_plural(observed.searches, 'search', 'searches')}, "
        f"{observed.accounts} {_plural(observed.accounts, 'account', 'accounts')}; "
        f"{observed.used} {_plural(observed.used, 'user', 'users')} recorded any use"
    )
    return f"{line}. Too little observed to judge content." if observed.is_too_little else f"{line}."


def bursts(uses: Iterable[tuple[str, str, datetime]]) -> frozenset[str]:
    """Mark the ids of uses, given as (id, actor, occurred_at), that belong to a burst.

    A burst is more than ten uses by one person of which the first and the last are at most ten minutes apart.
    """
    by_actor: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for id_, actor, occurred_at in uses:
        by_actor[actor].append((occurred_at, id_))
    return frozenset(id_ for made in by_actor.values() for id_ in _in_bursts(sorted(made)))


def _in_bursts(made: list[tuple[datetime, str]]) -> set[str]:
    marked: set[str] = set()
    first = 0
    for last, (occurred_at, _) in enumerate(made):
        while occurred_at - made[first][0] > BURST_WITHIN:
            first += 1
        if last - first >= BURST_USES:
            marked.update(id_ for _, id_ in made[first : last + 1])
    return marked


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many
