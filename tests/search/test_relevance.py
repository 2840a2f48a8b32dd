"""Search ranks judged collections no worse than the floors that scripts/bench/judged.py names."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path
from types import ModuleType

import pytest

from search import Query, SearchIndex

JUDGED = Path(__file__).resolve().parents[2] / "scripts" / "bench" / "judged.py"


def load_judged() -> ModuleType:
    specification = importlib.util.spec_from_file_location("judged_collections", JUDGED)
    if specification is None or specification.loader is None:
        raise FileNotFoundError(JUDGED)
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module  # dataclasses look their module up
    specification.loader.exec_module(module)
    return module


judged = load_judged()


@pytest.mark.once
@pytest.mark.parametrize("collection", judged.COLLECTIONS, ids=lambda collection: collection.name)
def test_words_alone_rank_above_the_floor(index: SearchIndex, collection) -> None:  # type: ignore[no-untyped-def]  # of a module loaded by path
    if not collection.folder.is_dir():
        pytest.skip(
            f"the judged collection {collection.name} is not here: set CONTENT_MAP_CORPORA to its folder"
        )
    index.rebuild(collection.documents())

    ranked = {
        key: [hit.id for hit in index.search(Query(text, limit=10)).hits]
        for key, text in collection.questions().items()
    }

    assert judged.mean_ndcg(ranked, collection.judgements()) >= collection.floor


def test_ndcg_by_hand() -> None:
    """Gains 3 and 1 at places 2 and 3, best at places 1 and 2."""
    grades = {"a": 3, "b": 1, "c": 0}

    assert judged.ndcg(["x", "a", "b"], grades) == pytest.approx(
        (3 / math.log2(3) + 1 / math.log2(4)) / (3 / math.log2(2) + 1 / math.log2(3))
    )
    assert judged.ndcg(["a", "b"], grades) == 1
    assert judged.ndcg(["x"], {"a": 0}) == 0


def test_question_without_an_answer_counts_nothing_in_the_mean() -> None:
    assert judged.mean_ndcg({"1": ["a"]}, {"1": {"a": 1}, "2": {"b": 1}}) == 0.5
