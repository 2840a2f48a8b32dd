"""Objects that are in the bucket already: they become assets where they lie, in a real S3 server."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from content_map import context
from content_map.domain.intakes import Item, Verdict
from content_map.domain.people import Role
from content_map.errors import Invalid
from content_map.models import Version
from content_map.services import intakes, registering, sweeping
from content_map.services.folder_adding import FolderOptions, Shelf
from content_map.services.folders import FoundFile
from content_map.wiring import Resources
from content_map.worker import Worker
from storage import ObjectStore, open_store
from storage.embedded import EmbeddedStore
from tests.api.calls import API
from tests.support.seaweed import running_server, why_absent

pytestmark = pytest.mark.skipif(why_absent() is not None, reason=str(why_absent()))

Register = Callable[[], list[Item]]
NOTE = b"# Night shifts\n\nLate deliveries at the depot."


class Kept:
    """A watcher that only remembers."""

    def __init__(self) -> None:
        self.items: list[Item] = []

    def begins(self, file: FoundFile) -> None:
        pass

    def moved(self, share: float) -> None:
        pass

    def ended(self, file: FoundFile | None, item: Item) -> None:  # noqa: ARG002
        self.items.append(item)


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedStore]:
    with running_server() as server:
        yield server


@pytest.fixture
def folder() -> str:
    """The folder of the bucket in which others keep their files."""
    return f"marketing-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def bucket(server: EmbeddedStore) -> ObjectStore:
    """The whole bucket, as those see it who put their files there."""
    return server.open_store()


@pytest.fixture
def resources(server: EmbeddedStore, folder: str, resources: Resources) -> Resources:
    address = server.url.replace("?", f"/ours-{uuid.uuid4().hex[:8]}?", 1)
    store = open_store(address, access_key=server.access_key, secret_key=server.secret_key)
    settings = replace(resources.settings, register_prefix=f"/{folder}/")
    return replace(resources, settings=settings, store=store)


@pytest.fixture
def app(app: Flask, resources: Resources) -> Flask:
    app.extensions[context.EXTENSION] = resources
    app.extensions["clock"] = lambda: datetime.now(UTC)
    return app


@pytest.fixture
def register(app: Flask, resources: Resources, folder: str, person_of: Callable[..., object]) -> Register:
    """Register the whole folder as a new marketer, at this moment: the server's clock is the real one."""
    person = person_of(Role.MARKETER)

    def run() -> list[Item]:
        actor = person.as_actor()  # type: ignore[attr-defined]
        shelf = Shelf(
            resources.sessions, resources.store, 10**6, actor=actor, clock=lambda: datetime.now(UTC)
        )
        watcher = Kept()
        options = FolderOptions(conversation="relevant-meeting", publish=True)
        registering.register(shelf, f"/{folder}/", folder, options, watcher)
        return sorted(watcher.items, key=lambda item: item.name)

    return run


def _put(bucket: ObjectStore, key: str, content: bytes) -> None:
    bucket.delete(key)
    bucket.put(key, io.BytesIO(content), media_type="text/plain")


def _bytes(client: FlaskClient, asset_id: str, store: ObjectStore, version: int) -> bytes | int:
    answer = client.get(f"{API}/assets/{asset_id}/file?version={version}")
    if answer.status_code != 302:
        return answer.status_code
    import urllib.request

    with urllib.request.urlopen(answer.headers["Location"]) as response:  # noqa: S310 - the test's own server
        content: bytes = response.read()
        return content


def test_objects_become_assets_without_being_copied(
    bucket: ObjectStore,
    folder: str,
    register: Register,
    resources: Resources,
    worker: Worker,
    marketer: FlaskClient,
) -> None:
    _put(bucket, f"{folder}/decks/night-shifts.md", NOTE)
    _put(bucket, f"{folder}/tool.exe", b"MZ" + bytes(64))
    _put(bucket, "elsewhere/secret.md", b"not ours to see")

    items = register()
    worker.run_pending()

    made = marketer.get(f"{API}/assets").json["items"]
    with resources.sessions.read() as session:
        version = session.scalars(select(Version)).one()
    assert [(item.name, item.verdict) for item in items] == [
        (f"{folder}/decks/night-shifts.md", Verdict.ADDED),
        (f"{folder}/tool.exe", Verdict.REFUSED),
    ]
    assert [(each["title"].casefold(), each["state"], each["status"]) for each in made] == [
        ("night shifts", "ready", "published")
    ]
    assert version.store_key == f"/{folder}/decks/night-shifts.md"
    assert version.sha256 is not None
    assert _bytes(marketer, made[0]["id"], resources.store, 1) == NOTE
    assert [each.key for each in resources.store.keys("assets/")] == []


