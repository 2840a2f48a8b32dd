"""A marketer selects across the library, sees what would change, changes it, and takes it back: in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import func, select

from content_map.domain.assets import Status
from content_map.domain.conversations import Conversation
from content_map.models import Asset, User
from tests.factories import make_asset
from tests.support.browser import (
    EVERY_RULE,
    PHONE,
    WIDE,
    Complaints,
    enter,
    overflow,
    person,
    tab_stops,
    violations,
)
from tests.support.client import Operator
from tests.support.databases import opened
from tests.support.server import Server

pytestmark = [pytest.mark.journey, pytest.mark.once]

# More than a page of the library shows.
LIVE, DRAFTS = 58, 2
ALL = LIVE + DRAFTS


@dataclass(frozen=True, slots=True)
class Library:
    """A running product with assets of conversation 1, some of them drafts without one."""

    data: Path
    url: str
    link: str

    def count(self, conversation: Conversation | None) -> int:
        """How many assets have this conversation."""
        same = (
            Asset.conversation.is_(None) if conversation is None else Asset.conversation == conversation.value
        )
        with opened(self.data, {}) as sessions, sessions.read() as session:
            return session.scalar(select(func.count()).select_from(Asset).where(same)) or 0


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    data = tmp_path_factory.mktemp("bulk") / "data"
    operator = Operator(data)
    with Server(data) as server:
        said = operator.done("user", "add", "editor@example.com", "--role", "marketer").split()[-1]
        with opened(data, {}) as sessions, sessions.write() as session:
            owner = session.scalars(select(User).where(User.email == "editor@example.com")).one()
            for number in range(LIVE):
                make_asset(session, owner=owner, title=f"Live {number:02}")
            for number in range(DRAFTS):
                make_asset(
                    session, owner=owner, title=f"Draft {number}", conversation=None, status=Status.DRAFT
                )
        yield Library(data, server.url, said[said.index("/welcome/") :])


@pytest.fixture(scope="module")
def context(library: Library, chromium: Browser) -> Iterator[BrowserContext]:
    """The marketer's browser, in which nothing may be complained of."""
    context = person(chromium, library.url)
    complaints = Complaints(context)
    enter(context, library.link).close()
    yield context
    context.close()
    # A refusal is an answer too: the browser reports each 422 as an error.
    unexpected = [each for each in complaints.sentences if "422" not in each]
    if unexpected:
        raise AssertionError(unexpected)


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    page.goto("/library?sort=title")
    yield page
    page.close()


def select_everything(page: Page) -> None:
    page.get_by_label("Select all on this page").check()
    page.get_by_label(f"All {ALL} that match").check()


def test_all_that_match_are_previewed_changed_and_taken_back(page: Page, library: Library) -> None:
    select_everything(page)
    page.get_by_role("button", name="Edit…").click()
    dialog = page.get_by_role("dialog", name=f"Change {ALL} assets")
    dialog.get_by_label("New value of Conversation").select_option("tangible-value")
    expect(dialog.locator("input[name='do.conversation'][value=set]")).to_be_checked()
    dialog.get_by_role("button", name="Show what changes").click()

    preview = page.get_by_role("dialog", name="What will change")
    expect(preview.get_by_role("status")).to_have_text(f"{ALL} assets change.")
    expect(preview).to_contain_text(
        f"{ALL} get 5 Tangible Value ({LIVE} had 1 Point of View, {DRAFTS} had none)"
    )
    assert violations(page, EVERY_RULE) == []
    assert library.count(Conversation.TANGIBLE_VALUE) == 0

    preview.get_by_role("button", name=f"Change {ALL} assets").click()
    expect(page.locator(".toast")).to_contain_text(f"{ALL} assets are changed.")
    assert library.count(Conversation.TANGIBLE_VALUE) == ALL

    page.reload()
    page.keyboard.press("z")
    expect(page.get_by_role("status").first).to_have_text(f"{ALL} assets are as they were.")
    assert library.count(Conversation.POINT_OF_VIEW) == LIVE
    assert library.count(None) == DRAFTS
    expect(page.get_by_role("button", name="Undo last change")).to_have_count(0)


def test_what_cannot_be_changed_is_named_before_anything_is(page: Page, library: Library) -> None:
    select_everything(page)
    page.get_by_role("button", name="Edit…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("New value of Status").select_option("published")
    assert violations(page, EVERY_RULE) == []
    dialog.get_by_role("button", name="Show what changes").click()

    expect(dialog.get_by_role("status")).to_have_text(
        f"Nothing changes. {LIVE} stay as they are. {DRAFTS} cannot."
    )
    expect(dialog.get_by_role("alert")).to_contain_text("Draft 1: Choose one of the five conversations")
    dialog.get_by_role("button", name="Back to the fields").click()
    expect(dialog.get_by_label("New value of Status")).to_have_value("published")
    dialog.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("toolbar")).to_contain_text(f"All {ALL} selected")


def test_keys_and_the_toast_do_it_without_the_mouse(page: Page, library: Library) -> None:
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("Shift+J")
    page.keyboard.press("Shift+J")
    expect(page.get_by_role("toolbar")).to_contain_text("3 selected")

    page.keyboard.press("3")
    expect(page.locator(".toast")).to_contain_text("3 assets are changed.")
    assert library.count(Conversation.RELEVANT_MEETING) == 3

    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").first).to_have_text("3 assets are as they were.")
    assert library.count(Conversation.RELEVANT_MEETING) == 0


def test_shift_click_selects_a_range_and_one_row_out_ends_all_that_match(page: Page) -> None:
    boxes = page.locator("[data-rows] .pick-row")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(page.get_by_role("toolbar")).to_contain_text("4 selected")

    select_everything(page)
    boxes.nth(2).uncheck()

    expect(page.get_by_role("toolbar")).to_contain_text("49 selected")
    expect(page.get_by_label(f"All {ALL} that match")).to_be_hidden()
    page.get_by_role("button", name="More", exact=True).click()
    expect(page.get_by_role("button", name="Retire")).to_be_visible()
    assert violations(page, EVERY_RULE) == []


def test_the_bar_covers_no_stop_of_the_keyboard_on_a_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/library?q=Draft")
    page.locator("[data-rows] .pick-row").first.check()

    stops = tab_stops(page)

    assert [each["html"] for each in stops if not each["seen"]] == []
    assert overflow(page) <= 0
    page.get_by_role("button", name="Edit…").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert overflow(page) <= 0
    assert violations(page, EVERY_RULE) == []
    page.set_viewport_size(WIDE)
