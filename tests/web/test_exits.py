"""Every exit serves the version it says it serves: walked over the addresses there are, none can be forgotten.

An asset has three versions with words and pictures of their own. Whatever address gives any of them away must stand
in one of the two tables below.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.conversations import Conversation
from content_map.domain.people import Role
from content_map.models import Search, UsageEvent, Version
from content_map.services import adding, assets
from content_map.wiring import Resources
from content_map.worker import Worker
from tests.factories import make_user
from tests.web import browsing
from tests.web.browsing import Browser

API = "/api/v1"
VERSION = "X-Content-Map-Version"
WORDS = {1: "alphorns", 2: "bassoons", 3: "clarinets"}
FILES = {number: f"Late deliveries cost trust, say the {word}.\n".encode() for number, word in WORDS.items()}
CURRENT, OLD = 3, 1

# By endpoint: the address, with what follows when version 1 is asked for. {v} is its number.
EXITS: Mapping[str, tuple[str, str]] = {
    "files.file": (f"{API}/assets/{{a}}/file", "?version={v}"),
    "files.pages": (f"{API}/assets/{{a}}/pages", "?version={v}"),
    "files.image": (f"{API}/assets/{{a}}/pages/1/image", "?version={v}"),
    "files.page_thumbnail": (f"{API}/assets/{{a}}/pages/1/thumbnail", "?version={v}"),
    "files.thumbnail": (f"{API}/assets/{{a}}/thumbnail", "?version={v}"),
    "zip.all": (f"{API}/assets/zip?ids={{a}}", "&versions={a}:{v}"),
    "pages.assets.page": ("/assets/{a}", "?version={v}"),
    "pages.assets.turn": ("/assets/{a}/pages/1", "?version={v}"),
    "pages.assets.download": ("/assets/{a}/download", "?version={v}"),
}
# These name a version in every address.
NUMBERED: Mapping[str, str] = {
    "pages.pictures.image": "/pictures/{a}/{v}/1",
    "pages.pictures.thumbnail": "/pictures/{a}/{v}/1/small",
}
PLAYED: Mapping[str, str] = {
    "pages.media.recording": "/media/{a}/{v}",
    "pages.media.subtitles": "/media/{a}/{v}/subtitles.vtt",
}
# These serve the current version alone.
CURRENT_ONLY: Mapping[str, str] = {
    "search.search": f"{API}/search?situation=late+deliveries+clarinets",
    "pages.find.results": "/find/{s}",
    "pages.find.preview": "/find/{s}/preview/{a}",
}
# Parts of addresses that name something else than an asset. A new name is decided here: if what it leads to gives
# an asset away, it belongs into a table above.
NO_ASSETS = frozenset(
    {
        # What a download for a customer leads to has its own test below.
        "event_id",
        *("account_id", "filename", "intake_id", "name", "path", "release", "request_id", "role", "run_id"),
        *("saved_id", "secret", "share_id", "table", "task_id", "term_id", "token", "upload_id"),
        # Behind a share's secret: tests/web/test_shared_pages.py walks its exits.
        *("event", "place"),
    }
)
FILLED = frozenset({"asset_id", "number", "search_id", "version", "other_id"})
FRAGMENT = {"HX-Request": "true"}
TOKEN = {"X-CSRF-Token": browsing.TOKEN}
Drawn = Mapping[bytes, int]


@pytest.fixture
def visitor(app: Flask, sessions: Sessions, resources: Resources, worker: Worker, now: datetime) -> Browser:
    """A marketer's browser; the one asset has three versions."""
    with sessions.write() as session:
        person = make_user(session, Role.MARKETER)
    actor = person.as_actor()
    parts = {"limit_bytes": 10_000, "actor": actor, "now": now}
    changes = {
        "title": "What an orchestra costs",
        "conversation": Conversation.RELEVANT_MEETING,
        "status": Status.PUBLISHED,
    }
    for number, content in FILES.items():
        given = ("plan.txt", io.BytesIO(content))
        if number == 1:
            asset = adding.add(sessions, resources.store, *given, changes, **parts)  # type: ignore[arg-type]
        else:
            adding.add_version(sessions, resources.store, asset.id, *given, **parts)  # type: ignore[arg-type]
        worker.run_pending()
    return Browser.of(app.test_client(), person)


