"""Rates with their uncertainty: no percentage without its n, none at all below n = 10."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt
from typing import NamedTuple

Z_95 = 1.959963984540054  # two-sided 95 %
PERCENT_FROM_N = 10  # product.md: below n = 10 the fraction alone
SHRINKAGE = 20.0  # search.md: kappa


class Interval(NamedTuple):
    """A closed 95 % interval."""

    low: float
    high: float


def wilson(successes: int, n: int) -> Interval:
    """Bound a rate by Wilson's score interval; with n = 0 nothing is known and the answer is 0 to 1.

    Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212.
    """
    _check(successes, n)
    if n == 0:
        return Interval(0.0, 1.0)
    rate, z2 = successes / n, Z_95 * Z_95
    centre = (rate + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_95 * sqrt(rate * (1 - rate) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # The two ends that are exactly 0 and 1 in theory are made so, against rounding.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return Interval(low, high)


def newcombe(successes: int, n: int, other_successes: int, other_n: int) -> Interval:
    """Bound the difference of two independent rates, first minus other.

    Newcombe, Stat. Med. 17 (1998) 873-890, method 10: Wilson bounds combined by squares.
    """
    first, other = wilson(successes, n), wilson(other_successes, other_n)
    rate = successes / n if n else 0.5
    other_rate = other_successes / other_n if other_n else 0.5
    difference = rate - other_rate
    down = sqrt((rate - first.low) ** 2 + (other.high - other_rate) ** 2)
    up = sqrt((first.high - rate) ** 2 + (other_rate - other.low) ** 2)
    return Interval(max(-1.0, difference - down), min(1.0, difference + up))


def rate_bound_after_none(n: int, *, confidence: float = 0.95) -> float:
    """Bound from above (one-sided) the rate of something that did not happen in `n` independent tries."""
    if n <= 0:
        return 1.0
    return float(1.0 - (1.0 - confidence) ** (1.0 / n))


def percent_text(count: int, n: int) -> str | None:
    """Write the whole percentage, or None where n is too small; never rounds to an end not reached."""
    _check(count, n)
    if n < PERCENT_FROM_N:
        return None
    # Half up in whole numbers: 1 of 200 is 1 %, whatever the floating point says.
    percent = (200 * count + n) // (2 * n)
    if percent == 0 and count > 0:
        return "< 1 %"
    if percent == 100 and count < n:
        return "> 99 %"
    return f"{percent} %"


def fraction_text(count: int, n: int) -> str:
    """Write a share so that its n is always read with it: `3 of 8`, from n = 10 on `61 of 184 (33 %)`."""
    percent = percent_text(count, n)
    return f"{count} of {n}" if percent is None else f"{count} of {n} ({percent})"


def shrunk_rate(successes: float, n: float, overall_rate: float, *, strength: float = SHRINKAGE) -> float:
    """Pull a rate towards the overall one as if `strength` more tries had gone at that rate; for sorting."""
    if n < 0 or not 0 <= successes <= n:
        raise ValueError("a rate needs 0 <= successes <= n")
    if n + strength == 0:
        return overall_rate
    return (successes + strength * overall_rate) / (n + strength)


class Prior(NamedTuple):
    """What is known of a rate before its own tries: a beta distribution, as tries that succeeded and failed."""

    successes: float
    failures: float

    @property
    def strength(self) -> float:
        """How many tries it weighs."""
        return self.successes + self.failures

    @property
    def rate(self) -> float:
        """The rate it pulls towards."""
        return self.successes / self.strength

    def updated(self, successes: int, n: int) -> Prior:
        """Learn from tries: the posterior, whose `rate` is the shrunk one. Raises ValueError."""
        _check(successes, n)
        return Prior(self.successes + successes, self.failures + n - successes)


def prior_of(mean: float, variance: float) -> Prior:
    """Give the beta distribution with this mean and variance. Raises ValueError where there is none."""
    if not 0 < mean < 1 or not 0 < variance < mean * (1 - mean):
        raise ValueError("a beta distribution needs 0 < mean < 1 and 0 < variance < mean (1 - mean)")
    strength = mean * (1 - mean) / variance - 1
    return Prior(mean * strength, (1 - mean) * strength)


def fitted_prior(groups: Iterable[tuple[int, int]]) -> Prior | None:
    """Learn from many groups' (successes, n) how far their rates really lie apart, chance taken out.

    Kleinman, J. Am. Stat. Assoc. 68 (1973) 46-54, moments weighted by n. None where that cannot be told: fewer
    than two groups with tries, all or none succeeded, or no more apart than chance would have them.
    """
    tried = [(successes, n) for successes, n in groups if n > 0]
    for successes, n in tried:
        _check(successes, n)
    total = sum(n for _, n in tried)
    rate = sum(successes for successes, _ in tried) / total if total else 0.0
    by_chance = rate * (1 - rate)
    spread = sum(n * (successes / n - rate) ** 2 for successes, n in tried)
    freedom = len(tried) - 1
    room = by_chance * (total - sum(n * n for _, n in tried) / total - freedom) if total else 0.0
    likeness = (spread - by_chance * freedom) / room if room > 0 else 0.0
    if not 0 < likeness < 1:
        return None
    return prior_of(rate, likeness * by_chance)


def _check(successes: int, n: int) -> None:
    if not 0 <= successes <= n:
        raise ValueError("a rate needs 0 <= successes <= n")
