"""What is read of a folder of files, as two tables: real files by format, hostile ones by class.

The folder holds files/ with files.tsv and hostile/ with hostile.tsv. Milliseconds are the median of the files: the
whole way through the sandbox, the CPU of its processes, and that of the bare library on the same files in this run,
without guards and in this process. What LibreOffice, ffmpeg and tesseract compute counts in the whole way alone.
"""

from __future__ import annotations

import argparse
import csv
import os
import resource
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bare import BARE

from content_map.extraction import Extract, Sandbox, extract, languages_of_scans, programs
from content_map.extraction.job import Job
from content_map.extraction.sandbox import Answer

MIB = 1024 * 1024
TEXT_SHARE = (0.55, 1.1)
Row = Mapping[str, str]
Result = TypeVar("Result")


class WatchedSandbox(Sandbox):
    """Remembers the most that a child held, and what the children computed, until it is told to forget."""

    worst_bytes = 0
    cpu_seconds = 0.0

    def ask(self, job: Job, document: int) -> Answer:
        answer = super().ask(job, document)
        self.worst_bytes = max(self.worst_bytes, answer.memory_bytes)
        self.cpu_seconds += answer.cpu_seconds
        return answer


@dataclass(frozen=True, slots=True)
class Measured:
    """One file: what it became, in what time and memory; `bare_cpu_seconds` is None where no library compares."""

    row: Row
    path: Path
    found: Extract
    seconds: float
    cpu_seconds: float
    memory_bytes: int
    bare_cpu_seconds: float | None

    @property
    def verdict(self) -> str:
        """`text`, or the problem's code."""
        return "text" if self.found.problem is None else str(self.found.problem.code)


def main() -> int:
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "corpora"
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = Path(os.environ.get("CONTENT_MAP_CORPORA", str(beside)))
    parser.add_argument("folder", type=Path, nargs="?", default=default)
    parser.add_argument("--ocr", default="off", help="off, auto or languages such as eng+deu")
    asked = parser.parse_args()
    if not (asked.folder / "files.tsv").is_file():
        parser.error(f"{asked.folder} holds no files.tsv")
    languages = languages_of_scans(asked.ocr)
    with WatchedSandbox() as sandbox:
        real = measure(asked.folder, "files", sandbox, languages, with_bare=True)
        hostile = measure(asked.folder, "hostile", sandbox, languages, with_bare=False)
    print_formats(real)
    print_hostile(hostile)
    versions = ", ".join(f"{name} {version or 'absent'}" for name, version in programs.versions().items())
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(f"\nPrograms: {versions}. The most this process held: {most // MIB} MiB.")
    return 0


def measure(
    folder: Path, name: str, sandbox: WatchedSandbox, languages: Sequence[str], *, with_bare: bool
) -> list[Measured]:
    """Read every file of a table once, after the sandbox has started."""
    with (folder / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    extract(Path(__file__), "warm-up.txt", sandbox=sandbox)
    measured = []
    for row in rows:
        path = folder / name / row["file"]
        sandbox.worst_bytes, sandbox.cpu_seconds = 0, 0.0
        found, seconds = clocked(lambda path=path: extract(path, path.name, sandbox=sandbox, ocr=languages))
        bare = BARE.get(path.suffix.lower()) if with_bare else None
        bare_seconds = None if bare is None else attempt(bare, path)
        measured.append(
            Measured(row, path, found, seconds, sandbox.cpu_seconds, sandbox.worst_bytes, bare_seconds)
        )
    return measured


def print_formats(measured: Iterable[Measured]) -> None:
    by_format = defaultdict(list)
    for each in measured:
        by_format[each.path.suffix.lower().lstrip(".")].append(each)
    head = (
        "Format",
        "Files",
        "Extracted",
        "Pages",
        "Words",
        "ms a file",
        "of CPU",
        "bare CPU",
        "Pages as stated",
        "Text as stated",
    )
    rows = []
    for name, group in sorted(by_format.items()):
        bare = [each.bare_cpu_seconds for each in group if each.bare_cpu_seconds is not None]
        rows.append(
            (
                *(name, len(group), sum(not each.found.failed for each in group)),
                *(sum(len(each.found.pages) for each in group), sum(each.found.words for each in group)),
                f"{statistics.median(each.seconds for each in group) * 1000:.0f}",
                f"{statistics.median(each.cpu_seconds for each in group) * 1000:.0f}",
                f"{statistics.median(bare) * 1000:.0f}" if bare else "",
                agreement(group, "pages", pages_agree),
                agreement(group, "text_chars", text_agrees),
            )
        )
    print_table(head, rows)


def print_hostile(measured: Iterable[Measured]) -> None:
    by_class = defaultdict(list)
    for each in measured:
        by_class[each.row["category"]].append(each)
    rows = []
    for name, group in sorted(by_class.items()):
        verdicts = Counter(each.verdict for each in group).most_common()
        slowest = max(group, key=lambda each: each.seconds)
        largest = max(each.memory_bytes for each in group)
        told = ", ".join(f"{verdict} {count}" for verdict, count in verdicts)
        rows.append((name, len(group), told, f"{slowest.seconds:.2f}", slowest.path.name, largest // MIB))
    print_table(("Class", "Files", "Verdicts", "Worst s", "of", "Worst child MiB"), rows)


def agreement(group: Sequence[Measured], column: str, agrees: Callable[[Measured], bool]) -> str:
    """How many of those that files.tsv tells of agree with it."""
    stated = [each for each in group if each.row[column]]
    return f"{sum(agrees(each) for each in stated)} of {len(stated)}" if stated else ""


def pages_agree(each: Measured) -> bool:
    return len(each.found.pages) == int(each.row["pages"])


def text_agrees(each: Measured) -> bool:
    """Within the share of another program's count, which kept the spaces of layouts."""
    stated = int(each.row["text_chars"])
    counted = sum(len(page.text) for page in each.found.pages)
    return TEXT_SHARE[0] * stated <= counted <= TEXT_SHARE[1] * stated


def attempt(bare: Callable[[Path], object], path: Path) -> float | None:
    start = time.process_time()
    try:
        bare(path)
    except Exception as refused:  # a library may refuse what we read: that is part of the comparison
        print(f"{path.name}: the bare library raised {type(refused).__name__}", file=sys.stderr)
        return None
    return time.process_time() - start


def clocked(act: Callable[[], Result]) -> tuple[Result, float]:
    start = time.perf_counter()
    result = act()
    return result, time.perf_counter() - start


def print_table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
    print()
    for line in (head, ["---"] * len(head), *rows):
        print(f"| {' | '.join(f'{cell:,}' if isinstance(cell, int) else str(cell) for cell in line)} |")


if __name__ == "__main__":
    sys.exit(main())
