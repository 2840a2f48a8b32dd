"""The least document, and the strategies that make many."""

from __future__ import annotations

from hypothesis import strategies as st

from search import Document

CONVERSATIONS = ("point-of-view", "right-people", "relevant-meeting")
TERMS = ("industry:healthcare", "industry:retail", "function:finance")
WORDS = ("hospital", "downtime", "migration", "finance", "pilot", "zebra")


def make_document(
    asset_id: str,
    title: str = "",
    *,
    body: str = "",
    pages: tuple[str, ...] = (),
    terms: tuple[str, ...] = (),
    conversation: str = "point-of-view",
    version: int = 1,
    group: str = "",
    suggested: tuple[str, ...] = (),
    dated: int = 0,
    review_by: int = 0,
) -> Document:
    return Document(
        id=asset_id,
        version=version,
        title=title,
        body=body,
        pages=tuple(enumerate(pages, start=1)),
        terms=terms,
        conversation=conversation,
        language="en",
        group=group or asset_id,
        suggested=suggested,
        dated=dated,
        review_by=review_by,
    )


texts = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
ids = st.sampled_from("abcdefgh")
documents = st.builds(
    make_document,
    ids,
    texts,
    body=texts,
    pages=st.lists(texts, max_size=3).map(tuple),
    terms=st.lists(st.sampled_from(TERMS), unique=True, max_size=2).map(tuple),
    conversation=st.sampled_from(CONVERSATIONS),
    version=st.integers(0, 2**62),
    group=st.sampled_from(("", "", "shared", "a")),
    suggested=st.lists(st.sampled_from(TERMS), unique=True, max_size=2).map(tuple),
    dated=st.integers(0, 400),
    review_by=st.integers(0, 400),
)
