"""Every limit on what one document may cost, in one place with its unit in its name."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

from content_map.config import PREFIX, BadSetting

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB
LIMIT_PREFIX = f"{PREFIX}LIMIT_"
_MOST = 2**62


def _limit(
    default: float, about: str, most: int | None = None
) -> Any:  # Any: the type is the field's annotation
    return field(default=default, metadata={"about": about, "most": most})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost; the defaults stand well above every real file that was measured."""

    document_bytes: int = _limit(250 * MIB, "Larger documents are stored but not read.")
    media_bytes: int = _limit(
        5 * GIB, "Larger recordings are stored without looking for length and subtitles."
    )
    zip_entries: int = _limit(20_000, "Parts of a zip package.")
    zip_total_bytes: int = _limit(
        GIB, "Sum of the sizes that a package declares for its parts, and of what is really unpacked."
    )
    part_bytes: int = _limit(
        64 * MIB, "One unpacked part, counted while unpacking: what its header claims is not believed."
    )
    ratio: int = _limit(250, "Unpacked to packed size of a part, judged only above RATIO_FROM_BYTES.")
    ratio_from_bytes: int = _limit(4 * MIB, "Smaller parts may be packed as tightly as they like.")
    compound_entries: int = _limit(
        20_000, "Storages and streams that are looked at in an Office 97-2003 file."
    )
    grid_cells: int = _limit(20_000_000, "Cells of the rectangle that a sheet spans, empty ones included.")
    pages: int = _limit(2_000, "Pages, slides or sheets that are read; the rest is stated.")
    page_characters: int = _limit(200_000, "Text of one page.")
    document_characters: int = _limit(10_000_000, "Text of one document.")
    html_bytes: int = _limit(8 * MIB, "Bytes of a web page that are read.")
    mime_depth: int = _limit(50, "Messages and parts within messages.")
    attachments: int = _limit(500, "Attachments of a message whose names are kept.")
    image_pixels: int = _limit(100_000_000, "Pixels of a picture.")
    links: int = _limit(1_000, "Addresses kept of one document.")
    memory_bytes: int = _limit(
        3 * GIB // 2, "Address space of the reading process; its parsers take about 0.15 GiB of it."
    )
    cpu_seconds: int = _limit(20, "Computing time of the reading process.")
    html_cpu_seconds: int = _limit(10, "The same for a web page.")
    wall_seconds: float = _limit(60.0, "Time that reading may take, waiting included.")
    output_bytes: int = _limit(64 * MIB, "What the reading process may answer.")
    ocr_pages: int = _limit(50, "Pages without text whose words are looked for in their picture.")
    ocr_seconds: float = _limit(180.0, "Time that this may take for one document.")
    ocr_width_pixels: int = _limit(2_000, "Width at which such a page is drawn.", most=10_000)
    program_memory_bytes: int = _limit(
        6 * GIB, "Address space of an optional program (LibreOffice, ffmpeg, tesseract), mostly unused."
    )
    program_cpu_seconds: int = _limit(120, "Computing time of one run of such a program.")
    program_wall_seconds: float = _limit(120.0, "Time that one run of it may take, waiting included.")
    program_file_bytes: int = _limit(512 * MIB, "The largest file that it may write.")
    preview_pages: int = _limit(30, "Pages whose picture is drawn without being asked for.")
    preview_width_pixels: int = _limit(1280, "Width of a page's picture.", most=10_000)
    thumbnail_width_pixels: int = _limit(320, "Width of a page's thumbnail.", most=10_000)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Limits:
        """Read `CONTENT_MAP_LIMIT_` + the field's name in capitals; an empty one is not set. Raises BadSetting."""
        known = {f"{LIMIT_PREFIX}{each.name.upper()}": each for each in fields(cls)}
        given = {name: text for name, text in environ.items() if name.startswith(LIMIT_PREFIX) and text}
        unknown = sorted(given.keys() - known.keys())
        if unknown:
            raise BadSetting(f"{unknown[0]} is no limit; the README lists all of them.")
        values = {known[name].name: _read(name, text, known[name]) for name, text in given.items()}
        return cls(**values)  # type: ignore[arg-type]  # _read keeps to the type of each default


def _read(name: str, text: str, field_: Field[Any]) -> float:
    whole = isinstance(field_.default, int)
    most = field_.metadata["most"] or _MOST
    try:
        value = int(text) if whole else float(text)
    except ValueError:
        value = math.nan
    if not (1 <= value <= most if whole else 0 < value <= most):
        kind = "a whole number from 1" if whole else "a number above 0"
        raise BadSetting(f"{name} must be {kind}{f' to {most:,}' if most < _MOST else ''}, not {text!r}.")
    return value
