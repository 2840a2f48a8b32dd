"""Every page of the sample library in a real browser: accessible, inside its screen, quiet, light enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from content_map.domain.people import Role
from tests.support.browser import (
    COLOUR_RULES,
    EVERY_RULE,
    NARROWEST,
    PHONE,
    WIDE,
    Complaints,
    overflow,
    person,
    search,
    space_text_out,
    tab_stops,
    violations,
)
from tests.support.server import Server

pytestmark = pytest.mark.journey

SITUATION = "COO of a hospital group afraid of downtime during migration, the board wants proof"
ACCOUNT = "Harbour & Vale"
EVERYBODY = {
    "find": "/",
    "results": "{results}",
    "asset": "{asset}",
    "library": "/library",
    "conversation": "/library?conversation=point-of-view",
    "requests": "/requests",
    "insights": "/insights",
    "report": "/insights/unused-assets",
    "profile": "/me",
    "logged": "/me/logged",
    "customers": "/accounts",
    "notifications": "/notifications",
    "privacy": "/recorded",
}
EDITORS = {
    "report_assets": "/insights/unused-assets?tab=assets",
    "report_breakdowns": "/insights/unused-assets?tab=breakdowns",
    "upload": "/upload",
    "tables": "/imports",
    "draft": "/upload?asset={draft}",
    "edit": "/assets/{id}/edit",
    "versions": "/assets/{id}/versions",
    "bulk": "/library/bulk?all=1",
    "vocabulary": "/vocabulary?facet=pain",
    "term": "/vocabulary/terms/industry:education",
}
PAGES: Mapping[Role, Mapping[str, str]] = {
    Role.REP: EVERYBODY,
    Role.MANAGER: EVERYBODY,
    Role.ANALYST: EVERYBODY,
    Role.MARKETER: EVERYBODY | EDITORS,
    Role.ADMIN: EVERYBODY | EDITORS | {"people": "/people"},
}
# Where a page differs by role, axe looks at each; every other page it sees once.
LOOKED_AT = [
    *((Role.REP, name) for name in EVERYBODY if name != "customers"),
    *((Role.MARKETER, name) for name in ("asset", "library", "requests", *EDITORS)),
    *((Role.ADMIN, name) for name in ("people", "customers")),
]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody on the demo, with a search and an asset of it, on one page all along."""

    context: BrowserContext
    page: Page
    heard: Complaints
    places: dict[str, str] = field(default_factory=dict)

    def open(self, address: str) -> Page:
        """Go to one of PAGES."""
        self.page.goto(address.format(**self.places))
        return self.page


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("demo") / "data", "--demo") as server:
        yield server


@pytest.fixture(scope="module")
def visitors(demo: Server, chromium: Browser) -> Iterator[dict[Role, Visitor]]:
    """One signed-in person of each role."""
    found = {role: visitor(chromium, demo, role) for role in Role}
    yield found
    for each in found.values():
        each.context.close()


def visitor(browser: Browser, demo: Server, role: Role) -> Visitor:
    context = person(browser, demo.url, reduced_motion="reduce")
    heard = Complaints(context)
    page = context.new_page()
    page.goto(f"/demo/sign-in/{role}")
    results = f"/find/{search(page, SITUATION, ACCOUNT)}"
    asset = str(page.locator(".hit a[data-open]").first.get_attribute("href"))
    drafts = context.request.get("/api/v1/assets?status=draft").json()["items"]
    places = {
        "results": results,
        "asset": asset,
        "id": asset.partition("?")[0].rpartition("/")[2],
        "draft": drafts[0]["id"] if drafts else "",
    }
    return Visitor(context, page, heard, places)


