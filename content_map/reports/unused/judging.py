"""Which assets a quarter judges and what counted of each; quick for past quarters, in full for the one asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from content_map.domain.assets import Audience
from content_map.domain.conversations import Conversation
from content_map.domain.eligibility import Ending, LivePeriod, Standing, Verdict, standing
from content_map.domain.observation import Headline
from content_map.domain.unused import AssetHistory, Stage, Thresholds, diagnose, stage_of
from content_map.domain.usage import ExcludedReason
from content_map.models import AssetPeriod
from content_map.reports import counters, measures
from content_map.reports.contract import Question
from content_map.reports.measures import Scope
from content_map.reports.observing import Observation
from content_map.reports.unused import describing
from content_map.reports.unused.rows import Classes, Row, by_stage, headline

# A period that ended because something changed is followed at once by the next: that is no ending.
_ENDINGS = {"archived": Ending.ARCHIVED, "expired": Ending.EXPIRED, "withdrawn": Ending.LEFT}
_NOTHING = AssetHistory()
# Looked up a few hundred thousand times for one report: making an enum of a text takes ten times as long.
_CONVERSATIONS = {each.value: each for each in Conversation}
_AUDIENCES = {each.value: each for each in Audience}


@dataclass(frozen=True, slots=True)
class Judged:
    """A quarter's assets as known at the question's `now`; `histories` has only those with any event.

    `eligible` are the ids of the eligible with their classes. `left_out` are all rows that do not count by
    themselves, whatever the switch says.
    """

    question: Question
    standings: Mapping[str, Standing]
    histories: Mapping[str, AssetHistory]
    eligible: Sequence[tuple[str, Stage]]
    left_out: Mapping[ExcludedReason, int]

    @property
    def thresholds(self) -> Thresholds:
        """What makes enough chances to judge."""
        return self.question.definitions.thresholds

    def history(self, asset_id: str) -> AssetHistory:
        """Give what counted of an asset, nothing where nothing did."""
        return self.histories.get(asset_id, _NOTHING)

    @property
    def classes(self) -> Classes:
        """Count the classes of the eligible."""
        return by_stage(stage for _, stage in self.eligible)

    @property
    def headline(self) -> Headline:
        """The finding in parts."""
        return headline((stage, self.history(asset_id).users) for asset_id, stage in self.eligible)


Lives = Mapping[str, Sequence[LivePeriod]]
"""The live periods of each asset that had any in a stretch of time."""


def judge(session: Session, question: Question, lived: Lives | None = None) -> Judged:
    """Judge every asset that was live in the question's quarter, up to `now` while it runs.

    `lived` of a longer time that holds the quarter saves reading them for each of several quarters.
    """
    start, end = question.bounds
    counted = counters.of_quarter(session, question)
    periods = lives(session, start, min(end, question.now)) if lived is None else lived
    judged = {asset_id: standing(each, start, end, question.now) for asset_id, each in periods.items()}
    standings = {asset_id: stands for asset_id, stands in judged.items() if stands is not None}
    thresholds = question.definitions.thresholds
    eligible = [
        (asset_id, stage_of(counted.histories.get(asset_id, _NOTHING), thresholds))
        for asset_id, stands in standings.items()
        if stands.verdict is Verdict.ELIGIBLE
    ]
    return Judged(question, standings, counted.histories, eligible, counted.left_out)


def rows_of(session: Session, judged: Judged, observation: Observation) -> Mapping[Verdict, tuple[Row, ...]]:
    """Make the rows of each list, in the report's order."""
    question = judged.question
    if not judged.standings:
        return dict.fromkeys(Verdict, ())
    in_bursts = measures.burst_uses(session, Scope(*question.bounds, also=question.also))
    described = describing.describe(session, question, judged.standings)
    rows: dict[Verdict, list[Row]] = {verdict: [] for verdict in Verdict}
    for asset_id, stands in judged.standings.items():
        history = judged.history(asset_id)
        if not history.opens and not history.uses:
            # Only of what was never opened it matters how often it could have been shown.
            history = replace(history, searches=observation.searches[stands.conversation])
        known = described[asset_id]
        rows[stands.verdict].append(
            Row(
                asset_id,
                known.title,
                known.owner,
                stands,
                history,
                diagnose(history, judged.thresholds, has_guide=known.about.has_guide),
                in_bursts.get(asset_id, 0),
                known.about,
            )
        )
    return {verdict: tuple(sorted(some, key=_order)) for verdict, some in rows.items()}


_PLACE = {conversation: place for place, conversation in enumerate(Conversation)}


def _order(row: Row) -> tuple[int, int, str, str]:
    return row.stage.depth, _PLACE[row.conversation], row.title.casefold(), row.asset


def lives(session: Session, start: datetime, end: datetime) -> Lives:
    """Read the periods that overlap the time from `start` until before `end`."""
    periods: dict[str, list[LivePeriod]] = defaultdict(list)
    columns = (
        AssetPeriod.asset_id,
        AssetPeriod.starts_at,
        AssetPeriod.ends_at,
        AssetPeriod.owner_id,
        AssetPeriod.conversation,
        AssetPeriod.audience,
        AssetPeriod.end_reason,
    )
    overlapping = select(*columns).where(*lived_in(start, end))
    # By the connection: the mapper has nothing to do with so many rows.
    for (
        asset_id,
        starts_at,
        ends_at,
        owner_id,
        conversation,
        audience,
        reason,
    ) in session.connection().execute(overlapping):
        ending = _ENDINGS.get(reason or "")
        periods[asset_id].append(
            LivePeriod(
                starts_at, ends_at, owner_id, _CONVERSATIONS[conversation], _AUDIENCES[audience], ending
            )
        )
    return periods


def lived_in(start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    """Say in SQL that a period overlaps a stretch of time."""
    return AssetPeriod.starts_at < end, or_(AssetPeriod.ends_at.is_(None), AssetPeriod.ends_at > start)
