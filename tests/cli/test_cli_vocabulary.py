"""The vocabulary as a file from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from content_map.cli import cli

pytestmark = pytest.mark.once


def test_vocabulary_goes_out_as_a_file_and_comes_in_all_or_nothing(tmp_path: Path) -> None:
    def run(*words: str) -> Result:
        return CliRunner().invoke(cli, ["--data", str(tmp_path / "data"), "vocabulary", *words])

    for words in (["db", "upgrade"], ["user", "add", "ada@example.com", "--role", "admin"]):
        CliRunner().invoke(cli, ["--data", str(tmp_path / "data"), *words])
    out, more, bad = tmp_path / "out.csv", tmp_path / "more.csv", tmp_path / "bad.csv"
    more.write_text("facet,key,name,aliases\ngoal,,Grow in Asia,apac growth;asia first\n", encoding="utf-8")
    bad.write_text("facet,key,name,aliases\ngoal,,New,\ncolour,,Red,\n", encoding="utf-8")

    exported = run("export", "--out", str(out))
    again = run("import", str(out))
    looked = run("import", str(more), "--dry-run")
    done = run("import", str(more))
    refused = run("import", str(bad))
    looked_at_bad = run("import", str(bad), "--dry-run")

    count = len(out.read_text(encoding="utf-8-sig").splitlines()) - 1
    assert exported.output == f"{out} written\n"
    assert again.output == f"0 terms added, 0 changed, {count} as they were\n"
    assert looked.output == "1 terms would be added, 0 changed, 0 as they were\n"
    assert done.output == "1 terms added, 0 changed, 0 as they were\n"
    assert "goal,grow-in-asia,Grow in Asia,apac growth;asia first" in run("export").stdout
    assert (refused.exit_code, looked_at_bad.exit_code) == (1, 1)
    assert refused.output.startswith("row 2, facet: There is no facet 'colour'.")
    assert "goal,new," not in run("export").stdout
