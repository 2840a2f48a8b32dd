"""Gaps: situations that searches found nothing useful for, and which of their terms others may read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from content_map.domain.usage import EventKind

# Whoever does one of these with a result of a search has found something by it.
REACHING = (
    EventKind.OPEN,
    EventKind.DOWNLOAD,
    EventKind.USE,
    EventKind.SHARE_CREATED,
    EventKind.TAILORED,
)
REPS_NEEDED = 3  # api.md, /suggest: others' situations show only as terms that 3 or more reps used
_BETWEEN = "\n"  # a rival's name may have spaces, no term has a line break


def written(terms: Iterable[str]) -> str:
    """Write terms (`facet:term`) so that the same ones are always written the same."""
    return _BETWEEN.join(sorted(set(terms)))


def read(terms: str) -> tuple[str, ...]:
    """Read what `written` wrote."""
    return tuple(terms.split(_BETWEEN)) if terms else ()


def asked_for(chips: Iterable[Mapping[str, Any]]) -> str:
    """Write what a search was read as, from its stored chips; what it denies is no part of it."""
    kept = [chip for chip in chips if not chip.get("negated")]
    names = (chip.get("term") or " ".join(str(chip.get("name", "")).casefold().split()) for chip in kept)
    return written(f"{chip['facet']}:{name}" for chip, name in zip(kept, names, strict=True))


def told_apart(
    terms: Iterable[str], *, reps: int, is_mine: bool, known: Collection[str]
) -> tuple[tuple[str, ...], int]:
    """Part a group's terms into those its reader may see and a count of the others.

    The reader's own group is shown whole, and so is one that enough reps asked; of the rest only terms in `known`,
    which enough reps used somewhere.
    """
    listed = tuple(terms)
    if is_mine or reps >= REPS_NEEDED:
        return listed, 0
    shown = tuple(term for term in listed if term in known)
    return shown, len(listed) - len(shown)
