"""The numbers in an ONNX file, by the names its model's author gave them; the file stays on disk until touched.

ONNX is Protocol Buffers (https://protobuf.dev/programming-guides/encoding/); of its messages only these fields
are read: ModelProto.graph 7; GraphProto.node 1, .initializer 5; NodeProto.input 1, .output 2, .op_type 4;
TensorProto.dims 1, .data_type 2, .name 8, .raw_data 9 (https://onnx.ai/onnx/repo-docs/IR.html).
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Field = int | memoryview
_TYPES: Mapping[int, np.dtype[Any]] = {1: np.dtype("<f4"), 3: np.dtype("i1")}  # the others hold no weights
_QUANTISED, _SCALE = "_q", "_scale"


@dataclass(frozen=True, slots=True)
class Weight:
    """A matrix; as signed bytes, its rows or columns are to be multiplied by `scale`."""

    numbers: NDArray[np.float32] | NDArray[np.int8]
    scale: NDArray[np.float32] | None = None

    def whole(self) -> NDArray[np.float32]:
        """Give all of it as floating-point numbers."""
        return self._scaled(self.numbers, self.scale)

    def rows(self, ids: NDArray[np.intp]) -> NDArray[np.float32]:
        """Give some rows of it as floating-point numbers."""
        by_row = self.scale is not None and self.scale.shape[0] == self.numbers.shape[0]
        return self._scaled(
            self.numbers[ids], self.scale[ids] if by_row and self.scale is not None else self.scale
        )

    @staticmethod
    def _scaled(numbers: NDArray[Any], scale: NDArray[np.float32] | None) -> NDArray[np.float32]:
        plain = numbers.astype(np.float32)
        return plain if scale is None else plain * scale


def read_weights(path: Path) -> dict[str, Weight]:
    """Read a model's weights by name; a matrix that only its bias names is `….weight` where that is `….bias`.

    Raises ValueError for a file that is no such model.
    """
    with path.open("rb") as file:
        content = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    tensors: dict[str, NDArray[Any]] = {}
    nodes: list[_Node] = []
    for number, part in _message(_one(content, 7)):
        if number == 5:
            tensors.update(_tensor(_bytes(part)))
        elif number == 1:
            nodes.append(_node(_bytes(part)))
    weights = dict(_joined(tensors))
    return {**weights, **dict(_named_by_bias(nodes, weights))}


@dataclass(frozen=True, slots=True)
class _Node:
    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def _joined(tensors: Mapping[str, NDArray[Any]]) -> Iterator[tuple[str, Weight]]:
    for name, numbers in tensors.items():
        bare = name.removesuffix(_QUANTISED)
        if numbers.dtype == np.int8 and bare != name:
            yield bare, Weight(numbers, tensors[bare + _SCALE])
        elif numbers.dtype == np.float32 and not name.endswith(_SCALE):
            yield name, Weight(numbers)


def _named_by_bias(nodes: list[_Node], weights: Mapping[str, Weight]) -> Iterator[tuple[str, Weight]]:
    # An exporter keeps the names of biases and loses those of the matrices in front of them.
    product_of = {
        node.outputs[0]: node.inputs[1]
        for node in nodes
        if node.kind == "MatMul" and node.inputs[1] in weights
    }
    for node in nodes:
        biases = [name for name in node.inputs if name.endswith(".bias")]
        products = [name for name in node.inputs if name in product_of]
        if node.kind == "Add" and biases and products:
            yield biases[0].removesuffix("bias") + "weight", weights[product_of[products[0]]]


def _tensor(message: memoryview) -> Iterator[tuple[str, NDArray[Any]]]:
    name, kind, dims, raw = "", 0, [], memoryview(b"")
    for number, value in _message(message):
        match number, value:
            case 1, int():
                dims.append(value)
            case 1, memoryview():
                dims += _packed(value)
            case 2, int():
                kind = value
            case 8, memoryview():
                name = bytes(value).decode()
            case 9, memoryview():
                raw = value
    if kind in _TYPES and len(raw):
        yield name, np.frombuffer(raw, dtype=_TYPES[kind]).reshape(dims)


def _node(message: memoryview) -> _Node:
    found: dict[int, list[str]] = {1: [], 2: [], 4: [""]}
    for number, value in _message(message):
        if number in found and isinstance(value, memoryview):
            found[number].append(bytes(value).decode())
    return _Node(found[4][-1], tuple(found[1]), tuple(found[2]))


def _one(message: memoryview, wanted: int) -> memoryview:
    for number, value in _message(message):
        if number == wanted:
            return _bytes(value)
    raise ValueError("this is no ONNX model")


def _bytes(value: Field) -> memoryview:
    if isinstance(value, int):
        raise ValueError("this is no ONNX model")
    return value


def _message(message: memoryview) -> Iterator[tuple[int, Field]]:
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        match key & 7:
            case 0:
                value, place = _varint(message, place)
                yield key >> 3, value
            case 2:
                length, place = _varint(message, place)
                yield key >> 3, message[place : place + length]
                place += length
            case 1 | 5 as wire:
                place += 8 if wire == 1 else 4
            case _:
                raise ValueError("this is no ONNX model")


def _packed(values: memoryview) -> Iterator[int]:
    place = 0
    while place < len(values):
        value, place = _varint(values, place)
        yield value


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    value = shift = 0
    while place < len(message):
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
        shift += 7
    raise ValueError("this is no ONNX model")
