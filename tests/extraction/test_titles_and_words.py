"""Titles people would choose, words counted, sketches that find copies."""

from __future__ import annotations

import pytest

from content_map.extraction.titles import choose_title
from content_map.extraction.words import count_words, sketch
from tests.extraction.documents import PARAGRAPH


@pytest.mark.parametrize(
    "junk",
    [
        "PowerPoint Presentation",
        "PowerPoint-Präsentation",
        "Microsoft Word - offer_final.docx",
        "untitled",
        "Document1",
        "Presentation",
        "Slide 1",
        "Folie 1",
        "offer.docx",
        "C1",
        "---",
        "(anonymous)",
        "kestrel proof",
        "Click to edit Master title style",
        "",
    ],
)
def test_a_junk_title_gives_way_to_the_heading(junk: str) -> None:
    assert choose_title(junk, "Faster audits", "kestrel_proof.pptx") == "Faster audits"


@pytest.mark.parametrize(
    "good", ["Word of mouth in B2B", "Presentation skills", "Excel at audits", "案例研究"]
)
def test_a_real_title_is_kept(good: str) -> None:
    assert choose_title(good, "Heading", "file.pptx") == good


def test_the_file_name_is_the_last_resort_and_never_empty() -> None:
    assert choose_title(None, None, "2026_price-list.final.xlsx") == "2026 price list.final"
    assert choose_title(None, None, "Price list - EU.xlsx") == "Price list - EU"
    assert choose_title(None, None, "") == "Untitled"


def test_a_title_of_several_lines_becomes_one_and_is_cut_at_300() -> None:
    assert choose_title("Faster\naudits", None, "x.pdf") == "Faster audits"
    assert len(choose_title("word " * 100, None, "x.pdf")) <= 300


def test_words_are_counted_as_people_count_them() -> None:
    assert count_words(["The plant's start-up took 2 days.", "Yes!"]) == 7
    assert count_words(["案例研究"]) == 4
    assert count_words([""]) == 0


def test_equal_words_give_equal_sketches_whatever_the_layout() -> None:
    words = (PARAGRAPH + " ") * 2
    again = words.upper().replace(" ", "\n")

    assert sketch([words]) == sketch([again])
    assert len(sketch([words])) <= 128


def test_a_short_text_has_no_sketch() -> None:
    assert sketch(["one two three"] * 16) == ()  # 48 words
    assert sketch(["one two three"] * 17) != ()  # 51 words


def test_a_sketch_is_sorted_and_of_the_smallest_hashes() -> None:
    many = " ".join(f"word{n}" for n in range(1_000))

    found = sketch([many])

    assert list(found) == sorted(found)
    assert len(found) == 128
    # 998 hashes spread evenly over 64 bits: the 128th smallest lies near 128/998 of the range.
    assert found[-1] / 2**64 == pytest.approx(128 / 998, rel=0.35)
