"""The browser for journeys: the system's own Chromium, found by name."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def chromium_path() -> str | None:
    """Give the browser's path, or None when this machine has none."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or (str(MAC) if MAC.is_file() else None)


def chromium_or_skip() -> str:
    """Give the browser's path; without one skip the test, or fail it where REQUIRE_BROWSER=1 says so."""
    found = chromium_path()
    if found is None and os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail("REQUIRE_BROWSER=1 is set, but no Chromium is installed.")
    return found or pytest.skip("no Chromium on this machine: sudo apt-get install chromium")
