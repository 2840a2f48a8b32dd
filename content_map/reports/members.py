"""The people of a quarter and how often each did something: only ever added up before it is shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from content_map.models import UsageEvent, User
from content_map.reports import asking
from content_map.reports.contract import Question
from content_map.reports.held_roles import SALES, held_roles
from content_map.reports.outcome_answers import counts, is_use
from content_map.reports.spans import Slices


@dataclass(frozen=True, slots=True)
class Member:
    """A sales user of the quarter, in the team they were in last."""

    id: str
    name: str
    team_id: str | None


@dataclass(slots=True)
class Acts:
    """How often each person did something in each slice of time."""

    times: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, rows: Iterable[tuple[str, int, int]]) -> Acts:
        """Take on rows of person, slice and how often."""
        for person, piece, times in rows:
            self.times[piece][person] += times
        return self

    def within(self, pieces: Iterable[int]) -> Counter[str]:
        """Count by person over these slices."""
        return sum((self.times[piece] for piece in pieces if piece in self.times), Counter())


def members_of(session: Session, question: Question, seen: set[str]) -> Sequence[Member]:
    """List the people of the quarter; of those deactivated since, only whom we saw work."""
    start, end = question.bounds
    held = held_roles()
    overlaps = and_(held.c.starts_at < end, or_(held.c.ends_at.is_(None), held.c.ends_at > start))
    there = (
        select(User.id, User.name, User.is_active, held.c.team_id)
        .join(held, held.c.user_id == User.id)
        .where(overlaps, User.created_at < end)
        .order_by(held.c.starts_at)
    )
    if not question.with_left_out:
        there = there.where(held.c.role.in_(SALES), User.is_test.is_(False))
    # The last of somebody's periods stays.
    found = {
        id_: Member(id_, name, team_id)
        for id_, name, is_active, team_id in session.execute(there)
        if is_active or id_ in seen
    }
    return list(found.values())


def searches_by_person(session: Session, question: Question, slices: Slices) -> Acts:
    """Count settled searches."""
    asked = asking.counted(question, slices.start, slices.end)
    piece = slices.number(asked.c.asked_at)
    # The slice first: ordered by person SQLite would walk every search there ever was.
    rows = select(asked.c.user_id, piece, func.count()).group_by(piece, asked.c.user_id)
    return Acts().add(session.execute(rows))


def uses_by_person(session: Session, question: Question, slices: Slices) -> Acts:
    """Count recorded uses."""
    piece = slices.number(UsageEvent.occurred_at)
    rows = (
        select(UsageEvent.actor_id, piece, func.count())
        .where(
            UsageEvent.occurred_at >= slices.start,
            UsageEvent.occurred_at < slices.end,
            is_use(),
            counts(UsageEvent.excluded_reason, question.also),
        )
        .group_by(piece, UsageEvent.actor_id)
    )
    return Acts().add(session.execute(rows))
