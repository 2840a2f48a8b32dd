"""What a sentence denies: the reach of not, no and without, and what they leave alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from content_map.domain.words import Token, word_set

_REACH = 5  # search.md: negation scope of five tokens

_NOT = word_set(
    """
    not isnt arent wasnt werent dont doesnt didnt wont havent hasnt hadnt cannot cant couldnt wouldnt
    never aint neither nor except excluding unlike isn aren wasn don doesn didn won
    """
)
_LACK = frozenset(["no", "without", "zero"])
_NOT_REALLY = word_set(
    """
    only just merely simply sure yet least until solely
    """
)
_WORRY = word_set(
    """
    worried worry worries concern concerned concerns concerning care caring cares interest interested
    afraid bothered about fear fears issue problem priority bother bothers mention mentioned mentions
    """
)
_VERDICTS = word_set(
    """
    issue issues problem problems concern concerns priority worry topic factor blocker driver important
    relevant question matter showstopper obstacle concerning worrying discussion agenda factor drivers blockers
    table interesting
    """
)
# A negation passes over these on its way to the term; any other word ends its reach.
_PASSED = _WORRY | word_set(
    """
    a an the any some in at for with from of on by to into and or is are be been being was were do does
    really very much so too using use used run running looking look buying want wants wanted need needs
    have has their our its his her this that these those another other kind sort type big large small
    single around currently going part longer anything talking like prefer being even anymore compete competing
    work works working they we he she it you i would should will could can
    """
)
_BE = word_set(
    """
    is are was were be being isnt arent wasnt werent
    """
)
_PREPOSITIONS = frozenset(["in", "at", "for", "with", "from", "of", "on", "by", "to"])
# A wish to be without a pain is the pain.
_WISHES = word_set(
    """
    want wants wanted need needs have has like prefer
    """
)

# What a sentence is not about ends here.
_TURNS = word_set(
    """
    but who which that because while since as when instead rather although though if
    """
)


def is_negated(
    tokens: Sequence[Token], first: int, after: int, facets: Mapping[int, str], *, is_pain: bool
) -> bool:
    """Say whether the phrase in tokens `first` to `after` is denied.

    `facets` tell for each place of a recognised phrase its facet: a “no” inside one (“no budget”) denies
    nothing else. “Without downtime” speaks of downtime, so for a pain only its weight can be denied.
    """
    return _denied_before(tokens, first, facets, is_pain=is_pain) or _denied_after(tokens, after)


def is_filler(word: str) -> bool:
    """Say whether a word only joins or denies others."""
    return word in _PASSED or word in _NOT or word in _LACK or word in _NOT_REALLY or word in _TURNS


def not_about(tokens: Sequence[Token]) -> list[Token]:
    """Find what a sentence says it is not about, recognised or not: “not about price”, “not interested in robots”."""
    return [
        token
        for place, token in enumerate(tokens)
        if _is_about(tokens, place) and _denied_before(tokens, place, {}, is_pain=False)
        for token in _object(tokens, place + 1)
    ]


def _is_about(tokens: Sequence[Token], place: int) -> bool:
    word = tokens[place].word
    return word == "about" or (word == "in" and place > 0 and tokens[place - 1].word == "interested")


def _object(tokens: Sequence[Token], first: int) -> Iterator[Token]:
    """Give the words from here on that belong together: “the price or a discount”."""
    met = False
    for token in tokens[first : first + _REACH]:
        if token.clause != tokens[first - 1].clause or token.word in _TURNS:
            return
        if token.word in ("or", "nor"):
            met = False
        elif token.word not in _PASSED:
            met = True
            yield token
        elif met:
            return


def _denied_before(tokens: Sequence[Token], first: int, facets: Mapping[int, str], *, is_pain: bool) -> bool:
    passed: list[str] = []
    for place in range(first - 1, max(-1, first - 1 - _REACH), -1):
        word = tokens[place].word
        if tokens[place].clause != tokens[first].clause:
            return False
        if place in facets:
            # “Not retail or banking”, “not a German bank”, but “without migration for a bank”.
            if facets[place] != facets[first] and any(word in _PREPOSITIONS for word in passed):
                return False
            continue
        if word in _NOT or word in _LACK or (word == "far" and passed[-1:] == ["from"]):
            if passed and passed[-1] in _NOT_REALLY:
                return False
            return not is_pain or _denies_pain(word, passed)
        if word not in _PASSED and word not in _NOT_REALLY:
            return False
        passed.append(word)
    return False


def _denies_pain(negator: str, passed: Sequence[str]) -> bool:
    if any(word in _WORRY for word in passed):
        return True
    return (
        (negator in _NOT or negator == "far")
        and negator not in {"cannot", "cant"}
        and not any(word in _WISHES for word in passed)
    )


def _denied_after(tokens: Sequence[Token], after: int) -> bool:
    """Find “… is not an issue”."""
    ahead = [
        token.word for token in tokens[after : after + _REACH] if token.clause == tokens[after - 1].clause
    ]
    if not ahead or (ahead[0] not in _BE and ahead[0] not in _NOT):
        return False
    negated = False
    for word in ahead:
        negated = negated or word in _NOT or word in _LACK
        if word in _VERDICTS:
            return negated
        if word not in _BE and word not in _NOT and word not in _LACK and word not in _PASSED:
            return False
    return False
