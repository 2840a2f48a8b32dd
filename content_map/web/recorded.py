"""What is recorded, in words: every kind of event and every column, so that the page can leave none out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from content_map.domain.usage import EventKind
from content_map.web.speech import LazySentence
from content_map.web.speech import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class Recorded:
    """One thing that is recorded: what, when, and who sees it."""

    what: LazySentence
    when: LazySentence
    seen_by: LazySentence


_AS_COUNTS = _("As counts for each asset. You see your own.")

EVENTS: Mapping[EventKind, Recorded] = {
    EventKind.IMPRESSION: Recorded(
        _("An asset was shown to you"),
        _("Its card was half visible for a second, with its rank."),
        _AS_COUNTS,
    ),
    EventKind.OPEN: Recorded(
        _("You opened an asset"),
        _("Its page, or its preview after your own click or five seconds on its row."),
        _AS_COUNTS,
    ),
    EventKind.DOWNLOAD: Recorded(
        _("You downloaded an asset"),
        _("When the download begins; for a customer only if you say so."),
        _AS_COUNTS,
    ),
    EventKind.SHARE_CREATED: Recorded(
        _("You made a link for a customer"),
        _("When you make it, with the customer."),
        _("As a use, in counts for each asset. You see your own links; an admin sees all, to close them."),
    ),
    EventKind.SHARE_VIEWED: Recorded(
        _("A customer opened your link"),
        _("Once for each asset and half-hour; machines are told apart and left out."),
        _("As counts for each link and asset; of the visitor no name and no address is kept."),
    ),
    EventKind.PAGE_VIEWED: Recorded(
        _("A page of a shared asset was looked at"),
        _("By a customer, page by page."),
        _("As counts for each asset."),
    ),
    EventKind.USE: Recorded(
        _("You used an asset for a customer"),
        _("When you log it, up to 14 days back: the customer, the conversation and how."),
        _("As counts of reps, customers and uses for each asset. You see your own and may take them back."),
    ),
    EventKind.NOT_USED: Recorded(
        _("You did not use it"),
        _("When you say so, with the reason you choose."),
        _("As counts of reasons for each asset."),
    ),
    EventKind.TAILORED: Recorded(
        _("You made a copy for a customer"),
        _("When the copy is made."),
        _("As a use, in counts for each asset."),
    ),
    EventKind.OUTCOME: Recorded(
        _("What came of a conversation"),
        _("When you answer: reached, not reached or not known yet."),
        _("As counts for each asset and conversation. You see your own answers."),
    ),
    EventKind.FEEDBACK: Recorded(
        _("Feedback, with your words if you write any"),
        _("When you give it."),
        _(
            "Everybody, as Sales or Marketing and with your team if it has five people or more; never your name. "
            "That one of the team does not know how to use something is told to the team’s manager."
        ),
    ),
}

# By column of an event, as exports name them.
COLUMNS: Mapping[str, LazySentence] = {
    "id": _("A random number that keeps the same event from counting twice"),
    "occurred_at": _("When it happened"),
    "received_at": _("When it arrived here"),
    "kind": _("Which of the things above it is"),
    "actor_id": _("Who did it: you, and in exports a pseudonym that changes with the quarter"),
    "actor_role": _("Your role at that time"),
    "asset_id": _("Which asset"),
    "version": _("Which version of it"),
    "surface": _("Where: search, browsing, a recommendation, a direct link, a share or another tool"),
    "search_id": _("The search it came from"),
    "rank": _("At which place the search showed it"),
    "share_id": _("The link it came through"),
    "account_id": _("The customer"),
    "opportunity": _("The deal, if another tool names it"),
    "conversation": _("Which of the five conversations"),
    "page": _("Which page of the asset"),
    "seconds": _("How long it was looked at; never kept of you while reports show no people"),
    "how": _("Prepared, presented, sent, printed or another way"),
    "purpose": _("Whether a download was for a customer"),
    "use_id": _("The use that an outcome is about"),
    "outcome": _("Reached, not reached or not known yet"),
    "feedback": _("The reason or feedback you chose"),
    "text": _("Your words, if you wrote any"),
    "source": _("The tool it was brought in from"),
    "excluded_reason": _("Why it does not count, such as the owner’s own view"),
    "once_key": _("What keeps the same within half an hour from counting twice"),
}

BESIDE: tuple[Recorded, ...] = (
    Recorded(
        _("A search: your sentence, its terms, the customer, what it found"),
        _(
            "On Enter, on the first open, or after three seconds of rest. What you type before that is answered and "
            "not kept."
        ),
        _(
            "You. Others see terms that three or more people asked with, and counts; your words only where you tick "
            "that marketing may read them."
        ),
    ),
    Recorded(
        _("A situation you save, and which assets you were told of"),
        _("When you save it, until you remove it."),
        _("You alone."),
    ),
    Recorded(
        _("A request for content"),
        _("When you ask. It is a letter: whoever answers knows whom to ask back."),
        _(
            "Marketing, sales managers and analysts: on pages your side and a team of five or more, over the API "
            "your name, so that they can ask you back."
        ),
    ),
    Recorded(
        _("Your role and team, and since when"),
        _("When an admin changes them."),
        _("Admins. Reports use them to tell sales from other roles."),
    ),
    Recorded(
        _("What you changed: assets, tags, accounts, settings"),
        _("With the change, in the audit trail."),
        _("Admins."),
    ),
    Recorded(
        _("Failed sign-ins, as scrambled addresses"),
        _("When they happen."),
        _("Nobody; they slow guessing down."),
    ),
    Recorded(
        _("Messages to you, and when you read them"), _("When they are written and opened."), _("You alone.")
    ),
)

SETTINGS: Mapping[str, LazySentence] = {
    "none": _(
        "No people at all: you see your own rows, and nobody else does. No figure is split below five people."
    ),
    "team": _("Teams of five people or more. No person is named, and no smaller group is shown."),
    "named": _(
        "Teams of any size; and persons, to the manager of their team and to admins. How long you read may be kept."
    ),
}
