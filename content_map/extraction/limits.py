"""Every limit on what one document may cost, in one place with its unit in its name."""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost; the defaults stand well above every real file that was measured."""

    document_bytes: int = 250 * MIB
    """Larger documents are stored but not read."""
    zip_entries: int = 20_000
    zip_total_bytes: int = GIB
    """Sum of the sizes that a zip declares for its parts, and of what is really unpacked."""
    part_bytes: int = 64 * MIB
    """One unpacked part, counted while unpacking: what the header claims is not believed."""
    ratio: int = 250
    """Unpacked to packed size of a part, judged only above `ratio_from_bytes`."""
    ratio_from_bytes: int = 4 * MIB
    grid_cells: int = 20_000_000
    """Cells of the rectangle that a sheet spans, empty ones included."""
    pages: int = 2_000
    page_characters: int = 200_000
    document_characters: int = 10_000_000
    html_bytes: int = 8 * MIB
    mime_depth: int = 50
    image_pixels: int = 100_000_000
    links: int = 1_000
    memory_bytes: int = 3 * GIB // 2
    """Address space of the child, of which the preloaded parsers take about 0.15 GiB."""
    cpu_seconds: int = 20
    html_cpu_seconds: int = 10
    wall_seconds: float = 60.0
    output_bytes: int = 64 * MIB
    preview_pages: int = 12
    preview_width_pixels: int = 1280
    thumbnail_width_pixels: int = 320
