"""What forms have in common: a refusal becomes sentences beside the fields, and what was typed stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import request

from content_map.errors import Conflict, Gone, Invalid, Stale, TooMany, Unsupported

Choice = TypeVar("Choice", bound=StrEnum)
FORM = "form"
STALE = "stale"
REFUSALS = (Invalid, Conflict, Stale, Gone, TooMany, Unsupported)


def attempt(act: Callable[[], object]) -> dict[str, str]:
    """Do the act; what a person can put right comes back by field name, `form` when no field is at fault, `stale` when
    somebody else was faster.
    """
    try:
        act()
    except REFUSALS as refusal:
        return errors_of(refusal)
    return {}


def errors_of(refusal: Invalid | Conflict | Stale | Gone | TooMany | Unsupported) -> dict[str, str]:
    """Turn a refusal into sentences by field name; `/guide/minutes` is the field `minutes`."""
    found: dict[str, str] = {}
    for each in refusal.errors if isinstance(refusal, Invalid) else ():
        parts = [part for part in each.pointer.split("/") if part and not part.isdigit()]
        name = parts[-1] if parts else FORM
        found[name] = f"{found[name]} {each.detail}" if name in found else each.detail
    return found or {STALE if isinstance(refusal, Stale) else FORM: refusal.detail}


def text(name: str) -> str | None:
    """Read a field; blank is nothing."""
    return (request.form.get(name) or "").strip() or None


def choice(name: str, of: type[Choice]) -> Choice | None:
    """Read a field that takes one of a few values. Raises Invalid for any other."""
    return one_of(name, text(name), of)


def one_of(name: str, given: str | None, of: type[Choice]) -> Choice | None:
    """Read a value of a closed list, as `choice` does."""
    if not given:
        return None
    try:
        return of(given)
    except ValueError:
        raise Invalid.field(f"/{name}", "Choose one of the values on the page.") from None


def whole_number(name: str, given: str | None) -> int | None:
    """Read a whole number. Raises Invalid."""
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or len(given) > 9:
        raise Invalid.field(f"/{name}", "Write a whole number, such as 20.")
    return int(given)


def day(name: str) -> date | None:
    """Read a day of a date field. Raises Invalid."""
    given = text(name)
    if given is None:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise Invalid.field(f"/{name}", "Write the day as year-month-day, such as 2026-11-30.") from None


def start_of(on: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins for the organisation."""
    return datetime.combine(on, time(), zone).astimezone(UTC)


def typed(*names: str) -> Mapping[str, str]:
    """What was typed into these fields, to show the form again."""
    return {name: request.form.get(name, "") for name in names}


def own_path(address: str | None, otherwise: str) -> str:
    """Pass an address only when it leads inside the product: a redirect must not leave it."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return otherwise
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or any(ord(character) < 32 for character in address):
        return otherwise
    return address
