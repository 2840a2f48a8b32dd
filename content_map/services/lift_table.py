"""What use has taught, kept in a process's memory and read again when a fold has changed it; thread-safe."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.conversations import Conversation
from content_map.domain.lifts import CONSTANTS
from content_map.models import Mark, UseLift
from content_map.services.use_lifts import MARK

_COLUMN = {conversation.value: place for place, conversation in enumerate(Conversation)}
_LEAST_POINTS = 0.01  # less moves nothing past anything, and would be looked up for every search
_STEPS = 20
_KEPT_AT_MOST = 16


@dataclass(frozen=True, slots=True)
class UseFact:
    """How often an asset was shown and used, plain counts."""

    shown: int = 0
    uses: int = 0


@dataclass(frozen=True, slots=True)
class LiftTable:
    """Every lift: assets in rows, the five conversations in columns. `is_on`: enough was searched to go by it."""

    is_on: bool = False
    ids: tuple[str, ...] = ()
    row_of: Mapping[str, int] = field(default_factory=dict)
    lifts: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 5), np.float32))
    shown: NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, 5), np.int32))
    uses: NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, 5), np.int32))
    kept: dict[bytes, Mapping[str, float]] = field(default_factory=dict)

    def points(self, chances: Mapping[Conversation, float], weight: float) -> Mapping[str, float]:
        """Give `weight` times the lift to be expected, by asset id; without enough searches nothing.

        Chances are taken to a twentieth and answers kept: making one costs milliseconds in a large library.
        """
        if not self.is_on or not self.ids:
            return {}
        shares = np.zeros(len(_COLUMN), np.float32)
        for conversation, chance in chances.items():
            shares[_COLUMN[conversation.value]] = weight * round(_STEPS * chance) / _STEPS
        asked = shares.tobytes()
        points = self.kept.get(asked)
        if points is None:
            points = self._expected(shares)
            if len(self.kept) >= _KEPT_AT_MOST:
                self.kept.clear()
            self.kept[asked] = points
        return points

    def _expected(self, shares: NDArray[np.float32]) -> dict[str, float]:
        expected = self.lifts @ shares
        rows = np.flatnonzero(np.abs(expected) >= _LEAST_POINTS)
        return {self.ids[row]: points for row, points in zip(rows, expected[rows].tolist(), strict=True)}

    def fact(self, asset_id: str, conversation: Conversation | None) -> UseFact:
        """Say how often it was shown and used in this conversation, or without one in all five."""
        row = self.row_of.get(asset_id)
        if row is None:
            return UseFact()
        if conversation is None:
            return UseFact(int(self.shown[row].sum()), int(self.uses[row].sum()))
        column = _COLUMN[conversation.value]
        return UseFact(int(self.shown[row, column]), int(self.uses[row, column]))


class Lifts:
    """The table of this moment; costs one primary-key read when nothing changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mark = ""
        self._table = LiftTable()

    def current(self, session: Session) -> LiftTable:
        """Return the table; while somebody reads it anew, the others go on with the one before."""
        mark = session.get(Mark, MARK)
        value = mark.value if mark else ""
        if value != self._mark and self._lock.acquire(blocking=False):
            try:
                self._table, self._mark = _read(session, value), value
            finally:
                self._lock.release()
        return self._table


Row = tuple[str, str, float, int, int]
"""Conversation, asset, lift, how often shown and used."""


def table_of(rows: Sequence[Row], *, is_on: bool) -> LiftTable:
    """Lay lifts out by asset and conversation."""
    if not rows:
        return LiftTable(is_on)
    conversations, assets, lifts, shown, uses = zip(*rows, strict=True)
    ids = tuple(dict.fromkeys(assets))
    row_of = {asset_id: row for row, asset_id in enumerate(ids)}
    places = (
        np.fromiter((row_of[each] for each in assets), np.intp, len(rows)),
        np.fromiter((_COLUMN[each] for each in conversations), np.intp, len(rows)),
    )
    shape = (len(ids), len(_COLUMN))
    counts = (np.zeros(shape, np.float32), np.zeros(shape, np.int32), np.zeros(shape, np.int32))
    for column, values in zip(counts, (lifts, shown, uses), strict=True):
        column[places] = values
    return LiftTable(is_on, ids, row_of, *counts)


def _read(session: Session, mark: str) -> LiftTable:
    searches = int(mark.split()[1]) if mark else 0
    columns = (UseLift.lift, UseLift.shown, UseLift.uses)
    rows = session.execute(select(UseLift.conversation, UseLift.asset_id, *columns)).all()
    return table_of(rows, is_on=searches >= CONSTANTS.searches)
