"""What pages do by themselves in a real browser: count what was seen, answer to keys, mind other tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect
from sqlalchemy import func, select

from content_map.domain.usage import EventKind
from content_map.models import Search, UsageEvent
from tests.support.browser import EVERY_RULE, enter, person, present, search, violations
from tests.support.client import Client, Operator
from tests.support.databases import opened
from tests.support.server import Server
from tests.support.waiting import comes_true

pytestmark = pytest.mark.journey

SITUATION = "lender afraid its tills stop working"
TITLES = ("Proof from a bank", "Nine branches moved", "Rolled back in time")
RESTS_MS, TICK_MS = 3000, 300


@dataclass(frozen=True, slots=True)
class Product:
    """A small library that search knows, and the one-time links of its people."""

    server: Server
    links: dict[str, str]
    ids: tuple[str, ...]

    def events(self, kind: EventKind, search_id: str) -> list[UsageEvent]:
        """What of a kind is kept of a search, in the order of its ranks."""
        wanted = select(UsageEvent).where(UsageEvent.kind == kind.value, UsageEvent.search_id == search_id)
        with opened(self.server.data, {}) as sessions, sessions.read() as session:
            return list(session.scalars(wanted.order_by(UsageEvent.rank)))

    def searches(self) -> int:
        """How many searches are kept."""
        with opened(self.server.data, {}) as sessions, sessions.read() as session:
            return session.scalar(select(func.count()).select_from(Search)) or 0


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    data = tmp_path_factory.mktemp("behaviour") / "data"
    operator = Operator(data)
    with Server(data) as server:
        marketer = Client(server.port, operator.token("marketer@example.com", "marketer"))
        ids = tuple(
            marketer.upload(
                f"{number}.md",
                f"# {title}\n\nThe lender kept its tills working, {number} times.\n".encode(),
                title=title,
                conversation="relevant-meeting",
                publish="true",
            ).expect(201)["id"]
            for number, title in enumerate(TITLES)
        )
        links = {
            name: operator.done("user", "add", f"{name}@example.com", "--role", role).split()[-1]
            for name, role in (("rep", "rep"), ("editor", "marketer"))
        }
        address = "/search?situation=tills&draft=true"
        if not comes_true(lambda: marketer.get(address).expect(200)["total"] == len(TITLES)):
            raise TimeoutError("what was uploaded is not found")
        yield Product(server, {name: link[link.index("/welcome/") :] for name, link in links.items()}, ids)


@pytest.fixture(scope="module")
def signed_in(product: Product, chromium: Browser) -> dict[str, StorageState]:
    """What the browsers of the rep and of the editor keep after they came in."""
    kept = {}
    for name, link in product.links.items():
        context = person(chromium, product.server.url)
        enter(context, link)
        kept[name] = context.storage_state()
        context.close()
    return kept


@pytest.fixture
def rep(product: Product, chromium: Browser, signed_in: dict[str, StorageState]) -> Iterator[Page]:
    context = person(chromium, product.server.url, storage_state=signed_in["rep"])
    yield context.new_page()
    context.close()


@pytest.fixture
def editor(product: Product, chromium: Browser, signed_in: dict[str, StorageState]) -> Iterator[Page]:
    context = person(chromium, product.server.url, storage_state=signed_in["editor"])
    yield context.new_page()
    context.close()


def focused_row(page: Page) -> int:
    """The rank of the result that has the focus; 0 when none has."""
    return int(page.evaluate("Number(document.activeElement.closest('[data-asset]')?.dataset.rank ?? 0)"))


def test_card_seen_for_a_second_counts_once_with_its_rank(rep: Page, product: Product) -> None:
    search_id = search(rep, SITUATION)

    with rep.expect_request("**/usage/impressions"):
        rep.locator(".hit").last.scroll_into_view_if_needed()
    assert comes_true(lambda: len(product.events(EventKind.IMPRESSION, search_id)) == len(TITLES))
    rep.set_viewport_size({"width": 1440, "height": 200})
    rep.set_viewport_size({"width": 1440, "height": 900})
    rep.wait_for_timeout(1200)
    rep.goto("/")

    shown = product.events(EventKind.IMPRESSION, search_id)
    assert [event.rank for event in shown] == [1, 2, 3]
    assert {event.surface for event in shown} == {"search"}


def test_card_has_to_be_seen_for_a_whole_second(rep: Page, product: Product) -> None:
    rep.clock.install()
    rep.clock.pause_at(present() + timedelta(minutes=1))

    glanced_at, looked_at = (see_for(rep, milliseconds) for milliseconds in (900, 1100))

    assert comes_true(lambda: len(product.events(EventKind.IMPRESSION, looked_at)) == len(TITLES))
    assert product.events(EventKind.IMPRESSION, glanced_at) == []


def see_for(page: Page, milliseconds: int) -> str:
    """Search, let the results be there for so long by the page's clock, and leave."""
    search_id = search(page, SITUATION)
    page.wait_for_timeout(300)  # the browser says what is visible with its next picture
    page.clock.run_for(milliseconds)
    page.goto("/")
    return search_id


