"""What searches did not find."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.schemas.gap import GapQuery, GapView
from content_map.schemas.strict import list_of
from content_map.services import gaps

blueprint = ApiBlueprint("gaps", __name__, url_prefix="/gaps", description="What searches did not find")


@blueprint.route("", endpoint="all")
class Gaps(MethodView):
    """Situations with no good content."""

    @blueprint.arguments(GapQuery, location="query")
    @blueprint.response(200, list_of(GapView))
    def get(self, query: dict[str, Any]) -> Any:
        """List what sales users searched for and did not find, grouped by terms and conversation.

        A search counts when it had no result, or none of its results was opened, used, shared, tailored or
        downloaded, and no reformulation within ten minutes led to something either. First come those that most reps
        and accounts met, then those with most searches.
        """
        resources, now = context.resources(), context.now()
        with context.reading() as session:
            return gaps.listed(
                session,
                **query,
                vocabulary=resources.vocabulary.current(session),
                known=resources.at_hand.asked_for.terms(session, now=now),
                actor=context.actor(),
                settings=resources.settings,
                now=now,
            )
