"""What an act over many assets would do, and did, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.bulk import TERMS, Tally
from content_map.domain.conversations import BY_KEY, Conversation
from content_map.models import Asset, Term, User
from content_map.services.bulk import Outcome
from content_map.services.undoing import Undone
from content_map.web import words
from content_map.web.bulk_form import LABELS, STATUSES
from content_map.web.speech import _, day_written, moment_written, ngettext

SHOWN_CHARACTERS = 60
KINDS_SHOWN = 5
_TOLD_BEFORE = frozenset({"conversation", "status", "audience", "owner"})


@dataclass(frozen=True, slots=True)
class Line:
    """A field, and one sentence for each value it takes."""

    label: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A field of one asset, before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Row:
    """An asset and all that changes in it."""

    title: str
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A preview in words."""

    headline: str
    lines: tuple[Line, ...]
    rows: tuple[Row, ...]


class Speaker:
    """Says values by name; people, assets and terms are looked up once for all of them."""

    def __init__(self, session: Session, outcome: Outcome) -> None:
        pairs = [pair for each in outcome.listed for pair in each.difference.items()]
        counted = [(name, pair) for name, values in outcome.tally.values.items() for pair in values]
        self._people = _named(session, User, User.name, _values("owner", [*pairs, *counted]))
        self._assets = _named(session, Asset, Asset.title, _values("successor", [*pairs, *counted]))
        self._terms = {term.full_key: term.name for term in session.scalars(select(Term))}

    def said(self, name: str, value: Any) -> str:
        """Say a field's value; nothing is “none”."""
        if value is None or value == "":
            return _("none")
        match name:
            case "conversation":
                five = BY_KEY[Conversation(value)]
                return f"{five.number} {five.short}"
            case "status":
                return str(STATUSES[value])
            case "audience":
                return str(words.AUDIENCES[value])
            case "owner":
                return self._people.get(value, value)
            case "successor":
                return self._assets.get(value, value)
            case "terms":
                return ", ".join(self._terms.get(each, each) for each in _listed(value))
            case "publish_at" | "expires_at":
                return moment_written(datetime.fromisoformat(value))
            case "review_by":
                return day_written(date.fromisoformat(value), "medium")
        text = str(value)
        return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"


def tell(session: Session, outcome: Outcome) -> Told:
    """Put a preview into words."""
    speaker = Speaker(session, outcome)
    return Told(
        headline_of(outcome),
        tuple(
            Line(str(LABELS[name]), tuple(_sentences(name, outcome.tally, speaker)))
            for name in outcome.tally.fields
        ),
        tuple(
            Row(
                each.title,
                tuple(
                    Moved(str(LABELS[name]), speaker.said(name, before), speaker.said(name, after))
                    for name, (before, after) in each.difference.items()
                ),
            )
            for each in outcome.listed
        ),
    )


def headline_of(outcome: Outcome) -> str:
    """Say how many change, how many stay, how many cannot."""
    parts = [
        ngettext("%(num)s asset changes.", "%(num)s assets change.", outcome.changed)
        if outcome.changed
        else _("Nothing changes.")
    ]
    if outcome.unchanged:
        parts.append(ngettext("%(num)s stays as it is.", "%(num)s stay as they are.", outcome.unchanged))
    if outcome.refused:
        parts.append(ngettext("%(num)s cannot.", "%(num)s cannot.", len(outcome.refused)))
    return " ".join(parts)


def done(outcome: Outcome) -> str:
    """Say what was done."""
    if not outcome.changed:
        return _("Nothing was changed.") if outcome.refused else _("Nothing changed: they were so already.")
    parts = [ngettext("%(num)s asset is changed.", "%(num)s assets are changed.", outcome.changed)]
    if outcome.unchanged:
        parts.append(ngettext("%(num)s was so already.", "%(num)s were so already.", outcome.unchanged))
    if outcome.refused:
        parts.append(ngettext("%(num)s was left out.", "%(num)s were left out.", len(outcome.refused)))
    return " ".join(parts)


def undone(found: Undone) -> str:
    """Say what went back, and what somebody had changed since."""
    parts = [
        ngettext("%(num)s asset is as it was.", "%(num)s assets are as they were.", found.restored)
        if found.restored
        else _("Nothing had to go back.")
    ]
    for each in found.kept[:KINDS_SHOWN]:
        field = str(LABELS.get(each.field, each.field))
        parts.append(_("%(title)s, %(field)s: %(why)s", title=each.title, field=field, why=each.detail))
    if len(found.kept) > KINDS_SHOWN:
        parts.append(_("And %(n)s more stay as they are.", n=len(found.kept) - KINDS_SHOWN))
    return " ".join(parts)


def _sentences(name: str, tally: Tally, speaker: Speaker) -> Iterable[str]:
    by_after: dict[str | None, Counter[str | None]] = {}
    for (before, after), count in tally.values[name].items():
        by_after.setdefault(after, Counter())[before] += count
    if name == TERMS:
        yield from _of_terms(tally, speaker)
        return
    for after, befores in list(by_after.items())[:KINDS_SHOWN]:
        count = sum(befores.values())
        if after is None:
            sentence = ngettext("%(num)s is cleared", "%(num)s are cleared", count)
        else:
            value = speaker.said(name, after)
            sentence = ngettext("%(num)s gets %(value)s", "%(num)s get %(value)s", count, value=value)
        yield f"{sentence} ({_had(name, befores, speaker)})" if name in _TOLD_BEFORE else sentence
    if len(by_after) > KINDS_SHOWN:
        yield _("and %(n)s other values", n=len(by_after) - KINDS_SHOWN)


def _of_terms(tally: Tally, speaker: Speaker) -> Iterable[str]:
    for (removed, added), count in tally.values[TERMS].most_common():
        if added is not None:
            term = speaker.said(TERMS, [added])
            yield ngettext("%(num)s gets %(term)s", "%(num)s get %(term)s", count, term=term)
        else:
            term = speaker.said(TERMS, [removed])
            yield ngettext("%(num)s loses %(term)s", "%(num)s lose %(term)s", count, term=term)


def _had(name: str, befores: Counter[str | None], speaker: Speaker) -> str:
    told = [
        _("%(n)s had %(value)s", n=count, value=speaker.said(name, before))
        for before, count in befores.most_common(KINDS_SHOWN)
    ]
    return ", ".join([*told, "…"] if len(befores) > KINDS_SHOWN else told)


def _values(field: str, pairs: Iterable[tuple[str, tuple[Any, Any]]]) -> set[str]:
    return {value for name, pair in pairs if name == field for value in pair if value}


def _named(session: Session, kind: type[User] | type[Asset], name: Any, ids: set[str]) -> Mapping[str, str]:
    if not ids:
        return {}
    return {row[0]: row[1] for row in session.execute(select(kind.id, name).where(kind.id.in_(ids)))}


def _listed(value: Any) -> list[str]:
    return list(value) if isinstance(value, list | tuple) else [str(value)]
