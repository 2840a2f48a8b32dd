"""Versions that were read before copies were looked for are remembered afterwards."""

from __future__ import annotations

from sqlalchemy.orm import Session

from content_map.models import Version
from content_map.services import sketches
from content_map.services.jobs import Claim
from content_map.work._contract import Bench, Conclude, Handler


def _remember(_bench: Bench, claim: Claim) -> Conclude:
    def conclude(session: Session) -> None:
        version = session.get(Version, claim.subject)
        if version is not None:
            sketches.remember(session, version)

    return conclude


HANDLERS: dict[str, Handler] = {sketches.REMEMBER: _remember}
