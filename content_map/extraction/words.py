"""Words counted, the sketch for near-duplicates, and the language, all from text that is already clean."""

from __future__ import annotations

import hashlib
import heapq
import re
from collections.abc import Iterator, Sequence

SKETCH_HASHES = 128
SKETCH_FROM_WORDS = 50
_WORD_RUN = 3
_CHARACTER_RUN = 5
_LANGUAGE_SAMPLE_CHARACTERS = 20_000
_LANGUAGE_FROM_LETTERS = 20
# All 97 that the model knows would turn a short English page with many names into Limburgish or Luxembourgish.
_LANGUAGES = (
    *(
        "ar",
        "bg",
        "bn",
        "ca",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "fa",
        "fi",
        "fr",
        "he",
        "hi",
        "hr",
        "hu",
    ),
    *(
        "id",
        "it",
        "ja",
        "ko",
        "la",
        "lt",
        "lv",
        "ms",
        "nl",
        "no",
        "pl",
        "pt",
        "ro",
        "ru",
        "sk",
        "sl",
        "sr",
        "sv",
    ),
    *("ta", "th", "tr", "uk", "ur", "vi", "zh"),
)
# Scripts written without spaces: each sign is counted as a word.
_UNSPACED = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_])+(?:['’\-](?:(?![{_UNSPACED}])[^\W_])+)*")
_UNSPACED_SIGN = re.compile(f"[{_UNSPACED}]")


def count_words(texts: Sequence[str]) -> int:
    """Count words over all texts."""
    return sum(sum(1 for _ in _WORD.finditer(text)) for text in texts)


def words_in(text: str) -> list[str]:
    """List the words in order, case folded: what two texts that say the same have in common."""
    return [match.group().casefold() for match in _WORD.finditer(text)]


def sketch(texts: Sequence[str]) -> tuple[int, ...]:
    """Give the 128 smallest 64-bit hashes of word triples, ascending; empty under 50 words.

    Chinese, Japanese and Thai use runs of five characters, since they do not mark words.
    """
    tokens = [word for text in texts for word in words_in(text)]
    if len(tokens) < SKETCH_FROM_WORDS:
        return ()
    unspaced = sum(1 for token in tokens if _UNSPACED_SIGN.match(token))
    runs = _runs(tokens, _CHARACTER_RUN if unspaced * 2 > len(tokens) else _WORD_RUN)
    return tuple(heapq.nsmallest(SKETCH_HASHES, {_hash(run) for run in runs}))


def _runs(tokens: Sequence[str], length: int) -> Iterator[str]:
    for start in range(len(tokens) - length + 1):
        yield " ".join(tokens[start : start + length])


def _hash(run: str) -> int:
    return int.from_bytes(hashlib.blake2b(run.encode("utf-8", "replace"), digest_size=8).digest(), "big")


class LanguageReader:
    """Tells the language; loading takes half a second and numpy, so the sandbox makes one and keeps it."""

    def __init__(self) -> None:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
        self._identifier.set_languages(list(_LANGUAGES))

    def language(self, texts: Sequence[str]) -> str | None:
        """Give an ISO 639-1 code, or None when there is too little text to tell."""
        sample = ""
        for text in texts:
            sample = f"{sample} {text}"[:_LANGUAGE_SAMPLE_CHARACTERS]
            if len(sample) >= _LANGUAGE_SAMPLE_CHARACTERS:
                break
        letters = "".join(match.group() for match in _WORD.finditer(sample) if match.group()[0].isalpha())
        least = _LANGUAGE_FROM_LETTERS // 4 if _UNSPACED_SIGN.search(letters) else _LANGUAGE_FROM_LETTERS
        return str(self._identifier.classify(sample)[0]) if len(letters) >= least else None
