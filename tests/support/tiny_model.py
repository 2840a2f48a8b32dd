"""Small models in the format of the real one, so that the code that reads and runs it is tested without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.meaning import Encoder
from search.meaning.installed import encoder_of

MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
WIDTH = 64  # two heads of 32 numbers
Numbers = NDArray[np.float32]


def encoder_with(folder: Path, weights: Mapping[str, Numbers], words: Sequence[str]) -> Encoder:
    """Write a model and its vocabulary into a folder, and read them as the real one is read."""
    (folder / "model.onnx").write_bytes(onnx_bytes(weights))
    (folder / "vocab.txt").write_text("".join(f"{word}\n" for word in (*MARKS, *words)), encoding="utf-8")
    return encoder_of(folder / "model.onnx", folder / "vocab.txt")


def bag_of_words(folder: Path, *meanings: Sequence[str]) -> Encoder:
    """A model without layers, to which all words of one group mean the same and those of two have nothing in common.

    Marks and unknown words mean nothing, so a text's vector is the mean of what its words mean.
    """
    words = [word for group in meanings for word in group]
    vectors = np.zeros((len(MARKS) + len(words), WIDTH), dtype=np.float32)
    place = len(MARKS)
    for dimension, group in enumerate(meanings):
        for _ in group:
            # The norm of a row takes its mean away: with as much below zero as above, nothing is left to take.
            vectors[place, 2 * dimension : 2 * dimension + 2] = 1, -1
            place += 1
    return encoder_with(folder, {**embeddings(vectors, places=256)}, words)


def random_model(words: int, *, layers: int, places: int = 32) -> dict[str, Numbers]:
    """The weights of a model that knows so many words; the same at every call."""
    random = np.random.default_rng(20)
    weights = embeddings(_some(random, len(MARKS) + words, WIDTH), places=places)
    weights["embeddings.position_embeddings.weight"] = _some(random, places, WIDTH)
    weights["embeddings.token_type_embeddings.weight"] = _some(random, 2, WIDTH)
    shapes = {
        "attention.self.query": (WIDTH, WIDTH),
        "attention.self.key": (WIDTH, WIDTH),
        "attention.self.value": (WIDTH, WIDTH),
        "attention.output.dense": (WIDTH, WIDTH),
        "intermediate.dense": (WIDTH, 2 * WIDTH),
        "output.dense": (2 * WIDTH, WIDTH),
    }
    for layer in range(layers):
        for name, (rows, columns) in shapes.items():
            weights[f"encoder.layer.{layer}.{name}.weight"] = _some(random, rows, columns) / 4
            weights[f"encoder.layer.{layer}.{name}.bias"] = _some(random, columns) / 4
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            weights[f"encoder.layer.{layer}.{name}.weight"] = 1 + _some(random, WIDTH) / 4
            weights[f"encoder.layer.{layer}.{name}.bias"] = _some(random, WIDTH) / 4
    return weights


def embeddings(vectors: Numbers, *, places: int) -> dict[str, Numbers]:
    """The part of a model that gives each word its vector; places and kinds of text add nothing."""
    width = vectors.shape[1]
    return {
        "embeddings.word_embeddings.weight": vectors,
        "embeddings.position_embeddings.weight": np.zeros((places, width), dtype=np.float32),
        "embeddings.token_type_embeddings.weight": np.zeros((2, width), dtype=np.float32),
        "embeddings.LayerNorm.weight": np.ones(width, dtype=np.float32),
        "embeddings.LayerNorm.bias": np.zeros(width, dtype=np.float32),
    }


def quantised(weights: Mapping[str, Numbers]) -> dict[str, Numbers]:
    """What is left of weights that are kept as signed bytes: words by row, matrices by column."""
    return {
        name: _rounded(name, numbers)[2] if _is_matrix(name) else numbers for name, numbers in weights.items()
    }


def onnx_bytes(weights: Mapping[str, Numbers]) -> bytes:
    """Write weights as an ONNX exporter does: matrices as bytes with scales, and only their biases by name."""
    graph = b""
    for number, (name, numbers) in enumerate(weights.items()):
        if not _is_matrix(name):
            graph += _field(5, _tensor(f"inner.{name}", numbers))
            continue
        is_layer = name.startswith("encoder.")
        bare = f"val_{number}" if is_layer else f"inner.{name}"
        steps, scale, _ = _rounded(name, numbers)
        graph += _field(5, _tensor(f"{bare}_q", steps)) + _field(5, _tensor(f"{bare}_scale", scale))
        if is_layer:
            bias = f"inner.{name.removesuffix('weight')}bias"
            graph += _field(1, _node("MatMul", ["rows", bare], f"product_{number}"))
            graph += _field(1, _node("Add", [f"product_{number}", bias], f"sum_{number}"))
    return _field(2, b"a test") + _field(7, graph)


def _is_matrix(name: str) -> bool:
    return name == "embeddings.word_embeddings.weight" or (
        name.startswith("encoder.") and name.endswith(".weight") and "LayerNorm" not in name
    )


def _rounded(name: str, numbers: Numbers) -> tuple[NDArray[np.int8], Numbers, Numbers]:
    along = 1 if name.startswith("embeddings.") else 0
    scale = np.maximum(np.abs(numbers).max(axis=along, keepdims=True) / 127, 1e-9).astype(np.float32)
    steps = np.rint(numbers / scale).astype(np.int8)
    return steps, scale, steps * scale


def _some(random: np.random.Generator, *shape: int) -> Numbers:
    return random.standard_normal(shape).astype(np.float32)


def _tensor(name: str, numbers: Numbers | NDArray[np.int8]) -> bytes:
    dims = b"".join(_key(1, 0) + _varint(size) for size in numbers.shape)
    kind = _key(2, 0) + _varint(3 if numbers.dtype == np.int8 else 1)
    return dims + kind + _field(8, name.encode()) + _field(9, numbers.tobytes())


def _node(kind: str, inputs: Sequence[str], output: str) -> bytes:
    named = b"".join(_field(1, each.encode()) for each in inputs)
    return named + _field(2, output.encode()) + _field(4, kind.encode())


def _field(number: int, content: bytes) -> bytes:
    return _key(number, 2) + _varint(len(content)) + content


def _key(number: int, wire: int) -> bytes:
    return _varint(number << 3 | wire)


def _varint(value: int) -> bytes:
    return bytes(_sevens(value))


def _sevens(value: int) -> Iterator[int]:
    while value > 0x7F:
        yield value & 0x7F | 0x80
        value >>= 7
    yield value
