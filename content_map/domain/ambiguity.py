"""Words that mean a term only in the right company: what must, or must not, stand near them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from content_map.domain.words import ORDINARY_WORDS, Token, keys_of

_NEAR = 5


@dataclass(frozen=True, slots=True)
class Guard:
    """What an ambiguous word needs: `near` within five words; where both are set, `capital` or `near`.

    `acronym`: as it is written here, in capitals; in small letters only in its company (`after`, `before`).
    `role`: only as the name of a department or a title: “head of data”, “data lead”.
    """

    near: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    role: bool = False
    not_after: frozenset[str] = frozenset()
    not_before: frozenset[str] = frozenset()
    capital: bool = False
    acronym: str | None = None

    def admits(self, tokens: Sequence[Token], place: int, after: int, *, shouting: bool) -> bool:
        """Say whether what stands from `place` to `after` means the term here. A shouting text is all in capitals."""
        token = tokens[place]
        if self.acronym is not None and _is_written(token, self.acronym, shouting=shouting):
            return True
        if self.role or self.acronym is not None:
            return self._in_company(tokens, place, after)
        if place and tokens[place - 1].key in self.not_after:
            return False
        if after < len(tokens) and tokens[after].key in self.not_before:
            return False
        if self.capital and place and token.surface[0].isupper() and not shouting:
            return True
        if not self.near:
            return not self.capital
        around = tokens[max(0, place - _NEAR) : place + _NEAR + 1]
        return any(other.key in self.near for other in around if other is not token)

    def _in_company(self, tokens: Sequence[Token], place: int, after: int) -> bool:
        if self.role and names_a_role(tokens, place, after):
            return True
        following = tokens[after] if after < len(tokens) else None
        if following is not None and following.key in self.before and following.word not in _VERBS:
            return True
        return " ".join(token.word for token in tokens[max(0, place - 2) : place]) in self.after


def names_a_role(tokens: Sequence[Token], place: int, after: int) -> bool:
    """Say whether what stands there belongs to a title or a department: “data lead”, “VP of support”."""
    before = tokens[place - 1].key if place else ""
    if before.isdigit():  # “20 people team”
        return False
    if after < len(tokens) and tokens[after].clause == tokens[place].clause:
        following = tokens[after]
        if following.word in _SPEAKS or (following.key in _ROLE_AFTER and following.word not in _VERBS):
            return True
    if before == "of" and place > 1:
        before = tokens[place - 2].key
    return before in _ROLE_BEFORE


def _is_written(token: Token, acronym: str, *, shouting: bool) -> bool:
    return token.surface.replace(".", "") == acronym and ("." in token.surface or not shouting)


def _keys(words: str) -> frozenset[str]:
    return frozenset(keys_of(words))


_ROLE_BEFORE = _keys("vp svp evp avp director head lead chief")
_ROLE_AFTER = _keys(
    "lead head director manager team people folks guy lady department leadership leader boss chief organization"
    " staff office officer executive supervisor planner analyst engineer architect scientist administrator"
    " specialist coordinator vp person side function admin buyer owner group"
)
_VERBS = frozenset(["leads", "heads", "manages", "offices"])
_SPEAKS = frozenset(
    ["wants", "needs", "says", "asks", "insists", "pushes", "blocks", "objects", "thinks", "signs"]
)
_IT_COMPANY = _ROLE_AFTER | _keys(
    "budget estate landscape infrastructure spend security architecture ops shop"
)
_OF_THE = frozenset(f"{word} the" for word in ("in", "across", "from", "to", "into", "throughout", "outside"))
_US_COMPANY = _keys(
    "subsidiary headquarters hq parent branch arm based government federal retailer insurer manufacturer firm"
    " company operations division hospital utility carmaker grocer carrier"
)

_SALES_COMPANY = _keys(
    "team people leader org organization department rep director vp head chief leadership marketing lead manager"
    " force guy person enablement"
)
_MONEY_WORRY = _keys(
    "worried worry concern concerned high pushback objection sensitive pressure shock complain"
    " complaining complains balk balks steep increase hike issue problem matter blocker topic neither nor"
    " sticking cut cutting reduce reducing lower lowering rising control"
)
_LEAVING = _keys(
    "staff employee people nurse driver agent teacher volunteer worker labor workforce high attrition hiring retain"
    " retention burnout fluctuation personnel team"
)
_DEPARTMENTS = """
    data analytics bi cyber privacy support service risk compliance infrastructure network cloud digital
    production maintenance quality plant factory warehouse logistics inventory distribution fleet transport
    software product development technology brand communications commercial revenue enablement talent recruitment
    recruiting learning people sourcing buying category
