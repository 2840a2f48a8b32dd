"""Competitors that the vocabulary does not know: the name after “vs”, “incumbent” or “replacing”."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from content_map.domain.phrases import PhraseBook
from content_map.domain.words import ORDINARY_WORDS, STOP_WORDS, Token, word_set

_LONGEST_NAME = 3

# After these stands a rival, written with a capital or not.
_SURE = """vs; versus; incumbent; incumbent is; up against; head to head with; competing with; competing against;
compared to; compared with; compare us with; compare us to; compare us against; comparing us with; comparing us to;
comparing us against; comparing with; comparing it with; comparing it to; compared us with; compared us to;
between us and; benchmark us against; benchmarking us against; bidding against; pitching against; losing to;
lost to; lose to; lose it to; lost it to"""
# After these stands one only when it is written as a name.
_PERHAPS = """replace; replaces; replaced; replacing; displace; displaced; displacing; against; leave; leaving; left;
kick out; kicked out; throw out; threw out; move off; moved off; moving off; moved from; moving from;
moved away from; moving away from; switch from; switched from; switching from; switch away from; migrate from;
migrated from; migrating from; migrate off; migrated off; migrating off; get off; getting off; get rid of;
getting rid of; came from; currently on; currently use; currently using; currently with; currently run;
currently running; still on; still use; still using; still with; now on; now use; now using; now with; already on;
already have; already use; already using; today on; today use; alternative to; alternative; alternatives;
alternatives are; alternatives considered; options are; instead of; rather than; over; choosing; chose; choose; prefer;
prefers; preferred; leaning towards; leans towards; leaning to; also evaluating; also considering;
also looking at; also talking to; also in the race; also bidding; shortlist; shortlisted; evaluating; evaluated;
considering; looking at; looked at; trialling; trialing; piloting; tested; testing; competitor; competitors;
competitor is; competitors are; competition; competition is; rival; rivals; other bidder; other bidders;
other vendor; other vendors; current vendor; current supplier; current provider; current system; current tool;
current solution; existing vendor; existing supplier; existing system; existing solution; existing tool; their vendor;
happy with; unhappy with; fed up with; frustrated with; disappointed with; disappointed by; tired of; sick of;
stuck with; stuck on; tied to; tied into; contract with; signed with; work with; working with; go with; go w; goes with;
going with; went with; buy from; buying from; bought; offer from; quote from; proposal from; demo from;
they use; they run; uses; using; use; used; runs; run; running; runs on; run on; running on; based on; on top of"""

_PASSED = word_set(
    """
    is are being vendor supplier provider system platform tool solution the their our a an on also still currently
    now only mostly mainly both either by with called named old from today either
    """
)
_JOINED = frozenset(["and", "or"])
_NO_RIVALS = word_set(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july
    august september october november december mr mrs ms dr q1 q2 q3 q4 h1 h2 opex capex inhouse
    excel word powerpoint outlook windows linux whatsapp email emails linkedin paper pdf pdfs internet crm crms erp erps
    wms tms mes plm hcm hris lms cms scm ehr ehrs emr emrs pos bi etl api apis edi rpa llm gpt iot vpn sso mfa sql kpi
    dms mdm itsm siem cad pim dam cdp bpm iam kpis roi rfp rfi poc gdpr sla slas nda saas it hr ai ml pr seo
    ceo cfo cio cto coo cmo ciso asap fyi christmas
    easter summer winter spring autumn german english french
    """
)
# These follow the name of what a customer uses or refuses.
_NAMED_BEFORE = {
    "incumbent": (),
    "shop": (),
    "vs": ("us",),
    "versus": ("us",),
    "kicked": ("out",),
    "thrown": ("out",),
    "in": ("place",),
}

Span = tuple[int, int]


def unknown_rivals(
    tokens: Sequence[Token],
    covered: Mapping[int, bool],
    is_known: Callable[[str], bool] | None = None,
) -> list[Span]:
    """Find names that stand where a rival stands, as (first, after) of the tokens.

    `covered` maps the places of recognised phrases to whether the phrase is itself a competitor: past those
    the reading goes on (“with Epic and Zendrix”), at others it ends (“replacing spreadsheets”). A word that
    `is_known` to the library needs a capital to be a name.
    """
    found: dict[int, int] = {}
    shouting = all(token.surface.isupper() for token in tokens)
    for _, after, is_sure in _TRIGGERS.walk([token.word for token in tokens]):
        for first, end in _names(tokens, after, covered, is_known, takes_lower_case=is_sure or shouting):
            found.setdefault(first, end)
    for span in _named_before(tokens, covered):
        found.setdefault(*span)
    return sorted(found.items())


