"""Letters are handed to the relay."""

from __future__ import annotations

from content_map.services import mailing
from content_map.services.jobs import Claim
from content_map.work._contract import Bench, Conclude, Handler


def _deliver(bench: Bench, claim: Claim) -> Conclude:
    settings = bench.resources.settings
    return mailing.deliver(
        claim.subject,
        claim.payload,
        relay=settings.relay,
        sender=settings.mail_from,
        now=bench.clock(),
    )


HANDLERS: dict[str, Handler] = {mailing.MAIL: _deliver}
