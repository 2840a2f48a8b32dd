"""The synonyms as admins keep them, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.models import Synonym
from tests.web.browsing import Browser, text_of

Visit = Callable[[Role], Browser]
PAGE = "/vocabulary/synonyms"


def _pairs(sessions: Sessions) -> list[tuple[str, str, bool]]:
    with sessions.read() as session:
        return [(each.said, each.means, each.both_ways) for each in session.scalars(select(Synonym))]


def test_an_admin_adds_a_pair_turns_it_one_way_and_removes_it(visit: Visit, sessions: Sessions) -> None:
    admin = visit(Role.ADMIN)

    admin.post(PAGE, said="till", means="point of sale", both_ways="true")
    added = _pairs(sessions)
    with sessions.read() as session:
        path = f"{PAGE}/{session.scalars(select(Synonym.id)).one()}"
    admin.post(path, act="one_way")
    turned = _pairs(sessions)
    admin.post(path, act="remove")

    assert added == [("till", "point of sale", True)]
    assert turned == [("till", "point of sale", False)]
    assert _pairs(sessions) == []


def test_a_wrong_pair_says_why_and_keeps_what_was_typed(visit: Visit, sessions: Sessions) -> None:
    page = visit(Role.ADMIN).post(PAGE, said="till", means="tills", both_ways="false")

    assert page.status_code == 422
    assert "These are the same words" in text_of(page)
    assert 'value="tills"' in page.text
    assert _pairs(sessions) == []


def test_marketers_see_them_reps_do_not_and_neither_changes_any(visit: Visit, sessions: Sessions) -> None:
    marketer, rep = visit(Role.MARKETER), visit(Role.REP)

    assert "Admins add and remove synonyms." in text_of(marketer.get(PAGE))
    assert marketer.post(PAGE, said="a till", means="b counter").status_code == 403
    assert rep.get(PAGE).status_code == 403
    assert _pairs(sessions) == []
