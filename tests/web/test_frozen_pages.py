"""Freezing and mail as pages without JavaScript: frozen by hand, found again, asked for and stopped."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.models import ReportMail, ReportRun
from tests.web.browsing import Browser, text_of

Visit = Callable[[Role], Browser]


def test_an_analyst_freezes_a_quarter_and_everybody_finds_it(visit: Visit, sessions: Sessions) -> None:
    analyst, rep = visit(Role.ANALYST), visit(Role.REP)
    offered = analyst.get("/insights/conversations?quarter=2026-Q3").get_data(as_text=True)

    shown = text_of(analyst.follow("/insights/runs", report="conversations", quarter="2026-Q3"))

    with sessions.read() as session:
        run = session.scalars(select(ReportRun)).one()
    assert "Freeze Q3 2026 now" in offered
    assert "Conversations held and reached, Q3 2026" in shown
    assert run.sha256 in shown
    assert analyst.person.name in shown
    assert "Conversations held and reached" in text_of(rep.get("/insights/runs"))
    after = rep.get("/insights/conversations?quarter=2026-Q3").get_data(as_text=True)
    assert "Frozen on 21 Nov 2026." in after
    assert f"/insights/runs/{run.id}" in after
    assert "Freeze Q3 2026 now" not in after


def test_the_frozen_report_on_unused_content_says_how_much_was_restated(visit: Visit) -> None:
    shown = text_of(visit(Role.ADMIN).follow("/insights/runs", report="unused-assets", quarter="2026-Q3"))

    assert "Nothing was restated since." in shown


def test_a_quarter_that_still_runs_offers_no_freezing(visit: Visit) -> None:
    analyst = visit(Role.ANALYST)

    page = analyst.get("/insights/unused-assets").get_data(as_text=True)
    refused = text_of(analyst.follow("/insights/runs", report="unused-assets", quarter="2026-Q4"))

    assert "Freeze Q4 2026 now" not in page
    assert "To be frozen on 8 Jan 2027." in page
    assert "It can be frozen from 2027-01-01 on." in refused


def test_a_report_that_no_clock_freezes_says_so_while_its_quarter_runs(visit: Visit) -> None:
    page = text_of(visit(Role.ANALYST).get("/insights/freshness"))

    assert "It is frozen by hand only, once the quarter is over." in page


def test_a_rep_freezes_nothing(visit: Visit) -> None:
    rep = visit(Role.REP)

    assert rep.post("/insights/runs", report="unused-assets", quarter="2026-Q3").status_code == 403
    assert "Nothing was frozen yet" in text_of(rep.get("/insights/runs"))


def test_mail_is_asked_for_and_stopped_on_one_page(visit: Visit, sessions: Sessions) -> None:
    rep = visit(Role.REP)

    asked = rep.follow("/insights/mail", report="conversations", cadence="weekly", attach="pdf")
    with sessions.read() as session:
        wish = session.scalars(select(ReportMail)).one()
        kept = (wish.user_id, wish.report, wish.cadence, wish.attach)
    rep.post("/insights/mail", report="conversations", cadence="", attach="")

    assert kept == (rep.person.id, "conversations", "weekly", "pdf")
    assert '<option value="weekly" selected>' in asked.get_data(as_text=True)
    with sessions.read() as session:
        assert session.scalars(select(ReportMail)).all() == []
