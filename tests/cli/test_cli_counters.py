"""Counters by command and by the worker's clock: made anew from the events, and compared with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from content_map.cli import cli
from content_map.cli._frame import now
from content_map.config import Settings
from content_map.domain.usage import EventKind
from content_map.extraction import Limits
from content_map.extraction.sandbox import default_sandbox
from content_map.models import AssetQuarter
from content_map.wiring import Resources, open_resources
from content_map.work import Bench, all_chores
from tests.factories import make_asset, make_user
from tests.support.stories import happen, told

pytestmark = pytest.mark.once


@pytest.fixture
def resources(tmp_path: Path) -> Iterator[Resources]:
    """A database in which one asset was used once, the day before the command reads its clock."""
    yesterday = now() - timedelta(days=1)
    run(tmp_path, "db", "upgrade")
    resources = open_resources(Settings.from_environ({}, data_dir=tmp_path))
    with resources.sessions.write() as session:
        use = told(EventKind.USE, make_user(session), make_asset(session), yesterday, account="Northwind")
        happen(session, [use], now=yesterday)
    yield resources
    resources.index.close()
    resources.sessions.engine.dispose()


def run(folder: Path, *command: str) -> Result:
    return CliRunner().invoke(cli, ["--data", str(folder), *command])


def uses(resources: Resources) -> list[int]:
    with resources.sessions.read() as session:
        return list(session.scalars(select(AssetQuarter.uses)))


def test_a_command_makes_the_counters_anew(resources: Resources, tmp_path: Path) -> None:
    done = run(tmp_path, "usage", "rebuild")

    assert done.exit_code == 0
    assert done.stdout == "1 quarters counted, 1 rows looked at\n"
    assert uses(resources) == [1]


def test_verify_says_what_differs_and_what_to_do(resources: Resources, tmp_path: Path) -> None:
    run(tmp_path, "usage", "rebuild")
    agreeing = run(tmp_path, "usage", "verify")
    with resources.sessions.write() as session:
        session.execute(update(AssetQuarter).values(uses=5))

    differing = run(tmp_path, "usage", "verify")

    assert (agreeing.exit_code, agreeing.stdout) == (0, "1 quarters, counters and events agree\n")
    assert differing.exit_code == 1
    assert "uses is 5, the events say 1" in differing.stderr
    assert "1 numbers differ from the events. Run `content-map usage rebuild`" in differing.stderr


def test_verify_says_which_quarters_are_not_counted_yet(resources: Resources, tmp_path: Path) -> None:
    found = run(tmp_path, "usage", "verify")

    assert found.exit_code == 0
    assert "is not counted yet" in found.stderr
    assert found.stdout == "0 quarters, counters and events agree\n"
    assert uses(resources) == []


def test_the_worker_counts_by_its_clock(resources: Resources) -> None:
    (chore,) = [each for each in all_chores() if each.name == "counters"]
    bench = Bench(resources, Limits(), default_sandbox(), now)

    done, then = chore.do(bench), chore.do(bench)

    assert done > 0
    assert then == 0
    assert uses(resources) == [1]
