"""One sandbox for all tests of reading, and a function that reads bytes in it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from content_map.extraction import Extract, Limits, Sandbox, extract, programs

Read = Callable[..., Extract]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox that knows the misbehaving format too."""
    with Sandbox(extra_formats=[Path(__file__).with_name("probe_format.py")]) as sandbox:
        yield sandbox


@pytest.fixture
def read(sandbox: Sandbox) -> Read:
    """Read these bytes, under a name that helps nobody unless given."""

    def read(content: bytes, name: str = "file.bin", limits: Limits | None = None) -> Extract:
        return extract(io.BytesIO(content), name, limits, sandbox)

    return read


@pytest.fixture
def no_programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A host that has none of the optional programs."""
    monkeypatch.setenv("PATH", str(tmp_path))
    programs.forget()
    yield
    monkeypatch.undo()
    programs.forget()
