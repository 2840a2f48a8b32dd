"""The two questions of the tag form, answered there, and what the answers leave."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from content_map.domain.choosing import Agrees, Why, narrow
from content_map.domain.conversations import BY_KEY, Conversation, Description
from content_map.web.speech import LazySentence, _
from content_map.web.speech import lazy_gettext as __

AGREES: dict[Agrees, LazySentence] = {
    Agrees.NOBODY: __("Nobody outside our company"),
    Agrees.CONTACT: __("The person we reach"),
    Agrees.AFFECTED: __("Those who have the problem"),
    Agrees.BOTH_SIDES: __("Everybody with a say, on both sides"),
    Agrees.BUYER: __("Whoever signs or pays"),
}


@dataclass(frozen=True, slots=True)
class Chooser:
    """The answers so far, the conversations they leave (none before an answer), and why in a sentence."""

    outcome: str
    agrees: str
    options: tuple[tuple[str, LazySentence], ...]
    left: tuple[Description, ...]
    why: str


def answered() -> Chooser:
    """Read the answers from the form or the address; what is none of the answers counts as not answered."""
    given_outcome, given_agrees = request.values.get("outcome", ""), request.values.get("agrees", "")
    outcome = Conversation(given_outcome) if given_outcome in set(Conversation) else None
    agrees = Agrees(given_agrees) if given_agrees in set(Agrees) else None
    found = narrow(outcome, agrees)
    left = tuple(BY_KEY[each] for each in found.conversations) if found.why else ()
    options = tuple((each.value, words) for each, words in AGREES.items())
    return Chooser(outcome or "", agrees or "", options, left, _why(found.why, left, agrees))


def _why(why: Why | None, left: tuple[Description, ...], agrees: Agrees | None) -> str:
    who = str(AGREES[agrees]) if agrees else ""
    match why:
        case Why.OUTCOME:
            return _("A success there leaves behind %(outcome)s.", outcome=left[0].outcome)
        case Why.AGREEMENT:
            return _("Its outcome exists once these agree: %(who)s.", who=who)
        case Why.BOTH:
            return _(
                "A success there leaves behind %(outcome)s, and it exists once these agree: %(who)s.",
                outcome=left[0].outcome,
                who=who,
            )
        case Why.TORN:
            return _("Your two answers speak for different ones. Choose where the asset helps most.")
    return ""
