"""Tags are suggested once a file is read, and again once much was learnt from new tags."""

from __future__ import annotations

from content_map.services import proposing
from content_map.services.jobs import Claim
from content_map.work._contract import Bench, Chore, Conclude, Handler

LEARN_SECONDS = 120


def _suggest(bench: Bench, claim: Claim) -> Conclude:
    return proposing.propose(
        bench.resources.sessions,
        claim.subject,
        vocabulary=bench.resources.vocabulary,
        learned=bench.resources.learned,
    )


def _learn(bench: Bench) -> int:
    with bench.resources.sessions.write() as session:
        return proposing.ask_again(session)


HANDLERS: dict[str, Handler] = {proposing.SUGGEST: _suggest}
CHORES = (Chore("suggest-again", LEARN_SECONDS, _learn),)
