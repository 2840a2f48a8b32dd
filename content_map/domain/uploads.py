"""How a large file is cut into parts."""

from __future__ import annotations

from datetime import timedelta

MIB = 1024 * 1024
PART_BYTES = 8 * MIB  # ui.md, Upload; S3 takes 5 MiB and more
MOST_PARTS = 10_000  # S3
LASTS = timedelta(days=7)  # ui.md: what is left of an upload after that is abandoned


def part_bytes_for(size_bytes: int) -> int:
    """The size of every part but the last: 8 MiB, more only where that would make over 10,000 parts."""
    least = -(-size_bytes // MOST_PARTS)
    return max(PART_BYTES, -(-least // MIB) * MIB)


def part_count(size_bytes: int, part_bytes: int) -> int:
    """Into how many parts the file is cut."""
    return -(-size_bytes // part_bytes)


def part_size(size_bytes: int, part_bytes: int, number: int) -> int:
    """How many bytes the part of this number has; 0 or less where there is no such part."""
    return min(part_bytes, size_bytes - (number - 1) * part_bytes)
