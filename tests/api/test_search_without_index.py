"""Where the index is missing or broken, search answers from titles and tags, says so, and mends itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.wiring import Resources
from content_map.work import index_watch
from content_map.worker import Worker
from tests.api.calls import API
from tests.factories import make_asset

pytestmark = pytest.mark.usefixtures("words")
Harm = Callable[[Path], None]
Lose = Callable[[Harm], None]


def missing(folder: Path) -> None:
    shutil.rmtree(folder)


def broken_pointer(folder: Path) -> None:
    for pointer in folder.glob("*/CURRENT"):
        pointer.write_bytes(b"\xff nowhere")


def broken_segments(folder: Path) -> None:
    for each in folder.glob("*/built-*/*"):
        each.write_bytes(b"not an index")


@pytest.fixture
def lose(resources: Resources, tmp_path: Path) -> Callable[[Harm], None]:
    """Harm the index, and forget what this process has read of it, as one that starts now would."""

    def harmed(harm: Harm) -> None:
        harm(tmp_path / "index")
        resources.index.close()

    return harmed


BREAK = pytest.mark.parametrize("harm", [missing, broken_pointer, broken_segments])


@pytest.fixture
def library(sessions: Sessions, worker: Worker, marketer: FlaskClient) -> dict[str, str]:
    with sessions.write() as session:
        made = {
            "titled": make_asset(session, title="Late deliveries calculator", conversation="tangible-value"),
            "tagged": make_asset(session, title="Ward plan", pages=("Beds and rounds.",)),
            "inside": make_asset(session, title="Depot tour", pages=("Deliveries come late.",)),
            "draft": make_asset(session, title="Late deliveries draft", status=Status.DRAFT),
        }
    ids = {name: asset.id for name, asset in made.items()}
    marketer.patch(f"{API}/assets/{ids['tagged']}", json={"terms": ["industry:healthcare"]})
    worker.run_pending()
    return ids


@BREAK
def test_titles_and_tags_still_find_with_a_notice(
    rep: FlaskClient, library: dict[str, str], lose: Lose, harm: Harm
) -> None:
    lose(harm)

    answer = rep.post(f"{API}/search", json={"situation": "Late deliveries at a hospitals group"})

    found = answer.json
    assert answer.status_code == 200
    assert {hit["asset"]["id"] for hit in found["hits"]} == {library["titled"], library["tagged"]}
    assert found["total"] == 2
    assert found["by_conversation"]["tangible-value"] == 1
    assert "by title and by tag alone" in found["notice"]
    assert found["id"] is not None


def test_pins_and_tabs_cut_without_the_index_too(
    rep: FlaskClient, library: dict[str, str], lose: Lose
) -> None:
    lose(missing)
    words = "Late deliveries at a hospitals group"

    pinned = rep.post(f"{API}/search", json={"situation": words, "require": ["industry:healthcare"]}).json
    tab = rep.post(f"{API}/search", json={"situation": words, "conversation": "tangible-value"}).json

    assert [hit["asset"]["id"] for hit in pinned["hits"]] == [library["tagged"]]
    assert [hit["asset"]["id"] for hit in tab["hits"]] == [library["titled"]]
    assert tab["by_conversation"]["point-of-view"] == 1


@BREAK
def test_the_worker_makes_a_lost_index_anew_and_the_notice_goes(
    rep: FlaskClient, library: dict[str, str], worker: Worker, lose: Lose, harm: Harm
) -> None:
    lose(harm)

    mended = index_watch.CHORES[0].do(worker.bench)

    found = rep.post(f"{API}/search", json={"situation": "deliveries come late"}).json
    assert mended == 1
    assert index_watch.CHORES[0].do(worker.bench) == 0
    assert {hit["asset"]["id"] for hit in found["hits"]} >= {library["titled"], library["inside"]}
    assert found["notice"] is None


def test_a_change_while_the_index_is_lost_never_makes_one_of_that_change_alone(
    rep: FlaskClient, marketer: FlaskClient, library: dict[str, str], worker: Worker, lose: Lose
) -> None:
    lose(missing)

    marketer.patch(f"{API}/assets/{library['titled']}", json={"title": "Late orders calculator"})
    worker.run_pending()

    found = rep.post(f"{API}/search", json={"situation": "beds and rounds"}).json
    assert [hit["asset"]["id"] for hit in found["hits"]] == [library["tagged"]]


def test_words_of_two_signs_find_their_titles_and_nothing_else(
    rep: FlaskClient, sessions: Sessions, library: dict[str, str], lose: Lose
) -> None:
    with sessions.write() as session:
        asset = make_asset(session, title="医院配送計画")
    lose(missing)

    found = rep.post(f"{API}/search", json={"situation": "医院"}).json

    assert [hit["asset"]["id"] for hit in found["hits"]] == [asset.id]
