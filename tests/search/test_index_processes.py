"""One process writes, others read; a writer may die at any moment."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from search import Query, SearchUnavailable, open_index
from tests.search.documents import make_document

ROOT = Path(__file__).resolve().parents[2]
PREPARE = """
import json, os, resource, signal, sys
from search import Document, Query, SearchUnavailable, open_index
index = open_index(sys.argv[1])
def batch(number):
    return [Document(f"{n}", number, "hospital", "", ((1, "ward " * n),), (), "x", "en", "") for n in range(8)]
"""
# Each batch gives all eight documents one version, so a reader that saw two versions saw half a commit.
READ = """
seen = []
while not seen or seen[-1] < int(sys.argv[2]):
    versions = {version for _, version in index.versions()}
    results = index.search(Query("hospital ward", limit=50))
    assert len(versions) == 1 and results.total == len(results.hits) == 8, (versions, results.total)
    seen.append(versions.pop())
print(json.dumps(sorted(set(seen)) == sorted(dict.fromkeys(seen))))
"""
WRITE_FOR_EVER = """
number = int(sys.argv[2])
while True:
    index.rebuild(batch(number)) if number % 5 == 0 else index.apply(batch(number))
    print(number, flush=True)
    number += 1
"""
WRITE_WITHOUT_ROOM = """
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))
large = [Document("0", 99, " ".join(f"w{n}" for n in range(5000)), "", (), (), "x", "en", "")]
for write in (index.apply, index.rebuild):
    try:
        write(large)
    except SearchUnavailable as error:
        print(error)
"""


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PREPARE + script, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_readers_in_other_processes_see_each_commit_whole_and_none_twice(url: str) -> None:
    index = open_index(url)
    index.apply([make_document(f"{n}", "hospital ward", version=0) for n in range(8)])
    readers = [start(READ, url, 12) for _ in range(2)]

    for number in range(1, 13):
        documents = [
            make_document(f"{n}", "hospital ward", pages=("ward",), version=number) for n in range(8)
        ]
        if number % 4 == 0:
            index.rebuild(documents)
        elif number % 7 == 0:
            index.apply(documents)
            index.tidy()
        else:
            index.apply(documents)
        time.sleep(0.05)
    answers = [reader.communicate(timeout=60)[0] for reader in readers]

    assert [json.loads(answer) for answer in answers] == [True, True]
    assert [reader.returncode for reader in readers] == [0, 0]
    index.close()


def test_commit_is_seen_by_others_within_a_second(url: str) -> None:
    writer, reader = open_index(url), open_index(url)
    writer.apply([])
    assert reader.count() == 0

    writer.apply([make_document("a")])
    time.sleep(0.25)

    assert reader.count() == 1


def test_killed_writer_leaves_what_it_committed(url: str) -> None:
    chance = random.Random(5)  # noqa: S311  # moments to kill at, not secrets
    index = open_index(url)
    acknowledged = 0
    for _ in range(6):
        writer = start(WRITE_FOR_EVER, url, acknowledged + 1)
        assert writer.stdout is not None
        acknowledged = int(writer.stdout.readline())
        time.sleep(chance.uniform(0, 0.15))

        writer.send_signal(signal.SIGKILL)
        acknowledged = max([acknowledged, *(int(line) for line in writer.communicate()[0].split())])
        index.check()
        versions = {version for _, version in index.versions()}

        assert len(versions) == 1
        assert versions <= {acknowledged, acknowledged + 1}
        acknowledged = versions.pop()
        assert index.search(Query("hospital ward", limit=50)).total == 8
    index.apply([make_document("more")])
    assert index.count() == 9
    index.close()


def test_write_without_room_changes_nothing_and_says_so(url: str) -> None:
    index = open_index(url)
    index.apply([make_document("a", "hospital")])

    said = start(WRITE_WITHOUT_ROOM, url).communicate(timeout=60)[0].splitlines()
    index.check()

    assert len(said) == 2
    assert all("could not be written (File too large)" in sentence for sentence in said)
    assert list(index.versions()) == [("a", 1)]
    index.apply([make_document("b", "hospital")])
    assert index.search(Query("hospital")).total == 2


def test_second_writer_waits_for_the_first(url: str) -> None:
    """Without the wait the commit made while a rebuild runs would be lost with the folder it went to."""
    index = open_index(url)
    index.apply([make_document("a")])

    def slowly():  # type: ignore[no-untyped-def]  # a generator that lets another writer try
        yield make_document("a", version=2)
        waiting.append(start("index.apply([Document('b', 1, '', '', (), (), 'x', 'en', '')])", url))
        time.sleep(0.6)

    waiting: list[subprocess.Popen[str]] = []
    index.rebuild(slowly())
    waiting[0].communicate(timeout=60)
    index.check()

    assert waiting[0].returncode == 0
    assert sorted(index.versions()) == [("a", 2), ("b", 1)]


def test_error_of_the_search_library_is_one_the_application_knows() -> None:
    with pytest.raises(SearchUnavailable):
        open_index("whoosh:/proc/nowhere/index").apply([])
