"""Files become pages, and pages pictures."""

from __future__ import annotations

from content_map.extraction import languages_of_scans
from content_map.services import ingest, leftovers, previews
from content_map.services.jobs import Claim
from content_map.work._contract import Bench, Chore, Conclude, Handler


def _extract(bench: Bench, claim: Claim) -> Conclude:
    return ingest.extract(
        bench.resources.sessions,
        bench.resources.store,
        claim.subject,
        sandbox=bench.sandbox,
        limits=bench.limits,
        spool=bench.resources.settings.data_dir,
        ocr=languages_of_scans(bench.resources.settings.ocr),
    )


def _preview(bench: Bench, claim: Claim) -> Conclude:
    return previews.render(
        bench.resources.sessions,
        bench.resources.store,
        claim.subject,
        claim.payload,
        sandbox=bench.sandbox,
        limits=bench.limits,
        spool=bench.resources.settings.data_dir,
    )


def _rendition(bench: Bench, claim: Claim) -> Conclude:
    return previews.make_rendition(
        bench.resources.sessions,
        bench.resources.store,
        claim.subject,
        limits=bench.limits,
        spool=bench.resources.settings.data_dir,
    )


HOUR_SECONDS = 3600


def _clear(bench: Bench) -> int:
    return leftovers.clear(bench.resources.settings.data_dir, now=bench.clock())


HANDLERS: dict[str, Handler] = {
    ingest.EXTRACT: _extract,
    previews.PREVIEW: _preview,
    previews.RENDITION: _rendition,
}
CHORES = (Chore("clear-leftovers", HOUR_SECONDS, _clear),)
