"""The quarterly report that says which assets went without recorded use, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from content_map.domain.assets import Audience
from content_map.domain.conversations import Conversation
from content_map.domain.eligibility import Ending, LivePeriod, Standing, Verdict, standing
from content_map.domain.observation import Headline
from content_map.domain.permissions import Right
from content_map.domain.quarters import Quarter
from content_map.domain.unused import AssetHistory, diagnose
from content_map.models import Asset, AssetPeriod, User
from content_map.reports import measures, observing
from content_map.reports.contract import Definitions, Question, Report
from content_map.reports.measures import Scope
from content_map.reports.observing import Observation
from content_map.reports.unused_result import Owner, Row, UnusedReport, headline_of

# A period that ended because something changed is followed at once by the next: that is no ending.
_ENDINGS = {"archived": Ending.ARCHIVED, "expired": Ending.EXPIRED, "withdrawn": Ending.LEFT}
_NOTHING = AssetHistory()


def build(session: Session, question: Question) -> UnusedReport:
    """Judge every asset that was live in the quarter, up to `now` while it runs."""
    quarter, definitions, now = question.quarter, question.definitions, question.now
    start, end = question.bounds
    observation = observing.observe(session, start, end)
    rows = _rows(session, quarter, definitions, observation, now)
    return UnusedReport(
        question=question,
        observed=observation.observed,
        rows=rows[Verdict.ELIGIBLE],
        too_new=rows[Verdict.TOO_NEW],
        internal=rows[Verdict.INTERNAL],
        previous=_previous(session, quarter.previous(), definitions, now),
    )


REPORT = Report(
    name="unused-assets",
    heading="Unused content",
    title="Which assets went without recorded use in a quarter, and why",
    right=Right.SEE_REPORTS,
    build=build,
    place=1,
    is_frozen=True,
)


def _previous(session: Session, quarter: Quarter, definitions: Definitions, now: datetime) -> Headline | None:
    eligible = _rows(session, quarter, definitions, None, now)[Verdict.ELIGIBLE]
    return headline_of(eligible) if eligible else None


def _rows(
    session: Session,
    quarter: Quarter,
    definitions: Definitions,
    observation: Observation | None,
    now: datetime,
) -> Mapping[Verdict, tuple[Row, ...]]:
    start, end = definitions.bounds(quarter)
    standings = _standings(session, start, end, now)
    if not standings:
        return dict.fromkeys(Verdict, ())
    scope = Scope(start, end)
    histories = measures.histories(session, scope, definitions.thresholds)
    in_bursts = measures.burst_uses(session, scope)
    titles = _titles(session, start, end)
    owners = {id_: Owner(id_, name) for id_, name in session.execute(select(User.id, User.name))}
    rows: dict[Verdict, list[Row]] = {verdict: [] for verdict in Verdict}
    for asset_id, stands in standings.items():
        history = histories.get(asset_id, _NOTHING)
        if observation is not None:
            history = replace(history, searches=observation.searches[stands.conversation])
        rows[stands.verdict].append(
            Row(
                asset_id,
                titles[asset_id],
                owners[stands.owner or ""],
                stands,
                history,
                diagnose(history, definitions.thresholds),
                in_bursts.get(asset_id, 0),
            )
        )
    return {verdict: tuple(sorted(some, key=_order)) for verdict, some in rows.items()}


_PLACE = {conversation: place for place, conversation in enumerate(Conversation)}


def _order(row: Row) -> tuple[int, int, str, str]:
    return row.stage.depth, _PLACE[row.conversation], row.title.casefold(), row.asset


def _standings(session: Session, start: datetime, end: datetime, now: datetime) -> Mapping[str, Standing]:
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
    overlapping = select(*columns).where(
        AssetPeriod.starts_at < min(end, now), or_(AssetPeriod.ends_at.is_(None), AssetPeriod.ends_at > start)
    )
    for asset_id, starts_at, ends_at, owner_id, conversation, audience, reason in session.execute(
        overlapping
    ):
        ending = _ENDINGS.get(reason or "")
        periods[asset_id].append(
            LivePeriod(starts_at, ends_at, owner_id, Conversation(conversation), Audience(audience), ending)
        )
    judged = {asset_id: standing(lived, start, end, now) for asset_id, lived in periods.items()}
    return {asset_id: stands for asset_id, stands in judged.items() if stands is not None}


def _titles(session: Session, start: datetime, end: datetime) -> Mapping[str, str]:
    lived = select(AssetPeriod.asset_id).where(
        AssetPeriod.starts_at < end, or_(AssetPeriod.ends_at.is_(None), AssetPeriod.ends_at > start)
    )
    titles = session.execute(select(Asset.id, Asset.title).where(Asset.id.in_(lived)))
    return {row.id: row.title for row in titles}
