"""Words that mean a term only in the right company: what must, or must not, stand near them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from content_map.domain.words import ORDINARY_WORDS, STOP_WORDS, Token, keys_of

_NEAR = 4


@dataclass(frozen=True, slots=True)
class Guard:
    """What a single ambiguous word needs: `near` within four words; where both are set, `capital` or `near`.

    `acronym`: only as it is written here, in capitals.
    """

    near: frozenset[str] = frozenset()
    not_after: frozenset[str] = frozenset()
    not_before: frozenset[str] = frozenset()
    capital: bool = False
    acronym: str | None = None

    def admits(self, tokens: Sequence[Token], place: int, *, shouting: bool) -> bool:
        """Say whether the word at `place` means the term here. A shouting text is written all in capitals."""
        token = tokens[place]
        if self.acronym is not None:
            dotted = "." in token.surface
            return token.surface.replace(".", "") == self.acronym and (dotted or not shouting)
        if place and tokens[place - 1].key in self.not_after:
            return False
        if place + 1 < len(tokens) and tokens[place + 1].key in self.not_before:
            return False
        if self.capital and place and token.surface[0].isupper() and not shouting:
            return True
        if not self.near:
            return not self.capital
        around = tokens[max(0, place - _NEAR) : place + _NEAR + 1]
        return any(other.key in self.near for other in around if other is not token)


def _keys(words: str) -> frozenset[str]:
    return frozenset(keys_of(words))


_SALES_COMPANY = _keys(
    "team people leader org organisation organization department rep director vp head chief"
)
_MONEY_WORRY = _keys(
    "worried worry concern concerned too high pushback objection sensitive pressure shock complain about"
    " complaining complains balk balks steep increase hike issue problem matter"
)
_RIVALRY = _keys(
    "vs versus against incumbent competitor competing using use used runs run running from with replace"
    " replacing replaces leaving off than prefer chose considering evaluating shortlisted license contract"
)

_GUARDS: dict[tuple[str, str], Guard] = {
    ("function", "sales"): Guard(near=_SALES_COMPANY),
    ("function", "marketing"): Guard(not_before=_keys("material agency budget campaign site")),
    ("pain", "price"): Guard(near=_MONEY_WORRY),
    ("pain", "pricing"): Guard(near=_MONEY_WORRY),
    ("pain", "audit"): Guard(not_before=_keys("firm committee")),
    ("pain", "training"): Guard(not_before=_keys("data company")),
    ("pain", "availability"): Guard(not_after=_keys("calendar your")),
    ("goal", "acquisition"): Guard(not_after=_keys("talent customer user data")),
    ("goal", "growth"): Guard(not_after=_keys("slow flat no")),
    ("industry", "mining"): Guard(not_after=_keys("data process text")),
    ("industry", "energy"): Guard(not_after=_keys("high low good")),
    ("industry", "school"): Guard(not_after=_keys("old")),
    ("industry", "plant"): Guard(not_after=_keys("power")),
    ("industry", "education"): Guard(not_after=_keys("customer user buyer")),
    ("seniority", "owner"): Guard(
        not_after=_keys("process product data budget asset system account content")
    ),
    ("seniority", "board"): Guard(not_after=_keys("on white"), not_before=_keys("room")),
    ("seniority", "manager"): Guard(not_after=_keys("account password content general managing asset")),
    ("seniority", "developer"): Guard(not_after=_keys("property wind solar")),
    ("region", "polish"): Guard(capital=True),
    ("size", "enterprise"): Guard(not_before=_keys("architect architecture software resource")),
}

_NAMES_THAT_ARE_WORDS = _keys(
    "epic dynamics oracle slack zoom box square notion linear sage unity apex summit monday asana workday"
    " infor domo looker tableau front drift gong clay apollo outreach highspot"
)


def guard_for(facet: str, alias: str) -> Guard | None:
    """Give what a term's alias needs around it, or None for plain ones; phrases speak for themselves."""
    keys = keys_of(alias)
    if len(keys) != 1:
        return None
    plain = alias.replace(".", "")
    if plain.casefold() in STOP_WORDS and plain.isupper():
        return Guard(acronym=plain)
    named = _BY_KEY.get((facet, keys[0]))
    if named is not None:
        return named
    if facet in {"competitor", "product"} and (keys[0] in _NAMES_THAT_ARE_WORDS or keys[0] in _ORDINARY_KEYS):
        return Guard(near=_RIVALRY, capital=True)
    return None


_BY_KEY = {(facet, keys_of(word)[0]): guard for (facet, word), guard in _GUARDS.items()}
_ORDINARY_KEYS = frozenset(key for word in ORDINARY_WORDS for key in keys_of(word))
