"""Which teams may be named beside what their people did: none so small that it points at somebody."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content_map.domain import disclosure
from content_map.domain.disclosure import PeopleInReports
from content_map.models import Team, User


def teams_told(session: Session, people_in_reports: str) -> frozenset[str]:
    """Give the ids of the teams that may be named; all of them where people are named anyway.

    People without a team are a group like any other: what names no team may be theirs.
    """
    if people_in_reports == PeopleInReports.NAMED.value:
        return frozenset(session.scalars(select(Team.id)))
    people = session.execute(
        select(User.team_id, func.count()).where(User.is_active).group_by(User.team_id)
    ).all()
    return frozenset(team for team in disclosure.split(dict(people)).shown if team is not None)
