"""Situations that a person keeps: saved from a search or in their own words, renamed, watched, removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.assets import Status, is_live
from content_map.domain.denying import DENIALS
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.domain.situations import SITUATION_CHARACTERS, Situation, parse
from content_map.errors import Conflict, FieldError, Invalid, NotFound
from content_map.models import Account, Asset, SavedSearch, SavedSearchMatch
from content_map.services import accounts, audit, matching, searches
from content_map.services.asking import Finder, ask
from content_map.services.texts import NOT_STORABLE, is_storable

NAME_CHARACTERS = 200
KEPT_AT_MOST = 100
SHORT_NAME = 80
MATCHES_SHOWN, MATCHES_READ = 5, 500
FRESH_FOR = timedelta(days=14)


class SavedChanges(TypedDict, total=False):
    """What may be changed; a missing field is left alone."""

    name: str
    alerts: bool


@dataclass(frozen=True, slots=True)
class NewMatch:
    """An asset that the person was told of, and when."""

    asset: str
    title: str
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Saved:
    """A kept situation with its customer's name and the latest matches that are still live, the newest first."""

    id: str
    name: str
    situation: Situation
    account: str | None
    alerts: bool
    saved_at: datetime
    looked_at: datetime | None
    matches: tuple[NewMatch, ...] = ()
    fresh: int = 0  # of the matches, those told within two weeks


def listed(session: Session, *, limit: int = KEPT_AT_MOST, actor: Actor, now: datetime) -> Sequence[Saved]:
    """List one's own, the latest saved first."""
    require(actor, Right.SEARCH)
    mine = select(SavedSearch).where(SavedSearch.user_id == actor.id)
    rows = session.scalars(mine.order_by(SavedSearch.saved_at.desc(), SavedSearch.id).limit(limit)).all()
    return _shown(session, rows, now)


def get(session: Session, saved_id: str, *, actor: Actor, now: datetime) -> Saved:
    """Show one of one's own. Raises NotFound, also for somebody else's: its words are theirs."""
    return _shown(session, [_own(session, saved_id, actor)], now)[0]


def from_search(session: Session, search_id: str, *, actor: Actor) -> Situation:
    """Take the situation of one's own search. Raises NotFound."""
    require(actor, Right.SEARCH)
    return searches.situation_of(searches.own(session, search_id, actor=actor))


def to_ask(finder: Finder, session: Session, saved_id: str, *, actor: Actor) -> Situation:
    """Give the situation of one's own to ask again, without what is no term any more. Raises NotFound."""
    vocabulary = finder.vocabulary.current(session)
    kept = matching.situation_of(_own(session, saved_id, actor), vocabulary.terms.keys())
    # What the words no longer say need not be left out either.
    known = DENIALS.union(chip.handle for chip in parse(kept.text, vocabulary).chips)
    return replace(kept, ignore=tuple(ref for ref in kept.ignore if ref in known))


def save(
    finder: Finder, situation: Situation, name: str | None = None, *, actor: Actor, now: datetime
) -> Saved:
    """Keep a situation and be told of new matches; what matches already is noted and never told.

    No transaction is open while the engine looks. Raises NotAllowed, NotFound, Invalid (nothing to look for,
    unknown terms), Conflict (kept already, `saved_search`; or a hundred are).
    """
    require(actor, Right.SEARCH)
    _refuse(_problems(situation, name))
    with finder.sessions.read() as session:
        asked = ask(finder, session, situation, now=now)
        named = name or _short(situation.text) or ", ".join(chip.name for chip in asked.chips)
    there = matching.there_already(finder, asked)
    with finder.sessions.write() as session:
        account = (
            accounts.named(session, situation.account, actor=actor, now=now) if situation.account else None
        )
        kept = replace(situation, account=account.id if account else None, draft=False)
        _refuse_twin(session, kept, actor)
        saved = SavedSearch(
            user_id=actor.id,
            name=named.strip()[:NAME_CHARACTERS],
            situation=kept.text,
            account_id=kept.account,
            conversation=kept.conversation,
            prefer=kept.prefer,
            details=_details(kept),
            alerts=True,
            saved_at=now,
            looked_at=None if there is None else now,
        )
        session.add(saved)
        session.flush()
        matching.note(session, saved.id, there or (), told=False, now=now)
        audit.note(session, "saved_search.saved", "saved_search", saved.id, actor=actor, now=now)
        return _shown(session, [saved], now)[0]


def change(session: Session, saved_id: str, changes: SavedChanges, *, actor: Actor, now: datetime) -> Saved:
    """Rename one, or turn its alerts on or off. Raises NotFound, Invalid.

    Alerts that come on again begin anew: what came meanwhile is noted at the next look, and not told.
    """
    saved = _own(session, saved_id, actor)
    _refuse(_name_problems(changes.get("name")))
    changed: dict[str, object] = {}
    if "name" in changes and changes["name"].strip() != saved.name:
        # The words stay out of the trail: they may name a customer and must remain erasable.
        changed["name"], saved.name = "changed", changes["name"].strip()
    if "alerts" in changes and changes["alerts"] != saved.alerts:
        changed["alerts"] = [saved.alerts, changes["alerts"]]
        saved.alerts = changes["alerts"]
        if saved.alerts:
            saved.looked_at = None
    if changed:
        session.flush()
        audit.note(
            session, "saved_search.changed", "saved_search", saved.id, actor=actor, now=now, changes=changed
        )
    return _shown(session, [saved], now)[0]