@pytest.fixture
def asset_id(visitor: Browser) -> str:
    (asset,) = visitor.get(f"{API}/assets").json["items"]
    return str(asset["id"])


@pytest.fixture
def search_id(visitor: Browser, asset_id: str, sessions: Sessions) -> str:
    visitor.get(f"{API}/search?situation=late+deliveries")
    with sessions.read() as session:
        return session.scalars(select(Search.id)).one()


@pytest.fixture
def drawn(resources: Resources, sessions: Sessions, visitor: Browser, asset_id: str, now: datetime) -> Drawn:
    """The bytes of every picture, and the version it was drawn of."""
    found = {}
    with sessions.read() as session:
        asset = assets.get(session, asset_id, actor=visitor.person.as_actor(), now=now)
        for version in assets.versions(session, asset):
            page = assets.page(session, version, 1)
            for key in (page.image_key, page.thumbnail_key):
                with resources.store.open(key or "") as picture:
                    found[picture.read()] = version.number
    return found


def given_away(answer: TestResponse, drawn: Drawn) -> set[int]:
    """The versions whose words or pictures an answer holds."""
    body = answer.get_data()
    if body in drawn:
        return {drawn[body]}
    if answer.mimetype == "application/zip":
        body = b"".join(unpacked(body).values())
    return {number for number, word in WORDS.items() if word.encode() in body}