def test_moving_to_a_row_is_no_open_and_a_click_is_one(rep: Page, product: Product) -> None:
    search_id = search(rep, SITUATION)
    rep.keyboard.press("Escape")
    rep.keyboard.press("j")
    assert focused_row(rep) == 1
    assert product.events(EventKind.OPEN, search_id) == []

    rep.locator(".hit a[data-open]").nth(1).click()

    expect(
        rep.get_by_role("complementary", name="Preview").get_by_role("link", name="Open ↵")
    ).to_be_visible()
    assert comes_true(lambda: len(product.events(EventKind.OPEN, search_id)) == 1)
    assert product.events(EventKind.OPEN, search_id)[0].rank == 2


def test_what_is_typed_is_answered_and_kept_only_once_it_has_come_to_rest(
    rep: Page, product: Product
) -> None:
    rep.clock.install()
    search(rep, SITUATION)
    rep.clock.pause_at(present() + timedelta(minutes=1))
    before = product.searches()
    draft = rep.locator("#results > [data-draft=true]")
    rep.locator("#situation").press("End")

    rep.keyboard.type(" nine")

    for _ in range(RESTS_MS // TICK_MS - 1):
        rep.clock.run_for(TICK_MS)
        rep.wait_for_timeout(TICK_MS)
    expect(draft).to_be_visible()
    assert product.searches() == before
    with rep.expect_response("**/find"):
        rep.clock.run_for(TICK_MS)
    expect(draft).to_be_hidden()
    assert product.searches() == before + 1


def test_keys_move_through_results_and_open_one(rep: Page) -> None:
    search(rep, SITUATION)

    rep.keyboard.press("/")
    expect(rep.locator("#situation")).to_be_focused()
    rep.keyboard.press("Escape")
    expect(rep.locator("#situation")).not_to_be_focused()
    moved = []
    for key in "jjjjk":
        rep.keyboard.press(key)
        moved.append(focused_row(rep))
    assert moved == [1, 2, 3, 3, 2]
    rep.keyboard.press("p")
    title = rep.locator(".hit h2").nth(1).inner_text()
    expect(
        rep.get_by_role("complementary", name="Preview").get_by_role("heading", name=title)
    ).to_be_visible()
    rep.keyboard.press("Enter")

    expect(rep.get_by_role("heading", level=1, name=title)).to_be_visible()
    rep.keyboard.press("u")
    expect(rep).to_have_url(re.compile("#use$"))
    rep.keyboard.press("f")
    expect(rep.get_by_label("A word for marketing")).to_be_focused()


def test_preview_is_reached_by_its_key_and_left_by_escape(rep: Page) -> None:
    search(rep, SITUATION)
    rep.keyboard.press("Escape")
    pane = rep.get_by_role("complementary", name="Preview")

    rep.keyboard.press("j")
    rep.keyboard.press("p")
    expect(pane.get_by_role("heading", name="Why this is here")).to_be_visible()
    expect(pane.get_by_role("listitem").locator("mark", has_text="tills")).to_be_visible()
    assert focused_row(rep) == 1
    rep.keyboard.press("p")
    expect(pane).to_be_focused()
    rep.keyboard.press("Escape")

    assert focused_row(rep) == 1


def test_answer_that_fails_leaves_what_was_found_and_can_be_asked_again(rep: Page) -> None:
    search(rep, SITUATION)
    failed = rep.get_by_role("alert")
    rep.route("**/find/draft", lambda route: route.abort())
    rep.locator("#situation").press("End")

    rep.keyboard.type(" nine")

    expect(failed).to_contain_text("Search did not answer. Your words are kept")
    assert rep.locator(".hit").count() == len(TITLES)
    rep.get_by_role("button", name="Try again").click()
    expect(failed).to_be_hidden()
    expect(rep.locator("#situation")).to_have_value(f"{SITUATION} nine")


def test_g_and_a_letter_go_to_a_destination(rep: Page) -> None:
    rep.goto("/me")

    for letter, path in (("l", "/library"), ("i", "/insights"), ("r", "/requests"), ("f", "/")):
        rep.keyboard.press("g")
        rep.keyboard.press(letter)
        rep.wait_for_url(f"**{path}")


def test_question_mark_lists_the_keys_and_escape_closes_the_list(rep: Page) -> None:
    rep.goto("/library")
    listed = rep.get_by_role("dialog", name="Keyboard shortcuts")

    rep.keyboard.press("?")
    expect(listed).to_be_visible()
    rep.keyboard.press("g")
    rep.keyboard.press("i")
    expect(listed).to_be_visible()
    rep.keyboard.press("Escape")

    expect(listed).to_be_hidden()
    assert rep.url.endswith("/library")


def test_keys_are_letters_in_a_text_field_and_rest_when_turned_off(rep: Page) -> None:
    rep.goto("/")
    box = rep.locator("#situation")
    box.focus()

    rep.keyboard.type("?gl/j5")

    expect(box).to_have_value("?gl/j5")
    rep.goto("/me")
    rep.get_by_label("Single-key shortcuts").uncheck()
    rep.get_by_role("button", name="Save").click()
    expect(rep.get_by_text("Saved for this browser.")).to_be_visible()
    rep.keyboard.press("?")
    expect(rep.get_by_role("dialog")).to_be_hidden()
    rep.get_by_label("Single-key shortcuts").check()
    rep.get_by_role("button", name="Save").click()
    expect(rep.get_by_text("Saved for this browser.")).to_be_visible()


def test_second_tab_that_saves_is_told_and_loses_nothing(editor: Page, product: Product) -> None:
    address = f"/assets/{product.ids[0]}/edit"
    late = editor.context.new_page()
    late.goto(address)
    editor.goto(address)
    editor.get_by_label("Summary").fill("Mine came first.")
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.get_by_text("Saved.")).to_be_visible()

    late.get_by_label("Say first").fill("Typed for an hour.")
    late.get_by_role("button", name="Save", exact=True).click()

    expect(late.get_by_text("Somebody was faster")).to_be_visible()
    expect(late.get_by_label("Say first")).to_have_value("Typed for an hour.")
    editor.reload()
    expect(editor.get_by_text("Mine came first.")).to_be_visible()
    expect(editor.get_by_text("Typed for an hour.")).to_have_count(0)


