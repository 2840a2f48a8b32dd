"""The setting that names the folder of a bucket whose files may become assets without being copied."""

from __future__ import annotations

import pytest

from content_map.config import BadSetting, Settings

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("written", "read"),
    [("", ""), ("marketing", "/marketing/"), ("/Q3 Decks/größe/", "/Q3 Decks/größe/"), (" a/b ", "/a/b/")],
)
def test_a_folder_is_read_as_foreign_keys_begin(written: str, read: str) -> None:
    settings = Settings.from_environ({"CONTENT_MAP_REGISTER_PREFIX": written})

    assert settings.register_prefix == read


@pytest.mark.parametrize("written", ["../secrets", "a//b", "a/./b", "assets", "assets/old", "/previews/"])
def test_a_folder_of_ours_or_of_nobody_stops_the_start(written: str) -> None:
    with pytest.raises(BadSetting, match="CONTENT_MAP_REGISTER_PREFIX"):
        Settings.from_environ({"CONTENT_MAP_REGISTER_PREFIX": written})
