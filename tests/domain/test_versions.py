"""What versions are called."""

from __future__ import annotations

import pytest

from content_map.domain.versions import Change, next_label


@pytest.mark.parametrize(
    ("label", "change", "following"),
    [
        ("1.0", Change.MINOR, "1.1"),
        ("1.9", Change.MINOR, "1.10"),
        ("1.10", Change.MAJOR, "2.0"),
        ("9.3", Change.MAJOR, "10.0"),
    ],
)
def test_a_label_steps_as_the_change_says(label: str, change: Change, following: str) -> None:
    assert next_label(label, change) == following