def test_page_without_its_token_is_refused_in_a_sentence(editor: Page, product: Product) -> None:
    editor.goto(f"/assets/{product.ids[1]}/edit")
    editor.evaluate("document.querySelectorAll('[name=_csrf]').forEach((field) => field.remove())")

    editor.get_by_role("button", name="Save", exact=True).click()

    expect(editor.get_by_text("This page was open for too long")).to_be_visible()
    expect(editor.get_by_role("link", name="Go to Find")).to_be_visible()


def test_form_of_a_session_that_ended_in_another_tab_leads_to_sign_in(editor: Page, product: Product) -> None:
    editor.goto(f"/assets/{product.ids[2]}/edit")
    other = editor.context.new_page()
    other.goto("/me")
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("button", name="Sign in")).to_be_visible()

    editor.get_by_role("button", name="Save", exact=True).click()

    expect(editor.get_by_role("heading", level=1)).to_have_text("Please sign in")
    editor.get_by_role("link", name="Sign in").click()
    expect(editor.get_by_label("Password")).to_be_visible()


def test_typing_offers_terms_and_titles_and_enter_searches_when_nothing_is_chosen(rep: Page) -> None:
    rep.goto("/")
    asked: list[str] = []
    rep.on("request", lambda request: asked.append(request.url) if "suggest" in request.url else None)
    box, listed = rep.locator("#situation"), rep.get_by_role("listbox", name="Suggestions")
    rep.keyboard.press("/")
    rep.keyboard.type("COO of a")
    rep.wait_for_timeout(400)
    assert asked == []

    rep.keyboard.type(" ban")
    expect(listed.get_by_role("option").first).to_contain_text("Industry")
    assert violations(rep, EVERY_RULE) == []
    rep.keyboard.press("ArrowDown")
    expect(listed.get_by_role("option", selected=True)).to_have_count(1)
    rep.keyboard.press("Enter")

    expect(box).to_have_value(re.compile("^COO of a [Bb]ank"))
    expect(rep.locator(".ask-chips input[name=term]")).to_have_count(1)
    rep.keyboard.type(" with proo")
    expect(listed).to_be_visible()
    rep.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    expect(box).to_be_focused()
    rep.keyboard.press("Enter")
    rep.wait_for_url("**/find/*")
    expect(rep.locator("#results input[name=term]")).to_have_count(1)


