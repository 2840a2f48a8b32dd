"""Which complaint of a reader is whose to mend."""

from __future__ import annotations

from enum import StrEnum

from content_map.domain.usage import ExcludedReason, Feedback

NOTE_CHARACTERS = 2_000


class Mender(StrEnum):
    """Who is to act on a flag."""

    OWNER = "owner"
    MANAGER = "manager"


_MENDERS = {
    Feedback.WRONG_CUSTOMER: Mender.OWNER,
    Feedback.OUTDATED: Mender.OWNER,
    Feedback.CANNOT_CHANGE: Mender.OWNER,
    # Nothing is wrong with the asset: its readers need to be taught.
    Feedback.DO_NOT_KNOW_HOW: Mender.MANAGER,
}
_READERS = frozenset({None, ExcludedReason.NOT_SALES})


def mender_of(feedback: Feedback, excluded: ExcludedReason | None) -> Mender | None:
    """Say who acts on a reader's word; None for praise, for what names no fault, and for those who are no readers.

    A colleague outside sales does not count in the figures, but may well see that something is out of date.
    """
    return _MENDERS.get(feedback) if excluded in _READERS else None
