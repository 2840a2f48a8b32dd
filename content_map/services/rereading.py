"""Reading a file once more: after a fault, or once a helper that was missing is there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from content_map.domain.assets import State
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.errors import Conflict, NotFound
from content_map.models import Asset, Job, Version, enqueue
from content_map.services import assets, audit
from content_map.services.ingest import EXTRACT, LINK


def read_again(session: Session, asset_id: str, *, actor: Actor, now: datetime) -> Asset:
    """Leave the job that reads the current version once more; what was read before stays until it is done.

    Raises NotAllowed, NotFound, Conflict (it is being read, or was read without a fault).
    """
    require(actor, Right.EDIT_ASSET)
    asset = session.get(Asset, asset_id, with_for_update=True)
    if asset is None:
        raise NotFound("There is no such asset.")
    version = assets.version_of(session, asset)
    kind = LINK if version.store_key is None else EXTRACT
    mine = (Job.subject == version.id, Job.kind == kind)
    waits = session.scalar(select(Job.id).where(*mine, Job.state != "dead").limit(1))
    if waits is not None:
        raise Conflict("It is being read at this moment. Look again shortly.")
    if version.state == State.READY and version.problem is None:
        raise Conflict("It was read without a fault: there is nothing to read again.")
    # A buried job of it would end the new attempt at once.
    session.execute(delete(Job).where(*mine, Job.state == "dead"))
    _leave(session, version, kind)
    audit.note(
        session,
        "asset.read_again",
        "asset",
        asset.id,
        actor=actor,
        now=now,
        changes={"version": version.number},
    )
    return assets.get(session, asset.id, actor=actor, now=now)


def _leave(session: Session, version: Version, kind: str) -> None:
    if version.state == State.FAILED:
        version.state, version.problem, version.problem_code = State.PROCESSING, None, None
    enqueue(session, kind, version.id, dedupe_key=f"{kind}:{version.id}")
    session.flush()
