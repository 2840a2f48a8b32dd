"""Usage events from the shell: history in, and everything out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from content_map.cli import cli

Run = Callable[..., Result]
pytestmark = pytest.mark.once


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(*words: str | Path) -> Result:
        return CliRunner().invoke(cli, ["--data", str(tmp_path / "data"), *map(str, words)])

    run("db", "upgrade")
    run("user", "add", "ada@example.com", "--role", "admin")
    return run


def test_what_was_imported_comes_out_again_with_its_source(run: Run, tmp_path: Path) -> None:
    history, out = tmp_path / "history.csv", tmp_path / "out.csv"
    history.write_text(
        "id,kind,occurred_at,account,conversation,outcome\n"
        "7c0f6f0e-0d7e-4b0e-9a55-0f3e9a1c2b3d,outcome,2025-03-02T10:00:00Z,Harbour & Vale,right-people,reached\n"
    )

    imported = run("usage", "import", history, "--source", "old tool")
    exported = run("usage", "export", "--from", "2025-03-02", "--to", "2025-03-03", "--out", out)

    assert (imported.exit_code, exported.exit_code) == (0, 0)
    heading, line = out.read_text(encoding="utf-8-sig").splitlines()
    assert heading.startswith("id,occurred_at,received_at,quarter,kind,")
    assert "2025-Q1" in line
    assert "Harbour & Vale" in line
    assert "old tool" in line
    assert run("usage", "export", "--format", "jsonl", "--to", "2025-03-02").output == ""
    assert run("usage", "export", "--from", "2025-03-03", "--to", "2025-03-02").exit_code == 1
