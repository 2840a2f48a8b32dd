"""kill -9 of any part at any moment: what was acknowledged is there afterwards, and its work is done."""

from __future__ import annotations

import hashlib
import http.client
import itertools
import json
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from content_map.db import Sessions
from content_map.services import jobs
from tests.support.client import Answer, Client, Operator, client_of
from tests.support.databases import opened, own_settings
from tests.support.server import Server, process_children

pytestmark = pytest.mark.journey

SEED = 20261121
EDITORS = 3
# In this order nothing dies so often in a row that the supervisor's patience fills the test; the moments are
# random. The supervisor's own death takes all the others along.
ROUNDS = ["worker", "web process", "web server and worker", "web process", "supervisor"] * 4
CALM_SECONDS = 90
# Fewer would mean that nearly every round fell into a time when nothing answered; a slow machine makes some 20.
ENOUGH_ASSETS = 8
CONVERSATIONS = (
    "point-of-view",
    "right-people",
    "relevant-meeting",
    "definition-of-success",
    "tangible-value",
)
WORDS = ("downtime", "audit", "theatre", "pump", "valve", "ledger", "renewal", "hospital", "depot", "pilot")


@dataclass
class Known:
    """What an editor was told about an asset; `uncertain` holds values that were sent and not answered."""

    id: str
    hashes: dict[int, str]
    title: str
    status: str
    uncertain: dict[str, set[str]] = field(default_factory=lambda: {"title": set(), "status": set()})

    def may_be(self, name: str) -> set[str]:
        return {getattr(self, name), *self.uncertain[name]}


class Editor(threading.Thread):
    """Uploads and edits without a pause for thought, and notes only what the server has acknowledged."""

    def __init__(self, client: Client, number: int, stop: threading.Event) -> None:
        super().__init__(name=f"editor-{number}", daemon=True)
        self.assets: list[Known] = []
        self.unexpected: list[str] = []
        self.unanswered = 0
        self._client, self._stop_event = client, stop
        self._random = random.Random(SEED + number)  # noqa: S311 - repeatable, not secret
        self._serial = itertools.count()

    def run(self) -> None:
        while not self._stop_event.wait(0.2):
            try:
                self._step()
            except (OSError, http.client.HTTPException):
                self.unanswered += 1

    def _step(self) -> None:
        chance = self._random.random()
        if not self.assets or chance < 0.3:
            self._upload()
        elif chance < 0.4:
            self._add_version(self._random.choice(self.assets))
        elif chance < 0.7:
            self._set(self._random.choice(self.assets), "title", " ".join(self._random.sample(WORDS, 4)))
        else:
            self._set(
                self._random.choice(self.assets), "status", self._random.choice(["published", "archived"])
            )

    def _content(self) -> bytes:
        words = " ".join(self._random.choices(WORDS, k=self._random.choice([20, 200, 20_000])))
        return f"{self.name} {next(self._serial)}\n\n{words}\n".encode()

    def _upload(self) -> None:
        content, publish = self._content(), self._random.random() < 0.7
        answer = self._client.upload(
            "note.txt",
            content,
            title="As uploaded",
            conversation=self._random.choice(CONVERSATIONS),
            publish=str(publish).lower(),
        )
        if self._expected(answer, 201):
            status = "published" if publish else "draft"
            sha256 = hashlib.sha256(content).hexdigest()
            self.assets.append(Known(answer.json["id"], {1: sha256}, "As uploaded", status))

    def _add_version(self, known: Known) -> None:
        content = self._content()
        answer = self._client.upload("note.txt", content, path=f"/assets/{known.id}/versions")
        if self._expected(answer, 201):
            known.hashes[answer.json["version"]] = hashlib.sha256(content).hexdigest()

    def _set(self, known: Known, name: str, value: str) -> None:
        known.uncertain[name].add(value)
        answer = self._client.send("PATCH", f"/assets/{known.id}", {name: value})
        if self._expected(answer, 200):
            setattr(known, name, value)
            known.uncertain[name].clear()

    def _expected(self, answer: Answer, status: int) -> bool:
        if answer.status != status:
            self.unexpected.append(f"{answer.status} {answer.body[:300]!r}")
        return answer.status == status


