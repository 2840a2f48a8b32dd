"""Searches go on with the snapshot they have while others write, and its thread ends with its index."""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from search import Query
from search.engines._whoosh_ranking import rank
from search.engines.whoosh import WhooshIndex
from tests.search.documents import make_document


def threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "search-index"}


def test_search_waits_for_no_refresh(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)
    index.apply([make_document("a", "hospital")])
    index._follower._looked_at = float("-inf")  # so old that a search looks itself, unless another does

    with index._follower._looking, ThreadPoolExecutor(1) as other:
        total = other.submit(lambda: index.search(Query("hospital")).total).result(timeout=10)

    assert total == 1
    index.close()


def test_snapshot_answers_from_files_that_are_gone_with_words_it_never_read(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)
    index.apply([make_document("a", "hospital", pages=("ward",))])
    held = index._follower.held()
    (folder,) = tmp_path.glob("*/built-*")

    index.rebuild([make_document("b", "bank")])
    index.rebuild([make_document("c", "bank")])

    assert not folder.exists()
    assert [hit.id for hit in rank(held, Query("hospital ward")).hits] == ["a"]
    index.close()


def test_commit_is_seen_without_anybody_searching(tmp_path: Path) -> None:
    writer, reader = WhooshIndex(tmp_path), WhooshIndex(tmp_path)
    writer.apply([])
    before = reader._follower.held()
    thread = reader._follower._thread
    assert thread is not None

    writer.apply([make_document("a", "hospital")])
    for _ in range(100):
        if reader._follower._held is not before:
            break
        thread.join(timeout=0.05)

    assert rank(reader._follower.held(), Query("hospital")).total == 1
    for index in (writer, reader):
        index.close()


def test_refresh_makes_ready_what_searches_had_asked_for(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)
    index.apply([make_document("a", "hospital", group="shared")])
    index.search(Query("hospital", fold=True))

    index.apply([make_document("b", "hospital", group="shared")])

    assert {"groups", "terms", "conversations"} <= vars(index._follower.held()).keys()
    index.close()


def test_thread_ends_when_its_index_is_closed_or_forgotten(tmp_path: Path) -> None:
    before = threads()
    closed, forgotten = WhooshIndex(tmp_path), WhooshIndex(tmp_path)
    closed.apply([])
    forgotten.check()
    ending = threads() - before
    assert len(ending) == 2

    closed.close()
    del forgotten
    gc.collect()
    for thread in ending:
        thread.join(timeout=10)

    assert not any(thread.is_alive() for thread in ending)


def test_index_that_broke_says_so_at_the_next_search_and_is_followed_again_when_mended(
    tmp_path: Path,
) -> None:
    index = WhooshIndex(tmp_path)
    index.apply([make_document("a", "hospital")])
    (pointer,) = tmp_path.glob("*/CURRENT")
    sound = pointer.read_text()
    thread = index._follower._thread
    assert thread is not None

    pointer.write_text("elsewhere")
    thread.join(timeout=10)  # it gives up: nothing is there to follow
    pointer.write_text(sound)

    assert not thread.is_alive()
    assert index.search(Query("hospital")).total == 1
    assert index._follower._thread is not thread
    index.close()
