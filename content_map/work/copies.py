"""Copies are looked for once a file is read; versions that were read before are remembered afterwards."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.models import Page, Version
from content_map.services import near_copies, sketches
from content_map.services.jobs import Claim
from content_map.work._contract import Bench, Conclude, Handler


def _remember(bench: Bench, claim: Claim) -> Conclude:
    with bench.resources.sessions.read() as session:
        pages = session.execute(select(Page.number, Page.text).where(Page.version_id == claim.subject)).all()
    prints = sketches.fingerprints((number, text) for number, text in pages)

    def conclude(session: Session) -> None:
        version = session.get(Version, claim.subject)
        if version is not None:
            sketches.put_fingerprints(session, version, prints)
            sketches.remember(session, version)

    return conclude


def _find_near(_bench: Bench, claim: Claim) -> Conclude:
    def conclude(session: Session) -> None:
        near_copies.find(session, claim.subject)

    return conclude


HANDLERS: dict[str, Handler] = {sketches.REMEMBER: _remember, sketches.NEAR: _find_near}
