"""What marketers change in the vocabulary is read by the next search, in every process."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from content_map.domain.people import Actor, Role
from content_map.domain.situations import parse
from content_map.services import terms, vocabulary
from content_map.services.vocabulary import Compiled
from tests.factories import make_user


@pytest.fixture
def marketer(session: Session) -> Actor:
    vocabulary.install_first(session)
    return make_user(session, Role.MARKETER).as_actor()


def refs(compiled: Compiled, session: Session, text: str) -> list[str | None]:
    return [chip.ref for chip in parse(text, compiled.current(session)).chips]


def test_an_alias_is_read_by_the_very_next_search_of_another_process(
    session: Session, marketer: Actor, now: datetime
) -> None:
    """Each process holds one Compiled and has nothing but the database in common with the others."""
    here, elsewhere = Compiled(), Compiled()
    before = [refs(each, session, "a shoe emporium") for each in (here, elsewhere)]

    term = terms.get(session, "industry:retail-consumer")
    aliases = [*(alias.alias for alias in term.aliases), "shoe emporium"]
    terms.change(session, term.id, aliases=aliases[-50:], actor=marketer, now=now)

    assert before == [[], []]
    assert [refs(each, session, "a shoe emporium") for each in (here, elsewhere)] == [[term.full_key]] * 2


def test_a_retired_term_is_read_no_more(session: Session, marketer: Actor, now: datetime) -> None:
    compiled = Compiled()
    before = refs(compiled, session, "a hospital")

    terms.change(session, "industry:healthcare", retired=True, actor=marketer, now=now)

    assert (before, refs(compiled, session, "a hospital")) == (["industry:healthcare"], [])


def test_nobody_waits_while_another_search_compiles(session: Session, marketer: Actor, now: datetime) -> None:
    compiled = Compiled()
    known = compiled.current(session)
    terms.add(session, "industry", "Emporia", actor=marketer, now=now)
    answers = []

    with compiled._compiling:  # another search is at it
        asking = threading.Thread(target=lambda: answers.append(compiled.current(session)))
        asking.start()
        asking.join(timeout=10)

    assert answers == [known]
    assert refs(compiled, session, "emporia") == ["industry:emporia"]
