"""Which stored searches asked for something: an empty situation shows the library and asks for nothing."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, not_

from content_map.models import Search

_NONE = "[]"


def is_settled() -> ColumnElement[bool]:
    """Say in SQL that a search had words or terms. Erased words leave null behind, and they were some."""
    is_blank = and_(Search.situation.is_not(None), func.trim(func.coalesce(Search.situation, "")) == "")
    stated = [func.coalesce(Search.details[name].as_string(), _NONE) for name in ("terms", "require")]
    return not_(and_(is_blank, *(each == _NONE for each in stated)))