@pytest.fixture
def settings() -> Iterator[dict[str, str]]:
    with own_settings() as settings:
        yield settings


@pytest.fixture
def database(tmp_path: Path, settings: dict[str, str]) -> Iterator[Sessions]:
    """What the running product uses, seen from outside."""
    with opened(tmp_path / "data", settings) as sessions:
        yield sessions


def test_nothing_acknowledged_is_lost_over_twenty_rounds_of_kills(
    tmp_path: Path, settings: dict[str, str], database: Sessions
) -> None:
    data = tmp_path / "data"
    operator = Operator(data, **settings)
    with Server(data, **settings) as server:
        client = client_of(server, settings, "marketer")
        stop = threading.Event()
        editors = [Editor(client, number, stop) for number in range(EDITORS)]
        for editor in editors:
            editor.start()

        killed_from = time.monotonic()
        kill_in_rounds(server, random.Random(SEED))  # noqa: S311 - repeatable, not secret
        stop.set()
        for editor in editors:
            editor.join(90)
        server.wait_until_well()
        calm_from = time.monotonic()
        assert_calm(database)

        known = [asset for editor in editors for asset in editor.assets]
        versions = sum(len(asset.hashes) for asset in known)
        print(
            f"\n{len(ROUNDS)} rounds in {calm_from - killed_from:.1f} s: {len(known)} assets with {versions} "
            f"versions acknowledged, {sum(each.unanswered for each in editors)} calls unanswered, "
            f"calm after {time.monotonic() - calm_from:.1f} s"
        )
        assert [each for editor in editors for each in editor.unexpected] == []
        assert len(known) >= ENOUGH_ASSETS
        for asset in known:
            assert_kept(client, asset)
        assert "index and database agree" in operator.done("index", "verify")
        findings = {each["subject"]: each for each in json.loads(operator.done("doctor", "--json"))}
        assert findings["audit trail"]["detail"] == "unbroken"
        assert [subject for subject in findings if subject.startswith("dead")] == []


def kill_in_rounds(server: Server, chance: random.Random) -> None:
    for target in ROUNDS:
        time.sleep(chance.uniform(0.1, 1.2))
        if target == "supervisor":
            server.kill()
            server.start()
        else:
            for process_id in await_victims(server, target, chance):
                with suppress(ProcessLookupError):
                    os.kill(process_id, signal.SIGKILL)


def await_victims(server: Server, target: str, chance: random.Random) -> list[int]:
    """The processes to kill; a part that died just now is waited for, or the round would be none."""
    deadline = time.monotonic() + CALM_SECONDS
    while time.monotonic() < deadline:
        parts = server.parts()
        web, worker = parts.get("web server", []), parts.get("worker", [])
        of_web = [each for parent in web for each in process_children(parent)]
        match target:
            case "worker" if worker:
                return worker
            case "web process" if of_web:
                return [chance.choice(of_web)]
            case "web server and worker" if web and worker:
                return [*web, *worker]
        time.sleep(0.05)
    raise AssertionError(f"no {target} came back within {CALM_SECONDS} s\n{server.output[-3000:]}")


def assert_calm(database: Sessions) -> None:
    """Wait until no job is left but dead ones; fail when that takes too long."""
    deadline = time.monotonic() + CALM_SECONDS
    while True:
        with database.read() as session:
            left = {each: count for each, count in jobs.counts(session).items() if each[1] != "dead"}
        if not left:
            return
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


def assert_kept(client: Client, known: Known) -> None:
    asset = client.get(f"/assets/{known.id}").expect(200)
    assert asset["state"] == "ready"
    assert asset["title"] in known.may_be("title")
    assert asset["status"] in known.may_be("status")
    for number, sha256 in known.hashes.items():
        assert client.digest(f"/assets/{known.id}/file?version={number}")[1] == sha256
