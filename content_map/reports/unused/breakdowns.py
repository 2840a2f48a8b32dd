"""The eligible assets split: by conversation, owner, team, facet, age and format; each row's classes with its n."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from content_map.domain.ages import Age, age
from content_map.domain.comparing import interval_text
from content_map.domain.conversations import BY_KEY, Conversation
from content_map.domain.disclosure import LEAST_PEOPLE, PeopleInReports, split
from content_map.domain.people import Actor, Role
from content_map.domain.statistics import shrunk_rate
from content_map.domain.unused import Stage
from content_map.reports.contract import Question
from content_map.reports.parts import As, Cell, Column, Fraction, Table
from content_map.reports.unused import wording
from content_map.reports.unused.describing import FacetTerms
from content_map.reports.unused.rows import Classes, Row, by_stage, unused_of

# Marketing leads: they are asked for the whole library.
_LEADS = frozenset({Role.MARKETER, Role.ADMIN})
NO_TEAM, OTHER_TEAMS, ALL_TEAMS = "No team", "Other teams", "All teams"
# How a kind is called beside a number of them.
_FORMATS = {
    "deck": "Decks",
    "document": "Documents",
    "sheet": "Workbooks",
    "web": "Web pages",
    "text": "Texts",
    "image": "Images",
    "video": "Videos",
    "audio": "Audio",
    "email": "Emails",
    "link": "Links",
}


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the eligible assets under one name."""

    key: str
    name: str
    classes: Classes

    @property
    def unused(self) -> Fraction:
        """How many of them without recorded use."""
        return unused_of(self.classes)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A way to split. `means` is how the first column's cells are meant; then they are keys, else names."""

    name: str
    heading: str
    of: str
    groups: tuple[Group, ...]
    means: As = As.TEXT
    note: str = ""

    @property
    def table(self) -> Table:
        """Write it with n, interval and classes."""
        first = Column(self.name.removeprefix("by_"), self.of, self.means)
        return Table(
            self.name,
            self.heading,
            (first, *COUNTED),
            [(group.name if self.means is As.TEXT else group.key, *counted(group)) for group in self.groups],
            self.note,
        )


COUNTED = (
    Column("eligible", "Eligible", As.NUMBER),
    Column("unused", "No use recorded", As.SHARE),
    Column("interval", "95 % interval", definition=wording.INTERVAL),
    *(Column(stage.value, name, As.NUMBER) for stage, name in wording.STAGES.items()),
)


def counted(group: Group) -> tuple[Cell, ...]:
    """Write a group's cells for the columns `COUNTED`."""
    unused = group.unused
    return unused.n, unused, interval_text(*unused), *(group.classes[stage] for stage in Stage)


def by_conversation(rows: Iterable[Row]) -> Breakdown:
    """Split by the conversation at the last live instant; all five, in their order."""
    found = _grouped(rows, lambda row: row.conversation.value)
    groups = [
        Group(each.value, BY_KEY[each].name, found.get(each.value, by_stage(()))) for each in Conversation
    ]
    return Breakdown("by_conversation", "By conversation", "Conversation", tuple(groups), As.CONVERSATION)


def by_owner(rows: Sequence[Row], viewer: Actor | None) -> Breakdown:
    """Split by owner, for marketing leads; others see their own row, and nobody's where nobody asks."""
    seen = [row for row in rows if viewer and (viewer.role in _LEADS or viewer.id == row.owner.id)]
    names = {row.owner.id: row.owner.name for row in seen}
    found = _grouped(seen, lambda row: row.owner.id)
    groups = [Group(key, names[key], classes) for key, classes in found.items()]
    note = (
        "Figures by owner are for that owner and for marketing; everybody else reads them by team."
        if seen
        else ""
    )
    return Breakdown("by_owner", "By owner", "Owner", _worst_first(groups, rows), note=note)


