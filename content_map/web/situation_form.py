"""The situation as the form on Find and on the results asks it: words, chips kept, and the one act on a chip."""

from __future__ import annotations

from flask import request

from content_map.domain.conversations import Conversation
from content_map.domain.situations import SITUATION_CHARACTERS, Situation
from content_map.errors import Invalid
from content_map.schemas.situation import TERMS_AT_MOST
from content_map.web import forms
from content_map.web.speech import _


def situation_asked(*, draft: bool) -> Situation:
    """Read the form. Raises Invalid.

    `term`, `require` and `ignore` are what was chosen, pinned and left out before; `drop`, `restore`, `pin` and
    `unpin` name the detail whose button was pressed.
    """
    dropped, unpinned = _listed("drop"), _listed("unpin")
    pinned = [ref for ref in (*_listed("require"), *_listed("pin")) if ref not in {*dropped, *unpinned}]
    terms = [ref for ref in _listed("term") if ref not in dropped]
    wanted = {*pinned, *terms, *_listed("restore")}
    ignored = [ref for ref in (*_listed("ignore"), *dropped) if ref not in wanted]
    return Situation(
        text=_words(),
        account=forms.text("account"),
        conversation=forms.one_of("conversation", _last("conversation"), Conversation),
        prefer=forms.one_of("prefer", _last("prefer"), Conversation),
        terms=_few(terms),
        require=_few(pinned),
        ignore=_few(ignored),
        draft=draft,
    )


def _words() -> str:
    text = _last("situation").strip()
    if len(text) > SITUATION_CHARACTERS:
        most = _("At most %(n)s characters: say it more briefly.", n=SITUATION_CHARACTERS)
        raise Invalid.field("/situation", most)
    return text


def _last(name: str) -> str:
    """A button stands for the field of its name, which the form sends before it."""
    return (request.form.getlist(name) or [""])[-1]


def _listed(name: str) -> list[str]:
    return [each for each in request.form.getlist(name) if each]


def _few(refs: list[str]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(refs))
    if len(kept) > TERMS_AT_MOST:
        raise Invalid.field("/term", _("At most %(n)s details.", n=TERMS_AT_MOST))
    return kept
