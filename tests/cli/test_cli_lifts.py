"""What use teaches can be counted anew from the database, by command and by the worker's clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from content_map.cli import cli
from content_map.cli._frame import now
from content_map.config import Settings
from content_map.domain.conversations import Conversation
from content_map.domain.usage import EventKind
from content_map.extraction import Limits
from content_map.extraction.sandbox import default_sandbox
from content_map.models import UseLift
from content_map.wiring import Resources, open_resources
from content_map.work import Bench, all_chores
from tests.factories import make_asset, make_user
from tests.support.stories import happen, told

pytestmark = pytest.mark.once


@pytest.fixture
def resources(tmp_path: Path) -> Iterator[Resources]:
    """A database in which one asset was used once, the day before the command reads its clock."""
    yesterday = now() - timedelta(days=1)
    CliRunner().invoke(cli, ["--data", str(tmp_path), "db", "upgrade"])
    resources = open_resources(Settings.from_environ({}, data_dir=tmp_path))
    with resources.sessions.write() as session:
        conversation = {"account": "Northwind", "conversation": Conversation.RELEVANT_MEETING}
        use = told(EventKind.USE, make_user(session), make_asset(session), yesterday, **conversation)
        happen(session, [use], now=yesterday)
    yield resources
    resources.index.close()
    resources.sessions.engine.dispose()


def _uses(resources: Resources) -> list[int]:
    with resources.sessions.read() as session:
        return list(session.scalars(select(UseLift.uses)))


def test_a_command_counts_anew_and_finds_nothing_to_change_the_second_time(
    resources: Resources, tmp_path: Path
) -> None:
    first, again = (CliRunner().invoke(cli, ["--data", str(tmp_path), "index", "lifts"]) for _ in range(2))

    assert (first.exit_code, first.output) == (0, "1 counts changed\n")
    assert again.output == "0 counts changed\n"
    assert _uses(resources) == [1]


def test_the_worker_does_so_every_hour(resources: Resources) -> None:
    (chore,) = [each for each in all_chores() if each.name == "lifts"]
    bench = Bench(resources, Limits(), default_sandbox(), now)

    changed = chore.do(bench)

    assert chore.every_seconds == 3600
    assert changed == 1
    assert _uses(resources) == [1]
