"""Whether browsers may send parts straight to the store, and what to set when we may not set it."""

from __future__ import annotations

from pathlib import Path

import pytest

from content_map.config import Settings
from content_map.services import store_access
from storage import open_store
from tests.support.faulty_network import answering

pytestmark = pytest.mark.once

DENIED = (
    b"HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\nContent-Length: 52\r\nConnection: close\r\n\r\n"
    b"<Error><Code>AccessDenied</Code><Message/></Error>  "
)


def settings(base_url: str) -> Settings:
    return Settings.from_environ({"CONTENT_MAP_BASE_URL": base_url})


def test_a_folder_needs_no_rule(tmp_path: Path) -> None:
    store = open_store(f"disk:{tmp_path}")

    assert store_access.origin(store) is None
    assert list(store_access.examined(store, settings("https://map.example.com"))) == []


def test_a_bucket_that_we_may_not_change_is_reported_with_the_rule_to_set() -> None:
    with answering(iter([DENIED] * 8)) as port:
        store = open_store(
            f"s3://content-map?endpoint=http://127.0.0.1:{port}&region=us-east-1",
            access_key="anybody",
            secret_key="anything",
        )
        (finding,) = store_access.examined(store, settings("https://map.example.com"))

    assert store_access.origin(store) == f"http://127.0.0.1:{port}"
    assert not finding.is_fine
    assert "AllowedOrigins https://map.example.com, AllowedMethods PUT" in finding.sentence
    assert "ExposeHeaders ETag" in finding.sentence