"""
_RIVALRY = _keys(
    "vs versus against incumbent competitor competing using use used runs run running from with replace"
    " replacing replaces leaving off than prefer chose considering evaluating shortlisted license contract"
    " shop customer user already"
)

_GUARDS: dict[tuple[str, str], Guard] = {
    ("function", "sales"): Guard(near=_SALES_COMPANY),
    ("function", "marketing"): Guard(not_before=_keys("material agency budget campaign site")),
    ("pain", "price"): Guard(near=_MONEY_WORRY),
    ("pain", "pricing"): Guard(near=_MONEY_WORRY),
    ("pain", "cost"): Guard(near=_MONEY_WORRY, not_before=_keys("of")),
    ("pain", "budget"): Guard(near=_MONEY_WORRY, not_before=_keys("approval holder owner")),
    ("pain", "fines"): Guard(not_after=_keys("is was be")),
    ("region", "us"): Guard(acronym="US", after=_OF_THE, before=_US_COMPANY),
    ("function", "it"): Guard(acronym="IT", role=True, before=_IT_COMPANY),
    ("region", "turkey"): Guard(
        not_after=_keys("thanksgiving christmas roast"), not_before=_keys("campaign farm")
    ),
    ("goal", "acquire"): Guard(not_before=_keys("customer user new talent data client lead")),
    ("pain", "quit"): Guard(not_after=_keys("to please not")),
    ("goal", "merging"): Guard(
        not_before=_keys("data cell duplicate record branch list file document column")
    ),
    ("industry", "builder"): Guard(not_after=_keys("form page site app team machine report workflow query")),
    ("industry", "council"): Guard(not_after=_keys("works advisory customer user student")),
    ("industry", "student"): Guard(not_before=_keys("discount")),
    ("industry", "producer"): Guard(not_after=_keys("film music content energy power electricity")),
    ("seniority", "chief"): Guard(
        not_before=_keys(
            "concern worry problem issue aim goal reason complaint priority among objective cause pain competitor"
            " obstacle blocker objection question rival"
        )
    ),
    ("pain", "audit"): Guard(not_before=_keys("firm committee")),
    ("pain", "training"): Guard(not_before=_keys("data company")),
    ("pain", "availability"): Guard(not_after=_keys("calendar your")),
    ("goal", "acquisition"): Guard(not_after=_keys("talent customer user data")),
    ("goal", "growth"): Guard(not_after=_keys("slow flat no")),
    ("industry", "mining"): Guard(not_after=_keys("data process text")),
    ("industry", "energy"): Guard(
        not_after=_keys("high low good"), not_before=_keys("price cost bill consumption saving use")
    ),
    ("industry", "school"): Guard(not_after=_keys("old")),
    ("industry", "plant"): Guard(not_after=_keys("power")),
    ("industry", "education"): Guard(not_after=_keys("customer user buyer")),
    ("seniority", "owner"): Guard(
        not_after=_keys("process product data budget asset system account content card")
    ),
    ("seniority", "board"): Guard(not_after=_keys("on white"), not_before=_keys("room")),
    ("seniority", "manager"): Guard(not_after=_keys("account password content general managing asset")),
    ("seniority", "developer"): Guard(not_after=_keys("property wind solar")),
    ("seniority", "lead"): Guard(
        not_after=_keys("to can a the sales marketing inbound outbound webinar warm cold new hot of our"),
        not_before=_keys("in from to time gen generation flow battery pipe the scoring"),
    ),
    ("seniority", "head"): Guard(
        not_after=_keys("per to"), not_before=_keys("count office quarter start to on over")
    ),
    ("seniority", "user"): Guard(
        not_before=_keys("adoption experience training acceptance interface license group")
    ),
    ("industry", "agency"): Guard(not_after=_keys("government federal state aid news")),
    ("pain", "turnover"): Guard(near=_LEAVING),
    ("pain", "rollout"): Guard(not_before=_keys("plan deck")),
    ("region", "polish"): Guard(capital=True),
    ("size", "enterprise"): Guard(
        not_before=_keys(
            "architect architecture software resource deal sales license edition plan search wide"
        )
    ),
}

_NAMES_THAT_ARE_WORDS = _keys(
    "epic dynamics oracle slack zoom box square notion linear sage unity apex summit monday asana workday"
    " infor domo looker tableau front drift gong clay apollo outreach highspot suite"
)


def guard_for(facet: str, alias: str, keys: Sequence[str]) -> Guard | None:
    """Give what a term's alias needs around it, or None for plain ones; phrases speak for themselves."""
    if len(keys) != 1:
        return None
    plain = alias.replace(".", "")
    named = _BY_KEY.get((facet, keys[0]))
    if named is not None and (named.acronym is None or named.acronym == plain):
        return named
    if plain.isupper() and (plain.casefold() in ORDINARY_WORDS or keys[0] in _ORDINARY_KEYS):
        return Guard(acronym=plain)
    if facet in {"competitor", "product"} and (keys[0] in _NAMES_THAT_ARE_WORDS or keys[0] in _ORDINARY_KEYS):
        return Guard(near=_RIVALRY, capital=True)
    return None


_BY_KEY = {("function", key): Guard(role=True) for key in _keys(_DEPARTMENTS)}
_BY_KEY |= {(facet, keys_of(word)[0]): guard for (facet, word), guard in _GUARDS.items()}
_ORDINARY_KEYS = frozenset(key for word in ORDINARY_WORDS for key in keys_of(word))