def _triggers() -> PhraseBook[bool]:
    book: PhraseBook[bool] = PhraseBook()
    for phrases, is_sure in ((_SURE, True), (_PERHAPS, False)):
        for phrase in phrases.split(";"):
            book.add(phrase.split(), is_sure)
    return book


_TRIGGERS = _triggers()


def _names(
    tokens: Sequence[Token],
    place: int,
    covered: Mapping[int, bool],
    is_known: Callable[[str], bool] | None,
    *,
    takes_lower_case: bool,
) -> Iterator[Span]:
    """Read a list of names from `place` on: “the Zendrix platform”, “Epic, Zendrix and Quarto”."""
    while place < len(tokens) and tokens[place].word in _PASSED:
        place += 1
    while place < len(tokens):
        if covered.get(place):
            while covered.get(place):
                place += 1
        else:
            after = _name_end(tokens, place, covered)
            if after == place and takes_lower_case and _may_be_name(tokens, place, covered, is_known):
                after = place + 1
            if after == place:
                return
            yield place, after
            place = after
        if place >= len(tokens) or not _goes_on(tokens, place):
            return
        place += tokens[place].word in _JOINED


def _goes_on(tokens: Sequence[Token], place: int) -> bool:
    """Say whether a list of names may go on at `place`; a comma counts only before a further capital."""
    if tokens[place].word in _JOINED:
        return True
    return tokens[place].clause == tokens[place - 1].clause + 1 and _is_capital(tokens[place])


def _name_end(tokens: Sequence[Token], place: int, covered: Mapping[int, bool]) -> int:
    after = place
    while (
        after < min(len(tokens), place + _LONGEST_NAME)
        and after not in covered
        and _is_capital(tokens[after])
        and tokens[after].clause == tokens[place].clause
    ):
        after += 1
    return after if _is_name(tokens[place:after]) else place


def _is_capital(token: Token) -> bool:
    return token.surface[0].isupper() and token.word not in _NO_RIVALS and token.word not in STOP_WORDS


def _is_name(tokens: Sequence[Token]) -> bool:
    """Say whether some word is out of the ordinary: “Big River” is a name, “Big Project” a heading."""
    return any(token.word not in ORDINARY_WORDS for token in tokens)


def _may_be_name(
    tokens: Sequence[Token], place: int, covered: Mapping[int, bool], is_known: Callable[[str], bool] | None
) -> bool:
    token = tokens[place]
    if place in covered or len(token.word) < 3 or not token.word.isalpha():
        return False
    if token.word in ORDINARY_WORDS or token.key in ORDINARY_WORDS or token.word in _NO_RIVALS:
        return False
    return is_known is None or not is_known(token.word)


def _named_before(tokens: Sequence[Token], covered: Mapping[int, bool]) -> Iterator[Span]:
    """Find “Zendrix is the incumbent”, “Zendrix (incumbent)”, “Zendrix vs us” and “Zendrix got kicked out”."""
    for place, token in enumerate(tokens):
        needed = _NAMED_BEFORE.get(token.word)
        if (
            needed is None
            or tuple(each.word for each in tokens[place + 1 : place + 1 + len(needed)]) != needed
        ):
            continue
        before = place - 1
        while before >= 0 and tokens[before].word in _LINKS:
            before -= 1
        if token.word == "incumbent" and before == place - 1 and _leads_to_a_name(tokens, place, covered):
            continue
        first = before
        while (
            first >= 0
            and before - first < _LONGEST_NAME
            and _is_capital(tokens[first])
            and first not in covered
            and tokens[first].clause == tokens[before].clause
        ):
            first -= 1
        if _is_name(tokens[first + 1 : before + 1]):
            yield first + 1, before + 1


def _leads_to_a_name(tokens: Sequence[Token], place: int, covered: Mapping[int, bool]) -> bool:
    """Say whether the name comes after, as in “Anna, incumbent Zendrix”."""
    while place + 1 < len(tokens) and tokens[place + 1].word in _PASSED:
        place += 1
    after = place + 1
    if after >= len(tokens) or tokens[after].clause != tokens[place].clause:
        return False
    return bool(covered.get(after)) or _may_be_name(tokens, after, covered, None)


_LINKS = word_set(
    "is are being the their our a an was were got gets has been already still vendor supplier provider"
)
