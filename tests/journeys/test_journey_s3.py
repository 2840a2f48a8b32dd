"""The same story with the files in an S3 store: in, found, out by a presigned link, through the store's death."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from content_map.db import Sessions
from content_map.models import Version
from storage.contract import ObjectStore
from storage.embedded import open_embedded
from tests.support.client import Answer, Client, Operator, client_of, follow
from tests.support.databases import opened, own_settings
from tests.support.seaweed import why_absent
from tests.support.server import Server
from tests.support.waiting import comes_true

pytestmark = [pytest.mark.journey, pytest.mark.skipif(why_absent() is not None, reason=str(why_absent()))]

MIB = 1024 * 1024
NOTE = b"Night shifts at the depot lose an hour to every pump that stops.\n"
NAME = "Stillst\u00e4nde & Kosten.txt"


@pytest.fixture(scope="module")
def settings() -> Iterator[dict[str, str]]:
    with own_settings() as settings:
        yield settings


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, settings: dict[str, str]) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("s3") / "data", "--s3", **settings) as server:
        yield server


@pytest.fixture(scope="module")
def operator(server: Server, settings: dict[str, str]) -> Operator:
    return Operator(server.data, **settings)


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


@pytest.fixture(scope="module")
def asset(marketer: Client) -> str:
    """A published note that is ready."""
    added = marketer.upload(NAME, NOTE, conversation="relevant-meeting", publish="true").expect(201)
    comes_true(lambda: marketer.get(f"/assets/{added['id']}").json["state"] == "ready")
    return str(added["id"])


def bucket(server: Server) -> ObjectStore:
    """The server's own bucket, with the keys that it keeps."""
    return open_embedded(server.data / "s3")


def found_by(client: Client, words: str) -> list[str]:
    answer = client.send("POST", "/search", {"situation": words, "draft": True}).expect(200)
    return [hit["asset"]["id"] for hit in answer["hits"]]


def keys_of(database: Sessions) -> set[str]:
    with database.read() as session:
        return {key for key in session.scalars(select(Version.store_key)) if key is not None}


def test_uploaded_file_is_found_and_comes_back_by_a_presigned_link(rep: Client, asset: str) -> None:
    assert comes_true(lambda: found_by(rep, "pumps that stop at night") == [asset])

    answer = rep.get(f"/assets/{asset}/file")
    connection, download = follow(answer.headers["location"])
    content = download.read()
    connection.close()

    assert answer.status == 302
    assert download.status == 200
    assert content == NOTE
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert unquote(download.headers["Content-Disposition"].partition("filename*=UTF-8''")[2]) == NAME


def test_presigned_link_without_its_signature_gives_nothing(rep: Client, asset: str) -> None:
    location = rep.get(f"/assets/{asset}/file").headers["location"]

    connection, refused = follow(location.partition("?")[0])
    content = refused.read()
    connection.close()

    assert refused.status == 403
    assert NOTE not in content


def test_commands_beside_it_use_the_same_store(
    server: Server, operator: Operator, marketer: Client, tmp_path: Path
) -> None:
    file = tmp_path / "ledger.txt"
    file.write_text("A ledger that was added by command.")
    operator.token("admin@example.com", "admin")

    added = operator.done("asset", "add", str(file))

    size, sha256 = marketer.digest(f"/assets/{added.split()[0]}/file")
    assert (size, sha256) == (35, hashlib.sha256(file.read_bytes()).hexdigest())
    assert not (server.data / "store").exists()


def test_restart_keeps_files_and_finds_them(server: Server, rep: Client, asset: str) -> None:
    server.stop()
    server.start()

    assert rep.digest(f"/assets/{asset}/file") == (len(NOTE), hashlib.sha256(NOTE).hexdigest())
    assert found_by(rep, "pumps that stop at night") == [asset]


def test_dead_store_is_said_in_a_sentence_and_comes_back_by_itself(
    server: Server, marketer: Client, rep: Client, asset: str, database: Sessions
) -> None:
    before = keys_of(database)
    with server.unattended():
        server.kill_part("store")
        upload = marketer.upload("later.txt", b"A note that has to wait.")
        health = server.health()
        searched = found_by(rep, "pumps that stop at night")

    assert upload.status == 503
    assert upload.headers["content-type"] == "application/problem+json"
    assert int(upload.headers["retry-after"]) > 0
    assert upload.json["detail"] == "The store does not answer. Nothing was saved; try again in a minute."
    assert isinstance(health, dict)
    assert (health["status"], health["failing"]) == (503, ["store"])
    assert searched == [asset]
    assert keys_of(database) == before

    began = time.monotonic()
    server.wait_until_well()
    print(f"\nthe store was back after {time.monotonic() - began:.1f} s")
    again = marketer.upload("later.txt", b"A note that has to wait.").expect(201)
    assert comes_true(lambda: marketer.get(f"/assets/{again['id']}").json["state"] == "ready")
    assert marketer.digest(f"/assets/{again['id']}/file")[0] == len(b"A note that has to wait.")


def test_store_that_dies_under_an_upload_leaves_neither_row_nor_object(
    server: Server, marketer: Client, database: Sessions
) -> None:
    before, answers = keys_of(database), []
    sent = threading.Event()

    def upload() -> None:
        def pieces() -> Iterator[bytes]:
            for number in range(300):
                yield number.to_bytes(8, "big") + bytes(MIB - 8)
            sent.set()

        answers.append(marketer.upload_stream("long.bin", pieces(), 300 * MIB))

    uploading = threading.Thread(target=upload)
    uploading.start()
    assert sent.wait(60)
    with server.unattended():
        server.kill_part("store")
        uploading.join(90)
    server.wait_until_well()

    (answer,) = answers
    assert isinstance(answer, Answer)
    assert answer.status == 503
    assert keys_of(database) == before
    assert {each.key for each in bucket(server).keys("assets/")} == before
