"""What is to be done to many assets, as a form: each field left, set or cleared; and which assets they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast
from urllib.parse import urlsplit

from flask import request

from content_map import context
from content_map.domain.assets import (
    GUIDE_FIELD_CHARACTERS,
    SUMMARY_CHARACTERS,
    TITLE_CHARACTERS,
    Audience,
    Status,
)
from content_map.domain.bulk import GUIDE
from content_map.domain.conversations import Conversation
from content_map.errors import FieldError, Invalid
from content_map.schemas.asset import MINUTES_AT_MOST
from content_map.services.asset_changes import AssetChanges
from content_map.services.bulk import Edit, Selection
from content_map.web import forms, library_filter
from content_map.web.speech import LazySentence, _
from content_map.web.speech import lazy_gettext as __

# What is stored; whether a published asset is live is for its days to say.
STATUSES: Mapping[str, LazySentence] = {
    "draft": __("Draft"),
    "published": __("Published"),
    "archived": __("Retired"),
}
# A value's field and the choice beside it have names of their own: the bulk bar sends others in the same form.
VALUE, CHOICE = "v.", "do."


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form: `control` says what it is filled in with."""

    name: str
    label: LazySentence
    control: str
    read: Callable[[str], Any]
    clears: bool = True
    sets: bool = True
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that stand together under a heading."""

    label: LazySentence
    fields: tuple[Field, ...]


def _line(name: str) -> str:
    found = forms.text(name)
    if found is None:
        raise Invalid.field(f"/{name}", _("Write what to set, or choose to clear or to leave it."))
    return " ".join(found.split()) if name == VALUE + "title" else found


def _day(name: str) -> date:
    found = forms.day(name)
    if found is None:
        raise Invalid.field(f"/{name}", _("Choose a day, or choose to clear or to leave it."))
    return found


def _moment(name: str) -> datetime:
    try:
        local = datetime.fromisoformat(_line(name))
    except ValueError:
        raise Invalid.field(f"/{name}", _("Write a day and a time, such as 2026-11-30 09:00.")) from None
    return local.replace(tzinfo=context.resources().settings.zone).astimezone(UTC)


def _minutes(name: str) -> int:
    found = forms.whole_number(name, _line(name))
    if found is None or not 1 <= found <= MINUTES_AT_MOST:
        raise Invalid.field(f"/{name}", _("Write 1 to %(most)s minutes.", most=MINUTES_AT_MOST))
    return found


def _one_of(kind: type[Conversation] | type[Status] | type[Audience]) -> Callable[[str], Any]:
    def read(name: str) -> Any:
        found = forms.choice(name, kind)
        if found is None:
            raise Invalid.field(f"/{name}", _("Choose a value, or choose to leave it."))
        return found

    return read


def _asset(name: str) -> str:
    """Take an asset by its address or its id: the last part of either that is none of our own words."""
    parts = [part for part in urlsplit(_line(name)).path.split("/") if part]
    return parts[1] if parts[:1] == ["assets"] and len(parts) > 1 else parts[-1] if parts else ""


def _guide(part: str, label: LazySentence) -> Field:
    return Field(f"{GUIDE}.{part}", label, "area", _line, most=GUIDE_FIELD_CHARACTERS)


GROUPS = (
    Group(
        __("Where it belongs"),
        (
            Field("conversation", __("Conversation"), "conversation", _one_of(Conversation)),
            Field("status", __("Status"), "status", _one_of(Status), clears=False),
            Field("audience", __("Audience"), "audience", _one_of(Audience), clears=False),
            Field("owner", __("Owner"), "owner", _line, clears=False),
        ),
    ),
    Group(
        __("Until when"),
        (
            Field("publish_at", __("Goes live"), "moment", _moment),
            Field("expires_at", __("Expires"), "moment", _moment),
            Field("review_by", __("Review by"), "day", _day),
            Field("successor", __("Successor"), "asset", _asset),
        ),
    ),
    Group(
        __("What it says of itself"),
        (
            Field("title", __("Title"), "line", _line, clears=False, most=TITLE_CHARACTERS),
            Field("summary", __("Summary"), "area", _line, most=SUMMARY_CHARACTERS),
            Field("external_id", __("External id"), "none", _line, sets=False),
        ),
    ),
    Group(
        __("How a rep uses it"),
        (
            _guide("when_to_use", __("When to use it")),
            _guide("say_first", __("Say first")),
            _guide("ask_next", __("Ask next")),
            _guide("do_not", __("Do not")),
            _guide("may_change", __("What a rep may change")),
            Field(f"{GUIDE}.minutes", __("Minutes it takes"), "minutes", _minutes),
        ),
    ),
)
FIELDS = tuple(each for group in GROUPS for each in group.fields)
LABELS: Mapping[str, LazySentence] = {**{each.name: each.label for each in FIELDS}, "terms": __("Terms")}


def edit() -> Edit:
    """Read the form, or the button of the bulk bar that sent it. Raises Invalid naming every field at fault."""
    return _full() if request.form.get("form") else _quick()


def selection() -> Selection:
    """Read which assets: those ticked, or all that fit the filter the form carries. Raises Invalid for none."""
    if request.values.get("all"):
        given = library_filter.from_query(request.values.get("filter", ""))
        expected = forms.whole_number("expected", request.values.get("expected"))
        return Selection(filter=library_filter.filter_of(given), expected=expected, today=context.today())
    ids = tuple(dict.fromkeys(request.values.getlist("asset")))
    if not ids:
        raise Invalid.field("/asset", _("Tick the assets first."))
    return Selection(ids=ids)


def _quick() -> Edit:
    if conversation := forms.choice("conversation", Conversation):
        return Edit({"conversation": conversation})
    match request.form.get("act"), forms.text("add_term"):
        case "publish", _term:
            return Edit({"status": Status.PUBLISHED})
        case "retire", _term:
            return Edit({"status": Status.ARCHIVED})
        case "add_term", str(term):
            return Edit({}, add_terms=(term,))
        case "remove_term", str(term):
            return Edit({}, remove_terms=(term,))
    raise Invalid.field("/act", _("Choose what to do to them, such as a conversation or a term."))


def _full() -> Edit:
    changes: dict[str, Any] = {}
    problems: list[FieldError] = []
    for field in FIELDS:
        try:
            _read(field, changes)
        except Invalid as refused:
            problems += refused.errors
    if problems:
        raise Invalid(" ".join(each.detail for each in problems), problems)
    added, removed = request.form.getlist("add_term"), request.form.getlist("remove_term")
    found = Edit(cast("AssetChanges", changes), tuple(filter(None, added)), tuple(filter(None, removed)))
    if not (changes or found.add_terms or found.remove_terms):
        raise Invalid.field("/form", _("Nothing is chosen yet: set or clear at least one field."))
    return found


def _read(field: Field, changes: dict[str, Any]) -> None:
    match request.form.get(CHOICE + field.name):
        case "set" if field.sets:
            value = field.read(VALUE + field.name)
            if field.most is not None and len(str(value)) > field.most:
                raise Invalid.field(
                    f"/{VALUE}{field.name}", _("At most %(n)s characters, please.", n=field.most)
                )
        case "clear" if field.clears:
            value = None
        case _:
            return
    whole, _dot, part = field.name.partition(".")
    if part:
        changes.setdefault(whole, {})[part] = value
    else:
        changes[whole] = value
