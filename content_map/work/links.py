"""Links are read when they are added, and looked at again by the clock."""

from __future__ import annotations

from datetime import timedelta

from content_map.outbound.fetching import FetchLimits
from content_map.services import link_checks, link_notes
from content_map.services.ingest import LINK
from content_map.services.jobs import Claim
from content_map.work._contract import Bench, Chore, Conclude, Handler

DUE_SECONDS = 900


def _look(bench: Bench, claim: Claim) -> Conclude:
    settings = bench.resources.settings
    return link_checks.look(
        bench.resources.sessions,
        claim.subject,
        tries=int(claim.payload.get(link_checks.TRIES, 0)),
        sandbox=bench.sandbox,
        limits=bench.limits,
        fetch_limits=FetchLimits(
            total_seconds=settings.link_seconds,
            silence_seconds=settings.link_silence_seconds,
            body_bytes=settings.link_limit_bytes,
            redirects=settings.link_redirects,
        ),
        spool=settings.data_dir,
        every=timedelta(days=settings.link_check_days),
        now=bench.clock(),
    )


def _enqueue_due(bench: Bench) -> int:
    with bench.resources.sessions.write() as session:
        return link_notes.enqueue_due(session, now=bench.clock())


HANDLERS: dict[str, Handler] = {LINK: _look}
CHORES = (Chore("links", DUE_SECONDS, _enqueue_due),)
