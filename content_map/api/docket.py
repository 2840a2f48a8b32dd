"""What marketing and sales decide about a quarter's unused assets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask.views import MethodView
from sqlalchemy.orm import Session

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.models import DocketItem
from content_map.schemas.docket import (
    DocketChange,
    DocketDecidedView,
    DocketFill,
    DocketFilledView,
    DocketItemView,
    DocketQuery,
)
from content_map.schemas.strict import list_of
from content_map.services import docket, docket_lists
from content_map.services.cursors import Slice
from content_map.services.docket_lists import Beside, Wanted

blueprint = ApiBlueprint(
    "docket", __name__, url_prefix="/docket", description="What is decided about unused assets"
)


@blueprint.route("", endpoint="all")
class Docket(MethodView):
    """The retirement docket of a closed quarter."""

    @blueprint.arguments(DocketQuery, location="query")
    @blueprint.response(200, list_of(DocketItemView))
    def get(self, query: dict[str, Any]) -> Any:
        """List a closed quarter's unused assets with what both sides say, by class, then by title.

        For managers, marketers, analysts and admins. A quarter that still runs is refused.
        """
        settings = context.resources().settings
        quarter = docket.closed_quarter(query.pop("quarter"), settings, now=context.now())
        page = {name: query.pop(name) for name in ("limit", "cursor")}
        with context.reading() as session:
            found = docket_lists.listed(session, Wanted(quarter, **query), **page, actor=context.actor())
            return Slice(_shown(session, found.items), found.next)

    @blueprint.arguments(DocketFill)
    @blueprint.response(200, DocketFilledView)
    def post(self, given: dict[str, Any]) -> Any:
        """Put a closed quarter's unused assets on the docket, with their class; those that are there stay.

        The worker does it by itself seven days after the quarter's end.
        """
        settings, now = context.resources().settings, context.now()
        quarter = docket.closed_quarter(given["quarter"], settings, now=now)
        docket.check_may_fill(context.actor())
        with context.reading() as session:
            unused = docket.unused_in(session, quarter, settings=settings, now=now)
        with context.transaction() as session:
            added = docket.put_on(session, quarter, unused, actor=context.actor(), now=now)
        return {"quarter": str(quarter), "added": added}

    @blueprint.arguments(DocketChange)
    @blueprint.response(200, DocketDecidedView)
    def patch(self, given: dict[str, Any]) -> Any:
        """Decide for one side on one item or several: all of them, or none.

        A marketer decides for marketing, a manager for sales; an admin names the side. Where both say the same it is
        done at once: retire archives the asset, fix and teach open a task, keep is noted.
        """
        with context.transaction() as session:
            items = docket.decide(session, **given, actor=context.actor(), now=context.now())
            return {"items": _shown(session, docket_lists.reload(session, items))}


def _shown(session: Session, items: Sequence[DocketItem]) -> list[dict[str, Any]]:
    beside: dict[str, Beside] = {}
    for quarter in sorted({each.quarter for each in items}):
        same = [each for each in items if each.quarter == quarter]
        beside |= docket_lists.beside(session, same, settings=context.resources().settings)
    return [_item(each, beside[each.id]) for each in items]


def _item(item: DocketItem, beside: Beside) -> dict[str, Any]:
    return {
        "id": item.id,
        "quarter": item.quarter,
        "asset": item.asset_id,
        "title": item.asset.title,
        "conversation": item.asset.conversation,
        "stage": item.stage,
        "state": docket_lists.state_of(item).value,
        "impressions": beside.history.impressions,
        "reps": beside.history.reps,
        "opens": beside.history.opens,
        "feedback": {reason.value: count for reason, count in beside.history.feedback.items()},
        "marketing": {"choice": item.marketing_choice, "at": item.marketing_at},
        "sales": {"choice": item.sales_choice, "at": item.sales_at},
        "settled": item.settled_choice,
        "settled_at": item.settled_at,
        "successor": item.successor_id,
        "note": item.note,
        "earlier": [{"quarter": quarter, "choice": choice.value} for quarter, choice in beside.earlier],
    }
