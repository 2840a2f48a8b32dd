"""Two people edit one asset: the later one sees both, chooses field by field, and nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from werkzeug.test import TestResponse

from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.models import Asset
from tests.factories import make_asset
from tests.web.browsing import Browser, text_of

Visit = Callable[[Role], Browser]


@pytest.fixture
def asset(sessions: Sessions) -> Asset:
    with sessions.write() as session:
        return make_asset(
            session,
            title="The deck",
            summary="What it was",
            guide={"say_first": "Begin here", "ask_next": "And then?"},
        )


@pytest.fixture
def early(visit: Visit) -> Browser:
    return visit(Role.MARKETER)


@pytest.fixture
def late(visit: Visit) -> Browser:
    return visit(Role.MARKETER)


def fields_of(answer: TestResponse) -> dict[str, str]:
    """What a browser would send back of the form that an answer shows, untouched."""
    page = answer.get_data(as_text=True)
    form = page[page.index("data-tag-form") : page.index("</form>", page.index("data-tag-form"))]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        named = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        is_off = named.get("type") in {"radio", "checkbox"} and " checked" not in tag
        if "name" in named and not is_off:
            found[named["name"]] = unescape(named.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>([^<]*)</textarea>', form):
        found[name] = unescape(text)
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[0] if chosen else ""
    return {name: value for name, value in found.items() if name != "_csrf"}


def stored(sessions: Sessions, asset: Asset) -> Asset:
    with sessions.read() as session:
        return session.get_one(Asset, asset.id)


def begin(browser: Browser, asset: Asset) -> dict[str, str]:
    return fields_of(browser.get(f"/assets/{asset.id}/edit"))


def test_a_late_editor_sees_both_and_nothing_is_saved(
    early: Browser, late: Browser, asset: Asset, sessions: Sessions
) -> None:
    mine, theirs = begin(late, asset), begin(early, asset)
    early.post(f"/assets/{asset.id}/edit", **{**theirs, "title": "Theirs", "summary": "Also theirs"})

    answer = late.post(f"/assets/{asset.id}/edit", **{**mine, "title": "Mine", "say_first": "Say mine"})

    page = text_of(answer)
    kept = fields_of(answer)
    assert answer.status_code == 412
    assert "Somebody was faster" in page
    assert re.search(r"You typed \(change it below\) Mine Stored now Theirs", page)
    assert (kept["title"], kept["say_first"]) == ("Mine", "Say mine")
    assert {name: kept[f"keep_{name}"] for name in ("title", "summary", "say_first")} == {
        "title": "mine",
        "summary": "theirs",
        "say_first": "mine",
    }
    assert "keep_ask_next" not in kept
    assert stored(sessions, asset).title == "Theirs"


def test_saving_again_keeps_each_field_as_it_was_chosen(
    early: Browser, late: Browser, asset: Asset, sessions: Sessions
) -> None:
    mine, theirs = begin(late, asset), begin(early, asset)
    early.post(
        f"/assets/{asset.id}/edit",
        **{**theirs, "title": "Theirs", "summary": "Also theirs", "say_first": "Say theirs"},
    )
    again = fields_of(
        late.post(
            f"/assets/{asset.id}/edit",
            **{**mine, "title": "Mine", "say_first": "Say mine", "ask_next": "Ask mine"},
        )
    )

    answer = late.post(f"/assets/{asset.id}/edit", **{**again, "keep_say_first": "theirs"})

    asset_now = stored(sessions, asset)
    assert answer.status_code == 303
    assert (asset_now.title, asset_now.summary) == ("Mine", "Also theirs")
    assert (asset_now.guide["say_first"], asset_now.guide["ask_next"]) == ("Say theirs", "Ask mine")


def test_a_third_who_saves_in_between_is_not_overwritten_either(
    early: Browser, late: Browser, asset: Asset, sessions: Sessions
) -> None:
    mine, theirs = begin(late, asset), begin(early, asset)
    early.post(f"/assets/{asset.id}/edit", **{**theirs, "title": "Theirs"})
    again = fields_of(late.post(f"/assets/{asset.id}/edit", **{**mine, "title": "Mine"}))
    early.post(f"/assets/{asset.id}/edit", **{**begin(early, asset), "summary": "A third thing"})

    answer = late.post(f"/assets/{asset.id}/edit", **again)

    assert answer.status_code == 412
    assert fields_of(answer)["keep_summary"] == "theirs"
    assert (stored(sessions, asset).title, stored(sessions, asset).summary) == ("Theirs", "A third thing")


def test_a_form_whose_memory_was_tampered_with_is_shown_all_the_same(
    early: Browser, late: Browser, asset: Asset
) -> None:
    page = f"/assets/{asset.id}/edit"
    opened = fields_of(late.get(page))
    early.post(page, **fields_of(early.get(page)) | {"summary": "What it is"})

    answer = late.post(page, **opened | {"summary": "What it will be", "seen": "[" * 100_000})

    assert answer.status_code == 412
