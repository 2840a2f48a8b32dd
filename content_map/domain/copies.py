"""Which files look like versions of each other, judged by samples of what they say."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

# extraction.md, “Copies”: with these every renamed, reordered, extended and halved deck was found, and no other.
JACCARD = 0.5
# To fold one behind another is a bolder claim than to ask about it: a deck in which one slide of ten is another
# shares 82 % of its passages, one with a slide of five replaced 67 %. An excerpt is no near-copy, however like.
NEARLY = 0.8
CONTAINMENT = 0.7
# Fewer than these may be a notice that many files carry.
LEAST_SHARED = 8


@dataclass(frozen=True, slots=True)
class Likeness:
    """Of `of` passages compared, those of the shorter file, `same` stand in both."""

    same: int
    of: int
    jaccard: float

    @property
    def containment(self) -> float:
        """How much of the one file the other holds."""
        return self.same / self.of

    @property
    def is_telling(self) -> bool:
        """Say whether one looks like a version of the other."""
        alike = self.jaccard >= JACCARD or self.containment >= CONTAINMENT
        return alike and self.same >= LEAST_SHARED

    @property
    def is_nearly_all(self) -> bool:
        """Say whether the two say nearly the same, so that whoever saw one need not see the other."""
        return self.jaccard >= NEARLY and self.same >= LEAST_SHARED


def likeness(mine: Sequence[int], theirs: Sequence[int], *, full: int) -> Likeness | None:
    """Compare two sketches, the smallest hashes of each file's passages; one of `full` hashes leaves some out.

    Compared is the range in which neither leaves any out, so the shares are those of the whole files. Broder, “On
    the resemblance and containment of documents”, 1997. None: there is nothing to compare.
    """
    reach = min(_reach(mine, full), _reach(theirs, full))
    ours, others = ({each for each in sketch if each <= reach} for sketch in (mine, theirs))
    if not ours or not others:
        return None
    same = len(ours & others)
    return Likeness(same, min(len(ours), len(others)), same / len(ours | others))


def groups_of(linked: Mapping[str, Collection[str]], apart: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Put what hangs together into groups, each named by its smallest member; the same whoever is asked about.

    `linked` and `apart` name pairs both ways round. Two that somebody called different never share a group, even
    where a third is like both.
    """
    found: dict[str, str] = {}
    for first in sorted(linked):
        if first not in found:
            found |= _parted(sorted(_reached(first, linked)), apart)
    return found


def ranges(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Put page numbers into stretches without a gap: 3, 4, 5, 9 are 3 to 5 and 9 to 9."""
    stretches: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if stretches and stretches[-1][1] == number - 1:
            stretches[-1] = (stretches[-1][0], number)
        else:
            stretches.append((number, number))
    return tuple(stretches)


def _reached(first: str, linked: Mapping[str, Collection[str]]) -> set[str]:
    reached, waiting = {first}, [first]
    while waiting:
        fresh = set(linked.get(waiting.pop(), ())) - reached
        reached |= fresh
        waiting += fresh
    return reached


def _parted(members: Sequence[str], apart: Mapping[str, Collection[str]]) -> dict[str, str]:
    groups: dict[str, list[str]] = {}
    for member in members:
        strangers = set(apart.get(member, ()))
        home = next((name for name, peers in groups.items() if strangers.isdisjoint(peers)), member)
        groups.setdefault(home, []).append(member)
    return {member: name for name, peers in groups.items() for member in peers}


def _reach(sketch: Sequence[int], full: int) -> float:
    return max(sketch) if len(sketch) >= full else math.inf
