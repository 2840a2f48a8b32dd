"""What reps are asked: sales' knowledge of its customers, for marketing; terms only, never a rep's words unasked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.permissions import Right
from content_map.domain.vocabulary import Facet
from content_map.models import Search
from content_map.reports import asking
from content_map.reports.contract import Question, Report
from content_map.reports.finding import Finding
from content_map.reports.parts import As, Cell, Column, Definition, Figure, Table
from content_map.reports.people_said import ASKED_BY_AT_LEAST, FEW, people

FACETS = (Facet.INDUSTRY, Facet.PAIN, Facet.COMPETITOR)
WORDS_SHOWN = 100

# A name for each of the three facets, None where a search named none.
Combination = tuple[str | None, ...]

_ACCOUNTS = "Different customers the searches were made for; searches without one count nowhere here."
_REPS = "Different people who asked with these terms."
_SEARCHES = "Settled searches with these terms, not denied in the sentence and not left out by the rep."


@dataclass(slots=True)
class Asked:
    """Who asked with some terms, for whom, and how often."""

    accounts: set[str] = field(default_factory=set)
    reps: set[str] = field(default_factory=set)
    searches: int = 0

    @property
    def may_be_told(self) -> bool:
        """Say whether enough people asked for nobody to be seen behind it."""
        return len(self.reps) >= ASKED_BY_AT_LEAST


def build(session: Session, question: Question) -> Finding:
    """Count combinations and single terms by accounts, then reps, then searches; beside the quarter before."""
    now = _combinations(session, question, *question.bounds)
    then = _combinations(session, question, *question.definitions.bounds(question.quarter.previous()))
    tables = [_table(question, "combinations", "Asked together", FACETS, _together(now), then)]
    for place, facet in enumerate(FACETS):
        tables.append(
            _table(question, facet.value, _HEADINGS[facet], (facet,), _only(now, place), _only(then, place))
        )
    # Frozen is for ever, and words are their rep's to take back.
    if question.viewer is not None:
        tables.append(_words(session, question))
    every = Asked()
    for each in now.values():
        _join(every, each)
    return Finding(
        question,
        lead=_lead(tables[1:4], every),
        figures=[
            Figure("accounts", "Accounts", len(every.accounts), _ACCOUNTS),
            Figure(
                "combinations",
                "Combinations",
                len(tables[0].rows),
                "Named together in searches of 3 or more reps.",
            ),
        ],
        tables=tables,
        definitions=[
            asking.SETTLED,
            Definition("Accounts", _ACCOUNTS),
            Definition(
                "Combination", "An industry, a pain and a competitor of one search; – where it named none."
            ),
            Definition(
                "Left out of the tables",
                "What fewer than 3 reps asked with: a rep’s situations are the rep’s.",
            ),
            FEW,
        ],
        left_out=asking.left_out(session, question),
    )


REPORT = Report(
    name="reps-asked",
    heading="What reps are asked",
    title="Which industries, pains and competitors customers bring up, by accounts",
    right=Right.SEE_REPORTS,
    build=build,
    place=3,
)

_HEADINGS = {Facet.INDUSTRY: "Industries", Facet.PAIN: "Pains", Facet.COMPETITOR: "Competitors"}
_NAMES = {Facet.INDUSTRY: "Industry", Facet.PAIN: "Pain", Facet.COMPETITOR: "Competitor"}


def _combinations(
    session: Session, question: Question, start: datetime, end: datetime
) -> Mapping[Combination, Asked]:
    counted = asking.counted(question, start, end)
    rows = session.execute(
        select(counted.c.user_id, counted.c.account_id, counted.c.recognised).execution_options(
            yield_per=1_000
        )
    )
    found: dict[Combination, Asked] = defaultdict(Asked)
    for user_id, account_id, chips in rows:
        for combination in combinations_in(chips):
            asked = found[combination]
            asked.reps.add(user_id)
            asked.searches += 1
            if account_id:
                asked.accounts.add(account_id)
    return found


def combinations_in(chips: Iterable[Mapping[str, Any]]) -> Iterator[Combination]:
    """Give each industry with each pain and each competitor that a search named and did not deny."""
    named: dict[str, list[str]] = defaultdict(list)
    for chip in chips:
        if chip.get("term") and not chip.get("negated") and chip["name"] not in named[chip["facet"]]:
            named[chip["facet"]].append(chip["name"])
    choices: list[list[str | None]] = [[*named[facet.value]] or [None] for facet in FACETS]
    for combination in product(*choices):
        if any(combination):
            yield combination


def _together(combinations: Mapping[Combination, Asked]) -> Mapping[Combination, Asked]:
    """Give those that name two of the three at least; single terms have tables of their own."""
    return {terms: asked for terms, asked in combinations.items() if sum(map(bool, terms)) >= 2}


def _only(combinations: Mapping[Combination, Asked], place: int) -> Mapping[Combination, Asked]:
    """Put together what names the same term at that place."""
    found: dict[Combination, Asked] = defaultdict(Asked)
    for combination, asked in combinations.items():
        if combination[place] is not None:
            _join(found[(combination[place],)], asked)
    return found


def _join(one: Asked, other: Asked) -> None:
    one.accounts |= other.accounts
    one.reps |= other.reps
    one.searches += other.searches


def _table(
    question: Question,
    name: str,
    heading: str,
    facets: tuple[Facet, ...],
    now: Mapping[Combination, Asked],
    then: Mapping[Combination, Asked],
) -> Table:
    columns = (
        *(Column(facet.value, _NAMES[facet]) for facet in facets),
        Column("accounts", "Accounts", As.NUMBER, _ACCOUNTS),
        Column("reps", "Reps", As.NUMBER, _REPS),
        Column("searches", "Searches", As.NUMBER, _SEARCHES),
        Column(
            "accounts_before", "Accounts the quarter before", As.NUMBER, "Where 3 or more reps asked then."
        ),
    )
    told = {terms: asked for terms, asked in now.items() if asked.may_be_told}
    setting = question.definitions.people
    rows: list[tuple[Cell, ...]] = []
    for terms in sorted(told, key=_order(told)):
        asked, before = told[terms], then.get(terms)
        rows.append(
            (
                *terms,
                len(asked.accounts),
                people(len(asked.reps), setting),
                asked.searches,
                len(before.accounts) if before and before.may_be_told else None,
            )
        )
    untold = len(now) - len(told)
    note = f"{untold} that fewer than {ASKED_BY_AT_LEAST} reps asked with are not shown." if untold else ""
    return Table(name, heading, columns, rows, note)


def _order(told: Mapping[Combination, Asked]) -> Callable[[Combination], tuple[Any, ...]]:
    def order(terms: Combination) -> tuple[Any, ...]:
        asked = told[terms]
        return -len(asked.accounts), -len(asked.reps), -asked.searches, [term or "" for term in terms]

    return order


def _words(session: Session, question: Question) -> Table:
    counted = asking.counted(question, *question.bounds)
    rows = session.execute(
        select(Search.situation, Search.recognised)
        .join(counted, counted.c.id == Search.id)
        .where(Search.may_be_read, Search.situation.is_not(None))
        .order_by(Search.asked_at.desc(), Search.id)
        .limit(WORDS_SHOWN)
    )
    columns = (Column("words", "Situation"), Column("terms", "Read as"))
    said = dict.fromkeys((words, ", ".join(chip["name"] for chip in chips)) for words, chips in rows)
    return Table(
        "words",
        "In their words",
        columns,
        list(said),
        f"The newest {WORDS_SHOWN} at most, and only where the rep lets marketing read them.",
    )


def _lead(single: Sequence[Table], every: Asked) -> list[str]:
    tops = [table.rows[0] for table in single if table.rows]
    if not tops:
        return [f"No industry, pain or competitor was asked with by {ASKED_BY_AT_LEAST} or more reps."]
    named = ", ".join(f"{term} ({accounts} of {len(every.accounts)})" for term, accounts, *_rest in tops)
    return [
        f"Brought up by most accounts: {named}.",
        "Accounts count first, because one rep may ask often for one customer.",
    ]
