"""What is found for a situation: no tag hides anything, near-copies are one, and what was served stays served."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from content_map.domain.assets import Status
from content_map.domain.conversations import Conversation
from content_map.domain.ranking import CONSTANTS, Part
from content_map.domain.reasons import ReasonKind
from content_map.domain.situations import Situation
from content_map.errors import Invalid
from content_map.models import Asset, Search, Suggestion, Version
from content_map.services import copy_decisions, tagging
from content_map.services.copy_decisions import Decision
from content_map.services.coverage import Coverage
from content_map.services.finding import find
from tests.support.library import Library, ids

HEALTH, BANK = "industry:healthcare", "industry:financial-services"


def deck(seed: int, slides: int = 12) -> list[str]:
    """Made-up slides about deliveries: related to no other seed's."""
    chance = random.Random(seed)  # noqa: S311 - made-up words, no secret
    letters = "abcdefghij"
    return [
        f"Deliveries {' '.join(''.join(chance.choices(letters, k=4)) for _ in range(30))}"
        for _ in range(slides)
    ]


def reasons(found, asset):
    hit = next(hit for hit in found.hits if hit.asset.id == asset.id)
    return {reason.kind: reason.sentence for reason in hit.reasons}


def test_a_missing_tag_hides_nothing_and_another_industry_only_stands_lower(library: Library) -> None:
    untagged = library.add("Billing for hospitals.", title="One")
    other = library.add("Billing for hospitals.", title="One", terms=[BANK])
    tagged = library.add("Billing for hospitals.", title="One", terms=[HEALTH])
    library.settle()

    found = library.find("hospital billing")

    assert ids(found) == [tagged.id, untagged.id, other.id]


def test_an_asset_profits_from_a_term_that_nobody_confirmed_yet(library: Library) -> None:
    plain = library.add("Billing for hospitals.", title="One")
    likely = library.add("Billing for hospitals.", title="One")
    with library.sessions.write() as session:
        asset = session.get_one(Asset, likely.id)
        tagging.suggest(session, asset, "industry", "healthcare", confidence=0.9, evidence={})
    library.settle()

    found = library.find("hospital billing")

    assert ids(found) == [likely.id, plain.id]
    assert reasons(found, likely)[ReasonKind.SUGGESTED] == "Seems to fit, not confirmed yet: Healthcare"
    assert [chip.ref for chip in found.hits[0].likely] == [HEALTH]

    with library.sessions.write() as session:
        row = session.scalars(select(Suggestion).where(Suggestion.asset_id == likely.id)).one()
        tagging.decide(row, accept=False, actor=library.marketer, now=library.now)
    library.settle()

    assert ReasonKind.SUGGESTED not in reasons(library.find("hospital billing"), likely)


def test_of_equals_the_newer_and_the_reviewed_come_first_and_say_so(library: Library) -> None:
    old = library.add("Billing for hospitals.", title="One")
    late = library.add("Billing for hospitals.", title="One")
    new = library.add("Billing for hospitals.", title="One")
    library.change(late, review_by=date(2026, 11, 20))
    with library.sessions.write() as session:
        version = session.scalars(select(Version).where(Version.asset_id == new.id)).one()
        version.created_at = library.now - timedelta(days=21)
        version.language = "en"  # as reading it would, which has the index look again
    library.settle()

    found = library.find("billing for hospitals")

    assert ids(found)[0] == new.id
    assert ids(found)[-1] == late.id
    assert reasons(found, new)[ReasonKind.UPDATED] == "Updated 3 weeks ago"
    assert reasons(found, late)[ReasonKind.OVERDUE] == "Review was due 20 November"
    assert ReasonKind.OVERDUE not in reasons(found, old)


def test_each_part_can_be_left_out_of_a_whole_search(library: Library) -> None:
    for number in range(3):
        library.add("Billing for hospitals.", title=f"One {number}", terms=[HEALTH])
    library.settle()
    finder = replace(library.resources.finder, constants=CONSTANTS.without(*Part))

    found = find(finder, Situation("hospital billing", draft=True), actor=library.rep, now=library.now)

    assert {hit.score for hit in found.hits} == {1.0}


def test_the_first_slide_of_a_company_that_tags_everything_weighs_tags_more(library: Library) -> None:
    coverage = Coverage()
    library.add("Billing", terms=[HEALTH])
    with library.sessions.read() as session:
        before = coverage.current(session, now=library.now)
    library.add("Billing")

    with library.sessions.read() as session:
        kept = coverage.current(session, now=library.now + timedelta(seconds=59))
        after = coverage.current(session, now=library.now + timedelta(seconds=60))

    assert (before, kept, after) == (1.0, 1.0, 0.5)


def test_a_hit_brought_by_a_short_form_says_what_was_also_meant(library: Library) -> None:
    long = library.add("Moving the electronic health records of three clinics.")
    short = library.add("Moving the EHR of three clinics.")
    library.settle()

    found = library.find("EHR migration")

    assert reasons(found, long)[ReasonKind.SYNONYM] == "Because “EHR” also means “electronic health record”"
    assert ReasonKind.SYNONYM not in reasons(found, short)


def test_leaving_a_detail_out_leaves_it_out_where_it_is_denied_too(library: Library) -> None:
    library.add("Billing for banks.", terms=[BANK])
    library.settle()

    found = library.find("billing, not a bank", ignore=(BANK,))

    assert found.chips == ()
    assert ReasonKind.DENIED not in {reason.kind for hit in found.hits for reason in hit.reasons}


