"""What marketing and sales have said so far about the last quarter's unused assets: some agreed, one not, most open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.docket import Choice
from content_map.domain.quarters import Quarter
from content_map.domain.unused import Side, Stage
from content_map.models import DocketItem
from content_map.reports import Definitions
from content_map.sample.staffing import Staff
from content_map.services import docket
from content_map.services.docket import Decision
from content_map.wiring import Resources

_MARKETER, _MANAGER = "sarah-whitcombe", "birgit-sandvik"
_SETTLING_IN = timedelta(days=30)
# By class: what each side says of the first ones, in turn; the others wait for them.
_SAID: Mapping[Stage, Sequence[tuple[Choice | None, Choice | None]]] = {
    Stage.BARELY_SURFACED: [(Choice.FIX, Choice.FIX), (Choice.KEEP, Choice.RETIRE), (Choice.FIX, None)],
    Stage.PASSED_OVER: [(Choice.FIX, Choice.FIX), (None, Choice.RETIRE)],
    Stage.OPENED_NOT_USED: [(Choice.TEACH, Choice.TEACH), (Choice.KEEP, Choice.KEEP), (Choice.TEACH, None)],
}


def sit(resources: Resources, staff: Staff, *, now: datetime) -> None:
    """Put the last closed quarter on the docket and decide a few of it, some days after it was frozen."""
    definitions = Definitions.from_settings(resources.settings)
    quarter = definitions.quarter_of(now).previous()
    met_at = min(now, definitions.freezes_at(quarter) + _SETTLING_IN)
    with resources.sessions.read() as session:
        unused = docket.unused_in(session, quarter, settings=resources.settings, now=now)
    with resources.sessions.write() as session:
        docket.put_on(session, quarter, unused, actor=staff[_MARKETER], now=met_at)
    with resources.sessions.write() as session:
        for item_id, side, choice in list(_decisions(session, quarter)):
            actor = staff[_MARKETER if side is Side.MARKETING else _MANAGER]
            docket.decide(session, [item_id], Decision(choice), side=side, actor=actor, now=met_at)


def _decisions(session: Session, quarter: Quarter) -> Iterator[tuple[str, Side, Choice]]:
    for stage, said in _SAID.items():
        waiting = select(DocketItem.id).where(
            DocketItem.quarter == str(quarter), DocketItem.stage == stage.value
        )
        items = session.scalars(waiting.order_by(DocketItem.asset_id)).all()
        for item_id, (marketing, sales) in zip(islice(items, len(said)), said, strict=False):
            if marketing is not None:
                yield item_id, Side.MARKETING, marketing
            if sales is not None:
                yield item_id, Side.SALES, sales
