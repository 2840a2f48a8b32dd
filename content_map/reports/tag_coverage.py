"""Tag coverage: how much of the library each facet describes, and where a conversation has nothing for an industry."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.conversations import BY_KEY, Conversation
from content_map.domain.permissions import Right
from content_map.domain.statistics import fraction_text
from content_map.domain.vocabulary import Facet
from content_map.models import AssetTerm, Term
from content_map.models import Facet as FacetRow
from content_map.reports import asking
from content_map.reports.contract import Question, Report
from content_map.reports.finding import Finding
from content_map.reports.live_assets import LIVE, LiveAsset, live_assets
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
from content_map.reports.people_said import ASKED_BY_AT_LEAST

_CARRIES = "Live assets that carry at least one term of the facet, of all live assets there."
_ANY = "Live assets that carry a term of every one of the four facets that rank most."
_HOLE = "No live asset of the conversation carries the industry."
_ASKED = (
    "Settled searches for the conversation that named the industry; only where 3 or more reps asked, "
    "because a rep’s situations are the rep’s."
)
# The four facets that rank most, as in ui.md's facet meter.
_FOREMOST = (Facet.INDUSTRY, Facet.FUNCTION, Facet.PAIN, Facet.COMPETITOR)

# Asset id -> facet key -> the names of its terms.
Tags = Mapping[str, Mapping[str, Collection[str]]]


def build(session: Session, question: Question) -> Finding:
    """Look at the live assets' terms as they are now, and at what the quarter's searches asked for."""
    live = live_assets(session, question)
    tags = _tags(session)
    facets = dict(session.execute(select(FacetRow.key, FacetRow.name).order_by(FacetRow.position)).all())
    industries = session.scalars(
        select(Term.name)
        .where(Term.facet_key == Facet.INDUSTRY.value, Term.retired_at.is_(None))
        .order_by(Term.name)
    ).all()
    there = _industries(live, tags)
    asked = _asked(session, question)
    holes = [
        (conversation, industry)
        for conversation in Conversation
        for industry in industries
        if not there[conversation, industry]
    ]
    complete = sum(all(tags.get(each.id, {}).get(facet.value) for facet in _FOREMOST) for each in live)
    return Finding(
        question,
        lead=_lead(complete, len(live), holes, len(industries)),
        figures=[
            Figure("live", "Live assets", len(live), LIVE.meaning),
            Figure("complete", "All four foremost facets", Fraction(complete, len(live)), _ANY),
            Figure("holes", "Holes", Fraction(len(holes), len(industries) * len(Conversation)), _HOLE),
        ],
        charts=[_chart(industries, there, holes)],
        tables=[_holes(holes, asked), _facets(facets, live, tags)],
        definitions=[
            LIVE,
            Definition("Carries", _CARRIES),
            Definition("Hole", _HOLE),
            Definition("Asked for", _ASKED),
            asking.SETTLED,
        ],
        left_out=asking.left_out(session, question),
    )


REPORT = Report(
    name="tag-coverage",
    heading="Tag coverage",
    title="Which facets describe the live assets, and which industries a conversation has nothing for",
    right=Right.SEE_REPORTS,
    build=build,
    place=7,
)


def _tags(session: Session) -> Tags:
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    rows = select(AssetTerm.asset_id, Term.facet_key, Term.name).join(Term, Term.id == AssetTerm.term_id)
    for asset_id, facet, name in session.execute(rows):
        found[asset_id][facet].add(name)
    return found


def _industries(live: Sequence[LiveAsset], tags: Tags) -> Counter[tuple[Conversation, str]]:
    return Counter(
        (each.conversation, industry)
        for each in live
        for industry in tags.get(each.id, {}).get(Facet.INDUSTRY.value, ())
    )


def _asked(session: Session, question: Question) -> Mapping[tuple[str, str], int]:
    """Count by conversation and industry the searches of the quarter, where enough people asked to tell."""
    counted = asking.counted(question, *question.bounds)
    people: dict[tuple[str, str], set[str]] = defaultdict(set)
    searches: Counter[tuple[str, str]] = Counter()
    rows = select(counted.c.user_id, counted.c.purpose, counted.c.recognised).where(
        counted.c.purpose.is_not(None)
    )
    for user_id, purpose, chips in session.execute(rows.execution_options(yield_per=1_000)):
        named = {
            chip["name"]
            for chip in chips
            if chip["facet"] == Facet.INDUSTRY.value and chip.get("term") and not chip.get("negated")
        }
        for name in named:
            people[purpose, name].add(user_id)
            searches[purpose, name] += 1
    return {key: count for key, count in searches.items() if len(people[key]) >= ASKED_BY_AT_LEAST}


def _lead(complete: int, live: int, holes: Sequence[tuple[Conversation, str]], industries: int) -> list[str]:
    if not live:
        return ["No asset was live at the end of this quarter."]
    return [
        f"{fraction_text(complete, live)} live assets carry a term of all four facets that rank most.",
        f"Of {len(Conversation)} conversations and {industries} industries, {len(holes)} pairs have no asset at all.",
    ]


def _chart(
    industries: Sequence[str],
    there: Mapping[tuple[Conversation, str], int],
    holes: Sequence[tuple[Conversation, str]],
) -> Chart:
    return Chart(
        "industries",
        "Live assets by industry and conversation",
        ChartKind.MATRIX,
        f"{len(holes)} pairs have none.",
        tuple(industries),
        tuple(Series(each.value, BY_KEY[each].short, each.value) for each in Conversation),
        tuple(tuple(there.get((each, industry), 0) for each in Conversation) for industry in industries),
    )


def _holes(holes: Sequence[tuple[Conversation, str]], asked: Mapping[tuple[str, str], int]) -> Table:
    columns = (
        Column("conversation", "Conversation", As.CONVERSATION),
        Column("industry", "Industry"),
        Column("asked_for", "Asked for", As.NUMBER, _ASKED),
    )
    rows: list[tuple[Cell, ...]] = [
        (conversation.value, industry, asked.get((conversation.value, industry)))
        for conversation, industry in sorted(holes, key=lambda hole: -asked.get((hole[0].value, hole[1]), 0))
    ]
    return Table(
        "holes",
        "Holes",
        columns,
        rows,
        "The most asked for first; – where fewer than 3 reps asked. What searches did not find stands with the gaps.",
        see="/requests/gaps",
    )


def _facets(facets: Mapping[str, str], live: Sequence[LiveAsset], tags: Tags) -> Table:
    columns = (
        Column("facet", "Facet"),
        Column("all", "All conversations", As.SHARE, _CARRIES),
        *(Column(each.value, BY_KEY[each].short, As.SHARE) for each in Conversation),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            _carry(facet, live, tags),
            *(
                _carry(facet, [one for one in live if one.conversation is each], tags)
                for each in Conversation
            ),
        )
        for facet, name in facets.items()
    ]
    return Table("facets", "Facets", columns, rows)


def _carry(facet: str, live: Sequence[LiveAsset], tags: Tags) -> Fraction:
    return Fraction(sum(bool(tags.get(each.id, {}).get(facet)) for each in live), len(live))
