"""The columns of the raw export, each said once; and who is named in it, where, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum

from content_map.domain.disclosure import PeopleInReports, pseudonym, split
from content_map.domain.quarters import Quarter
from content_map.domain.usage import EventKind, ExcludedReason

COLUMNS: Mapping[str, str] = {
    "id": "The event's id, made by whoever sent it.",
    "occurred_at": "When it happened, in UTC.",
    "received_at": "When it arrived here, in UTC; later than `occurred_at` for what was offline or imported. Empty, as "
    "`search` and `share` are, where `actor` is: they would join the row to others of the same person.",
    "quarter": "The organisation's quarter of `occurred_at`.",
    "kind": "impression, open, download, share_created, share_viewed, page_viewed, use, not_used, tailored, "
    "outcome or feedback.",
    "actor": "Who did it, at a share who made it. An e-mail address where PEOPLE_IN_REPORTS is named; else a pseudonym "
    "that changes with the quarter, and nobody where `own` would say whose asset it is.",
    "role": "The role the person had then; empty unless named where fewer than five people had it in the quarter.",
    "team": "The team the person was in then, where PEOPLE_IN_REPORTS is team or named; under team empty where fewer "
    "than five people were in it.",
    "asset": "The asset's id; empty for an outcome told of an account.",
    "asset_title": "Its present title.",
    "version": "The number of the version that was current then, or that left; empty for history of another tool.",
    "surface": "Where it was met: search, browse, recommendation, collection, direct, share, api or agent.",
    "search": "The id of the search that showed it.",
    "rank": "The rank at which it stood, from 1.",
    "share": "The id of the share.",
    "account": "The customer's id.",
    "account_name": "The customer's present name.",
    "opportunity": "The opportunity, as the sender names it.",
    "conversation": "The conversation it served.",
    "page": "The page's number.",
    "seconds": "How long it was read; never of employees where PEOPLE_IN_REPORTS is none.",
    "how": "How it was used: prepared, presented, sent, printed or other.",
    "purpose": "customer: downloaded for a customer, which is a use.",
    "use": "The id of the use that an outcome names.",
    "outcome": "reached, not or pending.",
    "feedback": "The reason given.",
    "text": "The words of feedback, which stand on the asset's page too; all other words are their author's.",
    "source": "The tool that history came from; empty for our own events.",
    "excluded_reason": "Why the row counts in no report; empty for rows that count. Sums over the empty ones equal the "
    "reports'.",
}
"""Every column of the export in its order, with what it holds. What is not there is empty in CSV, null in JSON."""


class ExportForm(StrEnum):
    """How the rows are written; the value is the file's ending."""

    CSV = "csv"
    JSON_LINES = "jsonl"


@dataclass(frozen=True, slots=True)
class Stay:
    """A stretch of time that somebody spent in one role and team."""

    starts_at: datetime
    ends_at: datetime | None
    role: str
    team: str | None

    def covers(self, moment: datetime) -> bool:
        """Say whether the moment lies in it."""
        return self.starts_at <= moment and (self.ends_at is None or moment < self.ends_at)

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Say whether any of it lies from `start` until before `end`."""
        return self.starts_at < end and (self.ends_at is None or self.ends_at > start)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a history."""

    email: str
    stays: tuple[Stay, ...]  # oldest first

    def team_at(self, moment: datetime) -> str | None:
        """Name the team then; before the first stretch, the first one counts."""
        found = [each for each in self.stays if each.covers(moment)][-1:] or self.stays[:1]
        return found[0].team if found else None


_SOMEBODY_NEW = Person("", ())  # added while the export runs


@dataclass(slots=True)
class Naming:
    """Says of each row who did it, as PEOPLE_IN_REPORTS allows. Asked in the order of time, it is quick."""

    people: PeopleInReports
    secret: str
    known: Mapping[str, Person]
    zone: tzinfo
    fiscal_year_start: int
    _quarter: str = ""
    _bounds: tuple[datetime, datetime] | None = None
    _names: dict[str, str] = field(default_factory=dict)
    _roles: frozenset[str] = frozenset()
    _teams: frozenset[str] = frozenset()

    def quarter(self, moment: datetime) -> str:
        """Name the quarter of an instant."""
        if self._bounds is None or not self._bounds[0] <= moment < self._bounds[1]:
            self._enter(Quarter.from_instant(moment, self.zone, self.fiscal_year_start))
        return self._quarter

    def of(self, actor: str, role: str, moment: datetime, reason: str | None) -> tuple[str, str, str]:
        """Give actor, role and team as they may be written; empty where nothing may."""
        quarter = self.quarter(moment)
        person = self.known.get(actor, _SOMEBODY_NEW)
        if self.people is PeopleInReports.NAMED:
            return person.email, role, person.team_at(moment) or ""
        shown_role = role if role in self._roles else ""
        # Whose asset it is everybody knows: the pseudonym beside it would be known for the whole quarter.
        if reason == ExcludedReason.OWN:
            return "", "", ""
        if actor not in self._names:
            self._names[actor] = pseudonym(self.secret, quarter, actor)
        team = person.team_at(moment) if self.people is PeopleInReports.TEAM else None
        return self._names[actor], shown_role, team if team and team in self._teams else ""

    def _enter(self, quarter: Quarter) -> None:
        start, end = self._bounds = quarter.bounds(self.zone, self.fiscal_year_start)
        self._quarter, self._names = str(quarter), {}
        roles: dict[str, int] = {}
        teams: dict[str, int] = {}
        for person in self.known.values():
            there = [stay for stay in person.stays if stay.overlaps(start, end)] or person.stays[:1]
            for role in {stay.role for stay in there}:
                roles[role] = roles.get(role, 0) + 1
            for team in {stay.team for stay in there if stay.team is not None}:
                teams[team] = teams.get(team, 0) + 1
        self._roles, self._teams = frozenset(split(roles).shown), frozenset(split(teams).shown)


def text_of(kind: str, text: str | None) -> str | None:
    """Give an event's words where others may read them."""
    return text if kind == EventKind.FEEDBACK else None


def seconds_of(people: PeopleInReports, share: str | None, seconds: int | None) -> int | None:
    """Give how long somebody read, unless it was an employee and nothing may be said of them."""
    return seconds if share is not None or people is not PeopleInReports.NONE else None
