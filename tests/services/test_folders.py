"""What a folder holds for us: sorted, each file once, without what programs left there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from content_map.errors import Invalid
from content_map.services import folders

pytestmark = pytest.mark.once


def _write(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def test_files_are_found_in_the_order_of_their_names_and_named_from_the_folder(tmp_path: Path) -> None:
    _write(tmp_path, "b.md", "decks/z.md", "decks/a/one.md", "a.md")

    found = folders.walk([tmp_path])

    assert found.source == tmp_path
    assert [file.name for file in found.files] == ["a.md", "b.md", "decks/z.md", "decks/a/one.md"]
    assert [file.size_bytes for file in found.files] == [4, 4, 10, 14]


def test_what_programs_leave_behind_is_counted_and_left_out(tmp_path: Path) -> None:
    _write(
        tmp_path, "plan.md", ".DS_Store", "Thumbs.db", "~$plan.docx", "Desktop.ini", "half.crdownload",
        ".git/config", "__MACOSX/._plan.md",
    )  # fmt: skip

    found = folders.walk([tmp_path])

    # Six files, and the two folders with what is in them.
    assert [file.name for file in found.files] == ["plan.md"]
    assert found.skipped == 7


def test_file_that_is_named_itself_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    _write(tmp_path, ".notes.md")

    found = folders.walk([tmp_path / ".notes.md"])

    assert [file.name for file in found.files] == [".notes.md"]


def test_file_that_is_named_twice_is_found_once(tmp_path: Path) -> None:
    _write(tmp_path, "decks/plan.md", "other.md")

    found = folders.walk([tmp_path / "decks", tmp_path / "other.md", tmp_path / "decks" / "plan.md"])

    assert [file.name for file in found.files] == ["decks/plan.md", "other.md"]


def test_link_to_a_folder_is_not_followed_and_a_pipe_is_no_file(tmp_path: Path) -> None:
    _write(tmp_path, "in/plan.md", "out/secret.md")
    (tmp_path / "in" / "elsewhere").symlink_to(tmp_path / "out")
    os.mkfifo(tmp_path / "in" / "pipe")

    found = folders.walk([tmp_path / "in"])

    assert [file.name for file in found.files] == ["plan.md"]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("../secret.md", "leads outside"),
        ("/etc/passwd", "leads outside"),
        ("decks/../../secret.md", "leads outside"),
        ("link.md", "leads outside"),
        ("missing.md", "There is no file"),
        ("decks", "There is no file"),
        ("a\x00b", "is not a path"),
    ],
)
def test_path_of_a_table_stays_inside_its_folder(tmp_path: Path, path: str, sentence: str) -> None:
    _write(tmp_path, "in/decks/plan.md", "secret.md")
    (tmp_path / "in" / "link.md").symlink_to(tmp_path / "secret.md")

    with pytest.raises(Invalid, match=sentence):
        folders.below(tmp_path / "in", path)


def test_path_of_a_table_leads_to_its_file(tmp_path: Path) -> None:
    _write(tmp_path, "in/decks/plan.md")

    assert folders.below(tmp_path / "in", "decks/plan.md").read_text() == "in/decks/plan.md"


@pytest.mark.parametrize("is_tried_again", [False, True])
def test_link_that_leads_out_of_the_folder_is_refused_and_one_within_is_taken(
    tmp_path: Path, is_tried_again: bool
) -> None:
    _write(tmp_path, "in/plan.md", "secret.md")
    (tmp_path / "in" / "link.md").symlink_to(tmp_path / "secret.md")
    (tmp_path / "in" / "twin.md").symlink_to("plan.md")
    names = ["link.md", "plan.md", "twin.md"]

    found = folders.again(tmp_path / "in", names) if is_tried_again else folders.walk([tmp_path / "in"])

    assert [file.name for file in found.files] == ["plan.md", "twin.md"]
    assert [name for name, reason in found.unreadable if "leads outside" in reason] == ["link.md"]


def test_link_that_is_named_itself_is_taken(tmp_path: Path) -> None:
    _write(tmp_path, "plan.md")
    (tmp_path / "link.md").symlink_to(tmp_path / "plan.md")

    assert [file.name for file in folders.walk([tmp_path / "link.md"]).files] == ["link.md"]