def by_team(rows: Sequence[Row], people: PeopleInReports) -> Breakdown:
    """Split by the team of the owner; teams of which under five people own assets stand together."""
    owners: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        owners[row.about.team or NO_TEAM].add(row.owner.id)
    parted = split({team: len(ids) for team, ids in owners.items()})
    is_open = people is PeopleInReports.NAMED
    note = ""
    if not is_open and parted.folded:
        note = f"Teams in which under {LEAST_PEOPLE} people own assets are not shown by themselves."
        if not parted.shown and sum(len(owners[team]) for team in parted.folded) < LEAST_PEOPLE:
            note = f"Under {LEAST_PEOPLE} people own the eligible assets: a split by team would name them."
            return Breakdown("by_team", "By team", "Team of the owner", (), note=note)
    folded = frozenset() if is_open else frozenset(parted.folded)

    def team_of(row: Row) -> str:
        team = row.about.team or NO_TEAM
        if team not in folded:
            return team
        return OTHER_TEAMS if parted.shown else ALL_TEAMS

    groups = [Group(key, key, classes) for key, classes in _grouped(rows, team_of).items()]
    return Breakdown("by_team", "By team", "Team of the owner", _worst_first(groups, rows), note=note)


def by_age(rows: Iterable[Row], question: Question) -> Breakdown:
    """Split by time since publication, at the quarter's end or now while it runs; all five steps."""
    zone = question.definitions.zone
    on = min(question.bounds[1], question.now).astimezone(zone).date()
    found = _grouped(rows, lambda row: age(row.about.published_at.astimezone(zone).date(), on).value)
    groups = [Group(each.value, wording.AGES[each], found.get(each.value, by_stage(()))) for each in Age]
    return Breakdown("by_age", "By age", "Since publication", tuple(groups))


def by_format(rows: Sequence[Row]) -> Breakdown:
    """Split by what kind of file it is now."""
    found = _grouped(rows, lambda row: row.about.kind)
    groups = [Group(key, _FORMATS.get(key, key.capitalize()), classes) for key, classes in found.items()]
    return Breakdown("by_format", "By format", "Format", _worst_first(groups, rows))


def by_facet(rows: Sequence[Row], facets: Sequence[FacetTerms]) -> Table:
    """Split by every facet's terms; assets with no term of a facet have a row of their own in it."""
    columns = (Column("facet", "Facet"), Column("term", "Term"), *COUNTED)
    cells = [
        (facet.name, group.name, *counted(group)) for facet in facets for group in facet_groups(rows, facet)
    ]
    return Table("by_facet", "By facet", columns, cells, wording.BY_TERM)


def facet_groups(rows: Sequence[Row], facet: FacetTerms) -> tuple[Group, ...]:
    """Split by one facet's terms."""
    stages: dict[str, list[Stage]] = defaultdict(list)
    for row in rows:
        for term in facet.of.get(row.asset) or ("",):
            stages[term].append(row.stage)
    names = {**facet.terms, "": "No term"}
    groups = [Group(term, names[term], by_stage(some)) for term, some in stages.items()]
    return _worst_first(groups, rows)


def _grouped(rows: Iterable[Row], key_of: Callable[[Row], str]) -> Mapping[str, Classes]:
    stages: dict[str, list[Stage]] = defaultdict(list)
    for row in rows:
        stages[key_of(row)].append(row.stage)
    return {key: by_stage(some) for key, some in stages.items()}


def _worst_first(groups: Iterable[Group], rows: Sequence[Row]) -> tuple[Group, ...]:
    """Order by the shrunk share without use: a group of two must not lead the list for being small."""
    overall = sum(row.stage.is_unused for row in rows) / len(rows) if rows else 0.0

    def place(group: Group) -> tuple[float, str, str]:
        rate = shrunk_rate(group.unused.part, group.unused.n, overall)
        return -rate, group.name.casefold(), group.key

    return tuple(sorted(groups, key=place))
