"""The viewer: pictures as soon as they are drawn, film and sound played where they stand."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from content_map.db import Sessions
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor, Role
from content_map.models import Asset, UsageEvent
from content_map.services import adding
from content_map.wiring import Resources
from content_map.worker import Worker
from tests.extraction.documents import pdf
from tests.factories import make_user
from tests.support.films import make_film
from tests.support.optional_programs import needs
from tests.web.conftest import Visit


class Shelf:
    """Adds published files and lets the worker do all it finds."""

    def __init__(self, resources: Resources, sessions: Sessions, worker: Worker, now: datetime) -> None:
        self.resources, self.sessions, self.worker, self.now = resources, sessions, worker, now
        with sessions.write() as session:
            self.actor: Actor = make_user(session, Role.MARKETER).as_actor()

    def add(self, content: bytes, name: str) -> Asset:
        asset = adding.add(
            self.sessions,
            self.resources.store,
            name,
            io.BytesIO(content),
            {"conversation": Conversation.RELEVANT_MEETING, "status": "published"},
            limit_bytes=10**7,
            actor=self.actor,
            now=self.now,
        )
        self.worker.run_pending()
        return asset


@pytest.fixture
def shelf(resources: Resources, sessions: Sessions, worker: Worker, now: datetime) -> Shelf:
    return Shelf(resources, sessions, worker, now)


def test_a_page_nobody_drew_shows_its_words_and_is_drawn_for_whoever_looks(
    shelf: Shelf, visit: Visit
) -> None:
    asset = shelf.add(pdf([f"Words of page {n}" for n in range(1, 36)]), "long.pdf")
    rep = visit(Role.REP)

    before = rep.get(f"/assets/{asset.id}/pages/33").get_data(as_text=True)
    waiting = rep.get(f"/pictures/{asset.id}/1/33")
    asked = rep.get(f"/api/v1/assets/{asset.id}/pages/33/image")
    shelf.worker.run_pending()
    after = rep.get(f"/assets/{asset.id}/pages/33").get_data(as_text=True)
    drawn = rep.get(f"/pictures/{asset.id}/1/33")

    assert "Words of page 33" in before
    assert f'data-picture="/pictures/{asset.id}/1/33"' in before
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (202, "2")
    assert (asked.status_code, asked.headers["Retry-After"]) == (404, "2")
    assert (asked.json or {})["status"] == 404
    assert f'<img src="/pictures/{asset.id}/1/33?drawn=' in after
    assert (drawn.status_code, drawn.mimetype) == (200, "image/webp")


def test_a_picture_that_a_browser_has_is_not_sent_again(shelf: Shelf, visit: Visit) -> None:
    asset = shelf.add(pdf(["one"]), "one.pdf")
    rep = visit(Role.REP)

    first = rep.get(f"/api/v1/assets/{asset.id}/thumbnail")
    again = rep.get(f"/api/v1/assets/{asset.id}/thumbnail", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")


def test_a_card_says_that_it_is_one(shelf: Shelf, visit: Visit) -> None:
    asset = shelf.add(b"# Three reasons\n\nBecause it pays.\n", "reasons.md")

    page = visit(Role.REP).get(f"/assets/{asset.id}").get_data(as_text=True)

    assert "Simplified preview" in page


def test_every_page_of_a_long_document_is_within_the_strip_somewhere(shelf: Shelf, visit: Visit) -> None:
    asset = shelf.add(pdf([f"p{n}" for n in range(1, 301)]), "long.pdf")
    rep = visit(Role.REP)

    # 120 pages around the one that is shown: 1 to 120, then 91 to 210, then 181 to 300.
    reached = set()
    for shown in (1, 151, 300):
        page = rep.get(f"/assets/{asset.id}/pages/{shown}?matched=290").get_data(as_text=True)
        assert f"/assets/{asset.id}/pages/290?" in page  # the match, wherever one is
        strip = page[page.index('class="strip"') :]
        reached |= {n for n in range(1, 301) if f"/assets/{asset.id}/pages/{n}?" in strip}

    assert reached == set(range(1, 301))


@needs("ffmpeg")
def test_a_film_is_played_in_ranges_with_its_subtitles_and_nobody_counts_it(
    shelf: Shelf, visit: Visit, sessions: Sessions, tmp_path: Path
) -> None:
    film = make_film(tmp_path).read_bytes()
    asset = shelf.add(film, "tour.mp4")
    rep = visit(Role.REP)
    page = rep.get(f"/assets/{asset.id}").get_data(as_text=True)
    with sessions.read() as session:
        counted = session.scalar(select(func.count()).select_from(UsageEvent))

    whole = rep.get(f"/media/{asset.id}/1")
    part = rep.get(f"/media/{asset.id}/1", headers={"Range": "bytes=100-199"})
    beyond = rep.get(f"/media/{asset.id}/1", headers={"Range": f"bytes={len(film)}-"})
    words = rep.get(f"/media/{asset.id}/1/subtitles.vtt")

    assert f'<video controls preload="metadata" src="/media/{asset.id}/1"' in page
    assert f'<track kind="subtitles" src="/media/{asset.id}/1/subtitles.vtt"' in page
    assert "0:03" in page
    assert (whole.status_code, whole.data, whole.mimetype) == (200, film, "video/mp4")
    assert (part.status_code, part.data) == (206, film[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(film)}"
    assert part.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in part.headers["Content-Security-Policy"]
    assert beyond.status_code == 416
    assert words.mimetype == "text/vtt"
    assert b"A word first" in words.data
    with sessions.read() as session:
        assert session.scalar(select(func.count()).select_from(UsageEvent)) == counted


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "drawing.svg"),
        (b"<!doctype html><title>Page</title><p>Hello there</p>", "page.html"),
    ],
)
def test_nothing_but_recordings_is_ever_shown_inline(
    shelf: Shelf, visit: Visit, content: bytes, name: str
) -> None:
    asset = shelf.add(content, name)

    assert visit(Role.REP).get(f"/media/{asset.id}/1").status_code == 404
    assert visit(Role.REP).get(f"/media/{asset.id}/1/subtitles.vtt").status_code == 404


def test_a_recording_is_played_to_those_alone_who_may_see_its_asset(
    shelf: Shelf, visit: Visit, sessions: Sessions
) -> None:
    asset = shelf.add(b"ID3\x03" + bytes(600), "call.mp3")
    page = visit(Role.REP).get(f"/assets/{asset.id}").get_data(as_text=True)
    with sessions.write() as session:
        session.get_one(Asset, asset.id).status = "draft"

    assert f'<audio controls preload="metadata" src="/media/{asset.id}/1"' in page
    assert visit(Role.REP).get(f"/media/{asset.id}/1").status_code == 404
    assert visit(Role.MARKETER).get(f"/media/{asset.id}/1").status_code == 200
