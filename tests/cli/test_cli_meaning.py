"""Encoding what pages mean from the command line, with the real model where it is installed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from content_map.cli import cli
from content_map.config import BadSetting, Settings
from content_map.models import Asset
from content_map.wiring import open_resources
from search.meaning import is_installed
from tests.factories import make_asset
from tests.support.optional_programs import needs_model

pytestmark = pytest.mark.once

WITHOUT_AN_OUTAGE = "We move every record while the wards go on working, and nobody waits for a minute."


def run(data: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["--data", str(data), *words])
    return done.exit_code, done.stdout + done.stderr


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A library of two assets, not indexed."""
    assert_done(run(tmp_path, "db", "upgrade"))
    resources = open_resources(Settings.from_environ({}, data_dir=tmp_path))
    with resources.sessions.write() as session:
        make_asset(session, title="Moving hospitals", pages=(WITHOUT_AN_OUTAGE,))
        make_asset(session, title="Recipes", pages=("Boil the potatoes, then add salt and butter.",))
    resources.sessions.engine.dispose()
    return tmp_path


@needs_model()
def test_pages_are_encoded_once_and_compared_by_what_they_mean(data: Path) -> None:
    first, again, anew = (run(data, "index", "meaning", *more) for more in ([], [], ["--anew"]))

    resources = open_resources(Settings.from_environ({}, data_dir=data, semantic="on"))
    assert resources.meanings is not None
    alike = resources.meanings.alike("clinics are afraid of downtime during a migration")
    with resources.sessions.read() as session:
        titles = {asset: session.get_one(Asset, asset).title for asset in alike.by_asset}
    resources.sessions.engine.dispose()
    assert "2 pages encoded, 0 were, 0 vectors removed" in first[1]
    assert "0 pages encoded, 2 were, 0 vectors removed" in again[1]
    assert "2 pages encoded, 0 were, 2 vectors removed" in anew[1]
    assert list(titles.values()) == ["Moving hospitals"]


@pytest.mark.skipif(is_installed(), reason="the model is installed here")
def test_without_the_model_the_command_and_doctor_say_what_brings_it(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = run(data, "index", "meaning")
    monkeypatch.setenv("CONTENT_MAP_SEMANTIC", "on")
    looked = run(data, "doctor")

    assert refused == (1, "Error: The model is not installed. Run `scripts/setup semantic` first.\n")
    assert (
        "BAD  search by meaning (optional): CONTENT_MAP_SEMANTIC is on, but the model is not installed"
        in looked[1]
    )


def test_only_on_and_off_are_accepted() -> None:
    with pytest.raises(BadSetting, match="CONTENT_MAP_SEMANTIC must be off or on"):
        Settings.from_environ({"CONTENT_MAP_SEMANTIC": "maybe"})


def assert_done(outcome: tuple[int, str]) -> None:
    assert outcome[0] == 0, outcome[1]