@pytest.mark.parametrize(("role", "name"), [(role, name) for role, name in LOOKED_AT])
def test_axe_finds_nothing_in_light_or_dark_wide_or_on_a_phone(
    visitors: dict[Role, Visitor], role: Role, name: str
) -> None:
    page = visitors[role].open(PAGES[role][name])
    found: dict[str, list[str]] = {}

    for width, size in (("wide", WIDE), ("phone", PHONE)):
        page.set_viewport_size(size)
        for scheme, rules in (("light", EVERY_RULE), ("dark", COLOUR_RULES)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found[f"{width} {scheme}"] = violations(page, rules)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)

    assert found == {each: [] for each in found}


@pytest.mark.parametrize("role", list(Role))
def test_pages_fit_the_narrowest_screen_and_wide_text_and_nothing_complains(
    visitors: dict[Role, Visitor], role: Role
) -> None:
    visitor = visitors[role]
    visitor.heard.sentences.clear()
    visitor.page.set_viewport_size(NARROWEST)
    too_wide: dict[str, int] = {}

    for name, address in PAGES[role].items():
        page = visitor.open(address)
        too_wide[name] = overflow(page)
        space_text_out(page)
        too_wide[f"{name}, text spaced out"] = overflow(page)
    visitor.page.set_viewport_size(WIDE)

    assert {name: by for name, by in too_wide.items() if by > 0} == {}
    assert visitor.heard.sentences == []


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize(
    ("role", "name"),
    [(Role.REP, "find"), (Role.REP, "results"), (Role.REP, "asset"), (Role.MARKETER, "draft")],
)
def test_every_tab_stop_shows_its_focus_and_is_not_covered(
    visitors: dict[Role, Visitor], role: Role, name: str, size: Any
) -> None:
    page = visitors[role].page
    page.set_viewport_size(size)
    visitors[role].open(PAGES[role][name])

    stops = tab_stops(page)
    page.set_viewport_size(WIDE)

    assert len(stops) > 10
    assert [stop["html"] for stop in stops if not stop["shown"]] == []
    assert [stop["html"] for stop in stops if not stop["seen"]] == []


@pytest.mark.parametrize(
    ("address", "status", "title"),
    [
        ("/nowhere", 404, "There is nothing here"),
        ("/assets/none", 404, "There is nothing here"),
        ("/people", 403, "This is not yours to do"),
        ("/insights/unused-assets?quarter=soon", 422, "Some of that cannot be accepted"),
        ("/welcome/used-long-ago", 410, "This has ended"),
    ],
)
def test_refused_page_says_what_happened_and_has_a_way_out(
    visitors: dict[Role, Visitor], address: str, status: int, title: str
) -> None:
    page = visitors[Role.REP].page

    answer = page.goto(address)

    assert answer is not None
    assert answer.status == status
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("link", name="Go to Find")).to_be_visible()
    assert violations(page, EVERY_RULE) == []
    page.get_by_role("link", name="Go to Find").click()
    expect(page.get_by_label("What is the customer dealing with?")).to_be_visible()


def test_link_that_has_ended_leads_a_stranger_to_sign_in(demo: Server, chromium: Browser) -> None:
    context = person(chromium, demo.url)
    page = context.new_page()

    page.goto("/welcome/used-long-ago")

    expect(page.get_by_role("heading", level=1)).to_have_text("This has ended")
    assert violations(page, EVERY_RULE) == []
    page.get_by_role("main").get_by_role("link").last.click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert violations(page, EVERY_RULE) == []
    context.close()


