"""The encoder computes what a transformer is by definition, whatever stands beside a text in its batch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from search.meaning import Encoder, open_encoder
from search.meaning.onnx_file import read_weights
from search.meaning.wordpiece import WordPieces
from tests.support.optional_programs import needs_model
from tests.support.tiny_model import MARKS, encoder_with, onnx_bytes, quantised, random_model

WORDS = ("moving", "records", "downtime", "price", "##s", "hospital", "a", "of")
TEXTS = ("moving records of a hospital", "price", "", "downtime " * 50, "records moving hospital of a a")


@pytest.fixture(scope="module")
def weights() -> dict[str, NDArray[np.float32]]:
    return random_model(len(WORDS), layers=2)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory, weights: Mapping[str, NDArray[np.float32]]) -> Encoder:
    return encoder_with(tmp_path_factory.mktemp("model"), weights, WORDS)


@pytest.mark.parametrize("text", TEXTS)
def test_vector_is_that_of_the_definition(
    encoder: Encoder, weights: Mapping[str, NDArray[np.float32]], text: str
) -> None:
    ids = WordPieces((*MARKS, *WORDS)).ids(text, longest=32)  # as many places as the model has

    assert encoder.encode([text])[0] == pytest.approx(defined(quantised(weights), ids), abs=1e-3)


def test_vectors_have_length_one_and_do_not_depend_on_their_neighbours(encoder: Encoder) -> None:
    together = encoder.encode(TEXTS * 40)  # several batches
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])

    assert np.linalg.norm(together, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert together == pytest.approx(np.tile(alone, (40, 1)), abs=1e-5)


def test_no_texts_have_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.width)


@pytest.mark.parametrize("content", [b"\x0f", b"\x3a\x02\x2a", b"plain text", b"\x12\x01a"])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.onnx").write_bytes(content)

    with pytest.raises(ValueError, match="no ONNX model"):
        read_weights(tmp_path / "model.onnx")


def test_matrices_are_known_by_the_biases_added_to_their_products(
    tmp_path: Path, weights: Mapping[str, NDArray[np.float32]]
) -> None:
    (tmp_path / "model.onnx").write_bytes(onnx_bytes(weights))

    read = read_weights(tmp_path / "model.onnx")

    name = "encoder.layer.1.attention.self.key.weight"
    assert read[f"inner.{name}"].whole() == pytest.approx(quantised(weights)[name])


@needs_model()
def test_real_model_gives_the_published_likenesses() -> None:
    """The four sentences and cosines of the model's own page; int8 weights move them by less than 0.01."""
    vectors = open_encoder().encode(
        [
            "That is a happy person",
            "That is a happy dog",
            "That is a very happy person",
            "Today is a sunny day",
        ]
    )

    assert vectors[0] @ vectors[1:].T == pytest.approx([0.695, 0.943, 0.257], abs=0.01)


@needs_model()
def test_real_vocabulary_gives_the_published_ids() -> None:
    pieces = open_encoder().pieces

    assert pieces.ids("Hello, world! unaffable", longest=256) == [
        *(101, 7592, 1010, 2088, 999, 14477, 20961, 3468, 102)
    ]


def defined(weights: Mapping[str, NDArray[np.float32]], ids: list[int]) -> list[float]:
    """Encode by the definition, number by number where it is not plain: slow, and nothing of ours in it."""
    named = {name: numbers.astype(np.float64) for name, numbers in weights.items()}
    rows = (
        named["embeddings.word_embeddings.weight"][ids]
        + named["embeddings.position_embeddings.weight"][: len(ids)]
        + named["embeddings.token_type_embeddings.weight"][0]
    )
    rows = _normed(rows, named, "embeddings.LayerNorm")
    for layer in (0, 1):
        at = f"encoder.layer.{layer}."
        query, key, value = (
            _linear(rows, named, f"{at}attention.self.{it}") for it in ("query", "key", "value")
        )
        seen = np.zeros_like(rows)
        for head in (slice(0, 32), slice(32, 64)):
            for place in range(len(ids)):
                scores = [query[place, head] @ key[other, head] / math.sqrt(32) for other in range(len(ids))]
                whole = sum(map(math.exp, scores))
                shares = [math.exp(score) / whole for score in scores]
                seen[place, head] = sum(share * value[other, head] for other, share in enumerate(shares))
        rows = _normed(
            rows + _linear(seen, named, f"{at}attention.output.dense"),
            named,
            f"{at}attention.output.LayerNorm",
        )
        wide = _linear(rows, named, f"{at}intermediate.dense")
        wide = np.vectorize(lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2)(wide)
        rows = _normed(rows + _linear(wide, named, f"{at}output.dense"), named, f"{at}output.LayerNorm")
    mean = rows.mean(axis=0)
    return [float(each) for each in mean / np.linalg.norm(mean)]


def _linear(
    rows: NDArray[np.float64], named: Mapping[str, NDArray[np.float64]], name: str
) -> NDArray[np.float64]:
    return rows @ named[f"{name}.weight"] + named[f"{name}.bias"]


def _normed(
    rows: NDArray[np.float64], named: Mapping[str, NDArray[np.float64]], name: str
) -> NDArray[np.float64]:
    centred = rows - rows.mean(axis=1, keepdims=True)
    spread = rows.std(axis=1, keepdims=True)
    return centred / np.sqrt(spread**2 + 1e-12) * named[f"{name}.weight"] + named[f"{name}.bias"]
