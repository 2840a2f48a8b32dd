"""Nothing found: which detail to drop, and how many results that gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from content_map.domain.situations import Recognised, Situation
from content_map.services.answers import WithoutDetail
from content_map.services.asking import Asked, Finder, ask_again
from search.contract import SearchUnavailable

DETAILS_AT_MOST = 8


def without_each(finder: Finder, asked: Asked, *, now: datetime) -> tuple[WithoutDetail, ...]:
    """Say how many there would be without each detail, the best to drop first; those that change nothing are left out.

    What cuts is tried first: eight searches at most, each for one hit. Nothing while the index is away.
    """
    details = _details(asked)[:DETAILS_AT_MOST]
    lesser = [(chip, _without(asked.situation, chip)) for chip in details]
    with finder.sessions.read() as session:
        questions = [
            (chip, ask_again(finder, session, left, now=now).query(limit=1))
            for chip, left in lesser
            if _asks_something(left)
        ]
    try:
        tried = [WithoutDetail(chip, finder.index.search(query).total) for chip, query in questions]
    except SearchUnavailable:
        return ()
    return tuple(sorted((each for each in tried if each.total), key=lambda each: -each.total))


def _details(asked: Asked) -> list[Recognised]:
    """List what can be dropped, each once: the pinned, then the chosen, then what was read, the last said first."""
    once = {chip.handle: chip for chip in asked.chips}
    pinned, chosen = asked.situation.require, asked.situation.terms

    def order(chip: Recognised) -> tuple[bool, bool, int]:
        return chip.ref not in pinned, chip.ref not in chosen, -chip.start

    return sorted(once.values(), key=order)


def _without(situation: Situation, chip: Recognised) -> Situation:
    """Leave a detail out, wherever it stands; read in the words as well, it stays out."""
    return replace(
        situation,
        terms=_other(situation.terms, chip),
        require=_other(situation.require, chip),
        ignore=(*situation.ignore, chip.handle),
    )


def _other(refs: Iterable[str], chip: Recognised) -> tuple[str, ...]:
    return tuple(ref for ref in refs if ref != chip.ref)


def _asks_something(situation: Situation) -> bool:
    # Without words and terms every asset is an answer: that many say nothing.
    return bool(situation.text.strip() or situation.terms or situation.require)
