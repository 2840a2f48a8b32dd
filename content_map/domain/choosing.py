"""Two questions for a tagger in doubt: what will exist afterwards, and who has to agree that it exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from content_map.domain.conversations import Conversation


class Agrees(StrEnum):
    """Who has to agree that the outcome exists."""

    NOBODY = "nobody"  # outside our own company
    CONTACT = "contact"  # the person who was reached
    AFFECTED = "affected"  # those who have the problem
    BOTH_SIDES = "both-sides"  # everybody with a say, on both sides
    BUYER = "buyer"  # whoever signs or pays


# product.md, the outcomes: a statement needs only its author; an opportunity is confirmed by the one reached, who may
# confirm the problem too; a definition of success is mutual; a close is signed.
_SPEAKS_FOR: Mapping[Agrees, tuple[Conversation, ...]] = {
    Agrees.NOBODY: (Conversation.POINT_OF_VIEW,),
    Agrees.CONTACT: (Conversation.RIGHT_PEOPLE, Conversation.RELEVANT_MEETING),
    Agrees.AFFECTED: (Conversation.RELEVANT_MEETING,),
    Agrees.BOTH_SIDES: (Conversation.DEFINITION_OF_SUCCESS,),
    Agrees.BUYER: (Conversation.TANGIBLE_VALUE,),
}


class Why(StrEnum):
    """What leaves the conversations that are left."""

    OUTCOME = "outcome"  # its outcome is what will exist
    AGREEMENT = "agreement"  # its outcome exists once they agree
    BOTH = "both"
    TORN = "torn"  # the two answers speak for different ones


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The conversations that the answers leave, in order; all five and no reason without an answer."""

    conversations: tuple[Conversation, ...]
    why: Why | None


def narrow(outcome: Conversation | None, agrees: Agrees | None) -> Narrowed:
    """Narrow the five by what will exist (named by the conversation whose outcome it is) and by who agrees.

    Answers that contradict each other leave both sides: nothing is decided for the tagger.
    """
    by_agreement = _SPEAKS_FOR[agrees] if agrees is not None else ()
    if outcome is None and agrees is None:
        return Narrowed(tuple(Conversation), None)
    if outcome is None:
        return Narrowed(by_agreement, Why.AGREEMENT)
    if agrees is None:
        return Narrowed((outcome,), Why.OUTCOME)
    if outcome in by_agreement:
        return Narrowed((outcome,), Why.BOTH)
    left = {outcome, *by_agreement}
    return Narrowed(tuple(each for each in Conversation if each in left), Why.TORN)
