"""Changes of many assets as plain values: what differs, what can be taken back, and how to say it in counts.

Fields are named as the API names them, with JSON values; the guide counts part by part (`guide.minutes`), so that
setting one part neither wipes another nor stands in the way of its undo.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

ASSETS_AT_MOST = 5_000  # asset ids in one act: the owner, issue 3
GUIDE, TERMS = "guide", "terms"

Fields = Mapping[str, Any]
Difference = Mapping[str, tuple[Any, Any]]  # field -> what it was, what it is


def flat(fields: Fields) -> dict[str, Any]:
    """Write the guide as fields of its own; empty parts are None like every empty field."""
    found = {name: value for name, value in fields.items() if name != GUIDE}
    guide = fields.get(GUIDE) or {}
    return {**found, **{f"{GUIDE}.{part}": value for part, value in guide.items()}}


def difference(before: Fields, after: Fields) -> dict[str, tuple[Any, Any]]:
    """List the fields whose values differ, in the order of `after`; a missing one counts as empty."""
    old, new = flat(before), flat(after)
    names = dict.fromkeys([*new, *old])
    return {name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)}


@dataclass(frozen=True, slots=True)
class TakingBack:
    """What to set to undo a change, and the fields that somebody changed again since."""

    fields: dict[str, Any]
    kept: tuple[str, ...]


def taking_back(change: Difference, present: Fields) -> TakingBack:
    """Decide what an undo sets where the asset is `present` now: only what the change left and nobody touched since.

    Terms go one by one: those that were added leave, those that were removed return, the others stay.
    """
    now = flat(present)
    fields: dict[str, Any] = {}
    kept = []
    for name, (before, after) in change.items():
        if name == TERMS:
            fields[TERMS] = _terms_back(before or (), after or (), now.get(TERMS) or ())
        elif now.get(name) == after:
            fields[name] = before
        elif now.get(name) != before:
            kept.append(name)
    return TakingBack(fields, tuple(kept))


def _terms_back(before: Iterable[str], after: Iterable[str], present: Iterable[str]) -> list[str]:
    added, removed = set(after) - set(before), set(before) - set(after)
    return sorted((set(present) - added) | removed)


@dataclass(slots=True)
class Tally:
    """How many assets change in each field, and from what to what; terms are counted one by one."""

    fields: Counter[str] = field(default_factory=Counter)
    values: dict[str, Counter[tuple[str | None, str | None]]] = field(default_factory=dict)

    def add(self, change: Difference) -> None:
        """Count one asset's change. Of a field with very many different values the first ones are told apart."""
        for name, (before, after) in change.items():
            self.fields[name] += 1
            told_apart = self.values.setdefault(name, Counter())
            for pair in _pairs(name, before, after):
                if pair in told_apart or len(told_apart) < VALUES_TOLD_APART:
                    told_apart[pair] += 1


VALUES_TOLD_APART = 50


def _pairs(name: str, before: Any, after: Any) -> Iterable[tuple[str | None, str | None]]:
    if name == TERMS:
        old, new = set(before or ()), set(after or ())
        yield from ((None, term) for term in sorted(new - old))
        yield from ((term, None) for term in sorted(old - new))
    else:
        yield (None if before is None else str(before), None if after is None else str(after))
