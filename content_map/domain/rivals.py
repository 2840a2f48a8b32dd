"""Competitors that the vocabulary does not know: the name after “vs”, “incumbent” or “replacing”."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from content_map.domain.phrases import PhraseTrie
from content_map.domain.words import ORDINARY_WORDS, STOP_WORDS, Token, word_set

_LONGEST_NAME = 3

# After these stands a rival, written with a capital or not.
_SURE = """vs; versus; incumbent; up against; competing with; competing against; compared to; compared with;
compare us with; compare us to; compare us against; comparing us with; comparing us to; comparing
us against; comparing with; comparing it with; comparing it to; compared us with; compared us to"""
# After these stands one only when it is written as a name.
_PERHAPS = """replace; replacing; displace; displacing; against; leaving; moving off; moving from; moving away from;
switching from; migrating from; migrating off; currently on; currently use; currently using; currently
with; alternative to; instead of; also evaluating; also considering; also looking at; also talking to;
shortlisted; evaluating; competitor; competitors; happy with; they use; they run; using; uses; runs;
running on"""

_PASSED = word_set(
    """
    is are being vendor supplier provider system platform tool solution the their our a an on
    """
)
_JOINED = frozenset(["and", "or"])
_NO_RIVALS = word_set(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july
    august september october november december mr mrs ms dr q1 q2 q3 q4 h1 h2 opex capex inhouse
    """
)

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


def _triggers() -> PhraseTrie[bool]:
    trie: PhraseTrie[bool] = PhraseTrie()
    for phrases, is_sure in ((_SURE, True), (_PERHAPS, False)):
        for phrase in phrases.split(";"):
            trie.add(phrase.split(), is_sure)
    return trie


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
    """Find “Zendrix is the incumbent” and “Zendrix vs us”."""
    for place, token in enumerate(tokens):
        before = place - 1
        if token.word == "incumbent":
            while before >= 0 and tokens[before].word in _PASSED:
                before -= 1
            if before == place - 1:
                continue
        elif not (
            token.word in {"vs", "versus"} and place + 1 < len(tokens) and tokens[place + 1].word == "us"
        ):
            continue
        first = before
        while (
            first >= 0
            and before - first < _LONGEST_NAME
            and _is_capital(tokens[first])
            and first not in covered
        ):
            first -= 1
        if _is_name(tokens[first + 1 : before + 1]):
            yield first + 1, before + 1