def test_a_rival_that_the_vocabulary_does_not_know_can_be_left_out_with_its_words(library: Library) -> None:
    library.add("Globex against the others.", title="Battle card")
    library.settle()
    situation = "Billing, comparing us with Globex"
    (rival,) = [chip for chip in library.find(situation).chips if chip.term is None]

    found = library.find(situation, ignore=(rival.handle,))

    assert rival.handle == "competitor:globex"
    assert (found.chips, found.total) == ((), 0)
    with library.sessions.read() as session:
        details = session.get_one(Search, found.id).details
    assert details["ignore"] == ["competitor:globex"]
    assert details["left_out"] == [{"term": "competitor:globex", "words": "Globex"}]
    with pytest.raises(Invalid, match="There is no term 'pain:globex'"):
        library.find(situation, ignore=("pain:globex",))


def test_a_pinned_term_cuts_and_a_chosen_one_only_lifts(library: Library) -> None:
    plain = library.add("Billing in time.")
    tagged = library.add("Reports.", terms=[HEALTH])
    library.settle()

    assert ids(library.find("billing", terms=(HEALTH,))) == [tagged.id, plain.id]
    assert ids(library.find("billing", require=(HEALTH,))) == [tagged.id]


def test_near_copies_are_one_hit_that_names_the_others(library: Library) -> None:
    slides = deck(1)
    first = library.add(*slides, title="Deck")
    second = library.add(*slides[:-1], "Deliveries in another ending.", title="Deck, last year's")
    other = library.add(*deck(2), title="Another deck")
    library.settle()

    found = library.find("deliveries")

    assert found.total == 2
    pair = next(hit for hit in found.hits if hit.asset.id != other.id)
    assert {pair.asset.id, *(each.id for each in pair.folded)} == {first.id, second.id}
    assert reasons(found, pair.asset)[ReasonKind.FOLDED] == "A near-copy of it is not listed again"


def test_two_that_somebody_called_different_are_two_hits_at_once(library: Library) -> None:
    slides = deck(1)
    one, other = library.add(*slides), library.add(*slides)
    library.settle()
    assert library.find("deliveries").total == 1

    with library.sessions.write() as session:
        copy_decisions.decide(
            session, one.id, other.id, Decision.DIFFERENT, actor=library.marketer, now=library.now
        )
    library.settle()

    assert sorted(ids(library.find("deliveries"))) == sorted([one.id, other.id])


def test_an_internal_copy_stands_in_for_none_that_customers_may_see(library: Library) -> None:
    slides = deck(1)
    library.add(*slides)
    inside = library.add(*slides)
    library.settle()
    assert library.find("deliveries").total == 1

    library.change(inside, audience="internal")
    library.settle()

    assert library.find("deliveries").total == 2


def test_a_file_that_becomes_another_leaves_its_copies(library: Library) -> None:
    slides = deck(1)
    one, other = library.add(*slides), library.add(*slides)
    library.settle()

    library.reread(one, deck(3))
    library.settle()

    assert sorted(ids(library.find("deliveries"))) == sorted([one.id, other.id])


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_page_by_page_comes_what_comes_at_once_and_no_near_copy_of_it(library: Library, limit: int) -> None:
    for seed in range(4):
        for number in range(1 + seed % 3):
            library.add(*deck(seed), title=f"Deck {seed}, {number}")
    library.settle()
    whole = library.find("deliveries")

    found = library.find("deliveries", limit=limit)
    paged, ranks = ids(found), [hit.rank for hit in found.hits]
    while found.next is not None:
        found = library.more(found, limit=limit)
        paged += ids(found)
        ranks += [hit.rank for hit in found.hits]

    assert paged == ids(whole)
    assert len(paged) == whole.total == 4
    assert ranks == [1, 2, 3, 4]


def test_what_was_served_is_shown_again_in_its_order_whatever_the_words_mean_by_now(library: Library) -> None:
    tagged = library.add("Reports.", title="Reports", terms=[HEALTH])
    worded = library.add("A clinic pays in time.", title="Payments")
    gone = library.add("A clinic that pays late.", title="Late")
    library.settle()
    found = library.find("clinic")
    served = ids(found)
    assert set(served) == {tagged.id, worded.id, gone.id}

    library.change(tagged, terms=[])
    library.change(gone, status=Status.ARCHIVED)
    library.settle()
    again = library.again(found)

    assert ids(library.find("clinic")) == [worded.id]
    assert ids(again) == [each for each in served if each != gone.id]
    assert [hit.rank for hit in again.hits] == [served.index(each) + 1 for each in ids(again)]


def test_what_was_served_stays_though_it_is_folded_behind_another_by_now(library: Library) -> None:
    one = library.add(*deck(1), conversation=Conversation.POINT_OF_VIEW)
    other = library.add(*deck(2), conversation=Conversation.POINT_OF_VIEW)
    library.settle()
    found = library.find("deliveries")

    library.reread(other, deck(1))
    library.settle()
    again = library.again(found)

    assert library.find("deliveries").total == 1
    assert ids(again) == ids(found)
    assert all(hit.passages and not hit.folded for hit in again.hits)
    assert {one.id, other.id} == set(ids(again))
    assert again.next is None
