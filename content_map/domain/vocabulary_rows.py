"""A vocabulary file held against the vocabulary there is: what it adds and changes, and which rows cannot be."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from content_map.domain import wording
from content_map.domain.vocabulary import ALIAS_CHARACTERS, TERM_NAME_CHARACTERS
from content_map.domain.wording import Wording
from content_map.errors import FieldError

ALIASES_AT_MOST = 100
KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
KEY_SENTENCE = "A key is made of small letters, digits and hyphens, such as health-care."


@dataclass(frozen=True, slots=True)
class TermRow:
    """A line of a vocabulary file. Without a key the name tells which term it is; no aliases leave what is known."""

    facet: str
    key: str
    name: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What bringing the rows in means, by `facet:key`; with any problem, nothing of it."""

    created: Mapping[str, Wording]
    changed: Mapping[str, Wording]
    unchanged: int
    problems: tuple[FieldError, ...]


def plan(
    rows: Sequence[TermRow],
    facets: Collection[str],
    present: Mapping[str, Wording],
    retired: Collection[str] = frozenset(),
) -> Plan:
    """Plan an import: a row sets the name and the aliases of its term and wakes a retired one.

    What the file does not name stays. Words may move from one term to another within a file: only the state
    after the last row must give every word to one term.
    """
    problems: list[FieldError] = []
    meant: dict[str, tuple[int, Wording]] = {}
    by_name = {(_facet(ref), wording.plain(each.name)): ref for ref, each in present.items()}
    for index, row in enumerate(rows):
        found = list(_faults(row, facets))
        if not found:
            key = row.key or by_name.get((row.facet, wording.plain(row.name)), "").partition(":")[2]
            ref = f"{row.facet}:{key or wording.key_of(row.name)}"
            if ref in meant:
                found = [FieldError("/key", f"Row {meant[ref][0] + 1} is the same term, {ref}.")]
            else:
                meant[ref] = index, _wording(ref, row, present.get(ref))
        problems += [FieldError(f"/{index}{each.pointer}", each.detail) for each in found]
    problems += _clashes(meant, {ref: each for ref, each in present.items() if ref not in retired})
    created = {ref: each for ref, (_, each) in meant.items() if ref not in present}
    changed = {
        ref: each
        for ref, (_, each) in meant.items()
        if ref in present and (ref in retired or _differs(each, present[ref]))
    }
    return Plan(created, changed, len(meant) - len(created) - len(changed), tuple(problems))


def faults_of(name: str, aliases: Sequence[str]) -> Iterator[FieldError]:
    """Say what keeps a name and aliases from being a term's."""
    if not 1 <= len(name) <= TERM_NAME_CHARACTERS:
        yield FieldError("/name", f"Write a name of 1 to {TERM_NAME_CHARACTERS} characters.")
    if len(aliases) > ALIASES_AT_MOST:
        yield FieldError("/aliases", f"At most {ALIASES_AT_MOST} aliases.")
    if too_long := [alias for alias in aliases if len(alias) > ALIAS_CHARACTERS]:
        yield FieldError("/aliases", f"“{too_long[0][:40]}…” is longer than {ALIAS_CHARACTERS} characters.")


def _faults(row: TermRow, facets: Collection[str]) -> Iterator[FieldError]:
    if row.facet not in facets:
        yield FieldError("/facet", f"There is no facet {row.facet!r}. The facets are {', '.join(facets)}.")
    found = list(faults_of(row.name, row.aliases))
    yield from found
    if not any(each.pointer == "/name" for each in found) and not KEY.fullmatch(
        row.key or wording.key_of(row.name)
    ):
        yield FieldError("/key", KEY_SENTENCE)


def _wording(ref: str, row: TermRow, present: Wording | None) -> Wording:
    aliases = row.aliases or (present.aliases if present else ())
    return Wording(ref, row.name, wording.cleaned(aliases, row.name))


def _differs(meant: Wording, present: Wording) -> bool:
    aliases = wording.cleaned(present.aliases, present.name)
    return (meant.name, sorted(meant.aliases)) != (present.name, sorted(aliases))


def _clashes(meant: Mapping[str, tuple[int, Wording]], live: Mapping[str, Wording]) -> Iterator[FieldError]:
    after = {**live, **{ref: each for ref, (_, each) in meant.items()}}
    holders: dict[tuple[str, str], list[Wording]] = {}
    for ref, each in after.items():
        for words in {wording.plain(said) for said in (each.name, *each.aliases)}:
            holders.setdefault((_facet(ref), words), []).append(each)
    for ref, (index, each) in meant.items():
        said = {wording.plain(words) for words in (each.name, *each.aliases)}
        rivals = {
            other.ref: other for words in said for other in holders[_facet(ref), words] if other.ref != ref
        }
        for clash in wording.clashes(each, rivals.values()):
            yield FieldError(f"/{index}/aliases", clash.sentence)


def _facet(ref: str) -> str:
    return ref.partition(":")[0]