def unpacked(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def said(answer: TestResponse, asset_id: str) -> set[int]:
    """The versions an answer says it is of: in its header, its list, its fields, or its pictures' addresses."""
    if VERSION in answer.headers:
        return {int(answer.headers[VERSION])}
    if answer.mimetype == "application/zip":
        rows = csv.DictReader(io.StringIO(unpacked(answer.get_data())["manifest.csv"].decode("utf-8-sig")))
        return {int(row["version"]) for row in rows if row["asset"] == asset_id}
    if answer.is_json:
        return {hit["asset"]["version"] for hit in answer.json["hits"]}
    shown = re.findall(rf"/pictures/{asset_id}/(\d+)/", answer.get_data(as_text=True))
    return {int(number) for number in shown}


def test_no_address_gives_an_asset_away_without_standing_in_the_tables(
    app: Flask, visitor: Browser, asset_id: str, search_id: str, drawn: Drawn
) -> None:
    values = {"asset_id": asset_id, "number": 1, "search_id": search_id, "version": 2, "other_id": asset_id}
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    unknown = {name for rule in rules for name in rule.arguments} - FILLED - NO_ASSETS

    leading = {
        rule.endpoint
        for rule in rules
        if rule.arguments <= FILLED
        for answer in [visitor.get(rule.build(values, append_unknown=False)[1], headers=FRAGMENT)]
        if answer.status_code == 200 and given_away(answer, drawn)
    }

    assert unknown == set()
    assert leading <= EXITS.keys() | NUMBERED.keys() | PLAYED.keys() | CURRENT_ONLY.keys()
    assert leading >= (EXITS.keys() | NUMBERED.keys()) - {"zip.all"}


def test_every_exit_gives_the_current_version_unless_another_is_named(
    visitor: Browser, asset_id: str, search_id: str, drawn: Drawn
) -> None:
    addresses = {name: (f"{plain}", f"{plain}{named}") for name, (plain, named) in EXITS.items()}
    addresses |= {name: (numbered.replace("{v}", "3"), numbered) for name, numbered in NUMBERED.items()}

    def gives(address: str, **given: object) -> tuple[int, set[int], set[int]]:
        answer = visitor.get(address.format(a=asset_id, s=search_id, **given), headers=FRAGMENT)
        return answer.status_code, given_away(answer, drawn), said(answer, asset_id)

    plainly = {name: gives(plain) for name, (plain, _) in addresses.items()}
    older = {name: gives(named, v=OLD) for name, (_, named) in addresses.items()}
    missing = {visitor.get(named.format(a=asset_id, v=4)).status_code for _, named in addresses.values()}
    found = {name: gives(address) for name, address in CURRENT_ONLY.items()}

    assert {**plainly, **found} == dict.fromkeys([*addresses, *CURRENT_ONLY], (200, {CURRENT}, {CURRENT}))
    assert older == dict.fromkeys(addresses, (200, {OLD}, {OLD}))
    assert missing == {404, 422}


def test_a_download_is_the_file_itself_under_its_own_tag_and_so_are_its_ranges(
    visitor: Browser, asset_id: str
) -> None:
    wanted = [
        (f"{address}{query}", number)
        for address in (f"{API}/assets/{asset_id}/file", f"/assets/{asset_id}/download")
        for query, number in (("", CURRENT), ("?version=2", 2), ("?version=1", OLD))
    ]

    for address, number in wanted:
        whole = visitor.get(address)
        parts = [visitor.get(address, headers={"Range": part}) for part in ("bytes=0-9", "bytes=10-")]

        assert whole.get_data() == b"".join(part.get_data() for part in parts) == FILES[number]
        assert whole.headers["ETag"] == f'"{hashlib.sha256(FILES[number]).hexdigest()}"'
        assert {part.headers[VERSION] for part in parts} == {str(number)}


def test_a_download_is_recorded_with_the_version_that_left(
    visitor: Browser, asset_id: str, sessions: Sessions
) -> None:
    visitor.get(f"{API}/assets/{asset_id}/file?version=1&purpose=customer&account=Acme", headers=TOKEN)
    visitor.get(f"{API}/assets/zip?ids={asset_id}&versions={asset_id}:2")
    visitor.get(f"/assets/{asset_id}/download")

    with sessions.read() as session:
        events = session.scalars(select(UsageEvent).where(UsageEvent.kind == "download"))
        left = sorted((event.version, event.surface) for event in events)
    assert left == [(1, "api"), (2, "api"), (3, "direct")]


def test_a_download_for_a_customer_gives_the_version_that_it_recorded(
    visitor: Browser, asset_id: str, sessions: Sessions
) -> None:
    leads = visitor.post(f"/assets/{asset_id}/take", account="Acme")
    answer = visitor.get(leads.headers["Location"])

    with sessions.read() as session:
        events = session.scalars(select(UsageEvent).where(UsageEvent.kind == "download"))
        left = [(event.version, event.purpose) for event in events]
    assert (left, answer.get_data()) == ([(CURRENT, "customer")], FILES[CURRENT])
    assert answer.headers[VERSION] == str(CURRENT)


def test_a_player_gets_the_version_in_its_address(
    visitor: Browser, asset_id: str, sessions: Sessions, drawn: Drawn
) -> None:
    with sessions.write() as session:
        for version in session.scalars(select(Version)):
            # As if they were recordings, with their words for subtitles.
            version.media_type, version.rendition_key = "audio/mpeg", version.store_key

    for number in WORDS:
        for address in PLAYED.values():
            answer = visitor.get(address.format(a=asset_id, v=number))

            assert (given_away(answer, drawn), said(answer, asset_id)) == ({number}, {number})


def test_the_page_of_an_older_version_says_so_and_leads_to_nothing_newer(
    visitor: Browser, asset_id: str
) -> None:
    page = visitor.get(f"/assets/{asset_id}?version=1").get_data(as_text=True)

    assert "not the current one" in page
    assert f"/assets/{asset_id}/download?version=1" in page
    assert set(re.findall(rf"/pictures/{asset_id}/(\d+)/", page)) == {"1"}


def test_the_zip_of_the_library_holds_what_was_ticked(visitor: Browser, asset_id: str) -> None:
    answer = visitor.post("/assets/zip", asset=asset_id)

    assert unpacked(answer.get_data())["plan.txt"] == FILES[CURRENT]
    assert answer.headers["Content-Disposition"].startswith("attachment")