def test_second_run_leaves_what_is_known_and_takes_what_is_new(
    bucket: ObjectStore, folder: str, register: Register
) -> None:
    _put(bucket, f"{folder}/a.md", NOTE)
    register()
    _put(bucket, f"{folder}/b.md", b"# Another")

    items = register()

    assert [(item.name[-4:], item.verdict) for item in items] == [
        ("a.md", Verdict.UNCHANGED),
        ("b.md", Verdict.ADDED),
    ]
    assert items[0].reason == "Known already as “a”."


def test_object_that_was_written_again_is_a_new_version_and_the_old_one_never_gives_its_bytes(
    bucket: ObjectStore,
    folder: str,
    register: Register,
    resources: Resources,
    worker: Worker,
    marketer: FlaskClient,
) -> None:
    _put(bucket, f"{folder}/a.md", NOTE)
    first = register()[0]
    worker.run_pending()
    _put(bucket, f"{folder}/a.md", b"# Day shifts\n\nLate deliveries at the harbour gate.")

    second, third = register()[0], register()[0]
    worker.run_pending()

    asset = marketer.get(f"{API}/assets/{first.asset_id}").json
    assert (second.verdict, second.asset_id, third.verdict) == (
        Verdict.CHANGED,
        first.asset_id,
        Verdict.UNCHANGED,
    )
    assert (asset["version"], asset["state"]) == (2, "ready")
    assert (
        _bytes(marketer, asset["id"], resources.store, 2)
        == b"# Day shifts\n\nLate deliveries at the harbour gate."
    )
    assert _bytes(marketer, asset["id"], resources.store, 1) == 410


def test_sweep_never_removes_what_others_put_there(
    bucket: ObjectStore, folder: str, register: Register, resources: Resources
) -> None:
    _put(bucket, f"{folder}/a.md", NOTE)
    _put(bucket, f"{folder}/tool.exe", b"MZ" + bytes(64))
    register()

    removed = sweeping.sweep(resources.sessions, resources.store, now=datetime.now(UTC) + timedelta(days=30))

    assert removed == 0
    assert sorted(each.key for each in bucket.keys(f"{folder}/")) == [f"{folder}/a.md", f"{folder}/tool.exe"]


@pytest.mark.parametrize("below", ["elsewhere", "", "..", "/"])
def test_only_the_folder_of_the_setting_can_be_registered(
    resources: Resources, person_of: Callable[..., object], below: str
) -> None:
    actor = person_of(Role.MARKETER).as_actor()  # type: ignore[attr-defined]
    shelf = Shelf(resources.sessions, resources.store, 10**6, actor=actor, clock=lambda: datetime.now(UTC))

    with pytest.raises(Invalid, match="does not lie below 'marketing-"):
        registering.register(shelf, resources.settings.register_prefix, below, FolderOptions(), Kept())

    with resources.sessions.read() as session:
        assert intakes.listed(session, actor=actor, now=datetime.now(UTC)).items == []


def test_row_of_a_table_names_an_object_of_the_folder(
    bucket: ObjectStore, folder: str, marketer: FlaskClient
) -> None:
    _put(bucket, f"{folder}/decks/a.md", NOTE)
    table = (
        "external_id,title,url_or_path\n"
        f"cms-1,Night shifts,{folder}/decks/a.md\n"
        f"cms-2,Missing,{folder}/decks/b.md\n"
        "cms-3,Elsewhere,elsewhere/secret.md\n"
    )
    sound = "\n".join(table.splitlines()[:2])

    def send(text: str, **fields: str) -> dict[str, object]:
        data = {"file": (io.BytesIO(text.encode()), "assets.csv"), **fields}
        answer = marketer.post(f"{API}/imports", data=data, content_type="multipart/form-data").json
        return dict(answer or {})

    looked, first, second = send(table, dry_run="true"), send(sound), send(sound)

    rejected = looked["rejected"]
    assert isinstance(rejected, list)
    assert [each["row"] for each in rejected] == [3, 4]
    assert "There is no object" in rejected[0]["detail"]
    assert "does not lie below" in rejected[1]["detail"]
    assert (first["created"], second["unchanged"]) == (1, 1)
