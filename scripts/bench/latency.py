"""How fast search answers and is written: our engine beside its peers, on the same documents and questions.

Times are milliseconds a question, CPU of the process and wall; a ratio is ours over tantivy's in the same run, so
below 1 is faster than tantivy. Cold opens the index anew for each question; unread words are asked of an open index for
the first time; warm are sentences nobody asked before, of words that were asked. Peers give the top ten alone, unless
said; ours also counts conversations and terms and names the best pages, and `all parts` adds boosts, suggested terms,
age and folding of near-copies.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from library import MIXED, SHAPES, SITUATIONS, TODAY, documents, mixed
from peers import TOP, Ask, Peer, peers, stock_whoosh

from search import Document, Query, Recency, SearchIndex, open_index

CHANGED = 10
COMMITS = 12
BESIDE = Path(__file__).with_name("beside.py")
EVERY_PART: dict[str, Any] = {
    "boosts": {"industry:healthcare": 1.5, "function:finance": 1.2, "goal:risk": 1.2},
    "suggested_share": 0.6,
    "otherwise": {"industry": -0.3},
    "conversation_boosts": {"tangible-value": 0.6},
    "recency": Recency(TODAY, 0.1, 180, -0.05),
    "fold": True,
}


@dataclass(slots=True)
class Timing:
    """Milliseconds, one figure for each time it was done."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", type=int, nargs="*", help="sizes of libraries of short assets")
    parser.add_argument("--long", type=int, nargs="*", help="sizes of libraries of 2 to 14 pages an asset")
    parser.add_argument(
        "--quick", action="store_true", help="1,000 short assets alone, unless sizes are given"
    )
    parser.add_argument("--no-peers", action="store_true", help="measure our engine alone")
    asked = parser.parse_args()
    short, long = ([1_000], []) if asked.quick else ([1_000, 10_000, 100_000], [10_000])
    if asked.assets is not None or asked.long is not None:
        short, long = asked.assets or [], asked.long or []
    for shape, counts in (("short", short), ("long", long)):
        for count in counts:
            with tempfile.TemporaryDirectory() as folder:
                compare(count, shape, Path(folder), with_peers=not asked.no_peers)
    return 0


def compare(count: int, shape: str, folder: Path, *, with_peers: bool) -> None:
    """Print one library's table."""
    library = list(documents(count, SHAPES[shape]))
    pages = sum(len(document.pages) for document in library)
    print(
        f"\n{count:,} {shape} assets, {pages:,} pages, {len(SITUATIONS)} situations, {MIXED} new ones of their words"
    )
    url = f"whoosh:{folder / 'ours'}"
    with clocked(writing := Timing()):
        open_index(url).rebuild(library)
    rows = list(our_rows(url, shape))
    for peer in peers(library, folder) if with_peers else ():
        rows += peer_rows(peer)
    if with_peers and count <= 10_000:
        rows.append(("Whoosh OR, warm", asked_once(stock_whoosh(folder / "ours").open())))
    kinds = dict(reversed([(kind(name), timing) for name, timing in rows if name.startswith("tantivy,")]))
    print(f"{'':<30}{'CPU p50':>9}{'p95':>9}{'wall p50':>10}{'p95':>9}   to tantivy's CPU, p50 and p95")
    for name, timing in rows:
        line(name, timing, kinds.get(kind(name)))
    print(
        f"rebuild {count / writing.cpu[0] * 1000:,.0f} assets a second of CPU, {size(folder / 'ours')} MB on disk"
    )
    before, after = beside("memory", url).communicate()[0].split()
    print(
        f"a process that answered every situation twice: {after} MB of its own, {before} before it opened the index"
    )
    refreshes(url, library)


def our_rows(url: str, shape: str) -> Iterator[tuple[str, Timing]]:
    """Measure our engine: cold, with unread words, warm, with every part, and while another process commits."""

    def words(text: str) -> Query:
        return Query(text, limit=TOP)

    def every_part(text: str) -> Query:
        return Query(text, limit=TOP, **EVERY_PART)

    yield "ours, cold", cold(lambda: _asking(open_index(url), words))
    index = open_index(url)
    index.search(Query(""))
    yield "ours, unread words", asked_once(_asking(index, words))
    yield "ours, same sentence again", again(_asking(index, words))
    yield "ours, warm", asked_anew(_asking(index, words))
    asked_once(_asking(index, every_part))
    yield "ours, warm, all parts", asked_anew(_asking(index, every_part), turn=1)
    writer = beside("write", url, shape)
    assert writer.stdout is not None
    writer.stdout.readline()
    yield "ours, warm, while indexing", asked_anew(_asking(index, words), turn=2)
    writer.communicate()
    index.close()


