"""The page on what is recorded leaves nothing out that is."""

from __future__ import annotations

import pytest

from content_map.domain.disclosure import PeopleInReports
from content_map.domain.people import Role
from content_map.domain.usage import EventKind
from content_map.models import UsageEvent
from content_map.web import recorded
from tests.web.browsing import text_of
from tests.web.conftest import Visit

pytestmark = pytest.mark.once


def test_every_kind_every_column_and_every_setting_is_explained() -> None:
    assert recorded.EVENTS.keys() == set(EventKind)
    assert recorded.COLUMNS.keys() == set(UsageEvent.__table__.columns.keys())
    assert recorded.SETTINGS.keys() == {setting.value for setting in PeopleInReports}


def test_the_page_says_how_it_is_set_here(visit: Visit) -> None:
    page = text_of(visit(Role.REP).get("/recorded"))

    assert f"{recorded.SETTINGS['none']} So it is set here" in page.replace("  ", " ")
    assert "How long you read." in page
    assert all(str(said) in page for said in recorded.COLUMNS.values())


def test_the_page_is_reached_from_where_people_are_told_of_it(visit: Visit) -> None:
    rep = visit(Role.REP)

    linking = {
        path for path in ("/me", "/insights") if 'href="/recorded"' in rep.get(path).get_data(as_text=True)
    }

    assert linking == {"/me", "/insights"}
