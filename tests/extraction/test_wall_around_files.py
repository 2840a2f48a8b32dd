"""What an optional program may read besides its own folder: the system's programs, and nothing beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from content_map.extraction.landlock import readable_by

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("program", "own"),
    [
        ("/opt/libreoffice24.8/program/soffice", "/opt/libreoffice24.8"),
        ("/opt/ffmpeg", "/opt/ffmpeg"),
        ("/srv/brew/bin/ffmpeg", "/srv/brew/bin"),
    ],
)
def test_program_reads_its_own_installation(program: str, own: str) -> None:
    assert own in readable_by(Path(program))


def test_what_else_lies_in_opt_such_as_a_data_directory_is_not_read() -> None:
    folders = readable_by(Path("/opt/libreoffice24.8/program/soffice"))

    assert [each for each in folders if Path("/opt/content-map/var").is_relative_to(each)] == []
