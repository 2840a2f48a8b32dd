"""What the parser reads by rule, in whatever words an organisation's vocabulary has."""

from __future__ import annotations

import pytest

from content_map.domain.numbers import value_of
from content_map.domain.situations import ReadAs, parse
from content_map.domain.vocabulary import Facet, Term, Vocabulary
from content_map.domain.words import keys_of

OWN = Vocabulary(
    [
        Term(Facet.INDUSTRY, "health", "Healthcare", ("hospital",)),
        Term(Facet.INDUSTRY, "finance", "Banks", ("bank",)),
        Term(Facet.INDUSTRY, "software", "Software vendors", ("startup",)),
        Term(Facet.INDUSTRY, "logistics", "Logistics"),
        Term(Facet.FUNCTION, "it", "Information technology", ("IT",)),
        Term(Facet.FUNCTION, "data", "Data people", ("data",)),
        Term(Facet.FUNCTION, "scm", "Supply chain", ("logistics",)),
        Term(Facet.FUNCTION, "clinical", "Clinical", ("nurse",)),
        Term(Facet.SENIORITY, "c-level", "C-level", ("chief", "chief nurse")),
        Term(Facet.SENIORITY, "director", "Director", ("head of",)),
        Term(Facet.SENIORITY, "manager", "Manager"),
        Term(Facet.SENIORITY, "staff", "Staff level", ("nurse", "analyst")),
        Term(Facet.REGION, "us", "North America", ("US",)),
        Term(Facet.SIZE, "small-business", "Small business"),
        Term(Facet.SIZE, "mid-market", "Mid-market"),
        Term(Facet.SIZE, "enterprise", "Enterprise"),
        Term(Facet.PAIN, "warehouse", "Warehouse chaos", ("warehouse",)),
        Term(Facet.PAIN, "integration", "Disconnected systems", ("integrate",)),
        Term(Facet.GOAL, "modernise", "Modernisation", ("digitise",)),
        Term(Facet.COMPETITOR, "epic", "Epic"),
        Term(Facet.COMPETITOR, "nothing", "Do nothing"),
    ]
)


def read(text: str) -> set[str]:
    return {("-" if chip.negated else "") + (chip.ref or f"?{chip.name}") for chip in parse(text, OWN).chips}


def rivals(text: str) -> list[str]:
    return [chip.name for chip in parse(text, OWN).chips if chip.ref is None]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the data lead", {"function:data", "seniority:manager"}),
        ("data head at a bank", {"function:data", "seniority:director", "industry:finance"}),
        ("head of data", {"seniority:director", "function:data"}),
        ("all their data is lost", set()),
        ("it leads to trouble", set()),
        ("logistics lead", {"function:scm", "seniority:manager"}),
        ("the chief nurse", {"function:clinical", "seniority:c-level"}),
        ("a chief analyst", {"seniority:c-level"}),
    ],
)
def test_a_department_and_a_rank_make_a_title(text, found):
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the it team", {"function:it"}),
        ("it budget", {"function:it"}),
        ("fix it", set()),
        ("us subsidiary of a bank", {"region:us", "industry:finance"}),
        ("a bank in the us", {"region:us", "industry:finance"}),
        ("A BANK IN THE US", {"region:us", "industry:finance"}),
        ("the us, they said", set()),
        ("CALL US ABOUT IT", set()),
    ],
)
def test_acronyms_that_are_words_count_in_small_letters_only_in_their_company(text, found):
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("four hundred people", "mid-market"),
        ("a couple of thousand staff", "enterprise"),
        ("twenty five employees", "small-business"),
        ("two thousand five hundred employees", "enterprise"),
        ("200-300 staff", "mid-market"),
        ("headcount 5k+", "enterprise"),
        ("employees: 1.200", "enterprise"),
        ("12 k FTE", "enterprise"),
        ("a 40-lawyer firm", "small-business"),
        ("200-bed hospital", "mid-market"),
        ("620 beds", "enterprise"),
        ("2,5 bn EUR turnover", "enterprise"),
        ("US$90m sales", "mid-market"),
        ("a $2 billion company", "enterprise"),
    ],
)
def test_sizes_are_read_in_figures_and_in_words(text, band):
    (chip,) = [chip for chip in parse(text, OWN).chips if chip.facet is Facet.SIZE]

    assert (chip.term, chip.read_as) == (band, ReadAs.PATTERN)


@pytest.mark.parametrize(
    "text",
    ["a team of 5", "20 people team", "40 nurses", "twenty spreadsheets", "500 licences", "3 million a year"],
)
def test_what_counts_something_else_is_no_size(text):
    assert [chip for chip in parse(text, OWN).chips if chip.facet is Facet.SIZE] == []


@pytest.mark.parametrize(
    ("number", "value"),
    [("1,200", 1_200), ("1.200", 1_200), ("1 200", 1_200), ("1’200", 1_200), ("1.2", 1.2), ("1,5", 1.5)],
)
def test_three_digits_after_a_mark_are_thousands_and_fewer_are_a_fraction(number, value):
    assert value_of(number) == value


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("they replaced Zendrix last year", ["Zendrix"]),
        ("choosing between us and zendrix", ["zendrix"]),
        ("head to head with Nimbus Works", ["Nimbus Works"]),
        ("competition: Zendrix, Quarto", ["Zendrix", "Quarto"]),
        ("alternatives considered: do nothing, Zendrix", ["Zendrix"]),
        ("current vendor (Zendrix)", ["Zendrix"]),
        ("Zendrix (incumbent), Quarto", ["Zendrix", "Quarto"]),
        ("Zendrix got kicked out", ["Zendrix"]),
        ("a Zendrix shop", ["Zendrix"]),
        ("using Excel today", []),
        ("replacing their ERP", []),
        ("competition is fierce", []),
        ("the incumbent is Tracko", ["Tracko"]),
    ],
)
def test_a_rival_is_named_in_many_ways(text, names):
    assert rivals(text) == names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("far from being a startup", {"-industry:software"}),
        ("neither a bank nor a hospital", {"-industry:finance", "-industry:health"}),
        ("we do not compete with Epic", {"-competitor:epic"}),
        ("isn't it time to leave Epic", {"competitor:epic"}),
        ("no, a bank", {"industry:finance"}),
    ],
)
def test_more_of_what_is_denied(text, found):
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("wearhouse", "warehouse"),  # the same letters, two edits apart
        ("hosptials", "hospitals"),
        ("HOSPTIAL", "HOSPITAL"),
        ("hopsital", "hospital"),
    ],
)
def test_a_misspelling_is_put_right_as_it_was_written(text, meant):
    assert parse(text, OWN).did_you_mean == meant


@pytest.mark.parametrize("text", ["banks", "hospitality", "nursed", "dates", "chef", "integrity"])
def test_another_word_is_no_misspelling(text):
    assert parse(text, OWN).did_you_mean is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("modernisation programme", "modernization program"),
        ("digitising", "digitizing"),
        ("labour licence", "labor license"),
        ("plant mgr", "plant manager"),
        ("govt dept", "government department"),
    ],
)
def test_british_american_and_short_spellings_are_one_key(one, other):
    assert keys_of(one) == keys_of(other)


def test_other_languages_and_accents_break_nothing():
    reading = parse("Zürich: la hospital é très grande – 500 employees, São Paulo, 病院", OWN)

    assert [(chip.ref, chip.words) for chip in reading.chips] == [
        ("industry:health", "hospital"),
        ("size:mid-market", "500 employees"),
    ]
