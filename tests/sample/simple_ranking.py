"""A plain word-overlap ranking, so that the simulation can be tested without an index."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from math import log

from content_map.domain.conversations import Conversation
from content_map.sample.library import SampleAsset
from content_map.sample.manuscripts import Bullets, Figures, Paragraph, Quote, Section, Steps, Table, plain

_WORD = re.compile(r"[^\W\d_]{3,}")


def ranking(assets: Sequence[SampleAsset]) -> Callable[[str, Conversation | None], list[str]]:
    words = {asset.key: Counter(_words(asset)) for asset in assets}
    spread = Counter(word for counts in words.values() for word in counts)
    by_key = {asset.key: asset for asset in assets}

    def find(text: str, prefer: Conversation | None) -> list[str]:
        asked = set(_WORD.findall(text.lower()))
        scores = {
            key: sum(log(1 + len(assets) / spread[word]) for word in asked if word in counts)
            + (3 if by_key[key].conversation is prefer else 0)
            for key, counts in words.items()
        }
        return sorted((key for key in scores if scores[key] > 0), key=lambda key: (-scores[key], key))

    return find


def _words(asset: SampleAsset) -> list[str]:
    written = [asset.title, asset.summary, " ".join(asset.terms), asset.guide.when_to_use or ""]
    written += [text for section in asset.sections for text in _texts(section)]
    return _WORD.findall(" ".join(written).lower())


def _texts(section: Section) -> list[str]:
    texts = [section.title]
    for block in section.blocks:
        match block:
            case Paragraph(text):
                texts.append(plain(text))
            case Bullets(items):
                texts += [plain(item) for item in items]
            case Table(header, rows):
                texts += [" ".join(row) for row in (header, *rows)]
            case Quote(text):
                texts.append(text)
            case Figures(items) | Steps(items):
                texts += [label for _, label in items]
    return texts
