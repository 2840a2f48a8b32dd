"""Accepting suggestions for a selection of the library: looked at, done, taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.people import Role
from content_map.models import Asset
from content_map.services import tagging
from tests.factories import make_asset
from tests.web.browsing import Browser, text_of

Visit = Callable[[Role], Browser]


@pytest.fixture
def draft(sessions: Sessions) -> str:
    """A draft whose conversation and a term are sure, and another term that is not."""
    with sessions.write() as session:
        asset = make_asset(session, conversation=None, status=Status.DRAFT, title="Payback for hospitals")
        for facet, value, confidence in (
            ("conversation", "tangible-value", 0.8),
            ("industry", "healthcare", 0.9),
            ("industry", "education", 0.4),
        ):
            tagging.suggest(session, asset, facet, value, confidence=confidence, evidence={})
        return asset.id


def _tags(sessions: Sessions, asset_id: str) -> tuple[str | None, list[str]]:
    with sessions.read() as session:
        asset = session.get_one(Asset, asset_id)
        return asset.conversation, sorted(tagging.carried(session, asset))


def test_what_would_be_set_is_shown_first(visit: Visit, draft: str) -> None:
    answer = visit(Role.MARKETER).post("/library/suggestions", asset=draft)

    said = text_of(answer)
    assert "Of 1 asset, 1 has suggestions that are sure enough." in said
    assert "Payback for hospitals 5 Tangible Value Healthcare" in said
    assert "1 conversation 1 term found in a title Accept for 1 asset" in said


def test_accepting_sets_the_tags_and_the_library_takes_them_back(
    visit: Visit, sessions: Sessions, draft: str
) -> None:
    marketer = visit(Role.MARKETER)

    done = marketer.post("/library/suggestions/accept", asset=draft, kind=["conversation", "terms"])
    library = marketer.get("/library").get_data(as_text=True)

    assert "1 asset is tagged. 1 conversation was accepted. 1 term was accepted." in library
    assert done.headers["Location"].endswith("/library#undo")
    assert _tags(sessions, draft) == ("tangible-value", ["industry:healthcare"])
    token = library.partition('name="token" value="')[2].partition('"')[0]
    marketer.post("/library/bulk/undo", token=token)
    assert _tags(sessions, draft) == (None, [])


def test_only_the_ticked_kind_is_accepted(visit: Visit, sessions: Sessions, draft: str) -> None:
    visit(Role.MARKETER).post("/library/suggestions/accept", asset=draft, kind="terms")

    assert _tags(sessions, draft) == (None, ["industry:healthcare"])


def test_without_assets_or_suggestions_it_says_so(visit: Visit, sessions: Sessions) -> None:
    with sessions.write() as session:
        plain = make_asset(session).id
    marketer = visit(Role.MARKETER)

    none = marketer.follow("/library/suggestions")
    nothing = marketer.post("/library/suggestions", asset=plain)

    assert "Tick the assets first." in text_of(none)
    assert "Nothing is sure enough to accept for many" in text_of(nothing)


def test_reps_accept_nothing(visit: Visit, draft: str) -> None:
    assert visit(Role.REP).post("/library/suggestions", asset=draft).status_code == 403
    assert visit(Role.REP).post("/library/suggestions/accept", asset=draft).status_code == 403
