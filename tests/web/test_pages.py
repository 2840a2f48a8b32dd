"""What holds for every page: it renders for every role, carries nothing inline, and stays within its budget."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from content_map.db import Sessions
from content_map.domain.assets import Kind, State, Status
from content_map.domain.people import Role
from content_map.domain.unused import Evidence, Stage
from content_map.domain.usage import Feedback, How, OutcomeAnswer
from content_map.domain.vocabulary import Facet
from content_map.services.requests import RequestStatus
from content_map.web import static_files, words
from tests.factories import make_asset
from tests.web.browsing import Browser, text_of

Visit = Callable[[Role], Browser]

CODE = Path(static_files.__file__).parent.parent
TEMPLATES = sorted((CODE / "templates").rglob("*.html"))
EVERYBODYS = [
    "/",
    "/library",
    "/requests",
    "/insights",
    "/insights/unused-assets",
    "/me",
    "/recorded",
    "/accounts",
    "/notifications",
    "/saved",
]
MARKETERS = [
    "/upload",
    "/imports",
    "/library?status=needs-tagging",
    "/library?status=review-due",
    "/library?status=archived",
    "/library?mine=1&thin=1&sort=coverage&language=de",
    "/library/bulk?all=1",
    "/vocabulary",
    "/vocabulary/terms/industry:education",
]
KILOBYTE = 1000

INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|js:", re.IGNORECASE
)


@pytest.mark.parametrize("role", Role)
def test_pages_are_there_for_every_role_and_carry_nothing_inline(visit: Visit, role: Role) -> None:
    browser = visit(role)

    answers = {path: browser.get(path) for path in EVERYBODYS}

    assert {path for path, answer in answers.items() if answer.status_code != 200} == set()
    assert {path for path, answer in answers.items() if INLINE.search(answer.get_data(as_text=True))} == set()
    assert all(
        "default-src 'none'" in answer.headers["Content-Security-Policy"] for answer in answers.values()
    )


def test_marketers_pages_are_theirs(visit: Visit) -> None:
    marketer = visit(Role.MARKETER)

    assert {path for path in MARKETERS if marketer.get(path).status_code != 200} == set()


@pytest.mark.parametrize(
    ("path", "role"), [("/upload", Role.REP), ("/people", Role.MARKETER), ("/people", Role.REP)]
)
def test_page_that_is_not_ones_own_says_who_may(visit: Visit, path: str, role: Role) -> None:
    answer = visit(role).get(path)

    assert answer.status_code == 403
    assert "Only " in text_of(answer)


def test_unknown_address_is_a_sentence_with_a_way_on(visit: Visit) -> None:
    answer = visit(Role.REP).get("/nothing/here")

    assert answer.status_code == 404
    assert "There is nothing here" in text_of(answer)
    assert 'href="/"' in answer.get_data(as_text=True)


def test_failing_fragment_is_a_fragment(visit: Visit) -> None:
    answer = visit(Role.REP).get("/find/0/preview/0", headers={"HX-Request": "true"})

    assert answer.status_code == 404
    assert "<html" not in answer.get_data(as_text=True)


def test_full_library_page_stays_within_its_budget(visit: Visit, sessions: Sessions) -> None:
    with sessions.write() as session:
        for number in range(60):
            make_asset(session, title=f"Why deliveries are late, part {number}")

    page = visit(Role.MARKETER).get("/library").get_data()

    assert len(gzip.compress(page)) <= 25 * KILOBYTE


def test_style_sheet_scripts_icons_and_font_stay_within_their_budgets(stranger: FlaskClient) -> None:
    def weight(*names: str) -> int:
        return sum(len(gzip.compress(stranger.get(f"/static/v-0/{name}").get_data())) for name in names)

    scripts = [f"js/{path.name}" for path in (CODE / "static" / "js").iterdir()]
    uploading = [each for each in scripts if each.startswith("js/upload")]

    assert weight("app.css") <= 15 * KILOBYTE
    assert weight("vendor/htmx.min.js", *(set(scripts) - set(uploading))) <= 25 * KILOBYTE
    # The upload page may have 5 more, and does without htmx.
    assert weight("js/app.js", "js/keys.js", "js/saying.js", *uploading) <= 15 * KILOBYTE
    assert weight("icons/sprite.svg") <= 5 * KILOBYTE
    assert (CODE / "static" / "vendor" / "inter" / "latin.woff2").stat().st_size <= 50 * KILOBYTE


def test_static_file_is_kept_for_ever_under_the_address_that_names_its_content(
    app: Flask, stranger: FlaskClient
) -> None:
    with app.test_request_context():
        address = static_files.static_url("app.css")

    now = stranger.get(address, headers={"Accept-Encoding": "gzip"})
    older = stranger.get("/static/v-older/app.css")

    assert "immutable" in now.headers["Cache-Control"]
    assert gzip.decompress(now.get_data()) == older.get_data()
    assert older.headers["Cache-Control"] == "no-cache"


def test_only_static_files_are_served(stranger: FlaskClient) -> None:
    names = ["../app.py", "css/../../app.py", "%2e%2e/app.py", "nothing.css", "js"]

    assert {stranger.get(f"/static/v-0/{name}").status_code for name in names} == {404}


def test_every_icon_of_the_templates_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (CODE / "static" / "icons" / "sprite.svg").read_text()))
    used = {name for path in TEMPLATES for name in re.findall(r'icon\("([\w-]+)"', path.read_text())}

    assert used <= sprite
    assert set(words.KIND_ICONS.values()) <= sprite


def test_every_address_of_the_templates_exists(app: Flask) -> None:
    named = {name for path in TEMPLATES for name in re.findall(r'url_for\("([\w.]+)"', path.read_text())}

    assert named <= set(app.view_functions)


def test_every_stored_word_has_a_word_for_people() -> None:
    assert set(words.KINDS) == set(words.KIND_ICONS) == set(Kind)
    assert set(Status) <= set(words.STATUSES) == set(words.STATUS_TONES)
    assert set(words.STATES) == set(State)
    assert set(words.ROLES) == set(Role)
    assert set(words.FACETS) == set(Facet)
    assert set(words.HOW) == set(How)
    assert set(words.NOT_USED) | set(words.FEEDBACK) == set(Feedback)
    assert set(words.OUTCOME_ANSWERS) == set(OutcomeAnswer)
    assert list(words.CLASSES) == list(words.CLASS_MEANINGS) == list(words.CLASS_CURES) == list(Stage)
    assert set(words.EVIDENCE) == set(Evidence)
    assert set(words.REQUEST_STATES) == set(words.REQUEST_TONES) == set(RequestStatus)


def test_theme_is_kept_and_comes_with_the_page(visit: Visit) -> None:
    rep = visit(Role.REP)

    answer = rep.post("/me/theme", theme="dark", back="/library")

    assert answer.headers["Location"] == "/library"
    assert 'data-theme="dark"' in rep.get("/library").get_data(as_text=True)


def test_single_keys_can_be_turned_off(visit: Visit) -> None:
    rep = visit(Role.REP)

    rep.post("/me/settings", theme="")

    assert 'data-single-keys="off"' in rep.get("/").get_data(as_text=True)


def test_access_token_is_shown_once(visit: Visit) -> None:
    rep = visit(Role.REP)

    made = text_of(rep.post("/me/tokens", name="Nightly export"))

    (secret,) = set(re.findall(r"cm_[\w-]{20,}", made))
    assert secret not in text_of(rep.get("/me"))
    assert "Nightly export" in text_of(rep.get("/me"))


def test_new_person_gets_a_link_that_is_shown_once(visit: Visit) -> None:
    admin = visit(Role.ADMIN)

    made = text_of(
        admin.post("/people", email="ines@example.com", name="Ines", role="marketer", team="Content")
    )

    assert re.search(r"/welcome/[\w-]{20,}", made)
    assert "/welcome/" not in text_of(admin.get("/people"))


def test_only_admin_stays_admin(visit: Visit) -> None:
    admin = visit(Role.ADMIN)

    answer = admin.follow(f"/people/{admin.person.id}", role="rep")

    assert "This is the only admin" in text_of(answer)