def peer_rows(peer: Peer | str) -> Iterator[tuple[str, Timing]]:
    """Measure another engine."""
    if isinstance(peer, str):
        print(peer)
        return
    yield f"{peer.name}, cold", cold(peer.open)
    ask = peer.open()
    ask("nothing of the kind")
    yield f"{peer.name}, unread words", asked_once(ask)
    yield f"{peer.name}, warm", asked_anew(ask)


def refreshes(url: str, library: Sequence[Document]) -> None:
    """Time how long a reader takes to open what another opening committed, and the first search of it."""
    reader, writer = open_index(url), open_index(url)
    commits, opened, after = Timing(), Timing(), Timing()
    for number in range(COMMITS):
        reader.search(Query(SITUATIONS[number], limit=TOP))
        follower: Any = reader._follower  # type: ignore[attr-defined]
        follower._stop.set()  # or its thread might look before the clock starts
        with clocked(commits):
            writer.apply(library[number * CHANGED : (number + 1) * CHANGED])
        with clocked(opened):
            reader.check()
        with clocked(after):
            reader.search(Query(SITUATIONS[number], limit=TOP))
    for name, timing in (
        (f"commit of {CHANGED} assets", commits),
        ("refresh after it", opened),
        ("first search after it", after),
    ):
        line(name, timing, None)
    reader.close()
    writer.close()


def cold(opened: Callable[[], Ask]) -> Timing:
    """Ask each question of an index opened for it alone; the system has read the files before."""
    timing = Timing()
    opened()(SITUATIONS[0])
    for text in SITUATIONS:
        gc.collect()
        with clocked(timing):
            opened()(text)
    return timing


def asked_once(ask: Ask, texts: Sequence[str] = SITUATIONS) -> Timing:
    """Time each question once."""
    timing = Timing()
    for text in texts:
        with clocked(timing):
            ask(text)
    return timing


def asked_anew(ask: Ask, turn: int = 0) -> Timing:
    """Time sentences nobody asked before, of words that were all asked before."""
    return asked_once(ask, mixed(turn))


def again(ask: Ask) -> Timing:
    """Time each question as paging, tabs and drafts do: right after it was asked."""
    timing = Timing()
    for text in SITUATIONS:
        ask(text)
        with clocked(timing):
            ask(text)
    return timing


@contextmanager
def clocked(timing: Timing) -> Iterator[None]:
    """Add what is done within to a timing."""
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    timing.cpu.append((time.process_time() - cpu) * 1000)
    timing.wall.append((time.perf_counter() - wall) * 1000)


def line(name: str, timing: Timing, tantivy: Timing | None) -> None:
    """Print a row, with its ratios to tantivy's figures of the same kind."""
    cpu50, cpu95 = statistics.median(timing.cpu), _p95(timing.cpu)
    wall50, wall95 = statistics.median(timing.wall), _p95(timing.wall)
    ratios = (
        f"{cpu50 / statistics.median(tantivy.cpu):8.1f}x{cpu95 / _p95(tantivy.cpu):8.1f}x" if tantivy else ""
    )
    print(f"{name:<30}{cpu50:9.2f}{cpu95:9.2f}{wall50:10.2f}{wall95:9.2f}{ratios}")


def kind(name: str) -> str:
    """Say what was measured, whichever engine it was: cold, unread words or warm."""
    return name.split(", ")[1]


def beside(*arguments: str) -> subprocess.Popen[str]:
    """Start the helper process."""
    return subprocess.Popen(
        [sys.executable, str(BESIDE), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def size(folder: Path) -> int:
    """Sum the files of a folder, in MB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) >> 20


def _asking(index: SearchIndex, made: Callable[[str], Query]) -> Ask:
    return lambda text: index.search(made(text))


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


if __name__ == "__main__":
    sys.exit(main())
