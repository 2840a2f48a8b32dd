"""The main path with JavaScript turned off: sign in, upload, tag, publish, search, open, log a use, read the report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import PASSWORD, enter, person, search
from tests.support.client import Operator
from tests.support.databases import own_settings
from tests.support.files import write_document
from tests.support.server import Server
from tests.support.waiting import comes_true

pytestmark = pytest.mark.journey

TITLE = "Proof from a bank"


@pytest.fixture
def settings() -> Iterator[dict[str, str]]:
    with own_settings() as settings:
        yield settings


def test_main_path_works_without_javascript(
    tmp_path: Path, settings: dict[str, str], chromium: Browser
) -> None:
    operator = Operator(tmp_path / "data", **settings)
    file = write_document(tmp_path / "lender.docx", "Tills", ["The lender kept every till open throughout."])
    with Server(tmp_path / "data", **settings) as server:
        links = {
            role: operator.done("user", "add", f"{role}@example.com", "--role", role).split()[-1]
            for role in ("marketer", "rep")
        }
        marketer, rep = (
            enter(person(chromium, server.url, java_script_enabled=False), server.url + path_of(links[role]))
            for role in ("marketer", "rep")
        )

        upload_and_publish(marketer, file)
        sign_out_and_in(rep)
        assert_found_and_used(rep)

        rep.goto("/insights/unused-assets")
        expect(rep.get_by_role("heading", level=1)).to_contain_text("Unused content")
        rep.get_by_role("link", name="Apart 1").click()
        expect(rep.get_by_role("cell", name=TITLE)).to_be_visible()


def path_of(link: str) -> str:
    return link[link.index("/welcome/") :]


def upload_and_publish(page: Page, file: Path) -> None:
    page.goto("/upload")
    page.get_by_label("or choose them").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("1 file is stored as a draft.")).to_be_visible()
    page.get_by_label("Title").fill(TITLE)
    page.get_by_role("radio", name="Have a Relevant Meeting").check()
    page.get_by_role("group", name="Industry", exact=True).locator("summary").click()
    page.locator(".pick > span").filter(has_text="Financial services").click()
    page.get_by_label("Say first").fill("Who got the first phone call?")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published. Reps can find it within seconds.")).to_be_visible()


def sign_out_and_in(page: Page) -> None:
    page.goto("/me")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Email").fill("rep@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("What is the customer dealing with?")).to_be_visible()


def is_found(page: Page) -> bool:
    """Its words are found within seconds of being read; before that, only its terms."""
    search(page, "lender afraid its tills stop working", "Harbour & Vale")
    return page.locator(".hit mark").count() > 0


def assert_found_and_used(page: Page) -> None:
    assert comes_true(lambda: is_found(page))
    page.get_by_role("link", name=TITLE, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=TITLE)).to_be_visible()
    expect(page.get_by_label("Customer")).to_have_value("Harbour & Vale")
    page.get_by_role("button", name="Used it").click()
    expect(page.get_by_text("Used for Harbour & Vale.")).to_be_visible()
    page.get_by_role("button", name="Reached", exact=True).click()
    expect(page.get_by_text("Recorded for Harbour & Vale: Reached.")).to_be_visible()
