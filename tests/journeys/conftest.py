"""Fixtures of the journeys that look at the product in a real browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, once for all journeys."""
    from tests.support.browser import running_chromium

    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def once_on_sqlite() -> None:
    """Leave out what cannot differ between databases; the story in the browser runs on both."""
    if os.environ.get("CONTENT_MAP_TEST_DATABASE", "sqlite") != "sqlite":
        pytest.skip("How pages look and answer to keys does not depend on the database: seen on SQLite.")
