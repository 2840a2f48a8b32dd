"""Every page gets a picture: the first at once, more in the background, any when somebody asks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from docx.oxml import OxmlElement
from PIL import Image
from sqlalchemy import select

from content_map.config import Settings
from content_map.db import Sessions
from content_map.domain.people import Actor, Role
from content_map.extraction import Limits, programs
from content_map.models import Asset, Job, Page, Version
from content_map.services import adding, previews, users
from content_map.services.vocabulary import Compiled
from content_map.wiring import Resources
from content_map.work import Bench
from content_map.worker import Worker
from search import open_index
from storage import open_store
from tests.extraction.documents import changed, deck, document, pdf, picture
from tests.support.films import make_film
from tests.support.optional_programs import needs


class Desk:
    """Uploads files, and lets the worker do one job at a time."""

    def __init__(self, resources: Resources, marketer: Actor, now: datetime, preview_pages: int) -> None:
        self.resources, self.marketer, self.now = resources, marketer, now
        self.worker = Worker(resources, clock=lambda: self.now)
        bench = self.worker.bench
        limits = Limits(preview_pages=preview_pages)
        self.worker.bench = Bench(bench.resources, limits, bench.sandbox, bench.clock)

    def add(self, content: bytes, name: str) -> Asset:
        return adding.add(
            self.resources.sessions,
            self.resources.store,
            name,
            io.BytesIO(content),
            {},
            allow_duplicate=True,
            limit_bytes=10**7,
            actor=self.marketer,
            now=self.now,
        )

    def pages(self, asset: Asset) -> list[Page]:
        with self.resources.sessions.read() as session:
            mine = select(Page).join(Version).where(Version.asset_id == asset.id).order_by(Page.number)
            return list(session.scalars(mine))

    def version(self, asset: Asset) -> Version:
        with self.resources.sessions.read() as session:
            return session.scalars(select(Version).where(Version.asset_id == asset.id)).one()

    def drawn(self, asset: Asset) -> list[int]:
        return [page.number for page in self.pages(asset) if page.image_key]

    def next_steps(self) -> list[str]:
        """Kinds and steps of the jobs that wait, in the order in which they will be taken."""
        with self.resources.sessions.read() as session:
            rows = session.scalars(select(Job).where(Job.kind != "index").order_by(Job.priority, Job.id))
            return [" ".join(filter(None, (job.kind, job.payload.get("step")))) for job in rows]

    def work_until(self, step: str) -> None:
        """Do jobs until this one waits."""
        while step not in self.next_steps():
            self.worker.work_due()

    def ask_for(self, asset: Asset, number: int) -> None:
        with self.resources.sessions.write() as session:
            previews.ask_for(session, self.version(asset).id, number)

    def size(self, key: str | None) -> tuple[int, int]:
        with self.resources.store.open(key or "") as file, Image.open(io.BytesIO(file.read())) as image:
            return image.size


@pytest.fixture
def desk(sessions: Sessions, tmp_path: Path, now: datetime) -> Iterator[Desk]:
    settings = Settings.from_environ({"CONTENT_MAP_DATA_DIR": str(tmp_path)})
    resources = Resources(
        settings, sessions, open_store(settings.store_url), open_index(settings.index_url), Compiled()
    )
    with sessions.write() as session:
        marketer = users.add(session, "mia@example.com", role=Role.MARKETER, actor=None, now=now).as_actor()
    resources.index.rebuild([])
    desk = Desk(resources, marketer, now, preview_pages=3)
    yield desk
    desk.worker.close()
    resources.index.close()


@pytest.fixture
def no_programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A host that has no LibreOffice and no ffmpeg."""
    monkeypatch.setenv("PATH", str(tmp_path))
    programs.forget()
    yield
    programs.forget()


def test_the_first_page_is_drawn_before_another_file_is_read(desk: Desk) -> None:
    first = desk.add(pdf(["one", "two"]), "first.pdf")
    desk.add(pdf(["three"]), "second.pdf")

    desk.work_until("preview rest")

    assert desk.drawn(first) == [1]
    steps = desk.next_steps()
    assert steps.index("extract") < steps.index("preview rest")


def test_later_pages_are_drawn_when_somebody_asks(desk: Desk) -> None:
    long = desk.add(pdf([f"page {n}" for n in range(1, 13)]), "long.pdf")
    desk.worker.run_pending()
    assert desk.drawn(long) == [1, 2, 3]

    desk.ask_for(long, 9)
    with desk.resources.sessions.read() as session:
        assert previews.is_awaited(session, desk.version(long).id, 9) is True
    desk.worker.run_pending()

    assert desk.drawn(long) == [1, 2, 3, 9, 10, 11, 12]
    with desk.resources.sessions.read() as session:
        assert previews.is_awaited(session, desk.version(long).id, 9) is False


def test_a_copy_gets_the_pictures_of_its_twin(desk: Desk) -> None:
    content = pdf(["the same"])
    one = desk.add(content, "one.pdf")
    desk.worker.run_pending()
    other = desk.add(content, "other.pdf")
    desk.worker.run_pending()

    assert desk.pages(other)[0].image_key == desk.pages(one)[0].image_key
    assert desk.version(one).sha256 in (desk.pages(one)[0].image_key or "")


