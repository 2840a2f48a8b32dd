"""Folders from the command line: one failure never stops the rest, twice adds nothing twice, all of it is logged."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from content_map.cli import cli
from content_map.config import Settings
from content_map.domain.intakes import RunState
from content_map.services import intakes, users
from content_map.services.intakes import RunView
from content_map.wiring import open_resources

Run = Callable[..., Result]
# A test run in the background may pass on that SIGINT is ignored.
MAIN = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
MAIN += "from content_map.cli import main; main()"
NAMED_RUN = re.compile(r"run (\w{8})")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A new data directory whose database is up to date."""
    if os.environ.get("CONTENT_MAP_TEST_DATABASE") == "postgresql":
        from tests.support.postgres import own_database

        with own_database() as url:
            monkeypatch.setenv("CONTENT_MAP_DATABASE_URL", url)
            yield tmp_path / "data"
    else:
        yield tmp_path / "data"


@pytest.fixture
def run(data: Path) -> Run:
    def run(*words: str | Path) -> Result:
        return CliRunner().invoke(cli, ["--data", str(data), *map(str, words)])

    run("db", "upgrade")
    run("user", "add", "ada@example.com", "--role", "admin")
    return run


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    """A shared drive: two good files, an empty one, a program, and what a Mac leaves behind."""
    drive = tmp_path / "drive"
    (drive / "decks").mkdir(parents=True)
    (drive / "decks" / "plan.md").write_text("# Plan\n\nA plan for hospitals.")
    (drive / "other.md").write_text("# Other\n\nFor banks.")
    (drive / "empty.md").write_bytes(b"")
    (drive / "tool.exe").write_bytes(b"MZ" + bytes(100))
    (drive / ".DS_Store").write_bytes(b"\x00\x00\x00\x01Bud1")
    return drive


def _names(printed: str) -> list[str]:
    return [line.split("  ")[-1] for line in printed.splitlines()]


def test_folder_goes_in_and_what_is_refused_is_told_and_logged(run: Run, drive: Path) -> None:
    done = run("asset", "add", drive, "--conversation", "tangible-value", "--publish")
    found = NAMED_RUN.search(done.stderr)
    logged = run("asset", "log", found[1] if found else "none").stdout.splitlines()

    assert done.exit_code == 1
    assert _names(done.stdout) == ["other.md", "decks/plan.md"]
    assert "1 hidden or system files and folders are left out" in done.stderr
    assert "empty.md: " in done.stderr
    assert "2 added, 0 known already, 2 refused" in done.stderr
    assert "2 of 4 files were refused; the others are in." in done.stderr
    assert "2 added, 2 refused" in logged[0]
    assert [line.split()[:2] for line in logged[1:]] == [
        ["refused", "empty.md"],
        ["added", "other.md"],
        ["refused", "tool.exe"],
        ["added", "decks/plan.md"],
    ]


def test_second_run_adds_nothing_twice(run: Run, drive: Path) -> None:
    (drive / "empty.md").unlink()
    (drive / "tool.exe").unlink()
    run("asset", "add", drive)
    (drive / "new.md").write_text("# New")

    again = run("asset", "add", drive)
    once_more = run("asset", "add", drive / "new.md", "--allow-duplicates")

    assert again.exit_code == 0, again.stderr
    assert _names(again.stdout) == ["new.md"]
    assert "1 added, 2 known already, 0 refused" in again.stderr
    assert _names(once_more.stdout) == ["new.md"]


def test_refused_files_are_tried_again_with_the_same_options(run: Run, drive: Path) -> None:
    (drive / "tool.exe").unlink()
    first = run("asset", "add", drive, "--conversation", "tangible-value")
    (drive / "empty.md").write_text("# Not empty any more")
    found = NAMED_RUN.search(first.stderr)

    retried = run("asset", "retry", found[1] if found else "none")
    again = run("asset", "retry", run("asset", "log").stdout[:8])

    assert retried.exit_code == 0, retried.stderr
    assert _names(retried.stdout) == ["empty.md"]
    assert again.stdout == "Nothing was refused in this run.\n"


def test_wrong_options_begin_nothing(run: Run, drive: Path) -> None:
    refused = {
        "no conversation": run("asset", "add", drive, "--publish"),
        "nobody": run("asset", "add", drive, "--owner", "nobody@example.com"),
        "no term": run("asset", "add", drive, "--term", "industry:helthcare"),
        "no run": run("asset", "retry", "0000000000"),
    }

    assert {name: result.exit_code for name, result in refused.items()} == dict.fromkeys(refused, 1)
    assert all(len(result.stderr.strip().splitlines()) <= 2 for result in refused.values())
    assert run("asset", "log").stdout == ""


