"""Whose words are whose: within a facet a name or an alias belongs to one term."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from content_map.domain.vocabulary import TERM_KEY_CHARACTERS


@dataclass(frozen=True, slots=True)
class Wording:
    """A term's words; `ref` is `facet:key`."""

    ref: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clash:
    """Words of one term that another one, the holder, has already."""

    words: str
    holder: Wording

    @property
    def sentence(self) -> str:
        """Say it, with the way out."""
        if plain(self.words) == plain(self.holder.name):
            return f"“{self.words}” is the name of another term. Choose other words, or merge the two."
        return f"“{self.words}” is an alias of {self.holder.name}. Remove it there first, or merge the two."


def clashes(term: Wording, others: Iterable[Wording]) -> list[Clash]:
    """Find the words of a term that others of its facet hold, its name first."""
    holders = {plain(words): other for other in others for words in (*other.aliases, other.name)}
    return [
        Clash(words, holders[plain(words)]) for words in (term.name, *term.aliases) if plain(words) in holders
    ]


def cleaned(aliases: Iterable[str], name: str) -> tuple[str, ...]:
    """Aliases each once however they are written, without the name itself, with single spaces."""
    once = {plain(alias): " ".join(alias.split()) for alias in aliases}
    return tuple(alias for key, alias in once.items() if key and key != plain(name))


def plain(words: str) -> str:
    """Words as they are compared: case and spaces do not matter."""
    return " ".join(words.split()).casefold()


def key_of(name: str) -> str:
    """Make a key of a name; empty where no letter of it can stand in a key."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:TERM_KEY_CHARACTERS].strip("-")
