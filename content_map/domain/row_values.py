"""What a cell of a table of assets says: days, languages, conversations and terms, however people write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale

from content_map.domain.cells import quoted
from content_map.domain.conversations import CONVERSATIONS, Conversation
from content_map.domain.nearest import nearest
from content_map.domain.vocabulary import FACET_NAMES, Facet

FIRST_YEAR, LAST_YEAR = 1900, 2999


class Unreadable(Exception):
    """A cell that says nothing we know; the message is the sentence for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, and the day alone where the cell named no time."""

    at: datetime
    day: date | None


@dataclass(frozen=True, slots=True)
class Owner:
    """A person whom a table may name."""

    id: str
    name: str
    may_own: bool


@dataclass(frozen=True, slots=True)
class TableTerm:
    """A term as tables may write it: by its key, its name or an alias."""

    facet: Facet
    key: str
    name: str
    aliases: tuple[str, ...]
    is_retired: bool

    @property
    def ref(self) -> str:
        """`facet:key`."""
        return f"{self.facet}:{self.key}"


class Lexicon:
    """The vocabulary for looking words up, loaded once for a whole table."""

    def __init__(self, terms: Iterable[TableTerm]) -> None:
        self._words: dict[Facet, dict[str, TableTerm]] = {facet: {} for facet in Facet}
        ordered = sorted(terms, key=lambda term: (term.is_retired, term.key))
        self._hints: dict[tuple[Facet, str], str] = {}
        # A key wins over a name and a name over an alias, a term in use over a retired one.
        for words_of in (_keys, _names, _aliases):
            for term in ordered:
                for word in words_of(term):
                    self._words[term.facet].setdefault(_plain(word), term)

    def find(self, facet: Facet, word: str) -> TableTerm:
        """Look a word up. Raises Unreadable with the nearest one."""
        found = self._words[facet].get(_plain(word))
        if found is None:
            # The same wrong word tends to stand in a thousand rows.
            hint = self._hints.get((facet, word))
            if hint is None:
                hint = self._hints[facet, word] = self._hint(facet, word)
            raise Unreadable(f"There is no {_FACET_WORDS[facet]} {quoted(word)}.{hint}")
        return found

    def _hint(self, facet: Facet, word: str) -> str:
        usable = (known for known, term in self._words[facet].items() if not term.is_retired)
        match = nearest(word, usable)
        return f" Did you mean {self._words[facet][match].name}?" if match else ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is needed to understand cells: the organisation's time zone, its people and its words."""

    zone: ZoneInfo
    owners: Mapping[str, Owner] = field(default_factory=dict)  # by e-mail address, case-folded
    lexicon: Lexicon = field(default_factory=lambda: Lexicon(()))


def moment(cell: str, zone: ZoneInfo) -> Moment:
    """Read a day or a time; without a zone it is the organisation's. Raises Unreadable."""
    on = _day(cell)
    if on is not None:
        return Moment(datetime.combine(on, time(), zone).astimezone(UTC), on)
    try:
        found = datetime.fromisoformat(cell)
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Unreadable(f"{quoted(cell)} is no day or time. Write 2026-11-30, or 2026-11-30 09:00.")
    return Moment((found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC), None)


def day(cell: str) -> date:
    """Read a day. Raises Unreadable."""
    found = _day(cell)
    if found is None:
        raise Unreadable(f"{quoted(cell)} is no day. Write it as year-month-day, such as 2026-11-30.")
    return found


def conversation(cell: str) -> Conversation:
    """Read one of the five by its key, number or name. Raises Unreadable for a sixth, and for two."""
    wanted = _plain(cell)
    for each in CONVERSATIONS:
        if wanted in {_plain(each.key), str(each.number), _plain(each.name), _plain(each.short)}:
            return each.key
    keys = [str(each.key) for each in CONVERSATIONS]
    match = nearest(cell, [*keys, *(each.name for each in CONVERSATIONS)])
    hint = f" Did you mean {match}?" if match else ""
    raise Unreadable(
        f"{quoted(cell)} is none of the five conversations, of which an asset has exactly one: {', '.join(keys)}.{hint}"
    )


def language(cell: str) -> str:
    """Read a language by its code or its English name. Raises Unreadable."""
    codes, names = _languages()
    wanted = cell.replace("_", "-").casefold()
    found = codes.get(wanted) or names.get(_plain(cell))
    if found is None:
        match = nearest(cell, names)
        hint = f" Did you mean {match.title()}?" if match else ""
        raise Unreadable(f"{quoted(cell)} is no language. Write its code, such as en or de.{hint}")
    return found


def choice(cell: str, words: Iterable[str]) -> str:
    """Read one word of a few. Raises Unreadable."""
    known = list(words)
    found = next((word for word in known if word == cell.casefold()), None)
    if found is None:
        match = nearest(cell, known)
        hint = f" Did you mean {match}?" if match else ""
        raise Unreadable(f"{quoted(cell)} is not one of {' or '.join(known)}.{hint}")
    return found


def owner(cell: str, owners: Mapping[str, Owner]) -> Owner:
    """Read the e-mail address of somebody who may own assets. Raises Unreadable."""
    found = owners.get(cell.casefold())
    if found is None:
        match = nearest(cell, [email for email, each in owners.items() if each.may_own])
        hint = f" Did you mean {match}?" if match else ""
        raise Unreadable(f"Nobody here has the address {quoted(cell)}.{hint}")
    if not found.may_own:
        raise Unreadable(f"{found.name} cannot own an asset: only active marketers and admins can.")
    return found


def _day(cell: str) -> date | None:
    try:
        found = date.fromisoformat(cell)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


@cache
def _languages() -> tuple[Mapping[str, str], Mapping[str, str]]:
    known = {
        code.replace("_", "-"): name
        for code, name in Locale("en").languages.items()
        if len(code) <= _LANGUAGE_CHARACTERS
    }
    return (
        {code.casefold(): code for code in known},
        {_plain(name): code for code, name in sorted(known.items(), reverse=True)},
    )


_LANGUAGE_CHARACTERS = 12  # what the column holds
_FACET_WORDS = {facet: name.casefold() for facet, name in FACET_NAMES.items()}


def _plain(word: str) -> str:
    return " ".join(word.casefold().split())


def _keys(term: TableTerm) -> tuple[str, ...]:
    return (term.key, term.ref)


def _names(term: TableTerm) -> tuple[str, ...]:
    return (term.name,)


def _aliases(term: TableTerm) -> tuple[str, ...]:
    return term.aliases
