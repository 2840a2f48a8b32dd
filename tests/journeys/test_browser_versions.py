"""A copy becomes a version, an old version comes back, and two people edit at once, all without JavaScript."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import enter, person
from tests.support.client import Client, Operator
from tests.support.files import write_deck
from tests.support.server import Server
from tests.support.waiting import comes_true

pytestmark = [pytest.mark.journey, pytest.mark.once]

TITLE = "Nine branches moved"
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "le", "mi", "no", "pu")


def slides(count: int) -> list[tuple[str, str]]:
    chance = random.Random(9)  # noqa: S311 - made-up words, no secret
    return [
        (f"Step {n}", " ".join("".join(chance.choices(SYLLABLES, k=3)) for _ in range(30)))
        for n in range(count)
    ]


def test_a_copy_becomes_a_version_and_an_old_one_comes_back(tmp_path: Path, chromium: Browser) -> None:
    operator = Operator(tmp_path / "data")
    first, longer = write_deck(tmp_path / "a.pptx", slides(8)), write_deck(tmp_path / "b.pptx", slides(10))
    with Server(tmp_path / "data") as server:
        token = operator.token("api@example.com", "marketer")
        link = operator.done("user", "add", "marketer@example.com", "--role", "marketer").split()[-1]
        client = Client(server.port, token)
        given = {"title": TITLE, "conversation": "relevant-meeting", "publish": "true"}
        asset = client.upload("moved.pptx", first.read_bytes(), **given).expect(201)["id"]
        draft = client.upload("moved FINAL.pptx", longer.read_bytes(), title="Copy").expect(201)["id"]
        for each in (asset, draft):
            comes_true(lambda each=each: client.get(f"/assets/{each}").json["state"] == "ready")
        browser = person(chromium, server.url, java_script_enabled=False)
        page = enter(browser, server.url + link[link.index("/welcome/") :])

        make_it_the_new_version(page, draft)
        bring_back_the_first(page, asset)

        told = client.get(f"/assets/{asset}").json
        assert (told["version"], told["page_count"]) == (3, 8)
        assert client.get(f"/assets/{draft}").json["successor"] == asset
        edit_at_once(page, asset)


def make_it_the_new_version(page: Page, draft: str) -> None:
    page.goto(f"/upload?asset={draft}")
    expect(page.get_by_text(f"Looks like a version of {TITLE}")).to_be_visible()
    expect(page.get_by_text("passages compared are the same")).to_be_visible()
    expect(page.get_by_text("Slides 1–8 word for word.")).to_be_visible()
    page.get_by_role("button", name="Make it the new version of that one").click()
    expect(page.get_by_role("heading", level=1, name=TITLE)).to_be_visible()
    expect(page.get_by_text("It is the new version here now.")).to_be_visible()


def bring_back_the_first(page: Page, asset: str) -> None:
    page.goto(f"/assets/{asset}?version=1")
    expect(page.get_by_text("This is version 1.0, not the current one")).to_be_visible()
    page.goto(f"/assets/{asset}/versions")
    page.get_by_role("button", name="Bring back version 1.0").click()
    expect(page.get_by_text("Version 1 is back as the newest one")).to_be_visible()
    expect(page.get_by_text("Brought back from no. 1")).to_be_visible()


def edit_at_once(page: Page, asset: str) -> None:
    late = page.context.new_page()
    for each in (page, late):
        each.goto(f"/assets/{asset}/edit")
    page.get_by_label("Summary").fill("Theirs")
    page.get_by_label("Title").fill("A title of theirs")
    page.get_by_role("button", name="Save", exact=True).click()
    late.get_by_label("Title").fill("A title of mine")
    late.get_by_role("button", name="Save", exact=True).click()

    expect(late.get_by_text("Somebody was faster")).to_be_visible()
    expect(late.get_by_role("group", name="Title").get_by_role("radio", name="You typed")).to_be_checked()
    expect(late.get_by_role("group", name="Summary").get_by_role("radio", name="Stored now")).to_be_checked()
    late.get_by_role("button", name="Save", exact=True).click()

    expect(late.get_by_role("heading", level=1, name="A title of mine")).to_be_visible()
    expect(late.get_by_text("Theirs", exact=True)).to_be_visible()
