"""What one has logged oneself, and putting it right."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.schemas.correction import CorrectionReport, CorrectionView, LoggedView, Replacement
from content_map.schemas.strict import Page, list_of
from content_map.services import corrections, own_events

blueprint = ApiBlueprint("corrections", __name__, description="What one has logged, and putting it right")


@blueprint.route("/me/usage", endpoint="own")
class OwnEvents(MethodView):
    """The caller's own uses, reasons why not, outcomes and feedback."""

    @blueprint.arguments(Page, location="query")
    @blueprint.response(200, list_of(LoggedView))
    def get(self, page: dict[str, Any]) -> Any:
        """List those of the last 90 days, the latest first, corrected ones too."""
        with context.reading() as session:
            return own_events.listed(session, **page, actor=context.actor(), now=context.now())


@blueprint.route("/usage/<event_id>/correction", endpoint="one")
class Correction(MethodView):
    """One correction; the event keeps its row with the reason `corrected`."""

    @blueprint.arguments(CorrectionReport)
    @blueprint.response(200, CorrectionView)
    def post(self, replacement: Replacement, event_id: str) -> Any:
        """Take back one's own use, reason why not, outcome or feedback, or put another event in its place.

        For 14 days after it was recorded. Without `occurred_at` the replacement occurred when the first one did.
        """
        actor, now = context.actor(), context.now()
        with context.transaction() as session:
            if replacement.event is None:
                return corrections.take_back(session, event_id, actor=actor, now=now)
            return corrections.correct(session, event_id, replacement.event, actor=actor, now=now)

    @blueprint.response(204)
    def delete(self, event_id: str) -> None:
        """Undo it: the event counts as before, and what stood in its place does not."""
        with context.transaction() as session:
            corrections.undo(session, event_id, actor=context.actor(), now=context.now())
