"""What optional programs add to a reading is written on the version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from content_map.db import Sessions
from content_map.domain.assets import State
from content_map.domain.people import Actor, Role
from content_map.extraction import Limits
from content_map.extraction.sandbox import default_sandbox
from content_map.models import Asset, Version
from content_map.services import adding, assets, ingest, users
from storage import open_store
from tests.support.films import make_film
from tests.support.optional_programs import needs


@pytest.fixture
def marketer(sessions: Sessions, now: datetime) -> Actor:
    """Somebody who may upload."""
    with sessions.write() as session:
        return users.add(session, "mia@example.com", role=Role.MARKETER, actor=None, now=now).as_actor()


def _read(
    sessions: Sessions,
    folder: Path,
    file: Path,
    marketer: Actor,
    now: datetime,
    *,
    limits: Limits | None = None,
    ocr: Sequence[str] = (),
) -> Version:
    """Upload a file and read it as the worker does."""
    store = open_store(f"disk:{folder / 'store'}")
    with file.open("rb") as content:
        asset: Asset = adding.add(
            sessions, store, file.name, content, {}, limit_bytes=10**7, actor=marketer, now=now
        )
    conclude = ingest.extract(
        sessions,
        store,
        asset.current.id,
        sandbox=default_sandbox(),
        limits=limits or Limits(),
        spool=folder,
        ocr=ocr,
    )
    with sessions.write() as session:
        conclude(session)
    with sessions.read() as session:
        return assets.get(session, asset.id, actor=marketer, now=now).current


@needs("ffmpeg")
def test_a_recording_has_its_length_even_over_the_size_of_documents(
    sessions: Sessions, tmp_path: Path, marketer: Actor, now: datetime
) -> None:
    film = make_film(tmp_path, seconds=3)

    read = _read(sessions, tmp_path, film, marketer, now, limits=Limits(document_bytes=1_000))

    assert (read.state, read.duration_seconds, read.page_count) == (State.READY, 3, 1)
    assert (read.document_title, read.problem) == ("The tour", None)


@needs("tesseract")
def test_words_of_a_scan_are_written_with_a_warning_once_asked_for(
    sessions: Sessions, tmp_path: Path, marketer: Actor, now: datetime
) -> None:
    picture = Image.new("L", (1_200, 300), "white")
    words = "Two days are lost in every audit"
    ImageDraw.Draw(picture).text((60, 100), words, fill="black", font=ImageFont.load_default(56))
    picture.save(tmp_path / "scan.png")

    read = _read(sessions, tmp_path, tmp_path / "scan.png", marketer, now, ocr=("eng",))

    assert (read.state, read.problem_code, read.word_count) == (State.READY, None, 7)
    assert read.problem is not None
    assert "recognised in a picture (OCR)" in read.problem