def test_killed_run_shows_as_stopped_with_what_it_had(run: Run, data: Path, tmp_path: Path) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    for number in range(400):
        (drive / f"note-{number:03}.md").write_text(f"# Note {number}")
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, "--data", str(data), "asset", "add", str(drive)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        seen = [process.stdout.readline() for _ in range(120)] if process.stdout else []
        process.send_signal(signal.SIGKILL)
    killed = _run_of(data, later=timedelta(minutes=2))

    again = run("asset", "add", drive)

    assert len(seen) == 120
    assert killed.state is RunState.STOPPED
    assert 70 <= killed.total <= 400
    added = len(again.stdout.splitlines())
    assert f"{added} added, {400 - added} known already, 0 refused" in again.stderr
    assert added <= 280


def test_interrupted_run_says_what_is_in(run: Run, data: Path, tmp_path: Path) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    for number in range(400):
        (drive / f"note-{number:03}.md").write_text(f"# Note {number}")
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, "--data", str(data), "asset", "add", str(drive)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        if process.stdout:
            process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    stopped = _run_of(data)

    assert process.returncode == 1
    assert stopped.state is RunState.STOPPED
    assert f"Stopped. {stopped.total} were added, {stopped.total} looked at" in said
    assert "Traceback" not in said


def _run_of(data: Path, later: timedelta = timedelta()) -> RunView:
    """The newest run as the log shows it `later`."""
    resources = open_resources(Settings.from_environ(os.environ, data_dir=data))
    moment = datetime.now(UTC) + later
    with resources.sessions.read() as session:
        admin = users.first_admin(session)
        if admin is None:
            raise LookupError("there is no admin")
        found = intakes.listed(session, actor=admin.as_actor(), now=moment).items[0]
    resources.index.close()
    resources.sessions.engine.dispose()
    return found


def test_table_names_files_beside_it_and_the_same_again_changes_nothing(run: Run, drive: Path) -> None:
    table = drive / "assets.csv"
    table.write_text(
        "external_id,title,conversation,url_or_path\n"
        "cms-1,The plan,tangible-value,decks/plan.md\n"
        "cms-2,Other,,other.md\n"
    )

    looked = run("asset", "import", table, "--dry-run")
    first = run("asset", "import", table)
    second = run("asset", "import", table)
    (drive / "other.md").write_text("# Other\n\nFor banks, renewed.")
    third = run("asset", "import", table)

    assert looked.stdout == "2 would be created, 0 would be changed, 0 unchanged\n"
    assert first.stdout.startswith("2 created, 0 changed, 0 unchanged (run ")
    assert second.stdout.startswith("0 created, 0 changed, 2 unchanged")
    assert third.stdout.startswith("0 created, 1 changed, 1 unchanged")


def test_refused_table_leaves_no_bytes_and_stands_in_the_log(run: Run, drive: Path, data: Path) -> None:
    table = drive / "decks" / "assets.csv"
    table.write_text(
        "external_id,url_or_path,owner_email\n"
        "a,plan.md,\n"
        "b,../other.md,\n"
        "c,../empty.md,\n"
        "d,/etc/passwd,\n"
        "e,missing.md,nobody@example.com\n"
    )

    outside = run("asset", "import", table)
    wider = run("asset", "import", table, "--files", drive)
    logged = run("asset", "log").stdout.splitlines()

    assert outside.exit_code == wider.exit_code == 1
    assert "row 3, url_or_path: '../other.md' leads outside the folder" in outside.stderr
    assert "row 5, url_or_path: '/etc/passwd' leads outside the folder" in outside.stderr
    assert "row 6, url_or_path: There is no file 'missing.md'" in outside.stderr
    assert "row 6, owner_email: Nobody here has the address" in outside.stderr
    assert "4 rows have a problem; nothing was imported." in outside.stderr
    assert "leads outside" in wider.stderr
    assert ("5 refused" in logged[0], "4 refused" in logged[1]) == (True, True)
    assert [path for path in (data / "store").rglob("*") if path.is_file()] == []


def test_file_that_is_refused_at_the_door_refuses_the_table(run: Run, drive: Path, data: Path) -> None:
    table = drive / "assets.csv"
    table.write_text("external_id,url_or_path\na,other.md\nb,empty.md\nc,tool.exe\n")

    looked = run("asset", "import", table, "--dry-run")
    refused = run("asset", "import", table)

    assert "row 3, url_or_path: " in looked.stderr
    assert "row 4, url_or_path: " in looked.stderr
    assert "row 3, url_or_path: " in refused.stderr
    assert run("asset", "export").stdout.count("\n") == 1
    assert [path for path in (data / "store").rglob("*") if path.is_file()] == []


def test_export_of_a_folder_is_imported_again_without_a_change(run: Run, drive: Path) -> None:
    run(
        "asset",
        "add",
        drive,
        "--conversation",
        "tangible-value",
        "--publish",
        "--term",
        "industry:healthcare",
    )
    table = drive / "export.csv"

    run("asset", "export", "--out", table)
    again = run("asset", "import", table)

    assert again.stdout.startswith("0 created, 0 changed, 2 unchanged")
