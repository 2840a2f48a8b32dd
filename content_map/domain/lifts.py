"""What use teaches the ranking: how much more often an asset is used in a conversation than others shown there.

Pure arithmetic. A rank is examined the less the lower it stands, old events count less, and rates that little is
known of are pulled towards those that more is known of: an asset's towards its conversation's, that towards all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import fsum, log

from content_map.domain.conversations import Conversation
from content_map.domain.statistics import SHRINKAGE


@dataclass(frozen=True, slots=True)
class Constants:
    """Everything that is chosen in learning from use, in one place; search.md tells where the defaults come from.

    `clip` bounds a lift both ways (natural logarithm: 1 is 2.7 times as often, or as seldom). Before `searches` are
    stored neither lifts nor the slot take part. The slot: at `slot_rank`, in one of `slot_every` turns of
    `slot_minutes`, for one of the first `slot_depth` results that carries a wanted term or whose words alone reach
    `fits_from`, that scores `slot_share` of what it displaces, and was shown less than `rarely_shown` times. An asset
    of another conversation is named from `elsewhere_reps` on, at most `elsewhere_most`.
    """

    position_power: float = 0.9
    half_life_days: float = 180.0
    days_back: int = 720  # four half-lives: what is older would weigh less than a sixteenth
    kappa: float = SHRINKAGE
    clip: float = 1.0
    searches: int = 2_000
    slot_rank: int = 4
    slot_every: int = 3
    slot_minutes: int = 10
    slot_depth: int = 60
    fits_from: float = 0.4
    slot_share: float = 0.6
    rarely_shown: int = 10
    elsewhere_reps: int = 3
    elsewhere_most: int = 5


CONSTANTS = Constants()


@dataclass(frozen=True, slots=True)
class RepDay:
    """What one sales user did with an asset in one conversation on one UTC day, `age_days` ago; at most one of each.

    `rank` is the best at which it was shown, None when it was not; `shown` and `uses` count events as they were.
    """

    conversation: Conversation
    asset: str
    rep: str
    age_days: int
    rank: int | None = None
    shown: int = 0
    uses: int = 0


@dataclass(frozen=True, slots=True)
class Lift:
    """How an asset fared in one conversation. `exposure` is weighted by position and age, the counts are plain."""

    exposure: float
    shown: int
    uses: int
    reps: int
    lift: float


@dataclass(slots=True)
class _Record:
    seen: list[float] = field(default_factory=list)
    used: list[float] = field(default_factory=list)
    reps: set[str] = field(default_factory=set)
    shown: int = 0
    uses: int = 0


def fold(days: Iterable[RepDay], constants: Constants = CONSTANTS) -> dict[tuple[Conversation, str], Lift]:
    """Fold what happened into lifts, by conversation and asset; the same in whatever order it is told.

    A rep counts once per asset and day, with the best rank and whether there was a use.
    """
    records: dict[tuple[Conversation, str], _Record] = defaultdict(_Record)
    for day in days:
        record = records[day.conversation, day.asset]
        record.shown += day.shown
        record.uses += day.uses
        if day.rank is not None:
            record.seen.append(examined(day.rank, day.age_days, constants))
        if day.uses:
            record.used.append(fading(day.age_days, constants))
            record.reps.add(day.rep)
    # fsum is exact whatever the order of its terms, so that no order of events moves a bit of a lift.
    exposure = {key: fsum(record.seen) for key, record in records.items()}
    used = {key: fsum(record.used) for key, record in records.items()}
    usual = _rates(exposure, used, constants)
    return {
        key: Lift(
            exposure[key],
            record.shown,
            record.uses,
            len(record.reps),
            lift(used[key], exposure[key], usual[key[0]], constants),
        )
        for key, record in records.items()
    }


def examined(rank: int, age_days: int, constants: Constants = CONSTANTS) -> float:
    """Say how much one impression weighs: 1 for the first rank today."""
    return float(rank**-constants.position_power) * fading(age_days, constants)


def fading(age_days: int, constants: Constants = CONSTANTS) -> float:
    """Say how much of an event is left after so many days; none is from the future."""
    return float(0.5 ** (max(0, age_days) / constants.half_life_days))


def lift(used: float, exposure: float, usual_rate: float, constants: Constants = CONSTANTS) -> float:
    """Compare an asset's shrunk rate with the usual one of its conversation: its logarithm, clipped.

    0 without data, and where nothing was ever used.
    """
    if usual_rate <= 0:
        return 0.0
    rate = (used + constants.kappa * usual_rate) / (exposure + constants.kappa)
    return max(-constants.clip, min(constants.clip, log(rate / usual_rate)))


def _rates(
    exposure: Mapping[tuple[Conversation, str], float],
    used: Mapping[tuple[Conversation, str], float],
    constants: Constants,
) -> dict[Conversation, float]:
    """Give each conversation's rate, pulled towards the rate of all."""
    # Uses of an imported history may have no impressions at all: count at least one.
    overall = fsum(used.values()) / max(1.0, fsum(exposure.values()))
    rates = {}
    for conversation in Conversation:
        mine = [key for key in exposure if key[0] is conversation]
        rates[conversation] = (fsum(used[key] for key in mine) + constants.kappa * overall) / (
            fsum(exposure[key] for key in mine) + constants.kappa
        )
    return rates
