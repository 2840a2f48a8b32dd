"""How files come in: how many a second from upload to found, and what a gigabyte or thousands of files hold in memory.

Throughput stands beside the same readers called in one process, without guards, store, database or index, and beside
the same readers in the sandbox alone. Everything runs in a temporary folder that is removed afterwards.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import ingest_memory
import ingest_throughput
from ingest_files import make_files

PARTS = ("throughput", "gigabyte", "many")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", help="files to bring in; default: made ones")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="parts to measure")
    parser.add_argument("--files", type=int, default=300, help="how many are made for the throughput")
    parser.add_argument(
        "--workers", type=int, nargs="+", default=[1, 2], help="numbers of workers to compare"
    )
    parser.add_argument("--bytes", type=int, default=1024**3, help="size of the one large file")
    parser.add_argument("--small", type=int, default=5_000, help="how many small files")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="content-map-bench-") as name:
        place = Path(name)
        if "throughput" in asked.only:
            files = _given(asked.folder) if asked.folder else make_files(place / "made", asked.files)
            ingest_throughput.compare(files, asked.workers, place)
        if "gigabyte" in asked.only:
            ingest_memory.one_large_file(asked.bytes, place)
        if "many" in asked.only:
            ingest_memory.many_small_files(asked.small, place)
    return 0


def _given(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    raise SystemExit(main())
