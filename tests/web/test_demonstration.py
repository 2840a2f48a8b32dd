"""A demonstration says so on every page, and its role switch is for demonstrations alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.domain.people import Role
from content_map.services import demonstration, role_switching
from content_map.services.demonstration import Demonstration
from tests.web.browsing import Browser

Visit = Callable[[Role], Browser]

AS_DEMO = replace(Settings.from_environ({}), demo=True)


def test_a_demonstration_opened_without_its_option_still_says_so_and_offers_no_switch(
    session: Session, visit: Visit
) -> None:
    demonstration.mark_as(session, Demonstration.FILLED)
    session.commit()

    page = visit(Role.REP).get("/").text

    assert "Demonstration: a made-up vendor" in page
    assert "/demo/switch" not in page


@pytest.mark.parametrize(
    ("settings", "is_marked", "is_offered"),
    [
        (AS_DEMO, True, True),
        (AS_DEMO, False, False),
        (replace(AS_DEMO, demo=False), True, False),
        (replace(AS_DEMO, base_url="https://content.example.com"), True, False),
    ],
    ids=["demonstration", "real database", "opened without --demo", "reachable by others"],
)
def test_the_role_switch_is_offered_only_in_a_demonstration_on_this_machine(
    session: Session, settings: Settings, is_marked: bool, is_offered: bool
) -> None:
    if is_marked:
        demonstration.mark_as(session, Demonstration.FILLED)

    assert role_switching.is_offered(session, settings) is is_offered
