"""tesseract: the words on a picture, where somebody scanned a page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from content_map.extraction.limits import Limits
from content_map.extraction.programs.finding import Program, find
from content_map.extraction.programs.running import workspace

_TEXT_CHARACTERS = 400_000
_NOT_LANGUAGES = frozenset(("osd", "equ"))
_FIRST = "eng"


def ocr(picture: bytes, languages: Sequence[str], limits: Limits) -> str | None:
    """Read the words on a picture; None without tesseract, or when it could not.

    `languages` are tesseract's names, such as eng and deu; those the host lacks are left out.
    """
    program = find(Program.TESSERACT)
    here = ocr_languages()
    if program is None or not here:
        return None
    wanted = [each for each in dict.fromkeys(languages) if each in here] or [
        _FIRST if _FIRST in here else here[0]
    ]
    with workspace(limits) as place:
        page = place.folder / "page"
        page.write_bytes(picture)
        answer = place.run(program, [str(page), "stdout", "-l", "+".join(wanted)], OMP_THREAD_LIMIT="1")
    return None if answer is None else answer.decode("utf-8", "replace").strip()[:_TEXT_CHARACTERS]


@cache
def ocr_languages() -> tuple[str, ...]:
    """List the languages that tesseract has data for here."""
    program = find(Program.TESSERACT)
    if program is None:
        return ()
    with workspace(Limits(program_wall_seconds=20.0)) as place:
        answer = place.run(program, ["--list-langs"])
    lines = (answer or b"").decode("utf-8", "replace").splitlines()[1:]
    return tuple(
        sorted(line.strip() for line in lines if line.strip() and line.strip() not in _NOT_LANGUAGES)
    )
