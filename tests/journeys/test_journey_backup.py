"""A backup made while people work, restored elsewhere, is the same library."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.client import Client, Operator, client_of
from tests.support.databases import own_settings
from tests.support.server import Server
from tests.support.waiting import comes_true

pytestmark = pytest.mark.journey

LIBRARY = {
    "Pumps that stop at night": (
        "relevant-meeting",
        "Every pump that stops at night costs the depot an hour.",
    ),
    "A payback of eleven months": ("tangible-value", "The business case shows a payback of eleven months."),
    "Who signs in a hospital": ("right-people", "The finance director signs, the head nurse decides."),
}
SITUATIONS = ("depot pumps stop", "business case payback", "who decides in a hospital")


@pytest.fixture
def settings() -> Iterator[dict[str, str]]:
    with own_settings() as settings:
        yield settings


@pytest.fixture
def settings_elsewhere() -> Iterator[dict[str, str]]:
    with own_settings() as settings:
        yield settings


def searched(client: Client, situation: str) -> list[tuple[str, Any]]:
    found = client.send("POST", "/search", {"situation": situation, "draft": True}).expect(200)
    return [(hit["asset"]["id"], hit["passages"]) for hit in found["hits"]]


def is_read_and_found(client: Client, situation: str) -> bool:
    """Whether every hit shows a passage, by each of the processes that answer in no order."""
    answers = [searched(client, situation) for _ in range(10)]
    return all(found and all(passages for _, passages in found) for found in answers)


class Colleague(threading.Thread):
    """Somebody who goes on adding drafts while the backup is made."""

    def __init__(self, client: Client) -> None:
        super().__init__(daemon=True)
        self.added: dict[str, str] = {}
        self.stop = threading.Event()
        self._client = client

    def run(self) -> None:
        while not self.stop.wait(0.05):
            content = f"Draft number {len(self.added)}".encode()
            asset = self._client.upload("draft.txt", content).expect(201)
            self.added[asset["id"]] = hashlib.sha256(content).hexdigest()


def test_backup_of_a_running_product_restores_to_the_same_library(
    tmp_path: Path, settings: dict[str, str], settings_elsewhere: dict[str, str]
) -> None:
    backup = tmp_path / "backup"
    with Server(tmp_path / "data", **settings) as server:
        operator = Operator(server.data, **settings)
        marketer, rep = client_of(server, settings, "marketer"), client_of(server, settings, "rep")
        hashes = {}
        for title, (conversation, text) in LIBRARY.items():
            answer = marketer.upload(
                "note.txt", text.encode(), title=title, conversation=conversation, publish="true"
            )
            hashes[answer.expect(201)["id"]] = hashlib.sha256(text.encode()).hexdigest()
        # Found by title at once, and with a passage when the file has been read.
        assert comes_true(lambda: all(is_read_and_found(rep, each) for each in SITUATIONS))
        found = {each: searched(rep, each) for each in SITUATIONS}
        shown = {each: rep.get(f"/assets/{each}").expect(200) for each in hashes}
        colleague = Colleague(marketer)
        colleague.start()
        assert comes_true(lambda: len(colleague.added) >= 3)
        before = dict(colleague.added)

        operator.done("backup", str(backup))

        colleague.stop.set()
        colleague.join(60)
        refused = operator.run("restore", str(backup))

    elsewhere = Operator(tmp_path / "elsewhere", **settings_elsewhere)
    elsewhere.done("restore", str(backup))
    again = elsewhere.run("restore", str(backup))
    with Server(tmp_path / "elsewhere", **settings_elsewhere) as restored:
        marketer, rep = restored_client(marketer, restored), restored_client(rep, restored)
        for asset_id, sha256 in {**hashes, **before}.items():
            assert marketer.digest(f"/assets/{asset_id}/file")[1] == sha256
        assert {each: searched(rep, each) for each in SITUATIONS} == found
        assert {each: rep.get(f"/assets/{each}").expect(200) for each in hashes} == shown
        drafts = marketer.get("/assets?status=draft&limit=100").expect(200)["items"]
        assert before.keys() <= {each["id"] for each in drafts} <= colleague.added.keys()
        assert "index and database agree" in elsewhere.done("index", "verify")

    for refusal in (refused, again):
        assert refusal.returncode == 1
        assert "not empty" in refusal.stderr
        assert refusal.stderr.count("\n") == 1


def restored_client(client: Client, server: Server) -> Client:
    """The same person with the same token, at the restored product."""
    return Client(server.port, client.headers["Authorization"].removeprefix("Bearer "))
