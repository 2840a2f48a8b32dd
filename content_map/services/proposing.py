"""Works out what an asset's tags may be, from its pages, and leaves it as open suggestions for the marketer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain import tagging as rules
from content_map.domain.assets import State, Status
from content_map.domain.conversations import Conversation
from content_map.domain.tagging import ConversationSuggestion, CueSeen, TermSuggestion
from content_map.models import Asset, Mark, Page, Version, enqueue
from content_map.services import rush, tagging
from content_map.services.learned import Learned, changed_enough, tagged_counts
from content_map.services.vocabulary import Compiled

SUGGEST = "suggest"
OFFERED_CONVERSATIONS = 3  # search.md: one, and two below
OFFERED_TERMS = 12
EVIDENCE = 5
ASSETS_AGAIN = 2_000
# Reading has 5: the tagger who waits for one file comes before it, those of a whole drive after it.
_SOON, _AFTER_READING, _SOMETIME = 3, 6, 8
_LEARNED_FROM = "suggestions_learned_from"

Conclude = Callable[[Session], None]


@dataclass(frozen=True, slots=True)
class _Subject:
    title: str
    version_number: int
    pages: Sequence[tuple[int, str]]
    labels: Mapping[int, str]


def ask(session: Session, asset_id: str, *, priority: int | None = None) -> None:
    """Leave the job that works out an asset's suggestions; several at once are one."""
    if priority is None:
        priority = _AFTER_READING if rush.is_on(session) else _SOON
    enqueue(session, SUGGEST, asset_id, dedupe_key=f"{SUGGEST}:{asset_id}", priority=priority)


def ask_again(session: Session) -> int:
    """Have conversations suggested anew where none is set, once much was tagged since the last time.

    Returns how many assets that are, at most the 2,000 changed last.
    """
    counts = tagged_counts(session)
    mark = session.get(Mark, _LEARNED_FROM)
    known = json.loads(mark.value) if mark else {}
    if not changed_enough({each: known.get(each, 0) for each in Conversation}, counts):
        return 0
    waiting = session.scalars(
        select(Asset.id)
        .join(Asset.current)
        .where(
            Asset.conversation.is_(None),
            Asset.status != Status.ARCHIVED.value,
            Version.state == State.READY.value,
        )
        .order_by(Asset.updated_at.desc(), Asset.id)
        .limit(ASSETS_AGAIN)
    ).all()
    for asset_id in waiting:
        ask(session, asset_id, priority=_SOMETIME)
    session.merge(Mark(name=_LEARNED_FROM, value=json.dumps(counts)))
    return len(waiting)


def propose(sessions: Sessions, asset_id: str, *, vocabulary: Compiled, learned: Learned) -> Conclude:
    """Work out an asset's suggestions from its current version, and return what writes them."""
    with sessions.read() as session:
        subject = _load(session, asset_id)
        words, learner = vocabulary.current(session), learned.current(session)
    if subject is None:
        return _nothing
    conversations = rules.suggest_conversation(subject.title, subject.pages, words, learner)
    terms = rules.suggest_terms(subject.title, subject.pages, words)

    def conclude(session: Session) -> None:
        asset = session.get(Asset, asset_id)
        if asset is None or asset.version_number != subject.version_number:
            return
        decided = tagging.decided(session, asset)
        tagging.clear_open(session, asset)
        if asset.conversation is None:
            _offer_conversations(session, asset, conversations, decided, subject.labels)
        _offer_terms(session, asset, terms, decided, subject.labels)
        session.flush()

    return conclude


def _nothing(_session: Session) -> None:
    """The asset is gone, or its file could not be read: there is nothing to suggest."""


def _load(session: Session, asset_id: str) -> _Subject | None:
    row = session.execute(
        select(Asset.title, Asset.version_number, Version.id)
        .join(Asset.current)
        .where(Asset.id == asset_id, Version.state == State.READY.value)
    ).first()
    if row is None:
        return None
    pages = session.execute(
        select(Page.number, Page.label, func.substr(Page.text, 1, rules.PAGE_CHARACTERS))
        .where(Page.version_id == row.id)
        .order_by(Page.number)
        .limit(rules.PAGES_READ)
    ).all()
    texts = [(number, text) for number, _, text in pages]
    return _Subject(row.title, row.version_number, texts, {number: label for number, label, _ in pages})


def _offer_conversations(
    session: Session,
    asset: Asset,
    found: Sequence[ConversationSuggestion],
    decided: frozenset[str],
    labels: Mapping[int, str],
) -> None:
    fresh = [each for each in found if f"{tagging.CONVERSATION}:{each.conversation}" not in decided]
    for each in fresh[:OFFERED_CONVERSATIONS]:
        evidence: dict[str, object] = {
            "cues": _places(each.cues, labels),
            "shared": _places(each.learned, labels),
        }
        tagging.suggest(
            session,
            asset,
            tagging.CONVERSATION,
            each.conversation.value,
            confidence=each.confidence,
            evidence=evidence,
        )


def _offer_terms(
    session: Session,
    asset: Asset,
    found: Sequence[TermSuggestion],
    decided: frozenset[str],
    labels: Mapping[int, str],
) -> None:
    carried = tagging.carried(session, asset)
    fresh = [each for each in found if each.term.ref not in decided | carried]
    for each in fresh[:OFFERED_TERMS]:
        evidence: dict[str, object] = {"words": each.words, "page": each.page, "count": each.count}
        if each.page is not None:
            evidence["label"] = labels[each.page]
        tagging.suggest(
            session,
            asset,
            each.term.facet.value,
            each.term.key,
            confidence=each.confidence,
            evidence=evidence,
        )


def _places(cues: Sequence[CueSeen], labels: Mapping[int, str]) -> list[dict[str, object]]:
    return [
        {
            "words": cue.words,
            "page": cue.page,
            **({"label": labels[cue.page]} if cue.page is not None else {}),
        }
        for cue in cues[:EVIDENCE]
    ]