def remove(session: Session, saved_id: str, *, actor: Actor, now: datetime) -> None:
    """Keep one no longer. Raises NotFound."""
    saved = _own(session, saved_id, actor)
    session.delete(saved)
    session.flush()
    audit.note(session, "saved_search.removed", "saved_search", saved_id, actor=actor, now=now)


def _own(session: Session, saved_id: str, actor: Actor) -> SavedSearch:
    require(actor, Right.SEARCH)
    saved = session.get(SavedSearch, saved_id)
    if saved is None or saved.user_id != actor.id:
        raise NotFound("You keep no such situation.")
    return saved


def _shown(session: Session, rows: Sequence[SavedSearch], now: datetime) -> list[Saved]:
    ids = [saved.id for saved in rows]
    accounts_of = {saved.account_id for saved in rows if saved.account_id}
    named = select(Account.id, Account.name).where(Account.id.in_(accounts_of))
    names = dict(session.execute(named).all()) if accounts_of else {}
    matches = _matches(session, ids, now) if ids else {}
    return [
        Saved(
            id=saved.id,
            name=saved.name,
            situation=matching.situation_of(saved),
            account=names.get(saved.account_id or ""),
            alerts=saved.alerts,
            saved_at=saved.saved_at,
            looked_at=saved.looked_at,
            matches=tuple(matches.get(saved.id, ())),
            fresh=sum(each.told_at > now - FRESH_FOR for each in matches.get(saved.id, ())),
        )
        for saved in rows
    ]


def _matches(session: Session, ids: Sequence[str], now: datetime) -> Mapping[str, list[NewMatch]]:
    told = (
        select(SavedSearchMatch, Asset)
        .join(Asset, Asset.id == SavedSearchMatch.asset_id)
        .where(SavedSearchMatch.saved_search_id.in_(ids), SavedSearchMatch.told_at.is_not(None))
        .order_by(SavedSearchMatch.told_at.desc(), SavedSearchMatch.asset_id)
        .limit(MATCHES_READ)
    )
    found: dict[str, list[NewMatch]] = {}
    for match, asset in session.execute(told):
        shown = found.setdefault(match.saved_search_id, [])
        live = is_live(Status(asset.status), asset.publish_at, asset.expires_at, now)
        if live and match.told_at is not None and len(shown) < MATCHES_SHOWN:
            shown.append(NewMatch(asset.id, asset.title, match.told_at))
    return found


def _details(situation: Situation) -> dict[str, list[str]]:
    return {
        "terms": list(situation.terms),
        "require": list(situation.require),
        "ignore": list(situation.ignore),
    }


def _refuse_twin(session: Session, situation: Situation, actor: Actor) -> None:
    mine = session.scalars(select(SavedSearch).where(SavedSearch.user_id == actor.id)).all()
    twin = next((saved for saved in mine if _same(matching.situation_of(saved), situation)), None)
    if twin is not None:
        raise Conflict(
            f"You keep this situation already, as “{twin.name}”.",
            saved_search={"id": twin.id, "name": twin.name},
        )
    if len(mine) >= KEPT_AT_MOST:
        raise Conflict(f"You keep {KEPT_AT_MOST} situations already. Remove one that you no longer need.")


def _same(one: Situation, other: Situation) -> bool:
    return _folded(one) == _folded(other)


def _folded(situation: Situation) -> Situation:
    return replace(
        situation,
        text=" ".join(situation.text.split()).casefold(),
        terms=tuple(sorted(situation.terms)),
        require=tuple(sorted(situation.require)),
        ignore=tuple(sorted(situation.ignore)),
    )


def _problems(situation: Situation, name: str | None) -> list[FieldError]:
    problems = _name_problems(name)
    if not situation.text.strip() and not situation.terms and not situation.require:
        problems.append(FieldError("/situation", "Describe the customer's situation, or choose a term."))
    if not is_storable(situation.text):
        problems.append(FieldError("/situation", NOT_STORABLE))
    if len(situation.text) > SITUATION_CHARACTERS:
        problems.append(FieldError("/situation", f"Write at most {SITUATION_CHARACTERS:,} characters."))
    return problems


def _name_problems(name: str | None) -> list[FieldError]:
    if name is None:
        return []
    if not name.strip():
        return [FieldError("/name", "Give it a name that you will know again.")]
    if not is_storable(name):
        return [FieldError("/name", NOT_STORABLE)]
    if len(name.strip()) > NAME_CHARACTERS:
        return [FieldError("/name", f"A name has at most {NAME_CHARACTERS} characters.")]
    return []


def _refuse(problems: Sequence[FieldError]) -> None:
    if problems:
        raise Invalid(" ".join(each.detail for each in problems), problems)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= SHORT_NAME else f"{words[: SHORT_NAME - 1].rstrip()}…"
