"""Film and sound: their length, title and the subtitles inside them, where ffmpeg is there to tell."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest

from content_map.domain.assets import Kind
from content_map.extraction import Limits, Sandbox, extract, is_recording
from tests.extraction.conftest import Read
from tests.support.optional_programs import needs

SUBTITLES = """1
00:00:01,000 --> 00:00:02,000
Two days are lost.

2
00:00:02,500 --> 00:00:03,000
Minutes are enough.
"""


def _recording(folder: Path, name: str, *options: str) -> bytes:
    """A film of three seconds with a tone."""
    picture = ["-f", "lavfi", "-i", "color=blue:s=64x48:r=5:d=3"]
    tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=3"]
    command = ["ffmpeg", "-v", "error", "-nostdin", *picture, *tone, *options, str(folder / name)]
    subprocess.run(command, check=True, timeout=60)
    return (folder / name).read_bytes()


@needs("ffmpeg")
def test_subtitles_inside_a_film_are_its_text(read: Read, tmp_path: Path) -> None:
    words = tmp_path / "words.srt"
    words.write_text(SUBTITLES, encoding="utf-8")
    content = _recording(
        *(tmp_path, "film.mp4", "-i", str(words), "-c:s", "mov_text"),
        *("-metadata", "title=Audit proof in minutes", "-metadata", "artist=Maya Ortiz"),
    )

    extract = read(content)

    assert (extract.kind, extract.media_type, extract.duration_seconds) == (Kind.VIDEO, "video/mp4", 3)
    assert (extract.title, extract.author) == ("Audit proof in minutes", "Maya Ortiz")
    assert [(page.label, page.text) for page in extract.pages] == [
        ("From 0:01", "Two days are lost.\nMinutes are enough.")
    ]
    assert (extract.words, extract.problem) == (7, None)


@needs("ffmpeg")
def test_sound_has_a_length_and_says_that_it_is_not_read(read: Read, tmp_path: Path) -> None:
    extract = read(_recording(tmp_path, "sound.flac", "-map", "1:a"))

    assert (extract.kind, extract.media_type, extract.duration_seconds) == (Kind.AUDIO, "audio/flac", 3)
    assert extract.problem is not None
    assert (extract.problem.code, extract.failed) == ("media", False)


@needs("ffmpeg")
def test_a_recording_over_the_size_of_documents_still_has_its_length(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    _recording(tmp_path, "film.webm", "-c:v", "libvpx")
    film, limits = tmp_path / "film.webm", Limits(document_bytes=100)

    extract_ = extract(film, film.name, limits, sandbox)

    assert (extract_.kind, extract_.duration_seconds) == (Kind.VIDEO, 3)


@needs("ffmpeg")
def test_a_recording_that_cannot_be_played_is_kept_and_says_so(read: Read) -> None:
    extract = read(b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00" + bytes(500))

    assert not extract.failed
    assert extract.warnings == (
        "It could not be played here, so it may be damaged: play it, and upload it again if it stops.",
    )


def test_without_ffmpeg_the_missing_length_is_stated(read: Read, no_programs: None) -> None:
    extract = read(b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00" + bytes(500))

    assert (extract.failed, extract.duration_seconds) == (False, None)
    assert extract.problem is not None
    assert extract.problem.code == "media"
    assert ["package ffmpeg" in warning for warning in extract.warnings] == [True]


@pytest.mark.parametrize("size", [200, 5_000])
def test_a_document_over_the_limit_is_ready_and_known_by_its_kind(sandbox: Sandbox, size: int) -> None:
    content = b"%PDF-1.7\n" + b"x" * size

    found = extract(io.BytesIO(content), "plan.pdf", Limits(document_bytes=len(content) - 1), sandbox)

    assert found.problem is not None
    assert (found.problem.code, found.failed) == ("too_large", False)


@pytest.mark.parametrize(
    ("head", "answer"),
    [
        (b"\x00\x00\x00\x18ftypmp42", True),
        (b"ID3\x04\x00\x00", True),
        (b"\xff\xfeT\x00w\x00o\x00", False),  # text in UTF-16
        (b"\x00\x00\x00\x18ftypavif", False),  # a picture
        (b"%PDF-1.7", False),
        (b"", False),
    ],
)
def test_recordings_are_told_by_their_first_bytes(head: bytes, answer: bool) -> None:
    assert is_recording(head) is answer
