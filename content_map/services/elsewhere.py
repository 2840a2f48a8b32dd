"""What ends a conversation's tab: assets made for another one that several reps used in this one all the same."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from content_map.domain.conversations import Conversation
from content_map.domain.lifts import CONSTANTS
from content_map.domain.people import Actor
from content_map.models import Asset, UseLift
from content_map.services.answers import Elsewhere
from content_map.services.asking import Asked, Finder
from content_map.services.library_queues import live
from content_map.services.showing import load_shown
from search.contract import SearchUnavailable

_CONSIDERED = 50
_FIRST_OF_ALL = 100.0  # points above any score


def used_here(
    finder: Finder, asked: Asked, conversation: Conversation, *, actor: Actor, now: datetime
) -> tuple[Elsewhere, ...]:
    """List a few live assets of other conversations that 3 or more reps used in this one.

    Those that fit the situation at all come first, the best fitting first; then the others, the most lifted first.
    """
    reps = _used_by_several(finder, conversation, now=now)
    if not reps:
        return ()
    fitting = _fitting(finder, asked, reps)
    chosen = [*fitting, *(asset_id for asset_id in reps if asset_id not in fitting)]
    chosen = chosen[: CONSTANTS.elsewhere_most]
    with finder.sessions.read() as session:
        shown = load_shown(session, dict.fromkeys(chosen, ()), now=now, actor=actor)
    return tuple(Elsewhere(shown[each][0], reps[each]) for each in chosen if each in shown)


def _used_by_several(finder: Finder, conversation: Conversation, *, now: datetime) -> dict[str, int]:
    """Count the reps by asset, the most lifted first."""
    several = (
        select(UseLift.asset_id, UseLift.reps)
        .join(Asset, Asset.id == UseLift.asset_id)
        .where(
            UseLift.conversation == conversation.value,
            UseLift.reps >= CONSTANTS.elsewhere_reps,
            Asset.conversation != conversation.value,
            live(now),
        )
        .order_by(UseLift.lift.desc(), UseLift.reps.desc(), UseLift.asset_id)
        .limit(_CONSIDERED)
    )
    with finder.sessions.read() as session:
        return dict(session.execute(several).all())


def _fitting(finder: Finder, asked: Asked, asset_ids: Collection[str]) -> list[str]:
    """Name those that match, in the order of the ranking: points make no match, they only put it on top."""
    everywhere = replace(asked, situation=replace(asked.situation, conversation=None))
    query = everywhere.query(limit=CONSTANTS.elsewhere_most)
    points = {each: query.points.get(each, 0.0) + _FIRST_OF_ALL for each in asset_ids}
    try:
        hits = finder.index.search(replace(query, points={**query.points, **points})).hits
    except SearchUnavailable:
        return []
    return [hit.id for hit in hits if hit.id in points]
