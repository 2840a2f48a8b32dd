"""A search that asked for nothing is no sign that anybody looked for content."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from content_map.reports.observing import observe
from tests.factories import make_search, make_user

START = datetime(2026, 7, 1, tzinfo=UTC)
ASKED = START + timedelta(days=9)


def test_only_a_search_with_words_or_terms_is_a_settled_search(session: Session) -> None:
    for situation, details in [
        ("  ", {"terms": [], "require": [], "ignore": []}),
        ("", {}),
        ("", {"terms": ["industry:healthcare"], "require": []}),
        ("", {"terms": [], "require": ["industry:healthcare"]}),
        ("late deliveries", {}),
        (None, {}),  # its words were erased
    ]:
        make_search(session, make_user(session), asked_at=ASKED, situation=situation, details=details)

    observed = observe(session, START, START + timedelta(days=90)).observed

    assert (observed.searches, observed.searched) == (4, 4)
