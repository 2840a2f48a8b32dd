"""Search ranks judged collections no worse than the floors that scripts/bench/relevance names."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path
from types import ModuleType

import pytest

from search import SearchIndex

BENCH = Path(__file__).resolve().parents[2] / "scripts" / "bench" / "relevance.py"


def load_bench() -> ModuleType:
    specification = importlib.util.spec_from_file_location("relevance_bench", BENCH)
    if specification is None or specification.loader is None:
        raise FileNotFoundError(BENCH)
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module  # dataclasses look their module up
    specification.loader.exec_module(module)
    return module


bench = load_bench()


@pytest.mark.parametrize("collection", bench.COLLECTIONS, ids=lambda collection: collection.name)
def test_ranking_is_above_the_floor(index: SearchIndex, collection) -> None:  # type: ignore[no-untyped-def]  # of a module loaded by path
    if not (bench.corpora() / collection.name).is_dir():
        pytest.skip(
            f"the judged collection {collection.name} is not here: set CONTENT_MAP_CORPORA to its folder"
        )

    figures = bench.measure(collection, index)

    assert figures.ndcg >= collection.floor


def test_ndcg_by_hand() -> None:
    """Gains 7 and 1 for grades 3 and 1; found at places 2 and 3, best at places 1 and 2."""
    grades = {"a": 3, "b": 1, "c": 0}

    assert bench.ndcg(["x", "a", "b"], grades) == pytest.approx(
        (7 / math.log2(3) + 1 / math.log2(4)) / (7 / math.log2(2) + 1 / math.log2(3))
    )
    assert bench.ndcg(["a", "b"], grades) == 1
    assert bench.ndcg(["x"], {"a": 0}) == 0


def test_average_precision_by_hand() -> None:
    """Of three relevant ones two are found, at places 1 and 4: (1/1 + 2/4) / 3."""
    assert bench.average_precision(["a", "x", "y", "b"], {"a", "b", "c"}) == pytest.approx(0.5)
