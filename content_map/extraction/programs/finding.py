"""Which optional programs this host has, and which versions of them."""

from __future__ import annotations

import re
import shutil
from enum import StrEnum
from functools import cache
from pathlib import Path

from content_map.extraction.limits import Limits
from content_map.extraction.programs.running import workspace

_VERSION_LIMITS = Limits(program_cpu_seconds=20, program_wall_seconds=20.0)
_NUMBER = re.compile(rb"\d+(?:\.\d+)+")


class Program(StrEnum):
    """A program that is used where it is found; the value is its command."""

    LIBREOFFICE = "soffice"
    FFMPEG = "ffmpeg"
    FFPROBE = "ffprobe"
    TESSERACT = "tesseract"


_PLACES = {
    Program.LIBREOFFICE: (
        "soffice",
        "libreoffice",
        "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    )
}
_ASKED = {Program.FFMPEG: "-version", Program.FFPROBE: "-version"}


@cache
def find(name: str) -> Path | None:
    """Give a program's path, or None where the host lacks it; looked for once in a process's life."""
    for place in _PLACES.get(Program(name), (name,)):
        if found := shutil.which(place):
            return Path(found)
    return None


@cache
def versions() -> dict[str, str | None]:
    """Ask every program for its version, such as 7.4.7; None for those the host lacks or cannot start."""
    return {each.value: _version(each) for each in Program}


def forget() -> None:
    """Look again at the next question, for example after one was installed."""
    find.cache_clear()
    versions.cache_clear()


def _version(name: Program) -> str | None:
    program = find(name)
    if program is None:
        return None
    with workspace(_VERSION_LIMITS) as place:
        answer = place.run(program, [_ASKED.get(name, "--version")])
    number = _NUMBER.search(answer) if answer is not None else None
    return number.group().decode() if number else None
