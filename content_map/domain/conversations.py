"""The five conversations a B2B sale consists of: the only top level of the library."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Conversation(StrEnum):
    """The purpose of a piece of work with or about a customer; not a pipeline."""

    POINT_OF_VIEW = "point-of-view"
    RIGHT_PEOPLE = "right-people"
    RELEVANT_MEETING = "relevant-meeting"
    DEFINITION_OF_SUCCESS = "definition-of-success"
    TANGIBLE_VALUE = "tangible-value"


@dataclass(frozen=True, slots=True)
class Description:
    """What a page shows of a conversation. `outcome` is what a success leaves behind."""

    number: int
    key: Conversation
    name: str
    short: str
    when: str
    outcome: str
    question: str


CONVERSATIONS: tuple[Description, ...] = (
    Description(
        1,
        Conversation.POINT_OF_VIEW,
        "Build a Tailored Point of View",
        "Point of View",
        "before talking to the customer",
        "a customer-specific point-of-view statement",
        "What do we think about this customer?",
    ),
    Description(
        2,
        Conversation.RIGHT_PEOPLE,
        "Connect with the Right People",
        "Right People",
        "the first contact",
        "a confirmed opportunity",
        "Who has this problem, and is there an opportunity?",
    ),
    Description(
        3,
        Conversation.RELEVANT_MEETING,
        "Have a Relevant Meeting",
        "Relevant Meeting",
        "exploring and confirming a real problem",
        "a qualified prospect who has a problem to solve",
        "Is the problem real, and theirs?",
    ),
    Description(
        4,
        Conversation.DEFINITION_OF_SUCCESS,
        "Create the Definition of Success",
        "Definition of Success",
        "building consensus on what could and will be done",
        "a clear, mutually beneficial definition of success",
        "What would success be, agreed by both sides?",
    ),
    Description(
        5,
        Conversation.TANGIBLE_VALUE,
        "Make the Value Tangible",
        "Tangible Value",
        "turning expectations and alternatives into measurable outcomes",
        "a formal activation or close",
        "What is it worth against their alternatives, in their numbers?",
    ),
)

BY_KEY = {description.key: description for description in CONVERSATIONS}
