"""Team adoption: how many of the sales users search and record uses, by team, and nobody under five alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content_map.domain import disclosure
from content_map.domain.conversations import BY_KEY, Conversation
from content_map.domain.disclosure import LEAST_PEOPLE, PeopleInReports
from content_map.domain.people import Actor, Role
from content_map.domain.permissions import Right
from content_map.domain.statistics import fraction_text
from content_map.models import Team, UsageEvent
from content_map.reports import asking, left_out
from content_map.reports.contract import Definitions, Question, Report
from content_map.reports.finding import Finding
from content_map.reports.members import Acts, Member, members_of, searches_by_person, uses_by_person
from content_map.reports.outcome_answers import counts, is_use
from content_map.reports.parts import (
    As,
    Cell,
    Chart,
    ChartKind,
    Column,
    Definition,
    Figure,
    Fraction,
    Series,
    Table,
)
from content_map.reports.people_said import FEW, parts_of_people
from content_map.reports.spans import Slices, Span, day_name, weeks

WEEKS = 13
NO_TEAM = "No team"
OTHERS = "Other teams together"

_ACTIVE = "Sales users (reps and managers) at any time of the quarter; each in the team they were in last."
_SEARCHED = "Those of them with at least one settled search."
_USED = "Those of them who recorded at least one use."
_NOTE = (
    "Teams of fewer than five are never shown alone; with what was left out counted too, no team is, unless people are "
    "named."
)


@dataclass(frozen=True, slots=True)
class Group:
    """One team, or what several are folded into."""

    name: str
    active: int
    searched: int
    used: int
    searches: int
    uses: int

    def those_who(self, people: int) -> Fraction:
        """Give some of its people as a part of all."""
        return Fraction(people, self.active)


def build(session: Session, question: Question) -> Finding:
    """Count who was there, who searched and who recorded a use, by team as far as that may be said."""
    quarter = Span(*question.bounds)
    lately = weeks(min(quarter.end, question.now), WEEKS, question.definitions.zone)
    slices = Slices([quarter, *lately])
    asked, used = searches_by_person(session, question, slices), uses_by_person(session, question, slices)
    searches, uses = asked.within(slices.of(quarter)), used.within(slices.of(quarter))
    members = members_of(session, question, {*searches, *uses})
    names: dict[str | None, str] = {None: NO_TEAM}
    names.update(session.execute(select(Team.id, Team.name)).all())
    groups = {key: _group(names[key], some, searches, uses) for key, some in _by_team(members).items()}
    everybody = _group("All teams", members, searches, uses)
    setting = question.definitions.people
    shown, folded = _told(groups, members, searches, uses, question)
    tables = [_table(everybody, [*(groups[key] for key in shown), *folded], setting)]
    if setting is not PeopleInReports.NONE:
        tables.append(_by_conversation(session, question, {key: names[key] for key in shown}, members))
    named = _named(members, question.viewer) if setting is PeopleInReports.NAMED else []
    if named:
        tables.append(_people(named, names, searches, uses))
    return Finding(
        question,
        lead=_lead(everybody),
        figures=[
            Figure("active", "Sales users", everybody.active, _ACTIVE),
            Figure("searched", "Searched", Fraction(everybody.searched, everybody.active), _SEARCHED),
            Figure("used", "Recorded a use", Fraction(everybody.used, everybody.active), _USED),
        ],
        charts=[_chart(lately, slices, asked, used, question.definitions)],
        tables=tables,
        definitions=[
            Definition("Sales users", _ACTIVE),
            Definition("Searched", _SEARCHED),
            Definition("Recorded a use", _USED),
            asking.SETTLED,
            FEW,
            Definition("People in reports", _SETTINGS[setting]),
        ],
        left_out=left_out.of_events(session, question, is_use()),
    )


REPORT = Report(
    name="team-adoption",
    heading="Team adoption",
    title="How many sales users search and record uses, by team",
    right=Right.SEE_TEAM_REPORTS,
    build=build,
    place=5,
)

_SETTINGS: Mapping[PeopleInReports, str] = {
    PeopleInReports.NONE: "None: totals, and teams of five or more.",
    PeopleInReports.TEAM: "Team: teams of five or more, also by conversation; no person.",
    PeopleInReports.NAMED: "Named: every team, and persons for the manager of their team and for admins.",
}


def _by_team(members: Iterable[Member]) -> Mapping[str | None, Sequence[Member]]:
    teams: dict[str | None, list[Member]] = defaultdict(list)
    for each in members:
        teams[each.team_id].append(each)
    return teams


def _group(name: str, members: Sequence[Member], searches: Counter[str], uses: Counter[str]) -> Group:
    return Group(
        name,
        len(members),
        sum(searches[each.id] > 0 for each in members),
        sum(uses[each.id] > 0 for each in members),
        sum(searches[each.id] for each in members),
        sum(uses[each.id] for each in members),
    )


def _told(
    groups: Mapping[str | None, Group],
    members: Sequence[Member],
    searches: Counter[str],
    uses: Counter[str],
    question: Question,
) -> tuple[Sequence[str | None], Sequence[Group]]:
    """Say which teams may stand alone, and give the one row of the others, if it may be said.

    With the left-out counted too none is told of: beside the report without them, the few that it adds to a team,
    or that fold differently then, could be reckoned.
    """
    in_order = sorted(groups, key=lambda key: (key is None, groups[key].name.casefold()))
    if question.definitions.people is PeopleInReports.NAMED:
        return in_order, []
    if question.with_left_out:
        return [], []
    parts = disclosure.split({key: groups[key].active for key in in_order})
    others = [each for each in members if each.team_id in parts.folded]
    is_enough = len(others) >= LEAST_PEOPLE
    return parts.shown, [_group(OTHERS, others, searches, uses)] if is_enough else []


def _lead(everybody: Group) -> list[str]:
    if not everybody.active:
        return ["There was no sales user in this quarter."]
    return [
        f"{fraction_text(everybody.searched, everybody.active)} sales users searched, "
        f"{fraction_text(everybody.used, everybody.active)} recorded a use.",
        "Where few search, content cannot be judged: adoption comes first.",
    ]


def _table(everybody: Group, teams: Sequence[Group], setting: PeopleInReports) -> Table:
    columns = (
        Column("team", "Team"),
        Column("active", "Sales users", As.NUMBER, _ACTIVE),
        Column("searched", "Searched", definition=_SEARCHED),
        Column("used", "Recorded a use", definition=_USED),
        Column("searches", "Searches", As.NUMBER, asking.SETTLED.meaning),
        Column("uses", "Uses", As.NUMBER, "Counted uses of the quarter."),
    )
    # The total is no split: it stands on every report's first line.
    searched = [fraction_text(*everybody.those_who(everybody.searched))]
    used = [fraction_text(*everybody.those_who(everybody.used))]
    searched += parts_of_people([each.those_who(each.searched) for each in teams], setting)
    used += parts_of_people([each.those_who(each.used) for each in teams], setting)
    rows: list[tuple[Cell, ...]] = [
        (each.name, each.active, *did, each.searches, each.uses)
        for each, *did in zip([everybody, *teams], searched, used, strict=True)
    ]
    return Table("teams", "By team", columns, rows, _NOTE)


def _by_conversation(
    session: Session, question: Question, teams: Mapping[str | None, str], members: Iterable[Member]
) -> Table:
    start, end = question.bounds
    team_of = {each.id: each.team_id for each in members}
    uses: Counter[tuple[str | None, str]] = Counter()
    rows = session.execute(
        select(UsageEvent.actor_id, UsageEvent.conversation, func.count())
        .where(
            UsageEvent.occurred_at >= start,
            UsageEvent.occurred_at < end,
            is_use(),
            counts(UsageEvent.excluded_reason, question.also),
            UsageEvent.conversation.is_not(None),
        )
        .group_by(UsageEvent.actor_id, UsageEvent.conversation)
    )
    for person, conversation, times in rows:
        if person in team_of and conversation:
            uses[team_of[person], conversation] += times
    columns = (
        Column("team", "Team"),
        *(Column(each.value, BY_KEY[each].short, As.NUMBER) for each in Conversation),
    )
    cells: list[tuple[Cell, ...]] = [
        (name, *(uses[key, each.value] for each in Conversation)) for key, name in teams.items()
    ]
    return Table("by_conversation", "Uses by team and conversation", columns, cells)


def _named(members: Iterable[Member], viewer: Actor | None) -> list[Member]:
    """List whom the viewer may see by name; nobody in a frozen report."""
    if viewer is None:
        return []
    if viewer.role is Role.ADMIN:
        return list(members)
    is_manager = viewer.role is Role.MANAGER and viewer.team_id is not None
    return [each for each in members if is_manager and each.team_id == viewer.team_id]


def _people(
    members: Iterable[Member],
    names: Mapping[str | None, str],
    searches: Counter[str],
    uses: Counter[str],
) -> Table:
    columns = (
        Column("person", "Person"),
        Column("team", "Team"),
        Column("searches", "Searches", As.NUMBER),
        Column("uses", "Uses", As.NUMBER),
    )
    rows: list[tuple[Cell, ...]] = [
        (each.name, names[each.team_id], searches[each.id], uses[each.id])
        for each in sorted(members, key=lambda each: (each.name.casefold(), each.id))
    ]
    return Table("people", "People", columns, rows, "Named, because this organisation has set reports so.")


def _chart(
    lately: Iterable[Span], slices: Slices, asked: Acts, used: Acts, definitions: Definitions
) -> Chart:
    spans = list(lately)
    setting = definitions.people
    values = [
        tuple(_point(len(acts.within(slices.of(week))), setting) for acts in (asked, used)) for week in spans
    ]
    return Chart(
        "weekly",
        "People by the week",
        ChartKind.LINES,
        "How many people searched and recorded a use each week; weeks of one to four are a gap.",
        tuple(day_name(week.start, definitions.zone) for week in spans),
        (Series("searched", "Searched"), Series("used", "Recorded a use")),
        tuple(values),
    )


def _point(people: int, setting: PeopleInReports) -> int | None:
    is_told = setting is PeopleInReports.NAMED or people == 0 or people >= LEAST_PEOPLE
    return people if is_told else None
