"""The counters are folded from the usage events: what a mark names is counted anew, never counted on.

A fold takes marks away and writes what the events say now, in one transaction: an event that comes in between
leaves a mark of its own, and a fold that is killed leaves all of its marks. So any order of events, folds and kills
ends with counters = events, and until then the readers of reports/counters.py ask the events themselves.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.quarters import Quarter
from content_map.models import Asset, AssetQuarter, CountMark, Mark, PersonQuarter, UsageEvent
from content_map.reports.contract import Definitions
from content_map.reports.counters import MARK_PREFIX, basis, mark_name
from content_map.services.counting_anew import count_anew
from content_map.statements import insert_unless_there

LOCK = "counters"
_UNKNOWN = ""
_IS_OF_QUARTER = Mark.name.startswith(MARK_PREFIX, autoescape=True)
_AFTER = " after "  # between the basis and the last asset that was counted on it
_MOST = 2048  # marks or assets in one transaction
_FEWEST_MARKS, _FEWEST_ASSETS = 8, 128  # marks are left by the busiest assets, a build comes by all of them
_LONG_SECONDS = 0.2  # what a transaction aims at: on SQLite, whoever records an event waits for it


@dataclass(frozen=True, slots=True)
class Folded:
    """What was done: marks taken away, and assets of whole quarters counted."""

    marks: int = 0
    assets: int = 0

    def __add__(self, other: Folded) -> Folded:
        """Both together."""
        return Folded(self.marks + other.marks, self.assets + other.assets)


def keep_up(sessions: Sessions, definitions: Definitions) -> Iterator[Folded]:
    """Fold every mark, then count every quarter that is not counted on this basis; yields after each transaction.

    Stop between any two, or in the middle of one: what is left is taken up where it was left.
    """
    yield from fold(sessions, definitions)
    for quarter in not_built(sessions, definitions):
        yield from _build(sessions, quarter, definitions)


def fold(sessions: Sessions, definitions: Definitions) -> Iterator[Folded]:
    """Take the marks that there are, oldest first, a bounded number in each transaction."""
    pace = _Pace(_FEWEST_MARKS)
    while _is_marked(sessions):  # nearly always not: an idle worker takes no lock
        with pace, sessions.write() as session:
            marks = fold_some(session, definitions, limit=pace.size)
        yield Folded(marks=marks)


def fold_some(session: Session, definitions: Definitions, *, limit: int) -> int:
    """Take up to `limit` marks and count anew what they name; returns how many it took."""
    _alone(session, definitions)
    oldest = select(CountMark.id).order_by(CountMark.id).limit(limit)
    taken = session.execute(
        delete(CountMark).where(CountMark.id.in_(oldest)).returning(CountMark.asset_id, CountMark.occurred_at)
    ).all()
    touched: dict[Quarter, set[str]] = defaultdict(set)
    for asset_id, occurred_at in taken:
        touched[definitions.quarter_of(occurred_at)].add(asset_id)
    for quarter, assets in sorted(touched.items()):
        # What its build has not come to is left to it.
        count_anew(
            session, quarter, sorted(filter(_reach(session, quarter, definitions), assets)), definitions
        )
    return len(taken)


def rebuild(sessions: Sessions, definitions: Definitions) -> Iterator[tuple[Quarter, Folded]]:
    """Forget what was counted and count every quarter from its events; the reports do without it meanwhile."""
    with sessions.write() as session:
        _alone(session, definitions)
        forget(session)
    for quarter in not_built(sessions, definitions):
        for step in _build(sessions, quarter, definitions):
            yield quarter, step


def forget(session: Session) -> None:
    """Believe no counter until its quarter has been counted again."""
    session.execute(update(Mark).where(_IS_OF_QUARTER).values(value=_UNKNOWN))


def not_built(sessions: Sessions, definitions: Definitions) -> list[Quarter]:
    """List the quarters with events that are not counted on this basis, newest first: it is asked for most.

    Quarters that such definitions do not know, left by others, are removed.
    """
    with sessions.read() as session:
        marks = session.execute(select(Mark.name, Mark.value).where(_IS_OF_QUARTER))
        built = {mark.name: mark.value for mark in marks}
        quarters = _quarters(session, definitions)
    known = {mark_name(quarter) for quarter in quarters}
    for name in sorted(built.keys() - known):
        _forget(sessions, name, definitions)
    return [each for each in reversed(quarters) if built.get(mark_name(each)) != basis(definitions)]


def build_some(session: Session, quarter: Quarter, definitions: Definitions, *, limit: int) -> int:
    """Count the quarter's next `limit` assets, and mark it as counted after the last; returns how many these were."""
    _alone(session, definitions)
    mark = session.get(Mark, mark_name(quarter)) or Mark(name=mark_name(quarter), value=_UNKNOWN)
    begun, _, last = mark.value.partition(_AFTER)
    if mark.value == basis(definitions):
        return 0
    following = select(Asset.id).where(Asset.id > (last if begun == basis(definitions) else ""))
    assets = session.scalars(following.order_by(Asset.id).limit(limit)).all()
    count_anew(session, quarter, assets, definitions)
    mark.value = basis(definitions) + (f"{_AFTER}{assets[-1]}" if assets else "")
    session.add(mark)
    session.flush()
    return len(assets)


