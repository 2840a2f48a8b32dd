"""The share sheet's fields, read into what the service takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import request

from content_map import context
from content_map.domain.shares import LASTS
from content_map.errors import Invalid
from content_map.services.shares import LATEST, ShareChanges, ShareWish
from content_map.web import forms
from content_map.web.speech import _

# The service's fields that the form asks for under another name.
_FIELDS = {"expires_at": "until", "asset": forms.FORM, "assets": forms.FORM, "search": forms.FORM}


def wish() -> ShareWish:
    """Read the sheet for a new share. Raises Invalid."""
    account = forms.text("account")
    if account is None:
        raise Invalid.field("/account", _("Name the customer the link is for."))
    return ShareWish(
        assets=tuple(request.form.getlist("asset")),
        account=account,
        version=_version(),
        expires_at=_end_of("until"),
        password=request.form.get("password") or None,
        search=forms.text("search"),
        id=_id(),
    )


def changes() -> ShareChanges:
    """Read the sheet of a share that is out; an empty password leaves the one there is. Raises Invalid."""
    found: ShareChanges = {"version": _version()}
    until = _end_of("until")
    if until is not None:
        found["expires_at"] = until
    if request.form.get("open"):
        found["password"] = None
    elif request.form.get("password"):
        found["password"] = request.form["password"]
    return found


def beside_fields(errors: Mapping[str, str]) -> dict[str, str]:
    """Put each sentence beside its field; what no field shows stands above the buttons."""
    return {_FIELDS.get(name, name): sentence for name, sentence in errors.items()}


def typed(account: str | None) -> Mapping[str, str | None]:
    """What the sheet shows: what was typed, else the likely answers."""
    form = request.form
    return {
        "account": form.get("account", account),
        "until": form.get("until", day_of(context.now() + LASTS).isoformat()),
        "version": form.get("version", LATEST),
        "share": form.get("share"),
    }


def day_of(moment: datetime) -> date:
    """The day it is then for the organisation."""
    return moment.astimezone(context.resources().settings.zone).date()


def _end_of(name: str) -> datetime | None:
    """Read a day as its last second: a link that lasts until a day works on that day."""
    on = forms.day(name)
    if on is None:
        return None
    if on.year > 9_000:
        raise Invalid.field(f"/{name}", _("Choose an earlier day."))
    start = forms.start_of(on + timedelta(days=1), context.resources().settings.zone)
    return start - timedelta(seconds=1)


def _version() -> int | None:
    given = forms.text("version")
    return None if given == LATEST else forms.whole_number("version", given)


def _id() -> str | None:
    try:
        return UUID(request.form.get("share", "")).hex
    except ValueError:
        return None
