"""A rep shares from a result by one key, a customer opens the link in a browser of their own, and it counts once."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browser import EVERY_RULE, PHONE, Complaints, enter, overflow, person, search, violations
from tests.support.client import Client, Operator
from tests.support.files import write_deck
from tests.support.server import Server
from tests.support.waiting import comes_true

pytestmark = [pytest.mark.journey, pytest.mark.once]

TITLE = "Nine branches moved"
SLIDES = [
    ("No closed door", "The lender kept every till open while its records moved."),
    ("How", "By night."),
]
# A headless browser says so in its name, and would be taken for the program it is.
PERSON = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
)


def test_a_link_from_a_result_is_opened_by_a_customer_and_counts_once(
    tmp_path: Path, chromium: Browser
) -> None:
    operator = Operator(tmp_path / "data")
    deck = write_deck(tmp_path / "a.pptx", SLIDES)
    with Server(tmp_path / "data") as server:
        marketer = Client(server.port, operator.token("api@example.com", "marketer"))
        given = {"title": TITLE, "conversation": "relevant-meeting", "publish": "true"}
        asset = marketer.upload("moved.pptx", deck.read_bytes(), **given).expect(201)["id"]
        assert comes_true(lambda: marketer.get("/search?situation=lender&draft=true").json["total"] == 1)
        link = operator.done("user", "add", "rep@example.com", "--role", "rep").split()[-1]
        rep = enter(person(chromium, server.url), server.url + link[link.index("/welcome/") :])

        sheet = open_sheet(rep)
        assert violations(rep, EVERY_RULE) == []
        address = make_link(rep, sheet)
        customer = person(chromium, server.url, user_agent=PERSON, viewport=PHONE)
        heard = Complaints(customer)
        visit = customer.new_page()
        visit.goto(address)
        expect(visit.get_by_role("heading", level=1)).to_have_text(TITLE)
        assert (overflow(visit), violations(visit, EVERY_RULE)) == (0, [])

        assert comes_true(lambda: views(rep) == 1)
        visit.reload()
        assert download(visit) == deck.read_bytes()
        assert views(rep) == 1
        assert heard.sentences == []
        marketer.send("PATCH", f"/assets/{asset}", {"status": "archived"}).expect(200)
        visit.reload()
        expect(visit.get_by_role("heading", level=1)).to_have_text("This is not available any more")
        assert violations(visit, EVERY_RULE) == []


def open_sheet(rep: Page) -> Locator:
    search(rep, "lender afraid its tills stop working", "Harbour & Vale")
    rep.locator(".hit a[data-open]").focus()
    rep.keyboard.press("s")
    sheet = rep.get_by_role("dialog", name=f"Share “{TITLE}”")
    expect(sheet.get_by_label("Customer")).to_have_value("Harbour & Vale")
    return sheet


def make_link(rep: Page, sheet: Locator) -> str:
    sheet.get_by_role("button", name="Make the link").click()
    expect(rep.get_by_role("heading", level=1)).to_have_text("Link for Harbour & Vale")
    return rep.locator("code").inner_text()


def download(visit: Page) -> bytes:
    with visit.expect_download() as started:
        visit.get_by_role("link", name="Download").click()
    return started.value.path().read_bytes()


def views(rep: Page) -> int:
    (share,) = rep.request.get("/api/v1/shares").json()["items"]
    return int(share["views"])
