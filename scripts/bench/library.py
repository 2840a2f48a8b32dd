"""A made-up library to measure on: Zipf-distributed words in pages, with the words of real situations among them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from search import Document

SITUATIONS = (
    "CFO at a 500-person hospital group, worried about downtime during migration, comparing us with Epic",
    "Plant manager wants to cut unplanned stops on the packaging line before the summer season",
    "Retail bank, head of compliance asks how audit evidence is kept for seven years",
    "IT director of a university, budget frozen until autumn, interested in a small pilot",
    "Manufacturer with three ERP systems after an acquisition wants one order process",
    "Procurement insists on a fixed price and a clear exit clause",
    "COO of a logistics company losing drivers, wants to show planners the real cost of overtime",
    "Insurance carrier, claims backlog after storms, needs faster triage without more staff",
    "Public sector tender, accessibility and data residency are knock-out criteria",
    "Security team rejected us last year because of missing single sign-on",
    "New VP of sales wants a shared definition of success before the board meeting",
    "Customer says the spreadsheet works fine and nobody has time for a project",
    "Biotech lab director, paper records, inspection by the regulator in March",
    "Energy utility replacing meters, worried about integration with the old billing system",
    "Wholesale distributor, thin margins, asks for proof that inventory really went down",
    "CIO comparing total cost of ownership with a cloud competitor over five years",
    "Hospital nursing lead says documentation takes two hours of every shift",
    "Mid-size software vendor, churn rising, customer success has no early warning",
    "Construction firm, safety incidents on site, wants mobile reporting without training",
    "Telecom operator requires a software bill of materials from every vendor",
    "Family-owned food producer, recall last spring, needs traceability from farm to shelf",
    "Head of HR, remote teams in nine countries, onboarding takes too long",
    "Airline maintenance planner, parts shortage, aircraft on ground for days",
    "Wealth manager fears that advisers will not use another tool",
    "Champion left the company, new sponsor asks why this matters now",
    "Legal wants to know who can see client documents and for how long",
    "Chain of clinics merging two appointment systems before January",
    "Fleet operator wants return on investment in months, not years",
    "Data science team built their own model and does not trust ours",
    "Chemical company, energy prices doubled, board wants savings this quarter",
    "Marketing lead asks for a case study from automotive with real numbers",
    "Support centre, call volume up 40 percent, average handling time too long",
    "Government agency moving from on-premises to a sovereign cloud",
    "Start-up founder likes it but asks for a monthly contract",
    "Global retailer wants to roll out to 1,200 stores without stopping the tills",
    "Auditor found shared passwords on the shop floor",
    "Head of engineering, releases slip every month, testing is done by hand",
    "Pharma company, clinical trial sites drop out, patients travel too far",
    "Shared service centre, invoices paid late, suppliers complain",
    "Sceptical finance director wants three references of our size in the region",
)

MIXED = 200  # sentences in a turn
TODAY = 20_750  # days since 1970-01-01

_CONVERSATIONS = (
    "point-of-view",
    "right-people",
    "relevant-meeting",
    "definition-of-success",
    "tangible-value",
)
_INDUSTRIES = ("healthcare", "manufacturing", "banking", "retail", "energy", "telecom", "public", "logistics")
_GOALS = ("growth", "savings", "risk", "speed", "quality", "people")
_FUNCTIONS = ("finance", "operations", "technology", "security", "procurement", "marketing", "sales")
_SYLLABLES = (
    "ba",
    "cor",
    "den",
    "fil",
    "gra",
    "hol",
    "in",
    "jun",
    "ka",
    "lor",
    "mer",
    "nos",
    "pli",
    "ra",
    "sten",
    "tu",
)
_VOCABULARY_WORDS = 40_000


@dataclass(frozen=True, slots=True)
class Shape:
    """How long assets are; bounds are inclusive."""

    pages: tuple[int, int]
    words_a_page: tuple[int, int]
    words_in_body: int


LONG = Shape(pages=(2, 14), words_a_page=(40, 120), words_in_body=40)
SHORT = Shape(pages=(1, 2), words_a_page=(40, 60), words_in_body=15)  # 60 to 140 words in all
SHAPES = {"short": SHORT, "long": LONG}


def mixed(turn: int) -> list[str]:
    """Join beginnings of situations to ends of others: known words in new sentences, others in each of seven turns."""
    halves = [(words[: len(words) // 2], words[len(words) // 2 :]) for words in map(str.split, SITUATIONS)]
    joined = [
        " ".join(first + last)
        for number, (first, _) in enumerate(halves)
        for other, (_, last) in enumerate(halves)
        if number != other
    ]
    random.Random(7).shuffle(joined)  # noqa: S311  # nothing secret is drawn
    return joined[turn * MIXED : (turn + 1) * MIXED]


def documents(count: int, shape: Shape = LONG, seed: int = 7) -> Iterator[Document]:
    """Make assets, always the same ones for one count, shape and seed; one in twenty is a near-copy of another."""
    chance = random.Random(seed)  # noqa: S311  # nothing secret is drawn
    words = _vocabulary(chance)
    weights = list(accumulate(1 / (rank + 2) for rank in range(len(words))))

    def text(length: int) -> str:
        return " ".join(chance.choices(words, cum_weights=weights, k=length))

    for number in range(count):
        pages = tuple(
            (page, text(chance.randint(*shape.words_a_page)))
            for page in range(1, chance.randint(*shape.pages) + 1)
        )
        terms = (f"industry:{chance.choice(_INDUSTRIES)}", f"function:{chance.choice(_FUNCTIONS)}")
        yield Document(
            id=f"asset-{number:06}",
            version=1,
            title=text(6),
            body=f"{text(shape.words_in_body)} {' '.join(terms)}",
            pages=pages,
            terms=terms,
            conversation=chance.choice(_CONVERSATIONS),
            language="en",
            group=f"asset-{number - (number % 20 == 1):06}",
            suggested=(f"goal:{chance.choice(_GOALS)}",),
            dated=chance.randint(19_000, TODAY),
            review_by=chance.randint(TODAY - 30, TODAY + 360),
        )


def _vocabulary(chance: random.Random) -> list[str]:
    """Words in order of frequency; those of the situations lie among the first 4,000, as in a real library."""
    made = {"".join(chance.choices(_SYLLABLES, k=chance.randint(2, 5))) for _ in range(_VOCABULARY_WORDS)}
    words = sorted(made)
    chance.shuffle(words)
    asked = sorted({word.strip(".,").lower() for sentence in SITUATIONS for word in sentence.split()})
    for word in asked:
        words.insert(chance.randint(20, 4_000), word)
    return words
