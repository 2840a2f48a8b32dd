"""Fixtures of the journeys that look at the product in a real browser."""

from __future__ import annotations

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
