"""The labelled sentences, the vocabulary they are read with, and how well they are read."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from content_map.domain.situations import Reading, parse
from content_map.domain.vocabulary import Facet, Term, Vocabulary
from content_map.services.shipped import shipped_cues, shipped_terms

SENTENCES = Path(__file__).resolve().parents[1] / "domain" / "situations.tsv"
TUNED = frozenset({"before", "after", "tuned"})
HELD_OUT = frozenset({"held-out"})

# As an organisation would add them: the shipped vocabulary names no vendor and no product.
OWN_TERMS = (
    Term(Facet.COMPETITOR, "acme", "Acme", ("acme corp",)),
    Term(Facet.COMPETITOR, "epic", "Epic", ("epic systems",)),
    Term(Facet.COMPETITOR, "oracle", "Oracle", ("netsuite", "cerner")),
    Term(Facet.COMPETITOR, "sap", "SAP", ("s/4hana", "s4hana")),
    Term(Facet.COMPETITOR, "salesforce", "Salesforce", ("sfdc",)),
    Term(Facet.COMPETITOR, "microsoft", "Microsoft", ("dynamics", "power bi")),
    Term(Facet.PRODUCT, "cloud-suite", "Cloud Suite", ("cloudsuite",)),
    Term(Facet.PRODUCT, "analytics", "Analytics Module", ("dashboard", "insight hub")),
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence as a rep writes it, and what a sales manager reads in it; `-` is no conversation."""

    text: str
    chips: frozenset[str]
    conversation: str


@dataclass(slots=True)
class Score:
    """Chips found, found too many and missed, by facet; sentences whose conversation was named rightly."""

    hits: Counter[str] = field(default_factory=Counter)
    extra: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    sentences: int = 0
    conversations: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        return self.f1_of(Facet)

    @property
    def right_conversations(self) -> float:
        return self.conversations / self.sentences

    def f1_of(self, facets: Iterable[str]) -> float:
        hits, extra, missed = self.counts(facets)
        return 2 * hits / max(1, 2 * hits + extra + missed)

    def counts(self, facets: Iterable[str]) -> tuple[int, int, int]:
        """Count hits, extra and missed chips of some facets."""
        wanted = [str(facet) for facet in facets]
        hits, extra, missed = (
            sum(counter[facet] for facet in wanted) for counter in (self.hits, self.extra, self.missed)
        )
        return hits, extra, missed


def full_vocabulary() -> Vocabulary:
    """Compile the shipped terms with the organisation's own."""
    shipped = [Term(Facet(row.facet), row.key, row.name, row.aliases) for row in shipped_terms()]
    return Vocabulary([*shipped, *OWN_TERMS], shipped_cues())


def sentences(written: frozenset[str]) -> Iterator[Labelled]:
    """Read the sentences of a half; `\\n` in the file is a line's end."""
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["written"] in written:
                text = row["sentence"].replace("\\n", "\n")
                yield Labelled(text, frozenset(row["chips"].split()), row["conversation"])


def score(labelled: Iterable[Labelled], vocabulary: Vocabulary) -> Score:
    """Read sentences and hold them against their labels."""
    result = Score()
    for sentence in labelled:
        reading = parse(sentence.text, vocabulary)
        found, conversation = _chips(reading), str(reading.conversation or "-")
        for counter, chips in (
            (result.hits, found & sentence.chips),
            (result.extra, found - sentence.chips),
            (result.missed, sentence.chips - found),
        ):
            counter.update(chip.lstrip("-").partition(":")[0] for chip in chips)
        result.sentences += 1
        result.conversations += conversation == sentence.conversation
        if found != sentence.chips or conversation != sentence.conversation:
            result.misses.append(
                f"{sentence.text}\n  extra {sorted(found - sentence.chips)}"
                f" missed {sorted(sentence.chips - found)} conversation {conversation} for {sentence.conversation}"
            )
    return result


def _chips(reading: Reading) -> frozenset[str]:
    return frozenset(
        ("-" if chip.negated else "") + (chip.ref or f"{chip.facet}:?{chip.name}").replace(" ", "_")
        for chip in reading.chips
    )
