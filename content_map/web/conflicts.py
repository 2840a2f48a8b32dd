"""Two people edited one asset: what the later one typed beside what is stored now, to choose from field by field."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask import request

from content_map.domain.vocabulary import Facet
from content_map.models import Asset
from content_map.services.asset_changes import AssetChanges
from content_map.web import forms, words
from content_map.web.speech import LazySentence
from content_map.web.speech import lazy_gettext as _

KEEP = "keep_"
THEIRS = "theirs"
SEEN = "seen"
DIGEST_BYTES = 6
_NAMES: Mapping[str, LazySentence] = {
    "title": _("Title"),
    "conversation": _("Conversation"),
    "terms": _("Situations"),
    **words.GUIDE,
    "audience": _("Audience"),
    "owner": _("Owner"),
    "publish_at": _("Publishes on"),
    "expires_at": _("Expires on"),
    "review_by": _("Review by"),
    "summary": _("Summary"),
}


@dataclass(frozen=True, slots=True)
class Disputed:
    """A field that two people filled differently; `takes_theirs` is what is chosen unless the editor says else."""

    name: str
    label: str
    mine: str
    theirs: str
    takes_theirs: bool


Values = Mapping[str, Any]


def beside(
    values: Values, stored: Values, *, owners: Sequence[tuple[str, str]], is_stale: bool
) -> dict[str, Any]:
    """Give the form what it was filled from, briefly, and the fields to choose in when somebody was faster."""
    if is_stale:
        return {SEEN: _written_down(stored), "disputed": _disputed(values, stored, owners)}
    came_back = SEEN in request.form and forms.text("title") is not None
    return {SEEN: request.form[SEEN] if came_back else _written_down(stored), "disputed": ()}


def settled(changes: AssetChanges, asset: Asset) -> AssetChanges:
    """Leave out what the editor left to the other: those fields stay as they are stored."""
    left = set(_left_to_the_other())
    kept = {name: value for name, value in changes.items() if name not in left}
    guide = changes.get("guide")
    if guide is not None:
        kept["guide"] = {
            name: asset.guide.get(name) if name in left else value for name, value in guide.items()
        }
    return cast("AssetChanges", kept)


def _written_down(stored: Values) -> str:
    return json.dumps({name: _digest(stored.get(name)) for name in _NAMES}, separators=(",", ":"))


def _disputed(typed: Values, stored: Values, owners: Sequence[tuple[str, str]]) -> Sequence[Disputed]:
    before = _read_seen()
    people = dict(owners)
    return [
        Disputed(
            name,
            str(label),
            _in_words(name, typed.get(name), people),
            _in_words(name, stored.get(name), people),
            # Who left a field as it was did not mean to undo what somebody else wrote there.
            takes_theirs=before.get(name) == _digest(typed.get(name)),
        )
        for name, label in _NAMES.items()
        if name in typed and _digest(typed.get(name)) != _digest(stored.get(name))
    ]


def _left_to_the_other() -> Iterator[str]:
    for name in _NAMES:
        if request.form.get(f"{KEEP}{name}") == THEIRS:
            yield name


def _read_seen() -> Mapping[str, str]:
    try:
        found = json.loads(request.form.get(SEEN, "{}"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _digest(value: object) -> str:
    if isinstance(value, list | tuple):
        plain = "\n".join(sorted(str(each) for each in value))
    else:
        # A browser sends line ends its own way.
        plain = "\n".join(str("" if value is None else value).strip().splitlines())
    return hashlib.blake2b(plain.encode("utf-8", "replace"), digest_size=DIGEST_BYTES).hexdigest()


def _in_words(name: str, value: object, people: Mapping[str, str]) -> str:
    match name, value:
        case _, None | "" | [] | ():
            return str(_("Nothing"))
        case "terms", list() | tuple():
            return ", ".join(sorted(_term(str(each)) for each in value))
        case "conversation", str():
            return words.SHORT_NAMES.get(value, value)
        case "audience", str():
            return str(words.AUDIENCES.get(value, value))
        case "owner", str():
            return people.get(value, value)
    return str(value)


def _term(full_key: str) -> str:
    facet, _colon, key = full_key.partition(":")
    named = words.FACETS.get(facet) if facet in set(Facet) else None
    return f"{named or facet}: {key.replace('-', ' ')}"
