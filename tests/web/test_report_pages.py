"""Every report has a page, empty or full: its definitions, its switch, its quarters and its files."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.domain.usage import EventKind
from content_map.models import Asset
from content_map.reports import REPORTS
from content_map.reports.formats import FORMATS
from content_map.web import report_view
from tests.factories import make_asset, make_user
from tests.support.stories import happen, told
from tests.web.browsing import Browser, text_of

Visit = Callable[[Role], Browser]
GENERIC = [name for name in REPORTS if name != "unused-assets"]
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE)


@pytest.fixture
def asset(sessions: Sessions, now: datetime) -> Asset:
    """Something with a use and, by its owner, an open that does not count."""
    at = now - timedelta(days=2)
    with sessions.write() as session:
        owner = make_user(session, Role.MARKETER)
        made = make_asset(session, owner=owner, title="Loading <bays>")
        use = told(EventKind.USE, make_user(session), made, at, account="Harbour")
        marketers = told(EventKind.USE, make_user(session, Role.MARKETER), made, at, account="Vale")
        happen(session, [use, marketers], now=now)
    return made


def address(name: str, asset_id: str) -> str:
    return f"/insights/{name}?asset={asset_id}" if REPORTS[name].needs_asset else f"/insights/{name}?"


@pytest.mark.once
@pytest.mark.parametrize("name", GENERIC)
def test_the_page_says_what_it_answers_and_offers_its_files(visit: Visit, asset: Asset, name: str) -> None:
    answer = visit(Role.ANALYST).get(address(name, asset.id))

    page, source = text_of(answer), answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f"{REPORTS[name].heading}, Q4 2026" in page
    assert "To date: the quarter is still running" in page
    assert "How this was counted" in page
    assert all(f"/api/v1/reports/{name}.{ending}?" in source for ending in FORMATS)
    assert INLINE.search(source) is None
    assert "<bays>" not in source


@pytest.mark.once
@pytest.mark.parametrize("name", [name for name in GENERIC if not REPORTS[name].needs_asset])
def test_a_page_without_anything_to_tell_is_a_page(visit: Visit, name: str) -> None:
    assert visit(Role.MANAGER).get(f"/insights/{name}?quarter=2026-Q2").status_code == 200


def test_the_switch_counts_what_was_left_out_and_says_how_many(visit: Visit, asset: Asset) -> None:
    rep = visit(Role.REP)

    without = text_of(rep.get("/insights/conversations"))
    with_them = text_of(rep.get("/insights/conversations?with_left_out=1"))

    assert "Left out of every count: 1 by people who do not sell. Count them too" in without
    assert "0 of 1 conversations held" in without
    assert "is counted here too. Leave them out" in with_them
    assert "0 of 2 conversations held" in with_them


def test_where_nothing_was_left_out_there_is_nothing_to_count_too(visit: Visit) -> None:
    shown = text_of(visit(Role.REP).get("/insights/search-quality"))

    assert "No row was left out." in shown
    assert "Count them too" not in shown


def test_holes_lead_to_what_searches_did_not_find(visit: Visit) -> None:
    manager = visit(Role.MANAGER)

    (path,) = re.findall(
        r'href="([^"]*)">Go there', manager.get("/insights/tag-coverage").get_data(as_text=True)
    )

    assert manager.get(path).status_code == 200


def test_a_rep_is_not_shown_the_report_on_teams(visit: Visit) -> None:
    rep, manager = visit(Role.REP), visit(Role.MANAGER)

    assert rep.get("/insights/team-adoption").status_code == 403
    assert "Team adoption" not in text_of(rep.get("/insights"))
    assert "Team adoption" in text_of(manager.get("/insights"))


def test_the_list_says_what_each_report_answers(visit: Visit) -> None:
    page = text_of(visit(Role.ANALYST).get("/insights"))

    assert all(report.heading in page and report.title in page for report in REPORTS.values())


def test_the_scorecard_is_reached_from_the_asset(visit: Visit, asset: Asset) -> None:
    page = visit(Role.REP).get(f"/assets/{asset.id}").get_data(as_text=True)

    assert f'href="/insights/asset-scorecard?asset={asset.id}"' in page


def test_a_long_table_goes_on_after_a_hundred_rows(visit: Visit, sessions: Sessions, now: datetime) -> None:
    with sessions.write() as session:
        owner = make_user(session, Role.MARKETER)
        for number in range(report_view.ROWS_A_PAGE + 2):
            make_asset(session, owner=owner, title=f"Old asset {number:03}")
    rep = visit(Role.REP)

    first = rep.get("/insights/freshness").get_data(as_text=True)
    (more,) = re.findall(r'href="([^"]*)" rel="next"', first)
    second = rep.get(more.replace("&amp;", "&")).get_data(as_text=True)

    titles = [re.findall(r"Old asset \d{3}", page) for page in (first, second)]
    assert [len(each) for each in titles] == [100, 2]
    assert not set(titles[0]) & set(titles[1])
    assert "101 to 102 of 102" in second