def test_title_that_is_offered_opens_the_asset_under_a_finger_too(rep: Page, product: Product) -> None:
    rep.goto("/")
    rep.locator("#situation").press_sequentially("nine bra")

    rep.get_by_role("option", name="Nine branches moved").click()

    rep.wait_for_url(f"**/assets/{product.ids[1]}")


def test_use_is_logged_from_its_row_in_two_taps_and_in_one_where_the_customer_is_known(
    rep: Page, product: Product
) -> None:
    without = search(rep, SITUATION)
    rep.keyboard.press("Escape")
    rep.keyboard.press("j")
    rep.keyboard.press("u")
    sheet = rep.get_by_role("dialog")
    sheet.get_by_label("Customer").fill("Northwind")
    assert violations(rep, EVERY_RULE) == []
    sheet.get_by_role("button", name="Used it").click()
    expect(rep.get_by_text("Used for Northwind.")).to_be_visible()
    expect(sheet).to_be_hidden()

    known = search(rep, SITUATION, "Harbour & Vale")
    used = rep.locator(".hit").nth(1).get_by_role("button", name="Used")
    rep.locator(".hit").nth(1).hover()
    used.dblclick()
    expect(rep.get_by_text("Used for Harbour & Vale.")).to_be_visible()
    expect(used).to_have_attribute("aria-pressed", "true")
    rep.get_by_role("button", name="Undo").click()
    expect(rep.get_by_text("Taken back.")).to_be_visible()
    expect(used).to_have_attribute("aria-pressed", "false")
    used.click()
    expect(rep.get_by_text("Used for Harbour & Vale.")).to_be_visible()

    assert [use.excluded_reason for use in product.events(EventKind.USE, without)] == [None]
    reasons = [use.excluded_reason for use in product.events(EventKind.USE, known)]
    assert sorted(reasons, key=str) == [None, "corrected"]


def test_what_is_logged_without_a_connection_waits_and_counts_once_it_is_back(
    rep: Page, product: Product
) -> None:
    known = search(rep, SITUATION, "Harbour & Vale")
    bar = rep.get_by_text("There is no connection.")
    used = rep.locator(".hit").first.get_by_role("button", name="Used")

    rep.context.set_offline(True)
    rep.locator(".hit").first.hover()
    used.dblclick()
    expect(bar).to_be_visible()
    expect(used).to_have_attribute("aria-pressed", "true")
    rep.context.set_offline(False)
    expect(rep.get_by_text("Used for Harbour & Vale.")).to_be_visible()
    expect(bar).to_be_hidden()

    assert len(product.events(EventKind.USE, known)) == 1