def _build(sessions: Sessions, quarter: Quarter, definitions: Definitions) -> Iterator[Folded]:
    pace = _Pace(_FEWEST_ASSETS)
    assets = -1
    while assets:
        with pace, sessions.write() as session:
            assets = build_some(session, quarter, definitions, limit=pace.size)
        yield Folded(assets=assets)


class _Pace:
    """How much one transaction takes on, so that it is about as long as it should be."""

    def __init__(self, fewest: int) -> None:
        self.size = self._fewest = fewest
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, *_: object) -> None:
        took = time.monotonic() - self._began
        wanted = (
            self.size * 2
            if took < _LONG_SECONDS / 2
            else self.size // 2
            if took > _LONG_SECONDS
            else self.size
        )
        self.size = min(max(wanted, self._fewest), _MOST)


def _alone(session: Session, definitions: Definitions) -> None:
    """Let no other fold write until the transaction ends: it might write over this one what it read before.

    What was counted on another basis is unknown from here on: the marks taken here would be missing there.
    """
    first = insert_unless_there(session, Mark).values(name=LOCK, value="held while folding")
    session.execute(first.on_conflict_do_nothing(index_elements=["name"]))
    session.execute(select(Mark.name).where(Mark.name == LOCK).with_for_update()).all()
    is_ours = or_(
        Mark.value == basis(definitions), Mark.value.startswith(basis(definitions) + _AFTER, autoescape=True)
    )
    session.execute(
        update(Mark).where(_IS_OF_QUARTER, ~is_ours, Mark.value != _UNKNOWN).values(value=_UNKNOWN)
    )


def _reach(session: Session, quarter: Quarter, definitions: Definitions) -> Callable[[str], bool]:
    """Say of an asset whether it has been counted in the quarter: all, none, or up to where the build has come."""
    value = session.scalar(select(Mark.value).where(Mark.name == mark_name(quarter))) or _UNKNOWN
    begun, _, last = value.partition(_AFTER)
    if begun != basis(definitions):
        return lambda _: False
    return lambda asset: not last or asset <= last


def _is_marked(sessions: Sessions) -> bool:
    with sessions.read() as session:
        return session.scalar(select(CountMark.id).limit(1)) is not None


def _quarters(session: Session, definitions: Definitions) -> list[Quarter]:
    first: datetime | None = session.scalar(select(func.min(UsageEvent.occurred_at)))
    last: datetime | None = session.scalar(select(func.max(UsageEvent.occurred_at)))
    if first is None or last is None:
        return []
    quarters = [definitions.quarter_of(first)]
    while quarters[-1] < definitions.quarter_of(last):
        quarters.append(quarters[-1].next())
    return quarters


def _forget(sessions: Sessions, name: str, definitions: Definitions) -> None:
    quarter = name.removeprefix(MARK_PREFIX)
    with sessions.write() as session:
        _alone(session, definitions)
        for table in (PersonQuarter, AssetQuarter):
            session.execute(delete(table).where(table.quarter == quarter))
        session.execute(delete(Mark).where(Mark.name == name))
