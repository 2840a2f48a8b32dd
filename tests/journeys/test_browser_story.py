"""The whole story once, in a real browser: from the first link to the report that says what went unused."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.browser import PASSWORD, Complaints, enter, person, present, search
from tests.support.client import Client, Operator
from tests.support.databases import own_settings
from tests.support.files import write_deck, write_document, write_pdf
from tests.support.server import Server
from tests.support.waiting import comes_true

pytestmark = pytest.mark.journey

PROOF, VALUE, PEOPLE = "Proof from a bank", "What a day of standstill costs", "Whom to call first"
SITUATION = "lender afraid its tills stop working while records are copied across"
NOTHING_LIKE_IT = "zeppelin moorings"
ACCOUNT = "Harbour & Vale"


@dataclass(frozen=True, slots=True)
class Product:
    """A fresh installation and somebody with a shell on its machine."""

    server: Server
    operator: Operator


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    """A fresh installation whose quarter began in the month before last, so that it can be judged."""
    month = present().month
    with own_settings() as database:
        settings = {**database, "fiscal_year_start": str((month - 3) % 12 + 1)}
        data = tmp_path / "data"
        with Server(data, **settings) as server:
            yield Product(server, Operator(data, **settings))


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return [
        write_deck(
            tmp_path / "a-bank.pptx",
            [
                ("Nine branches, no closed door", "The lender kept every till open while its records moved."),
                ("How", "Each step could be rolled back inside forty minutes."),
            ],
        ),
        write_pdf(tmp_path / "costs.pdf", [["An idle warehouse loses forty thousand an hour.", "Sums."]]),
        write_document(tmp_path / "calls.docx", "Calls", ["Begin with the controller of the mill."]),
    ]


def test_file_goes_from_marketing_to_a_customer_and_into_the_report(
    product: Product, chromium: Browser, files: list[Path]
) -> None:
    url = product.server.url
    people = {role: person(chromium, url) for role in ("admin", "marketer", "rep", "analyst")}
    heard = {role: Complaints(context) for role, context in people.items()}

    links = let_everybody_in(people["admin"], str(product.server.first_link))
    admin = Client(product.server.port, product.operator.done("token", "create", "ada@example.com"))
    marketer, rep, analyst = (enter(people[role], links[role]) for role in ("marketer", "rep", "analyst"))

    upload(marketer, files)
    tag(marketer, PROOF, "3", "Financial services", "Who got the first phone call?")
    tag(marketer, VALUE, "5", "Logistics & transport", "What does an hour cost you?")
    tag(marketer, PEOPLE, "2", "Manufacturing", "Who signs?", last=True)
    assert comes_true(lambda: admin.get("/search?situation=tills&draft=true").expect(200)["total"] == 1)

    assert_found_and_used(rep, files[0].read_bytes())
    ask_for_what_is_missing(rep)
    answer_request(marketer)
    rep.goto("/notifications")
    expect(rep.get_by_text(f"Your request was filled: {VALUE}")).to_be_visible()

    live_for_sixty_days(admin)
    assert_reported(analyst)
    assert {role: each.sentences for role, each in heard.items()} == {role: [] for role in people}


def let_everybody_in(admin: BrowserContext, first_link: str) -> dict[str, str]:
    """The first admin comes in and makes a one-time link for one person of each role."""
    page = admin.new_page()
    page.goto(first_link)
    page.get_by_label("Your email").fill("ada@example.com")
    page.get_by_label("Your name").fill("Ada Admin")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Save and go in").click()
    page.wait_for_url("**/")
    links = {}
    for role in ("marketer", "rep", "analyst"):
        page.goto("/people#add")
        page.get_by_label("Email").fill(f"{role}@example.com")
        page.get_by_label("Name", exact=True).fill(f"Robin {role.title()}")
        page.get_by_label("Role", exact=True).select_option(role)
        page.get_by_role("button", name="Add and make the link").click()
        links[role] = page.locator("code.secret").inner_text()
    return links


def upload(page: Page, files: list[Path]) -> None:
    page.goto("/library")
    page.get_by_role("link", name="Upload").first.click()
    page.get_by_label("or choose them").set_input_files(files)
    page.wait_for_url("**/upload?asset=*")
    expect(page.locator(".files .name")).to_have_count(len(files))


def tag(page: Page, title: str, key: str, term: str, say_first: str, *, last: bool = False) -> None:
    """Fill the form of the file that belongs to this title and publish it; the next file follows."""
    name = {PROOF: "a-bank.pptx", VALUE: "costs.pdf", PEOPLE: "calls.docx"}[title]
    page.get_by_role("link", name=name).click()
    expect(page.locator(".files .on .name")).to_have_text(name)
    page.keyboard.press(key)
    expect(page.get_by_role("radio", checked=True)).to_have_count(1)
    page.get_by_label("Title").fill(title)
    choose_term(page, "Industry", term)
    page.get_by_label("Say first").fill(say_first)
    page.get_by_role("button", name="Publish" if last else "Publish and next file", exact=True).click()
    expect(page.get_by_text("Published. Reps can find it within seconds.")).to_be_visible()


def choose_term(page: Page, facet: str, term: str) -> None:
    group = page.get_by_role("group", name=facet, exact=True)
    box = group.get_by_label(term, exact=True)
    if not group.locator(".pick", has_text=term).first.is_visible():
        group.locator("summary").click()
    if not box.is_checked():
        group.locator(".pick > span").filter(has_text=term).first.click()
    expect(box).to_be_checked()


def assert_found_and_used(page: Page, original: bytes) -> None:
    """Find the proof by a sentence of other words, look inside, take it along and say what came of it."""
    search(page, SITUATION, ACCOUNT)
    first = page.locator(".hit").first
    expect(first.get_by_role("heading", name=PROOF)).to_be_visible()
    expect(first.locator("mark", has_text="lender")).to_be_visible()
    expect(first.locator(".why")).not_to_be_empty()

    first.get_by_role("link", name=PROOF, exact=True).click()
    pane = page.get_by_role("complementary", name="Preview")
    expect(pane.get_by_text("Who got the first phone call?")).to_be_visible()
    pane.get_by_role("link", name="Open ↵").click()
    expect(page.get_by_role("heading", level=1, name=PROOF)).to_be_visible()
    page.get_by_role("link", name="Download", exact=True).click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Just for me").click()
    assert downloading.value.suggested_filename == "a-bank.pptx"
    assert downloading.value.path().read_bytes() == original

    # One key where the customer is known, and it is undone as fast.
    page.keyboard.press("u")
    expect(page.get_by_text(f"Used for {ACCOUNT}.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()

    expect(page.get_by_label("Customer")).to_have_value(ACCOUNT)
    page.get_by_label("How", exact=True).select_option("presented")
    page.get_by_role("button", name="Used it").click()
    expect(page.get_by_text(f"Used for {ACCOUNT}.")).to_be_visible()
    page.get_by_role("group", name=f"Outcome for {ACCOUNT}").get_by_role(
        "button", name="Reached"
    ).first.click()
    expect(page.get_by_text(f"Recorded for {ACCOUNT}: Reached.")).to_be_visible()
    page.get_by_label("A word for marketing").fill("The board asked for slide 2.")
    page.get_by_role("button", name="Helpful").click()
    expect(page.locator(".note", has_text="The board asked for slide 2.")).to_be_visible()


def ask_for_what_is_missing(page: Page) -> None:
    search(page, NOTHING_LIKE_IT)
    page.get_by_role("link", name="Ask marketing for it").click()
    expect(page.get_by_label("The customer’s situation")).to_have_value(NOTHING_LIKE_IT)
    page.get_by_role("button", name="Ask marketing").click()
    expect(page.get_by_text("Asked. You hear here when it is filled.")).to_be_visible()


def answer_request(page: Page) -> None:
    page.goto("/requests")
    page.get_by_role("link", name=NOTHING_LIKE_IT).click()
    page.get_by_label("What you tell the rep").fill("Use the sums on page 1.")
    page.get_by_role("radio", name=VALUE).check()
    page.get_by_role("button", name="Filled by this asset").click()
    expect(page.get_by_text("Filled. Whoever asked or searched for it is told.")).to_be_visible()


def live_for_sixty_days(admin: Client) -> None:
    """Say over the API, as an admin may, that everything has been live for long enough to be judged."""
    since = (present() - timedelta(days=60)).isoformat()
    for asset in admin.get("/assets").expect(200)["items"]:
        admin.send("PATCH", f"/assets/{asset['id']}", {"publish_at": since}).expect(200)


def assert_reported(page: Page) -> None:
    """The page names two of three as unused, and its figures are those of the file."""
    page.goto("/insights")
    page.get_by_role("link", name="Unused content").click()
    expect(page.get_by_text("To date: the quarter is still running")).to_be_visible()
    expect(page.locator(".observed")).to_contain_text("1 of 1 active sales users searched")
    expect(page.locator(".finding")).to_contain_text("No use was recorded for 2 of 3 assets.")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="CSV").click()
    text = downloading.value.path().read_text(encoding="utf-8-sig")
    exported = {row["title"]: row for row in csv.DictReader(io.StringIO(text))}

    assert {title: figures(row) for title, row in exported.items()} == shown_figures(page)
    proof = exported[PROOF]
    assert (proof["class"], proof["uses"], proof["outcomes"], proof["accounts"]) == (
        "used-with-outcome",
        "1",
        "1",
        "1",
    )
    assert {exported[title]["uses"] for title in (VALUE, PEOPLE)} == {"0"}


COLUMNS = {
    "Days live": "days_live",
    "Shown": "impressions",
    "Reps": "reps",
    "Opened": "opens",
    "Used": "uses",
    "Outcomes": "outcomes",
    "Accounts": "accounts",
}


def figures(row: dict[str, str]) -> dict[str, str]:
    return {heading: row[column] for heading, column in COLUMNS.items()}


def shown_figures(page: Page) -> dict[str, dict[str, str]]:
    """The table of the page, by title."""
    page.get_by_role("link", name="Assets 3").click()
    page.wait_for_url("**tab=assets**")
    return {
        row.locator("a.main").inner_text(): {
            heading: row.locator(f'td[data-label="{heading}"]').inner_text() for heading in COLUMNS
        }
        for row in page.locator("tbody tr").all()
    }
