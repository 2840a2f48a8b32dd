"""A changed term changes what the index knows of every asset that carries it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from content_map.models.outbox import INDEX_TERM, enqueue_index
from content_map.services import indexing
from content_map.services.jobs import Claim
from content_map.work._contract import Bench, Conclude, Handler


def _index_term(_bench: Bench, claim: Claim) -> Conclude:
    def conclude(session: Session) -> None:
        enqueue_index(session, indexing.assets_with_term(session, claim.subject))

    return conclude


HANDLERS: dict[str, Handler] = {INDEX_TERM: _index_term}
