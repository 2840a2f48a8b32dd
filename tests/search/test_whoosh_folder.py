"""The folder of a Whoosh index: private, swapped whole, and never lost to a failure to open it."""

from __future__ import annotations

from pathlib import Path

import pytest

from search import Query, SearchIndex, SearchUnavailable, open_index
from tests.search.documents import make_document


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def index(root: Path) -> SearchIndex:
    index = open_index(f"whoosh:{root}")
    index.apply([make_document("a", "hospital", pages=("ward",)), make_document("b", "bank")])
    return index


def pointer(root: Path) -> Path:
    (found,) = root.glob("*/CURRENT")
    return found


def live(root: Path) -> Path:
    return pointer(root).parent / pointer(root).read_text()


def files_under(root: Path) -> list[tuple[str, bytes]]:
    return sorted((str(path), path.read_bytes()) for path in root.rglob("*") if path.is_file())


def test_folder_is_private(index: SearchIndex, root: Path) -> None:
    folders = [root, *(path for path in root.rglob("*") if path.is_dir())]

    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o700}


def test_existing_folder_is_made_private(root: Path) -> None:
    root.mkdir(mode=0o755)

    open_index(f"whoosh:{root}").apply([])

    assert root.stat().st_mode & 0o777 == 0o700


def test_no_text_is_stored(root: Path) -> None:
    """The database keeps the text; what stands in the index is stems and counts."""
    sentence = "Confidential margins of our hospitals"
    open_index(f"whoosh:{root}").apply([make_document("a", sentence, body=sentence, pages=(sentence,))])

    assert not any(sentence.encode() in content for _, content in files_under(root))


def test_rebuild_leaves_the_folder_before_it_and_removes_older_ones(index: SearchIndex, root: Path) -> None:
    first = live(root)

    index.rebuild([make_document("a")])
    second = live(root)
    index.rebuild([make_document("a")])

    assert not first.exists()
    assert second.exists()
    assert live(root) not in (first, second)


def test_reader_keeps_answering_from_a_folder_that_is_gone(index: SearchIndex, root: Path) -> None:
    reader = open_index(f"whoosh:{root}")
    assert reader.search(Query("hospital")).total == 1

    index.rebuild([make_document("x", "hospital")])
    index.rebuild([make_document("y", "hospital")])

    assert reader.search(Query("hospital bank ward")).total >= 1
    reader.check()
    assert [hit.id for hit in reader.search(Query("hospital")).hits] == ["y"]


def damage_segment(root: Path) -> None:
    for segment in live(root).glob("*.seg"):
        segment.write_bytes(b"\xff" * 200)


def empty_segment(root: Path) -> None:
    for segment in live(root).glob("*.seg"):
        segment.write_bytes(b"")


def cut_segment(root: Path) -> None:
    for segment in live(root).glob("*.seg"):
        segment.write_bytes(segment.read_bytes()[:-100])


def damage_list(root: Path) -> None:
    for listing in live(root).glob("*.toc"):
        listing.write_bytes(listing.read_bytes()[:40])


def remove_segment(root: Path) -> None:
    for segment in live(root).glob("*.seg"):
        segment.unlink()


def remove_list(root: Path) -> None:
    for listing in live(root).glob("*.toc"):
        listing.unlink()


def damage_pointer(root: Path) -> None:
    pointer(root).write_text("../../elsewhere")


def point_nowhere(root: Path) -> None:
    pointer(root).write_text("built-" + "0" * 32)


DAMAGE = (
    damage_segment,
    empty_segment,
    cut_segment,
    damage_list,
    remove_segment,
    remove_list,
    damage_pointer,
    point_nowhere,
)


@pytest.mark.parametrize("damage", DAMAGE)
def test_broken_index_is_reported_left_alone_and_rebuilt_beside(
    index: SearchIndex, root: Path, damage
) -> None:  # type: ignore[no-untyped-def]  # a function of the table above
    index.close()
    damage(root)
    before = files_under(root)
    broken = open_index(f"whoosh:{root}")

    for use in (
        broken.check,
        broken.count,
        lambda: broken.search(Query("hospital")),
        lambda: broken.apply([make_document("c")]),
    ):
        with pytest.raises(SearchUnavailable, match="content-map index rebuild"):
            use()
    assert files_under(root) == before

    assert broken.rebuild([make_document("a", "hospital")]) == 1
    assert [hit.id for hit in broken.search(Query("hospital")).hits] == ["a"]


def test_damage_to_postings_is_reported_when_they_are_read(index: SearchIndex, root: Path) -> None:
    index.close()
    (segment,) = live(root).glob("*.seg")
    content = segment.read_bytes()
    segment.write_bytes(content.replace(b"W3Bl", b"W3Bl\x00\x00\x00\x00")[: len(content)])

    broken = open_index(f"whoosh:{root}")

    with pytest.raises(SearchUnavailable, match="content-map index rebuild"):
        broken.search(Query("hospital"))


def test_index_of_another_schema_is_left_alone_and_ours_is_absent(index: SearchIndex, root: Path) -> None:
    home = pointer(root).parent
    other = home.rename(root / "assets-0")
    before = files_under(other)
    index.close()

    with pytest.raises(SearchUnavailable, match="no search index yet"):
        index.check()
    index.rebuild([make_document("a", "hospital")])

    assert files_under(other) == before
    assert index.count() == 1


@pytest.mark.parametrize("url_", ["", "whoosh:", "opensearch:somewhere", "/a/path"])
def test_unknown_address_is_refused(url_: str) -> None:
    with pytest.raises(ValueError, match="names no search index"):
        open_index(url_)
