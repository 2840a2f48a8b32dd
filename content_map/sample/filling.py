"""Fills an empty database with the sample library and a simulated year of its use, once.

A mark is written before the first row and settled after the last, so that a start which was cut off is seen:
what it left is removed and the filling begins anew.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from content_map.db import Base
from content_map.errors import Conflict
from content_map.models import Account, Asset, User, Version
from content_map.services import demonstration, vocabulary
from content_map.services.demonstration import Demonstration
from content_map.wiring import Resources


def fill(resources: Resources, *, now: datetime) -> None:
    """Bring the sample library in, or do nothing where it is in already. Page pictures are left to the worker.

    Raises Conflict when the database holds somebody's own people, assets or accounts: the two never mix.
    """
    with resources.sessions.write() as session:
        found = demonstration.state(session)
        if found is Demonstration.FILLED:
            return
        if found is None and _is_in_use(session):
            raise Conflict(
                "This database holds people or assets of its own, and the sample library is never mixed with "
                "them. Start without --demo, or name another directory with --data."
            )
        leftovers = _empty(session)
        demonstration.mark_as(session, Demonstration.BEGUN)
    for key in leftovers:
        resources.store.delete(key)
    resources.index.rebuild([])
    # Its makers of office files take a while to import; a start that fills nothing does not wait for them.
    from content_map.sample import play

    play.stage(resources, now=now)
    with resources.sessions.write() as session:
        demonstration.mark_as(session, Demonstration.FILLED)


def _is_in_use(session: Session) -> bool:
    return any(session.scalar(select(exists().select_from(table))) for table in (User, Asset, Account))


def _empty(session: Session) -> list[str]:
    """Remove every row but the first vocabulary; returns the store keys of the files that lose theirs."""
    keys = session.scalars(select(Version.store_key).where(Version.store_key.is_not(None))).all()
    for table in reversed(Base.metadata.sorted_tables):
        session.execute(table.delete())
    session.expire_all()
    vocabulary.install_first(session)
    return [key for key in keys if key is not None]