def test_form_that_is_refused_keeps_what_was_typed(visitors: dict[Role, Visitor]) -> None:
    page = visitors[Role.MARKETER].open(PAGES[Role.MARKETER]["draft"])
    page.get_by_label("Title").fill("Half a thought")
    page.get_by_label("Say first").fill("Whose money is it?")
    page.locator("summary", has_text="More: what not to do").click()
    page.get_by_label("Minutes it takes").evaluate("(field) => { field.type = 'text'; field.value = 'ten' }")

    page.get_by_role("button", name="Save draft").click()

    expect(page.get_by_text("Write a whole number, such as 20.")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("Half a thought")
    expect(page.get_by_label("Say first")).to_have_value("Whose money is it?")
    assert violations(page, EVERY_RULE) == []


def test_detail_is_added_by_its_name_and_pinned_and_both_leave_the_list_in_order(
    visitors: dict[Role, Visitor],
) -> None:
    page = visitors[Role.REP].open(PAGES[Role.REP]["results"])
    add = page.get_by_role("button", name="Add a detail")
    everything = page.locator(".tabs .n").first.inner_text()

    add.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("facturing")  # names are found by how their words begin
    expect(page.get_by_text("None of the results is tagged so.")).to_be_visible()
    page.keyboard.press("Control+A")
    page.keyboard.type("manufac")
    assert violations(page, EVERY_RULE) == []
    page.keyboard.press("Enter")

    pin = page.get_by_role("button", name="Only assets tagged Manufacturing")
    expect(pin).to_be_visible()
    expect(add).to_be_focused()
    expect(page.get_by_role("dialog", name="Add a detail")).to_be_hidden()
    pin.click()
    expect(page.get_by_role("button", name="No longer only Manufacturing")).to_be_visible()
    assert int(page.locator(".tabs .n").first.inner_text()) < int(everything)
    page.locator("a[data-look]").first.click()
    expect(page.get_by_role("heading", name="Why this is here")).to_be_visible()
    assert violations(page, EVERY_RULE) == []
    page.go_back()
    expect(pin).to_be_visible()


def test_found_term_is_taken_or_not_meant_and_all_others_are_taken_at_once(
    visitors: dict[Role, Visitor],
) -> None:
    page = visitors[Role.MARKETER].open("/library?status=draft")
    link = page.locator("a.main", has_text="night shifts in cold stores").first
    page.goto((link.get_attribute("href") or "").partition("?")[0] + "/edit")
    found = page.locator(".found-term")
    taken, not_meant = found.locator("[data-take]"), found.locator("[data-dismiss]")

    found.first.locator("label").first.click()
    expect(taken.first).to_be_checked()
    found.first.locator("label").last.click()
    expect(taken.first).not_to_be_checked()
    page.get_by_role("button", name="found term").click()

    expect(not_meant.first).to_be_checked()
    expect(taken.first).not_to_be_checked()
    assert found.count() > 1
    assert taken.evaluate_all("(boxes) => boxes.filter((box) => box.checked).length") == found.count() - 1


KINDS = {"Document": "html", "Stylesheet": "css", "Script": "js", "Font": "fonts"}
BUDGET = {"html": 25, "css": 15, "js": 25, "fonts": 50, "icons": 5, "all": 150}


@dataclass(slots=True)
class Weight:
    """What one visit moved, compressed as sent; pictures of assets apart."""

    kilobytes: dict[str, float] = field(default_factory=lambda: dict.fromkeys(BUDGET, 0.0))
    requests: int = 0


def weigh(context: BrowserContext, address: str) -> Weight:
    """Visit with an empty cache, as the first time."""
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    kinds: dict[str, str] = {}
    weight = Weight()

    def received(event: dict[str, Any]) -> None:
        address = event["response"]["url"]
        if "/pictures/" not in address:
            kinds[event["requestId"]] = KINDS.get(event["type"], "icons")
            weight.requests += 1

    def finished(event: dict[str, Any]) -> None:
        if kind := kinds.get(event["requestId"]):
            for part in (kind, "all"):
                weight.kilobytes[part] += event["encodedDataLength"] / 1000

    network.on("Network.responseReceived", received)
    network.on("Network.loadingFinished", finished)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.close()
    return weight


@pytest.mark.parametrize("name", ["find", "results"])
def test_first_visit_stays_within_its_budget(visitors: dict[Role, Visitor], name: str) -> None:
    rep = visitors[Role.REP]

    weight = weigh(rep.context, EVERYBODY[name].format(**rep.places))

    print(f"\n{name}: {weight.requests} requests, {dict(weight.kilobytes)} kB")
    assert {kind: size for kind, size in weight.kilobytes.items() if size > BUDGET[kind]} == {}
    assert weight.requests <= 12
