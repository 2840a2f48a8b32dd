"""Laws of the index: whatever is written, asked and in whatever order."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from search import Document, Query, Recency, SearchIndex, open_index
from tests.search.conftest import ENGINES, opened
from tests.search.documents import CONVERSATIONS, TERMS, documents, ids, texts

SOME = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

queries = st.builds(
    Query,
    st.one_of(texts, st.text(max_size=60)),
    expansions=st.dictionaries(texts, st.floats(0, 1), max_size=2),
    boosts=st.dictionaries(st.sampled_from(TERMS), st.floats(-2, 2), max_size=2),
    conversation_boosts=st.dictionaries(st.sampled_from(CONVERSATIONS), st.floats(-2, 2), max_size=2),
    suggested_share=st.sampled_from((0.0, 0.6)),
    otherwise=st.dictionaries(st.sampled_from(("industry", "function")), st.floats(-1, 1), max_size=1),
    meaning=st.dictionaries(ids, st.floats(0, 1), max_size=3),
    meaning_share=st.floats(0, 1),
    points=st.dictionaries(ids, st.floats(-1, 1), max_size=3),
    recency=st.none()
    | st.builds(Recency, st.integers(0, 500), st.floats(0, 1), st.just(90.0), st.floats(-1, 0)),
    fold=st.booleans(),
    conversation=st.none() | st.sampled_from(CONVERSATIONS),
    require=st.lists(st.sampled_from(TERMS), max_size=1).map(tuple),
    hidden=st.frozensets(ids, max_size=2),
    limit=st.integers(0, 12),
    offset=st.integers(0, 4),
)


@contextmanager
def an_index(engine: str) -> Iterator[SearchIndex]:
    with tempfile.TemporaryDirectory() as folder:
        index = opened(f"{engine}:{folder}/index")
        yield index
        index.close()


@SOME
@given(st.sampled_from(ENGINES), st.lists(documents, max_size=8), st.lists(queries, min_size=1, max_size=8))
def test_answers_are_of_the_library_counted_right_and_in_one_order(
    engine: str, library: list[Document], asked: list[Query]
) -> None:
    with an_index(engine) as index:
        index.apply(library)
        known = {document.id: document for document in library}
        for query in asked:
            results = index.search(query)
            every_tab = index.search(replace(query, conversation=None, limit=100, offset=0))
            shown = [name for hit in results.hits for name in (hit.id, *hit.folded)]

            assert set(shown) <= known.keys() - query.hidden
            assert len(set(shown)) == len(shown)
            assert every_tab.total == len(every_tab.hits)
            for conversation, count in every_tab.by_conversation.items():
                assert count == index.search(replace(query, conversation=conversation)).total
            assert every_tab.by_conversation == results.by_conversation
            if query.conversation is not None:
                assert results.total == results.by_conversation.get(query.conversation, 0)
            assert all(set(query.require) <= set(known[name].terms) for name in shown)
            assert [(-hit.score, hit.id) for hit in results.hits] == sorted(
                (-hit.score, hit.id) for hit in results.hits
            )
            assert all(0 <= hit.lexical <= 1 for hit in results.hits)
            assert index.search(query) == results
            for term, count in every_tab.by_term.items():
                required = (*query.require, term)
                assert count == index.search(replace(query, conversation=None, require=required)).total


@SOME
@given(st.sampled_from(ENGINES), st.text(max_size=3_000))
def test_no_text_breaks_a_search_or_a_document(engine: str, text: str) -> None:
    with an_index(engine) as index:
        index.apply([replace(a_document(), title=text, body=text, pages=((1, text),))])

        assert index.search(Query(text, expansions={text: 0.5})).total == 1
        index.highlighter(Query(text))(text)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(ENGINES), st.lists(st.lists(documents, max_size=4), min_size=2, max_size=6), queries)
def test_answer_does_not_depend_on_how_the_library_was_written(
    engine: str, batches: list[list[Document]], query: Query
) -> None:
    with an_index(engine) as grown, an_index(engine) as built:
        for batch in batches:
            grown.apply(batch)
        built.rebuild(document for batch in batches for document in batch)

        assert grown.search(query) == built.search(query)


@SOME
@given(st.lists(documents, max_size=8), queries)
def test_engines_find_the_same_and_count_it_alike(library: list[Document], query: Query) -> None:
    """Scores are an engine's own; what matches, what is boosted and how many there are is the contract's."""
    asked = replace(query, expansions={}, limit=100, offset=0)
    answers = []
    for engine in ENGINES:
        with an_index(engine) as index:
            index.apply(library)
            answers.append(index.search(asked))

    first, second = answers

    assert first.total == second.total
    assert first.by_conversation == second.by_conversation
    assert first.by_term == second.by_term
    assert {name for hit in first.hits for name in (hit.id, *hit.folded)} == {
        name for hit in second.hits for name in (hit.id, *hit.folded)
    }
    if not query.fold:
        assert {hit.id: hit.boosted for hit in first.hits} == {hit.id: hit.boosted for hit in second.hits}


def a_document() -> Document:
    return Document("a", 1, "", "", (), (), "point-of-view", "en", "a")


class IndexAsDictionary(RuleBasedStateMachine):
    """Any interleaving of writing, deleting, rebuilding, tidying and closing leaves what a dict would hold."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.index = open_index(f"{ENGINES[0]}:{self.folder.name}/index")
        self.index.apply([])
        self.held: dict[str, Document] = {}

    @rule(written=st.lists(documents, max_size=4), deleted=st.lists(ids, max_size=3))
    def apply(self, written: list[Document], deleted: list[str]) -> None:
        self.index.apply(written, deleted)
        for name in deleted:
            self.held.pop(name, None)
        self.held |= {document.id: document for document in written}

    @rule(written=st.lists(documents, max_size=6))
    def rebuild(self, written: list[Document]) -> None:
        self.held = {document.id: document for document in written}
        assert self.index.rebuild(iter(written)) == len(self.held)

    @rule()
    def tidy(self) -> None:
        self.index.tidy()

    @rule()
    def reopen(self) -> None:
        self.index.close()

    @invariant()
    def holds_what_the_dictionary_holds(self) -> None:
        assert sorted(self.index.versions()) == sorted((one.id, one.version) for one in self.held.values())
        assert self.index.count() == len(self.held)
        found = {hit.id for hit in self.index.search(Query("zebra", limit=100)).hits}
        assert found == {name for name, one in self.held.items() if "zebra" in words_of(one)}

    def teardown(self) -> None:
        self.index.close()
        self.folder.cleanup()


def words_of(document: Document) -> set[str]:
    return {
        word
        for text in (document.title, document.body, *(page for _, page in document.pages))
        for word in text.split()
    }


TestIndexAsDictionary = IndexAsDictionary.TestCase
TestIndexAsDictionary.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)
