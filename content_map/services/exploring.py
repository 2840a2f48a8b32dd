"""The exploration slot in an answer: a chance for what fits by its words and was rarely shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from content_map.domain.exploring import Fit, has_turn, moved_up, pick
from content_map.domain.lifts import CONSTANTS
from content_map.domain.people import SALES_ROLES, Actor
from content_map.domain.ranking import Part
from content_map.services.asking import Asked
from search.contract import Results


def is_open(asked: Asked, *, limit: int, actor: Actor, now: datetime) -> bool:
    """Say whether this answer has the slot: by turns, for sales users, once enough was searched.

    What others are shown teaches nothing, so that they get the plain answer.
    """
    return (
        asked.uses.is_on
        and Part.USE in asked.constants.parts
        and actor.role in SALES_ROLES
        and limit >= CONSTANTS.slot_rank
        and has_turn(actor.id, now)
    )


def depth(limit: int) -> int:
    """Say how many results to ask for, so that there is something to choose from."""
    return max(limit, CONSTANTS.slot_depth)


def explore(asked: Asked, results: Results, *, limit: int) -> tuple[Asked, Results]:
    """Put into the slot what the results hold for it, and cut them to `limit`; what is cut comes on the next page."""
    hits = list(results.hits)
    wanted = {ref for ref, points in asked.weights.boosts.items() if points > 0}
    place = pick(
        [
            Fit(
                hit.score,
                hit.lexical,
                not wanted.isdisjoint(hit.boosted),
                asked.uses.fact(hit.id, asked.purpose).shown,
            )
            for hit in hits
        ]
    )
    if place is not None:
        asked = replace(asked, explored=hits[place].id)
        hits = moved_up(hits, place)
    return asked, replace(results, hits=tuple(hits[:limit]))
