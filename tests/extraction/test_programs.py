"""Optional programs help where the host has them, and can do nothing but what they were asked for."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from PIL import Image, ImageDraw, ImageFont

from content_map.extraction import Limits, programs
from content_map.extraction.programs.running import workspace
from tests.extraction.documents import document, picture
from tests.support.films import make_film
from tests.support.optional_programs import needs

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can confine a process this far")
SHELL = Path("/bin/sh")
LIMITS = Limits(program_wall_seconds=60.0)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket that would accept anybody, and says at once when nobody came."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


@needs("soffice")
def test_an_office_file_becomes_a_pdf(tmp_path: Path) -> None:
    source = tmp_path / "offer.docx"
    source.write_bytes(document(lambda made: made.add_paragraph("What it is worth")))

    made = programs.convert_office(source, "pdf", tmp_path, LIMITS)

    assert made is not None
    assert made.read_bytes().startswith(b"%PDF-")


@needs("soffice")
def test_what_is_no_office_file_becomes_nothing(tmp_path: Path) -> None:
    source = tmp_path / "offer.docx"
    source.write_bytes(b"PK\x03\x04 and then nothing")

    assert programs.convert_office(source, "pdf", tmp_path, LIMITS) is None
    assert [file.name for file in tmp_path.iterdir()] == ["offer.docx"]


@LINUX
@needs("soffice")
def test_addresses_named_in_a_document_are_not_asked(tmp_path: Path, listener: socket.socket) -> None:
    source = tmp_path / "offer.docx"
    source.write_bytes(_with_a_picture_at(f"http://127.0.0.1:{listener.getsockname()[1]}/spy.png"))

    made = programs.convert_office(source, "pdf", tmp_path, LIMITS)

    assert made is not None
    with pytest.raises(BlockingIOError):
        listener.accept()


@needs("ffmpeg")
def test_a_film_tells_its_length_its_title_and_its_subtitles(tmp_path: Path) -> None:
    recording = make_film(tmp_path)

    facts = programs.probe_media(recording, LIMITS)

    assert facts is not None
    assert facts.duration_seconds == pytest.approx(3.0, abs=0.1)
    assert (facts.has_video, facts.has_audio, facts.title) == (True, True, "The tour")
    assert "A word first" in (facts.subtitles or "")


@needs("ffmpeg")
def test_a_film_has_a_poster(tmp_path: Path) -> None:
    poster = programs.poster(make_film(tmp_path), LIMITS)

    assert poster is not None
    with Image.open(io.BytesIO(poster)) as image:
        assert image.size == (320, 180)


@needs("ffmpeg")
def test_a_playlist_is_not_followed(tmp_path: Path, listener: socket.socket) -> None:
    recording = make_film(tmp_path)
    playlist = tmp_path / "list.m3u8"
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/part.ts"
    playlist.write_text(
        f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{address}\n#EXTINF:5,\nfile:{recording}\n"
    )

    assert programs.probe_media(playlist, LIMITS) is None
    assert programs.poster(playlist, LIMITS) is None
    with pytest.raises(BlockingIOError):
        listener.accept()


@needs("tesseract")
def test_words_on_a_picture_are_read() -> None:
    image = Image.new("L", (1400, 240), 255)
    ImageDraw.Draw(image).text((40, 80), "A confirmed opportunity", font=ImageFont.load_default(80), fill=0)
    page = io.BytesIO()
    image.save(page, "PNG")

    found = programs.ocr(page.getvalue(), ["eng", "a language nobody has"], LIMITS)

    assert found is not None
    assert "confirmed opportunity" in found


def test_without_the_programs_nothing_is_made_and_nothing_fails(no_programs: None, tmp_path: Path) -> None:
    file = tmp_path / "file.docx"
    file.write_bytes(picture(10, 10))

    assert set(programs.versions().values()) == {None}
    assert programs.convert_office(file, "pdf", tmp_path, LIMITS) is None
    assert programs.probe_media(file, LIMITS) is None
    assert programs.poster(file, LIMITS) is None
    assert programs.ocr(file.read_bytes(), ["eng"], LIMITS) is None


@LINUX
def test_a_program_reaches_no_network(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    attempt = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"

    with workspace(LIMITS) as place:
        answer = place.run(Path(sys.executable).resolve(), ["-I", "-c", attempt])

    assert answer is None
    with pytest.raises(BlockingIOError):
        listener.accept()


@LINUX
def test_a_program_reads_and_writes_nothing_of_ours(tmp_path: Path) -> None:
    secret = tmp_path / "secret-key"
    secret.write_text("s3cret")
    os.chmod(tmp_path, 0o755)  # noqa: S103 - so that only the wall, and not the folder, keeps it out
    script = f"cat {secret}; echo x > {tmp_path}/escaped; echo inside > kept; cat kept"

    with workspace(LIMITS) as place:
        answer = place.run(SHELL, ["-c", script])

    assert answer == b"inside\n"
    assert not (tmp_path / "escaped").exists()


def test_a_program_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTENT_MAP_SECRET_KEY", "s3cret")

    with workspace(LIMITS) as place:
        answer = place.run(SHELL, ["-c", "env"])

    assert answer is not None
    assert b"PATH=" in answer
    assert b"CONTENT_MAP" not in answer


def test_a_program_that_does_not_end_is_ended_with_all_it_started() -> None:
    limits = Limits(program_wall_seconds=0.5)

    with workspace(limits) as place:
        answer = place.run(SHELL, ["-c", "sleep 60 & echo $! > child; sleep 60"])
        child = int((place.folder / "child").read_text())

    assert answer is None
    _assert_gone(child)


def test_a_program_that_writes_without_end_is_stopped() -> None:
    with workspace(Limits(program_file_bytes=1024 * 1024)) as place:
        answer = place.run(SHELL, ["-c", "cat /dev/zero > big"])

        assert answer is None
        assert (place.folder / "big").stat().st_size <= 1024 * 1024


@LINUX
def test_a_worker_that_is_killed_leaves_no_program_running(tmp_path: Path) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", _WORKER, str(tmp_path / "child")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    child = _number_in(tmp_path / "child")

    worker.send_signal(signal.SIGKILL)
    worker.wait()

    _assert_gone(child)


_WORKER = """
import pathlib, sys, threading, time
from content_map.extraction import Limits
from content_map.extraction.programs.running import workspace
with workspace(Limits()) as place:
    run = threading.Thread(target=place.run, args=(pathlib.Path("/bin/sh"), ["-c", "sleep 61 & echo $! > c; wait"]))
    run.start()
    while not (place.folder / "c").exists() or not (place.folder / "c").read_text():
        time.sleep(0.02)
    pathlib.Path(sys.argv[1]).write_text((place.folder / "c").read_text())
    run.join()
"""


def _assert_gone(pid: int) -> None:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{pid}/stat").exists() and ") Z " in Path(f"/proc/{pid}/stat").read_text():
            return  # ended; nobody has asked for its exit code yet
        time.sleep(0.02)
    raise AssertionError(f"process {pid} is still running")


def _number_in(file: Path) -> int:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if file.exists() and (text := file.read_text().strip()):
            return int(text)
        time.sleep(0.02)
    raise AssertionError("the program did not start")


def _with_a_picture_at(address: str) -> bytes:
    """A document whose picture is not in it but at an address."""

    def build(made: docx.document.Document) -> None:
        made.add_paragraph("Look:")
        made.add_picture(io.BytesIO(picture(40, 40)))
        identity = made.part.relate_to(address, RELATIONSHIP_TYPE.IMAGE, is_external=True)
        for blip in made.element.body.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip"):
            space = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
            del blip.attrib[f"{space}embed"]
            blip.set(f"{space}link", identity)

    return document(build)
