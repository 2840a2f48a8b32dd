"""What the latency bench runs in a process of its own: one that writes, and one whose memory is measured.

Call it as `beside.py write URL SHAPE` (ten assets in a commit, until its input ends) or `beside.py memory URL`.
"""

from __future__ import annotations

import sys
import threading
from itertools import islice
from pathlib import Path

from library import SHAPES, SITUATIONS, documents

from search import Query, open_index

CHANGED = 10


def main() -> None:
    match sys.argv[1:]:
        case ["write", url, shape]:
            write(url, shape)
        case ["memory", url]:
            print(*memory(url))
        case _:
            sys.exit(__doc__)


def write(url: str, shape: str) -> None:
    """Commit ten assets again and again; say so after the first."""
    index = open_index(url)
    library = documents(1_000, SHAPES[shape])
    is_over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), is_over.set()), daemon=True).start()
    while not is_over.is_set() and (batch := list(islice(library, CHANGED))):
        index.apply(batch)
        print("committed", flush=True)
    index.close()


def memory(url: str) -> tuple[int, int]:
    """Ask every situation; give resident MB before the index was opened and after, shared file pages left out."""
    before = private_mb()
    index = open_index(url)
    for text in SITUATIONS * 2:
        index.search(Query(text))
    return before, private_mb()


def private_mb() -> int:
    """Memory that is this process's own; 0 where the system does not say."""
    rollup = Path("/proc/self/smaps_rollup")
    lines = rollup.read_text().splitlines() if rollup.exists() else []
    return (
        sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Dirty", "Pss_Anon"))) // 2048
    )


if __name__ == "__main__":
    main()
