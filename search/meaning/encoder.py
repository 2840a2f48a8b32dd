"""A sentence encoder of the BERT kind: word pieces in, one vector of length one out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.meaning.onnx_file import Weight
from search.meaning.wordpiece import WordPieces

LONGEST_TEXT = 256  # word pieces, as the model's authors set it; what follows them is not read
# Nothing longer than this can matter: a word piece is rarely over ten characters.
_CHARACTERS = 20_000
_PIECES_AT_ONCE = 1024
_HEAD = 32  # numbers to a head in every MiniLM
_EPSILON = np.float32(1e-12)

Floats = NDArray[np.float32]


class Encoder:
    """Turns texts into vectors; safe to share between threads."""

    def __init__(self, pieces: WordPieces, weights: Mapping[str, Weight]) -> None:
        self.pieces = pieces
        inner = "inner." if "inner.embeddings.word_embeddings.weight" in weights else ""
        named = {name.removeprefix(inner): weight for name, weight in weights.items()}
        self._words = named["embeddings.word_embeddings.weight"]
        kinds = named["embeddings.token_type_embeddings.weight"].whole()
        self._places = named["embeddings.position_embeddings.weight"].whole() + kinds[0]
        self._norm = _norm(named, "embeddings.LayerNorm")
        self._layers = tuple(_layers(named))
        self.width = self._places.shape[1]

    def encode(self, texts: Sequence[str]) -> Floats:
        """Give one row of length one for each text; a text without words has one too, which means nothing."""
        found = np.empty((len(texts), self.width), dtype=np.float32)
        longest = min(LONGEST_TEXT, len(self._places))
        ids = [self.pieces.ids(text[:_CHARACTERS], longest=longest) for text in texts]
        for start, end in _batches([len(each) for each in ids]):
            found[start:end] = self._encoded(ids[start:end])
        return found

    def _encoded(self, batch: Sequence[Sequence[int]]) -> Floats:
        # All the texts' pieces stand below one another, so nothing is padded: only attention parts them again.
        ends = np.cumsum([len(ids) for ids in batch])
        spans = [slice(int(end) - len(ids), int(end)) for ids, end in zip(batch, ends, strict=True)]
        rows = self._words.rows(np.concatenate([np.asarray(ids, dtype=np.intp) for ids in batch]))
        for span in spans:
            rows[span] += self._places[: span.stop - span.start]
        rows = self._norm.of(rows)
        for layer in self._layers:
            rows = layer.of(rows, spans)
        means = np.stack([rows[span].mean(axis=0) for span in spans])
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        unit: Floats = means / np.maximum(lengths, np.float32(1e-9))
        return unit


def _batches(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = pieces = 0
    for place, length in enumerate(lengths):
        if place > start and pieces + length > _PIECES_AT_ONCE:
            yield start, place
            start, pieces = place, 0
        pieces += length
    if start < len(lengths):
        yield start, len(lengths)


@dataclass(frozen=True, slots=True)
class _Linear:
    weight: Floats
    bias: Floats

    def of(self, rows: Floats) -> Floats:
        result: Floats = rows @ self.weight
        result += self.bias
        return result


@dataclass(frozen=True, slots=True)
class _Norm:
    weight: Floats
    bias: Floats

    def of(self, rows: Floats) -> Floats:
        centred: Floats = rows - rows.mean(axis=1, keepdims=True)
        spread = np.einsum("ij,ij->i", centred, centred)[:, None] / np.float32(rows.shape[1])
        centred /= np.sqrt(spread + _EPSILON)
        centred *= self.weight
        centred += self.bias
        return centred


@dataclass(frozen=True, slots=True)
class _Layer:
    asked: _Linear  # queries, keys and values side by side: one multiplication instead of three
    attended: _Linear
    attended_norm: _Norm
    widened: _Linear
    narrowed: _Linear
    narrowed_norm: _Norm

    def of(self, rows: Floats, spans: Sequence[slice]) -> Floats:
        asked = self.asked.of(rows)
        seen = np.empty_like(rows)
        for span in spans:
            _attend(asked[span], seen[span])
        rows = self.attended_norm.of(self.attended.of(seen) + rows)
        return self.narrowed_norm.of(self.narrowed.of(_gelu(self.widened.of(rows))) + rows)


def _attend(asked: Floats, seen: Floats) -> None:
    """Let every piece of one text look at all of its pieces, each head by itself."""
    length, heads = len(asked), seen.shape[1] // _HEAD
    queries, keys, values = asked.reshape(length, 3, heads, _HEAD).transpose(1, 2, 0, 3)
    weights = queries @ keys.transpose(0, 2, 1)
    weights -= weights.max(axis=2, keepdims=True)
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=2, keepdims=True)
    seen.reshape(length, heads, _HEAD)[:] = (weights @ values).transpose(1, 0, 2)


def _gelu(rows: Floats) -> Floats:
    # x times the normal distribution's integral, by its usual approximation (https://arxiv.org/abs/1606.08415,
    # section 2): NumPy has no error function, and vectors differ from the exact ones by less than 0.001.
    inner = rows * rows
    inner *= np.float32(0.044715)
    inner += np.float32(1)
    inner *= rows
    inner *= np.float32(math.sqrt(2 / math.pi))
    np.tanh(inner, out=inner)
    inner += np.float32(1)
    inner *= np.float32(0.5)
    inner *= rows
    return inner


def _layers(named: Mapping[str, Weight]) -> Iterator[_Layer]:
    number = 0
    while f"encoder.layer.{number}.attention.self.query.bias" in named:
        at = f"encoder.layer.{number}."
        parts = [_linear(named, f"{at}attention.self.{each}") for each in ("query", "key", "value")]
        # What attention divides by is put into the queries once, instead of into every product.
        scale = np.float32(1 / math.sqrt(_HEAD))
        parts[0] = _Linear(parts[0].weight * scale, parts[0].bias * scale)
        yield _Layer(
            _Linear(
                np.concatenate([each.weight for each in parts], axis=1),
                np.concatenate([each.bias for each in parts]),
            ),
            _linear(named, f"{at}attention.output.dense"),
            _norm(named, f"{at}attention.output.LayerNorm"),
            _linear(named, f"{at}intermediate.dense"),
            _linear(named, f"{at}output.dense"),
            _norm(named, f"{at}output.LayerNorm"),
        )
        number += 1


def _linear(named: Mapping[str, Weight], name: str) -> _Linear:
    return _Linear(named[f"{name}.weight"].whole(), named[f"{name}.bias"].whole())


def _norm(named: Mapping[str, Weight], name: str) -> _Norm:
    return _Norm(named[f"{name}.weight"].whole(), named[f"{name}.bias"].whole())
