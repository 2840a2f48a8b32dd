"""Pages are encoded behind all other work, where search goes by meaning too."""

from __future__ import annotations

from sqlalchemy.orm import Session

from content_map.services import page_meanings
from content_map.services.jobs import Claim
from content_map.work._contract import Bench, Chore, Conclude, Handler

LOOK_SECONDS = 30
FORGET_SECONDS = 3600


def _encode(bench: Bench, claim: Claim) -> Conclude:
    meanings = bench.resources.meanings
    if meanings is None:  # turned off since
        return _nothing
    return page_meanings.encode(bench.resources.sessions, claim.subject, meanings.encoder)


def _nothing(_session: Session) -> None:
    """There is nothing to write."""


def _ask(bench: Bench) -> int:
    if bench.resources.meanings is None:
        return 0
    with bench.resources.sessions.read() as session:
        version_ids = page_meanings.missing(session)
    if version_ids:
        with bench.resources.sessions.write() as session:
            page_meanings.ask_for(session, version_ids)
    return len(version_ids)


def _forget(bench: Bench) -> int:
    with bench.resources.sessions.write() as session:
        return page_meanings.forget_unneeded(session)


HANDLERS: dict[str, Handler] = {page_meanings.ENCODE: _encode}
CHORES = (Chore("meaning", LOOK_SECONDS, _ask), Chore("meaning-forget", FORGET_SECONDS, _forget))
