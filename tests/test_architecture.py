"""The shape of the repository: what stands where, and how long it may grow."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import search
import storage
from scripts import check_habits

ROOT = Path(__file__).resolve().parent.parent
OWNERS = {"content_map", "search", "storage", "tests", "scripts", "pyproject.toml", "wsgi.py", "README.md"}
ALLOWED = re.compile(r"\..*|LICENSE|CHANGELOG\.md|requirements(-[a-z]+)?\.lock")


def tracked() -> list[Path]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, so nothing says what belongs to the repository")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [Path(name) for name in listed.stdout.split("\0") if name]


def test_top_level_is_the_owners() -> None:
    top = {path.parts[0] for path in tracked()}

    assert {entry for entry in top if not ALLOWED.fullmatch(entry)} == OWNERS


def test_search_and_storage_are_ours_and_not_packages_of_the_same_name() -> None:
    assert Path(str(search.__file__)).parent == ROOT / "search"
    assert Path(str(storage.__file__)).parent == ROOT / "storage"


def test_only_packages_of_the_product_are_installed() -> None:
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    assert 'packages = ["content_map", "search", "storage"]' in declared


def test_no_tracked_file_names_a_home_or_a_machine() -> None:
    written = re.compile(rb"(?<![\w.])/(?:home|Users)/[a-z]\w+/")
    texts = [ROOT / path for path in tracked() if path.suffix in {".py", ".toml", ".md", ".lock", ""}]

    assert [path for path in texts if path.is_file() and written.search(path.read_bytes())] == []


@pytest.mark.parametrize(
    "check",
    [
        check_habits.stray_checks,
        check_habits.addresses_in_locks,
        check_habits.long_shell_files,
        check_habits.long_modules,
    ],
    ids=lambda check: check.__name__,
)
def test_habit_is_kept(check: object) -> None:
    assert callable(check)

    assert list(check(ROOT)) == []


def test_stray_checks_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_one.py").write_text("def checks():\n    assert 1\n\ndef test_fine():\n    assert 1\n")
    (folder / "shared.py").write_text("def test_lost():\n    assert 1\n\ndef assert_fine():\n    assert 1\n")

    assert list(check_habits.stray_checks(tmp_path)) == [
        "tests/shared.py:1: test_lost never runs: its file is not named test_…",
        "tests/test_one.py:1: checks asserts, so its name must begin with test_ or assert_",
    ]


def test_addresses_in_locks_are_found(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_text("flask==3\nflask @ https://example.com/flask.whl\n")

    assert list(check_habits.addresses_in_locks(tmp_path)) == [
        "requirements.lock:2: a lock carries no address: flask @ https://example.com/flask.whl"
    ]


@pytest.mark.parametrize(("lines", "is_long"), [(19, False), (20, True)])
def test_shell_files_of_twenty_lines_are_found(tmp_path: Path, lines: int, is_long: bool) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "go").write_text("#!/bin/sh\n" + "true\n" * (lines - 1))

    assert bool(list(check_habits.long_shell_files(tmp_path))) is is_long


@pytest.mark.parametrize(("lines", "is_long"), [(300, False), (301, True)])
def test_modules_over_three_hundred_lines_are_found(tmp_path: Path, lines: int, is_long: bool) -> None:
    (tmp_path / "content_map").mkdir()
    (tmp_path / "content_map" / "assets.py").write_text("x = 1\n" * lines)

    assert bool(list(check_habits.long_modules(tmp_path))) is is_long
