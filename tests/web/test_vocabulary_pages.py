"""The vocabulary as marketers keep it, without JavaScript."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime

import pytest

from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.models import AssetTerm, Suggestion, Term
from content_map.services import vocabulary
from tests.factories import make_asset, make_search, make_user
from tests.web.browsing import Browser, text_of

Visit = Callable[[Role], Browser]


def _path(sessions: Sessions, ref: str) -> str:
    with sessions.read() as session:
        return f"/vocabulary/terms/{vocabulary.get(session, ref).id}"


def _aliases(sessions: Sessions, ref: str) -> list[str]:
    with sessions.read() as session:
        return [alias.alias for alias in vocabulary.get(session, ref).aliases]


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER, Role.ANALYST])
def test_only_marketers_and_admins_keep_the_vocabulary(visit: Visit, sessions: Sessions, role: Role) -> None:
    visitor = visit(role)
    path = _path(sessions, "industry:education")

    assert visitor.get("/vocabulary").status_code == 403
    assert visitor.get(path).status_code == 403
    assert visitor.post(path, act="retire").status_code == 403
    assert visitor.get("/vocabulary/vocabulary.csv").status_code == 403


def test_terms_are_shown_with_live_uses_and_what_three_reps_asked(
    visit: Visit, sessions: Sessions, now: datetime
) -> None:
    with sessions.write() as session:
        education = vocabulary.get(session, "industry:education")
        energy = vocabulary.get(session, "industry:energy-utilities")
        session.add(AssetTerm(asset_id=make_asset(session).id, term_id=education.id))
        for number in range(3):
            chips = [{"facet": "industry", "term": "education"}]
            chips += [{"facet": "industry", "term": "energy-utilities"}] if number else []
            make_search(session, make_user(session), asked_at=now, recognised=chips)
        session.flush()
        names = education.name, energy.name

    page = text_of(visit(Role.ADMIN).get("/vocabulary?facet=industry"))

    assert re.search(rf"{names[0]} .{{0,400}}? more 1 3 ", page)
    assert not re.search(r" 0 2 ", page)


def test_search_finds_a_term_by_its_alias_in_any_facet(visit: Visit) -> None:
    page = text_of(visit(Role.MARKETER).get("/vocabulary?q=polyt"))
    none = text_of(visit(Role.MARKETER).get("/vocabulary?q=xyzzy"))

    assert "No term has these words" in none
    assert "No term has these words" in page or "Education" in page


def test_a_term_is_added_and_a_taken_alias_says_whose_it_is(visit: Visit, sessions: Sessions) -> None:
    marketer = visit(Role.MARKETER)

    added = marketer.follow("/vocabulary", facet="industry", name="Space", aliases="rockets, satellites")
    again = marketer.post("/vocabulary", facet="industry", name="Orbit", aliases="rockets")

    assert "Added." in text_of(added)
    assert _aliases(sessions, "industry:space") == ["rockets", "satellites"]
    assert again.status_code == 422
    assert "“rockets” is an alias of Space. Remove it there first, or merge the two." in text_of(again)
    assert 'value="Orbit"' in again.get_data(as_text=True)


def test_renaming_keeps_the_old_name_as_alias_and_the_key(visit: Visit, sessions: Sessions) -> None:
    path = _path(sessions, "industry:education")

    visit(Role.MARKETER).post(path, act="rename", name="Learning", keep="on")

    with sessions.read() as session:
        term = vocabulary.get(session, "industry:education")
        assert (term.name, term.key) == ("Learning", "education")
        assert "Education" in [alias.alias for alias in term.aliases]


def test_aliases_come_and_go_and_a_term_is_retired_and_brought_back(visit: Visit, sessions: Sessions) -> None:
    marketer, path = visit(Role.MARKETER), _path(sessions, "industry:education")

    marketer.post(path, act="add_alias", alias="lyceum")
    added = _aliases(sessions, "industry:education")
    marketer.post(path, remove_alias="lyceum")
    retired = marketer.follow(path, act="retire")

    assert "lyceum" in added
    assert "lyceum" not in _aliases(sessions, "industry:education")
    assert "Bring back" in text_of(retired)
    assert "Bring back" not in text_of(marketer.follow(path, act="wake"))


def test_merging_says_first_what_moves(visit: Visit, sessions: Sessions) -> None:
    with sessions.write() as session:
        asset = make_asset(session)
        old = vocabulary.get(session, "industry:education")
        session.add(AssetTerm(asset_id=asset.id, term_id=old.id))
        session.add(
            Suggestion(
                asset_id=asset.id, facet_key="industry", value="education", confidence=0.5, state="dismissed"
            )
        )
        into = vocabulary.get(session, "industry:nonprofit").id
        asset_id, path = asset.id, f"/vocabulary/terms/{old.id}"
    marketer = visit(Role.MARKETER)

    asked = text_of(marketer.get(f"{path}?into={into}"))
    done = marketer.follow(f"{path}/merge", into=into)

    assert "1 asset moves." in asked
    assert "They are one term now" in text_of(done)
    assert "education" in _aliases(sessions, "industry:nonprofit")
    with sessions.read() as session:
        assert session.get(AssetTerm, (asset_id, into)) is not None
        assert session.query(Term).filter_by(key="education").count() == 0
        assert [each.value for each in session.query(Suggestion)] == ["nonprofit"]


def test_a_file_is_looked_at_before_it_is_brought_in(visit: Visit, sessions: Sessions) -> None:
    def file(rows: str) -> tuple[io.BytesIO, str]:
        return io.BytesIO(f"facet,key,name,aliases\n{rows}".encode()), "words.csv"

    marketer = visit(Role.MARKETER)
    good, bad = "industry,,Space,rockets\n", "industry,,Space,\ncolour,,Red,\n"

    looked = marketer.post("/vocabulary/import", file=file(good), act="look")
    refused = marketer.post("/vocabulary/import", file=file(bad), act="import")
    done = marketer.follow("/vocabulary/import", file=file(good), act="import")

    assert "1 added, 0 changed, 0 as they were. Nothing is stored yet" in text_of(looked)
    assert refused.status_code == 422
    assert "Row 2, facet: There is no facet &#39;colour&#39;." in text_of(refused)
    assert "1 added, 0 changed" in text_of(done)
    assert _aliases(sessions, "industry:space") == ["rockets"]


def test_a_file_that_is_no_table_is_refused_beside_its_field(visit: Visit) -> None:
    answer = visit(Role.MARKETER).post(
        "/vocabulary/import", file=(io.BytesIO(b"nothing of ours\n1\n"), "a.csv"), act="import"
    )

    assert answer.status_code == 422
    assert "There is no column" in text_of(answer)
