"""The order in which the sample library comes to be: people, files, a year of use, and what lies on the desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from content_map.domain.vocabulary import Vocabulary
from content_map.sample import desk, history, judging, shelving, staffing
from content_map.sample.library import assets
from content_map.sample.lifetimes import lifetime
from content_map.services import shipped, vocabulary
from content_map.wiring import Resources
from content_map.worker import Worker

_TERMS = Path(__file__).with_name("terms.csv")
_SETTLING_IN = timedelta(days=60)


def stage(resources: Resources, *, now: datetime) -> None:
    """Play everything up to `now` through the product's own services, into a database that holds nothing yet."""
    opened_at = min(lifetime(asset, now).published_at for asset in assets()) - _SETTLING_IN
    terms = _add_terms(resources)
    with resources.sessions.write() as session:
        staff = staffing.settle(session, terms, now=opened_at)
    worker = Worker(resources, clock=lambda: now)
    shelf = shelving.publish(resources, staff, now=now)
    with resources.sessions.write() as session:
        staffing.promote(session, staff, now=now)
    shelving.read_new(worker)
    shelving.index_for_the_year(resources, shelf, now=now)
    # Before the quarters are frozen: what ended in one of them had ended when its report was written.
    shelving.retire(resources, shelf, staff, now=now)
    history.remember(resources, shelf, staff, terms, now=now)
    judging.sit(resources, staff, now=now)
    desk.lay_out(resources, shelf, staff, now=now)
    shelving.read_new(worker)
    shelving.suggest_tags(worker)
    worker.bench.sandbox.close()
    while worker.index_due():
        pass
    worker.close()


def _add_terms(resources: Resources) -> Vocabulary:
    with resources.sessions.write() as session:
        vocabulary.add_rows(session, shipped.read_terms(_TERMS))
    with resources.sessions.read() as session:
        return resources.vocabulary.current(session)
