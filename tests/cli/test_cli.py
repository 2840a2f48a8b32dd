"""The commands: what they print, how they end, and that they do what the services do."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from content_map.cli import cli
from content_map.config import Settings
from content_map.extraction import programs
from content_map.wiring import note_address, open_resources
from content_map.worker import Worker

Run = Callable[..., Result]


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
    def run(*words: str) -> Result:
        return CliRunner().invoke(cli, ["--data", str(data), *words])

    run("db", "upgrade")
    return run


def with_admin(run: Run) -> None:
    run("user", "add", "ada@example.com", "--role", "admin")


def work(data: Path) -> None:
    resources = open_resources(Settings.from_environ(os.environ, data_dir=data))
    worker = Worker(resources)
    worker.run_pending()
    worker.close()
    resources.index.close()
    resources.sessions.engine.dispose()


def test_a_new_person_gets_a_one_time_link(run: Run) -> None:
    done = run("user", "add", "Mia@Example.com", "--role", "marketer")

    assert done.exit_code == 0
    assert done.stdout.startswith("http://127.0.0.1:8000/welcome/")


def test_a_link_leads_to_where_the_data_directory_is_served(run: Run, data: Path) -> None:
    note_address(Settings.from_environ({}, data_dir=data, base_url="http://127.0.0.1:8300"))

    done = run("user", "add", "mia@example.com", "--role", "marketer")

    assert done.stdout.startswith("http://127.0.0.1:8300/welcome/")


def test_print_token_prints_the_token_and_nothing_else(run: Run) -> None:
    done = run("user", "add", "mia@example.com", "--role", "marketer", "--print-token")

    assert done.stdout.strip().startswith("cm_")
    assert len(done.stdout.split()) == 1


def test_a_refusal_is_one_line_on_standard_error_and_exit_1(run: Run) -> None:
    run("user", "add", "mia@example.com", "--role", "marketer")

    refused = run("user", "add", "mia@example.com", "--role", "rep")

    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert refused.stderr.startswith("Error: mia@example.com is already a user")
    assert len(refused.stderr.strip().splitlines()) == 1


def test_wrong_usage_is_exit_2(run: Run) -> None:
    assert run("user", "add", "mia@example.com", "--role", "king").exit_code == 2


def test_the_data_directory_may_be_named_after_the_subcommand(data: Path, run: Run) -> None:
    with_admin(run)

    done = CliRunner().invoke(cli, ["token", "create", "ada@example.com", "--data", str(data)])

    assert done.exit_code == 0
    assert done.stdout.startswith("cm_")


def test_a_database_that_is_behind_says_which_command_helps(tmp_path: Path, data: Path) -> None:
    refused = CliRunner().invoke(cli, ["--data", str(data), "doctor"])

    assert refused.exit_code == 1
    assert "content-map db upgrade" in refused.stderr


def test_added_files_are_in_and_a_refused_one_never_stops_the_rest(
    run: Run, data: Path, tmp_path: Path
) -> None:
    with_admin(run)
    good, empty, other = tmp_path / "plan.md", tmp_path / "empty.md", tmp_path / "other.md"
    good.write_text("# Plan\n\nA plan for hospitals.")
    empty.write_bytes(b"")
    other.write_text("# Other\n\nFor banks.")

    done = run(
        "asset", "add", str(good), str(empty), str(other), "--conversation", "tangible-value", "--publish"
    )
    work(data)
    status = run("index", "status")

    assert done.exit_code == 1
    assert [line.split()[-1] for line in done.stdout.splitlines()] == ["plan.md", "other.md"]
    assert "1 of 3 files were refused" in done.stderr
    assert status.stdout == "2 assets indexed, 0 waiting\n"


def test_an_index_that_lost_an_asset_is_noticed_and_mended(run: Run, data: Path, tmp_path: Path) -> None:
    with_admin(run)
    file = tmp_path / "plan.md"
    file.write_text("# Plan\n\nA plan for hospitals.")
    added = run("asset", "add", str(file), "--conversation", "tangible-value", "--publish")
    work(data)
    resources = open_resources(Settings.from_environ(os.environ, data_dir=data))
    resources.index.apply([], deleted=[added.stdout.split()[0]])
    resources.index.close()
    resources.sessions.engine.dispose()

    noticed = run("index", "verify")
    rebuilt = run("index", "rebuild")
    agreed = run("index", "verify")

    assert (noticed.exit_code, "1 missing" in noticed.stderr) == (1, True)
    assert rebuilt.stdout == "1 assets indexed\n"
    assert agreed.exit_code == 0


def test_a_report_is_printed_and_written(run: Run, tmp_path: Path) -> None:
    with_admin(run)

    printed = run("report", "unused-assets", "--quarter", "2026-Q3", "--format", "json")
    written = run("report", "unused-assets", "--quarter", "2026-Q3", "--out", str(tmp_path / "report.csv"))

    assert json.loads(printed.stdout)["quarter"] == "2026-Q3"
    assert written.exit_code == 0
    assert (tmp_path / "report.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_wrong_quarter_says_the_form(run: Run) -> None:
    with_admin(run)

    refused = run("report", "unused-assets", "--quarter", "Q3/2026")

    assert refused.exit_code == 1
    assert "2026-Q3" in refused.stderr


def test_backup_and_restore_into_a_new_directory(
    run: Run, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_admin(run)
    file = tmp_path / "plan.md"
    file.write_text("# Plan\n\nA plan for hospitals.")
    run("asset", "add", str(file), "--conversation", "tangible-value", "--publish")
    work(data)

    backed_up = run("backup", str(tmp_path / "backup"))
    monkeypatch.setenv("CONTENT_MAP_DATABASE_URL", f"sqlite:///{tmp_path / 'restored.sqlite'}")
    restored = CliRunner().invoke(cli, ["--data", str(tmp_path / "new"), "restore", str(tmp_path / "backup")])
    again = CliRunner().invoke(cli, ["--data", str(tmp_path / "new"), "restore", str(tmp_path / "backup")])

    assert backed_up.exit_code == 0, backed_up.stderr
    assert restored.stdout.endswith("1 assets indexed\n")
    assert (again.exit_code, "not empty" in again.stderr) == (1, True)


def test_doctor_names_what_is_down_and_what_to_do(run: Run) -> None:
    with_admin(run)

    looked = run("doctor")

    assert looked.exit_code == 1
    assert "ok   database: answers" in looked.stdout
    assert "BAD  worker: is silent: start `content-map worker`" in looked.stdout


def test_doctor_says_what_the_absence_of_optional_programs_costs(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with_admin(run)
    monkeypatch.setenv("PATH", str(tmp_path))
    programs.forget()

    looked = run("doctor")
    monkeypatch.undo()
    programs.forget()

    told = {line.split(": ")[0]: line for line in looked.stdout.splitlines()}
    assert "absent: Word and PowerPoint files of 97-2003 are not read" in told["ok   LibreOffice (optional)"]
    assert told["ok   ffmpeg (optional)"].endswith("the package ffmpeg brings it")
    assert told["ok   tesseract (optional)"].endswith("the package tesseract-ocr brings it")


def test_a_wrong_limit_is_told_before_anything_starts(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTENT_MAP_LIMIT_PAGES", "many")

    refused = run("doctor")

    assert refused.exit_code == 1
    assert refused.stderr == "Error: CONTENT_MAP_LIMIT_PAGES must be a whole number from 1, not 'many'.\n"


def test_history_is_imported_once_and_all_or_nothing(run: Run, data: Path, tmp_path: Path) -> None:
    with_admin(run)
    run("user", "add", "raj@example.com", "--role", "rep")
    file = tmp_path / "plan.md"
    file.write_text("# Plan\n\nA plan for hospitals.")
    asset = run("asset", "add", str(file), "--conversation", "tangible-value", "--publish").stdout.split()[0]
    event = {
        "id": "0b5f0a4e-6d38-4b73-9d3a-0a2f6a2f7a01",
        "kind": "use",
        "actor": "raj@example.com",
        "asset": asset,
        "account": "Harbour & Vale",
        "conversation": "tangible-value",
        "how": "sent",
        "occurred_at": "2025-03-04T10:00:00Z",
    }
    history, broken = tmp_path / "history.jsonl", tmp_path / "broken.jsonl"
    history.write_text(json.dumps(event) + "\n")
    broken.write_text(
        json.dumps({**event, "id": "0b5f0a4e-6d38-4b73-9d3a-0a2f6a2f7a02", "asset": "none"}) + "\n"
    )

    refused = run("usage", "import", str(broken))
    tried = run("usage", "import", str(history), "--dry-run")
    first = run("usage", "import", str(history))
    second = run("usage", "import", str(history))

    assert refused.exit_code == 1
    assert tried.stdout == "1 events can be imported, 0 known already\n"
    assert first.stdout == "1 events imported, 0 known already\n"
    assert second.stdout == "0 events imported, 1 known already\n"
