"""The details of a situation as chips: read in the words or chosen, left out, pinned, and those one could add."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from content_map.domain.conversations import BY_KEY, CONVERSATIONS, Description
from content_map.domain.denying import AS_WRITTEN, conversation_ref
from content_map.domain.situations import SURE_FROM, ReadAs, Recognised
from content_map.domain.vocabulary import Facet, Vocabulary
from content_map.services.answers import Found
from content_map.web.speech import _

ADDABLE_OF_A_FACET = 30
CUES_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Chip:
    """A detail that counts, left out by its `handle`. `value` None: the vocabulary does not hold it.

    `words` are those it was read from, empty when it was chosen. `misspelt`: they were taken for a misspelling.
    """

    facet: str
    name: str
    handle: str
    value: str | None
    words: str = ""
    negated: bool = False
    misspelt: bool = False
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A detail that was left out and can be taken back."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Addable:
    """A detail that `count` of the present results are tagged with."""

    name: str
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class AddableFacet:
    """What one could add of a facet, the commonest first; `more` is how many are not listed."""

    key: str
    terms: tuple[Addable, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Guess:
    """The conversation that the words speak for, nobody having named one; `value` is what to leave out to deny it."""

    conversation: Description
    value: str
    words: tuple[str, ...]
    is_sure: bool


def chips_of(found: Found) -> tuple[Chip, ...]:
    """Show the chips in the order of the text; what was chosen comes last, unless the text says it too."""
    read = {chip.handle: chip for chip in reversed(found.reading.chips)}
    places = {id(chip): chip.start for chip in found.chips if chip.read_as is not ReadAs.CHOSEN}
    last = len(found.situation.text)
    ordered = sorted(found.chips, key=lambda chip: places.get(id(chip), _place(read.get(chip.handle), last)))
    return tuple(_chip(chip, read.get(chip.handle), found.situation.require) for chip in ordered)


def left_out_of(found: Found) -> tuple[LeftOut, ...]:
    """Name what was left out or denied, details only as long as the words still say them."""
    said = {chip.handle: chip.name for chip in found.reading.chips}
    said |= {conversation_ref(each.key): each.short for each in CONVERSATIONS}
    said[AS_WRITTEN] = _("put right what looks misspelt")
    return tuple(LeftOut(said[each], each) for each in found.situation.ignore if each in said)


def addable_to(found: Found, vocabulary: Vocabulary) -> tuple[AddableFacet, ...]:
    """Offer the terms that the present results carry, by facet, without those that count already."""
    used = {chip.ref for chip in found.chips}
    by_facet = _counted(found.by_term, vocabulary, used)
    return tuple(
        AddableFacet(
            facet.value,
            tuple(by_facet[facet][:ADDABLE_OF_A_FACET]),
            max(0, len(by_facet[facet]) - ADDABLE_OF_A_FACET),
        )
        for facet in Facet
        if by_facet[facet]
    )


def guess_of(found: Found) -> Guess | None:
    """Say which conversation the words speak for; None once the rep has named one."""
    asked, reading = found.situation, found.reading
    if asked.prefer or asked.conversation or reading.conversation is None or not reading.because:
        return None
    value = conversation_ref(reading.conversation)
    if value in asked.ignore:
        return None
    is_sure = reading.confidence >= SURE_FROM
    return Guess(BY_KEY[reading.conversation], value, reading.because[:CUES_SHOWN], is_sure)


def _place(read: Recognised | None, last: int) -> int:
    return read.start if read is not None else last


def _chip(chip: Recognised, read: Recognised | None, required: Collection[str]) -> Chip:
    said = chip if chip.read_as is not ReadAs.CHOSEN else read
    return Chip(
        facet=chip.facet.value,
        name=chip.name,
        handle=chip.handle,
        value=chip.ref,
        words=said.words if said is not None else "",
        negated=chip.negated,
        misspelt=said is not None and said.read_as is ReadAs.TYPO,
        pinned=chip.ref in required,
    )


def _counted(
    by_term: Mapping[str, int], vocabulary: Vocabulary, used: Collection[str | None]
) -> dict[Facet, list[Addable]]:
    by_facet: dict[Facet, list[Addable]] = {facet: [] for facet in Facet}
    for ref, count in sorted(by_term.items(), key=lambda item: (-item[1], item[0])):
        term = vocabulary.get(ref)
        if term is not None and count and ref not in used:
            by_facet[term.facet].append(Addable(term.name, ref, count))
    return by_facet
