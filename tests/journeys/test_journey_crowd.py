"""From ready to found in seconds, gone at once, and a crowd that asks at the same time."""

from __future__ import annotations

import random
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from content_map.db import Sessions
from content_map.models import UsageEvent
from tests.support.client import Client, client_of
from tests.support.databases import opened, own_settings
from tests.support.server import Server
from tests.support.waiting import comes_true, seconds_until

pytestmark = pytest.mark.journey

# The promise is 5 s; a machine that runs several suites at once is slower.
FOUND_WITHIN_SECONDS = 15
PEOPLE = 32
TURNS = 5


@pytest.fixture(scope="module")
def settings() -> Iterator[dict[str, str]]:
    with own_settings() as settings:
        yield settings


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, settings: dict[str, str]) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("crowd") / "data", **settings) as server:
        yield server


@pytest.fixture(scope="module")
def marketer(server: Server, settings: dict[str, str]) -> Client:
    return client_of(server, settings, "marketer")


@pytest.fixture(scope="module")
def rep(server: Server, settings: dict[str, str]) -> Client:
    return client_of(server, settings, "rep")


@pytest.fixture(scope="module")
def database(server: Server, settings: dict[str, str]) -> Iterator[Sessions]:
    with opened(server.data, settings) as sessions:
        yield sessions


def found_by(client: Client, words: str) -> list[str]:
    answer = client.send("POST", "/search", {"situation": words, "draft": True}).expect(200)
    return [hit["asset"]["id"] for hit in answer["hits"]]


def publish(marketer: Client, text: str) -> str:
    asset = marketer.upload("note.txt", text.encode(), conversation="relevant-meeting", publish="true")
    return str(asset.expect(201)["id"])


def test_published_asset_is_found_within_seconds_and_an_archived_one_is_gone_at_once(
    marketer: Client, rep: Client
) -> None:
    asset = publish(marketer, "A forklift fleet that idles between two harvests.")
    ready = seconds_until(lambda: marketer.get(f"/assets/{asset}").json["state"] == "ready")
    found = seconds_until(
        lambda: found_by(rep, "idle forklifts after the harvest") == [asset], seconds=FOUND_WITHIN_SECONDS
    )

    marketer.send("PATCH", f"/assets/{asset}", {"status": "archived"}).expect(200)
    afterwards = found_by(rep, "idle forklifts after the harvest")
    seen = [rep.get(f"/assets/{asset}{part}").status for part in ("", "/file", "/pages", "/thumbnail")]

    marketer.send("PATCH", f"/assets/{asset}", {"status": "published"}).expect(200)
    restored = seconds_until(
        lambda: found_by(rep, "idle forklifts after the harvest") == [asset], seconds=FOUND_WITHIN_SECONDS
    )

    assert None not in (ready, found, restored)
    print(f"\nready after {ready:.2f} s, found {found:.2f} s later, restored after {restored:.2f} s")
    assert afterwards == []
    assert seen == [404, 404, 404, 404]


def test_crowd_that_reads_searches_and_reports_use_at_once_meets_no_fault(
    server: Server, marketer: Client, rep: Client, database: Sessions
) -> None:
    assets = [publish(marketer, f"Valve number {number} sticks in the cold.") for number in range(10)]
    assert comes_true(lambda: len(found_by(rep, "a valve sticks in the cold")) == len(assets))
    statuses: Counter[tuple[str, int]] = Counter()
    accepted, guard = [], threading.Lock()
    before = events(database)

    def visit(number: int) -> None:
        choice = random.Random(number)  # noqa: S311 - repeatable, not secret
        for _ in range(TURNS):
            asset = choice.choice(assets)
            opened_it = {"id": str(uuid.uuid4()), "kind": "open", "asset": asset, "surface": "browse"}
            used_it = {
                "id": str(uuid.uuid4()),
                "kind": "use",
                "asset": asset,
                "account": f"Customer {choice.randrange(5)}",
                "how": "sent",
            }
            answers = {
                "read": rep.get(f"/assets/{asset}"),
                "list": rep.get("/assets?limit=20"),
                "draft": rep.send("POST", "/search", {"situation": "valve in the cold", "draft": True}),
                "search": rep.send("POST", "/search", {"situation": f"valve sticks {number}"}),
                "usage": rep.send("POST", "/usage", {"events": [opened_it, used_it]}),
                "file": rep.get(f"/assets/{asset}/file"),
                "edit": marketer.send("PATCH", f"/assets/{asset}", {"summary": f"Seen by {number}"}),
            }
            with guard:
                statuses.update((name, answer.status) for name, answer in answers.items())
                accepted.append(answers["usage"].json.get("accepted", 0))

    with ThreadPoolExecutor(PEOPLE) as crowd:
        list(crowd.map(visit, range(PEOPLE)))

    visits = PEOPLE * TURNS
    assert statuses == {
        (name, 200): visits for name in ("read", "list", "draft", "search", "usage", "file", "edit")
    }
    assert sum(accepted) == 2 * visits
    assert events(database) - before == 3 * visits  # an open, a use, and the download that counts as an open
    assert "database is locked" not in server.output


def events(database: Sessions) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(UsageEvent)) or 0