def test_pictures_have_their_widths_and_thumbnails_are_light(desk: Desk) -> None:
    busy = io.BytesIO()
    Image.effect_noise((1600, 1200), 90).convert("RGB").save(busy, "PNG")

    asset = desk.add(busy.getvalue(), "noise.png")
    desk.worker.run_pending()

    (page,) = desk.pages(asset)
    assert desk.size(page.image_key)[0] == 1280
    assert desk.size(page.thumbnail_key)[0] == 320
    assert desk.resources.store.stat(page.thumbnail_key or "").size_bytes <= 12_000


def test_without_libreoffice_a_slide_is_a_card_that_says_so(desk: Desk, no_programs: None) -> None:
    asset = desk.add(_slides(2), "offer.pptx")
    desk.worker.run_pending()

    assert [(page.number, page.is_simplified) for page in desk.pages(asset)] == [(1, True), (2, True)]
    assert desk.version(asset).rendition_key is None


def test_without_libreoffice_the_picture_in_the_file_stands_for_its_first_page(
    desk: Desk, no_programs: None
) -> None:
    own = changed(_slides(2), {"docProps/thumbnail.jpeg": picture(800, 600, "JPEG")})

    asset = desk.add(own, "offer.pptx")
    desk.worker.run_pending()

    first, second = desk.pages(asset)
    assert (first.is_simplified, second.is_simplified) == (False, True)
    assert desk.size(first.image_key) == (800, 600)


def test_a_picture_that_other_files_carry_too_stands_for_none_of_them(desk: Desk, no_programs: None) -> None:
    thumbnail = {"docProps/thumbnail.jpeg": picture(800, 600, "JPEG")}
    one = desk.add(changed(_slides(2), thumbnail), "one.pptx")
    desk.worker.run_pending()
    other = desk.add(changed(_slides(3), thumbnail), "other.pptx")
    desk.worker.run_pending()

    assert desk.pages(one)[0].is_simplified
    assert desk.pages(other)[0].is_simplified


@needs("soffice")
def test_with_libreoffice_a_card_comes_first_and_the_slides_themselves_later(desk: Desk) -> None:
    asset = desk.add(_slides(5), "offer.pptx")
    desk.work_until("rendition")
    assert [page.is_simplified for page in desk.pages(asset)] == [True, False, False, False, False]

    desk.worker.run_pending()
    desk.ask_for(asset, 5)
    desk.worker.run_pending()

    assert desk.drawn(asset) == [1, 2, 3, 5]
    assert not any(page.is_simplified for page in desk.pages(asset))
    made = desk.version(asset).rendition_key
    assert made is not None
    with desk.resources.store.open(made) as rendition:
        assert rendition.read(5) == b"%PDF-"


@needs("soffice")
def test_pages_that_another_program_cuts_differently_show_what_they_say(desk: Desk) -> None:
    """Word saved one break, so there are two pages; LibreOffice needs three, for the first one overflows."""

    def build(made: object) -> None:
        for number in range(90):
            made.add_paragraph(f"Opening argument number {number} about harbours")  # type: ignore[attr-defined]
        closing = made.add_paragraph()  # type: ignore[attr-defined]
        closing.paragraph_format.page_break_before = True
        run = closing.add_run()
        run._element.append(OxmlElement("w:lastRenderedPageBreak"))
        closing.add_run("Closing words concerning payback, reconciliation and downtime")

    asset = desk.add(document(build), "argument.docx")
    desk.worker.run_pending()

    pages = desk.pages(asset)
    assert len(pages) == 2
    assert not any(page.is_simplified for page in pages)
    # Three PDF pages stand against two of ours; the last one is nearly white, and no other is.
    assert _whiteness(desk, pages[1].image_key) > 0.97 > _whiteness(desk, pages[0].image_key)


@needs("ffmpeg")
def test_a_film_shows_a_frame_and_keeps_its_subtitles_for_the_player(desk: Desk, tmp_path: Path) -> None:
    asset = desk.add(make_film(tmp_path).read_bytes(), "tour.mp4")
    desk.worker.run_pending()

    first = desk.pages(asset)[0]
    version = desk.version(asset)
    assert (first.is_simplified, version.duration_seconds) == (False, 3)
    with desk.resources.store.open(version.rendition_key or "") as subtitles:
        assert subtitles.read().startswith(b"WEBVTT")


def test_a_film_without_ffmpeg_is_a_card(desk: Desk, no_programs: None) -> None:
    asset = desk.add(b"\x00\x00\x00\x18ftypmp42" + bytes(64), "tour.mp4")
    desk.worker.run_pending()

    assert [page.is_simplified for page in desk.pages(asset)] == [True]


def _slides(count: int) -> bytes:
    def build(made: object) -> None:
        for number in range(1, count + 1):
            slide = made.slides.add_slide(made.slide_layouts[5])  # type: ignore[attr-defined]
            slide.shapes.title.text = f"Slide {number} of {count} about value"

    content = deck(build)
    # The library's template carries a picture of its own; ours have one only where a test gives it.
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(kept, "w") as target:
        for name in source.namelist():
            if "thumbnail" not in name:
                target.writestr(name, source.read(name))
    return kept.getvalue()


def _whiteness(desk: Desk, key: str | None) -> float:
    with desk.resources.store.open(key or "") as file, Image.open(io.BytesIO(file.read())) as image:
        grey = image.convert("L").resize((200, 280))
        return sum(grey.histogram()[240:]) / (200 * 280)
