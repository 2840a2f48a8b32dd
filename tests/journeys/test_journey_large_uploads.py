"""A large file from a real browser: the server dies, the store fails, and only what is missing is sent again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Response, expect

from tests.support.browser import enter, person
from tests.support.client import Client, Operator, client_of
from tests.support.seaweed import why_absent
from tests.support.server import Server

pytestmark = pytest.mark.journey

MIB = 1024 * 1024
PARTS = 5
NAME = "Calder Valley, full cut.mp4"
SLOW_BYTES_PER_SECOND = 3 * MIB
KEPT = re.compile(r"What arrived is kept|The parts that arrived are kept")


@dataclass(slots=True)
class Place:
    """A running product, and where its bytes are."""

    server: Server
    operator: Operator
    client: Client
    is_s3: bool

    @contextmanager
    def without_store(self) -> Iterator[None]:
        """Let every byte fail for a while: the S3 server is dead, or the folder is gone."""
        if self.is_s3:
            with self.server.unattended():
                self.server.kill_part("store")
                yield
            self.server.wait_until_well()
        else:
            store = self.server.data / "store"
            store.rename(store.with_name("away"))
            yield
            store.with_name("away").rename(store)


@pytest.fixture(scope="module", params=["disk", "s3"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    is_s3 = request.param == "s3"
    if is_s3 and (reason := why_absent()) is not None:
        pytest.skip(reason)
    with Server(tmp_path_factory.mktemp("large") / "data", *(["--s3"] if is_s3 else [])) as server:
        yield Place(server, Operator(server.data), client_of(server, {}, "marketer"), is_s3)


@dataclass(slots=True)
class Visit:
    """A marketer's upload page on a slow line, and the parts that were taken of what it sent."""

    context: BrowserContext
    page: Page
    taken: list[int] = field(default_factory=list)
    line: CDPSession = field(init=False)

    def come_again(self) -> None:
        """Open the upload page in a new tab of the same browser."""
        self.page = self.context.new_page()
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.page.on("response", lambda answer: self.note(answer))
        self.page.goto("/upload")
        self.line = self.context.new_cdp_session(self.page)
        self.line.send("Network.enable")
        self.tune(is_offline=False)

    def tune(self, *, is_offline: bool) -> None:
        """Make the line slow, or cut it."""
        line = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOW_BYTES_PER_SECOND}
        self.line.send("Network.emulateNetworkConditions", {"offline": is_offline, **line})

    def choose(self, file: Path) -> None:
        self.page.get_by_label("or choose them").set_input_files(file)

    def wait_for_parts(self, count: int) -> None:
        for _ in range(600):
            if len(self.taken) >= count:
                return
            self.page.wait_for_timeout(50)
        raise TimeoutError(f"only {len(self.taken)} parts were taken")

    def note(self, answer: Response) -> None:
        if answer.request.method == "PUT" and answer.ok:
            address = urlsplit(answer.url)
            named = parse_qs(address.query).get("partNumber")
            self.taken.append(int(named[0] if named else address.path.rpartition("/")[2]))


@pytest.fixture
def visit(place: Place, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    email = f"{hashlib.sha256(request.node.name.encode()).hexdigest()[:12]}@example.com"
    link = place.operator.done("user", "add", email, "--role", "marketer").split()[-1]
    context = person(chromium, place.server.url)
    visit = Visit(context, enter(context, link[link.index("/welcome/") :]))
    visit.come_again()
    yield visit
    context.close()


@pytest.fixture
def film(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A file of five parts that no other test has sent."""
    file = tmp_path / NAME
    seed = hashlib.sha256(request.node.name.encode()).digest()
    file.write_bytes(seed * (PARTS * 8 * MIB // len(seed)))
    return file


def assert_stored_whole(place: Place, page: Page, film: Path) -> None:
    asset_id = parse_qs(urlsplit(page.url).query)["asset"][0]
    size, digest = place.client.digest(f"/assets/{asset_id}/file")
    assert (size, digest) == (PARTS * 8 * MIB, hashlib.sha256(film.read_bytes()).hexdigest())


def assert_no_part_was_taken_twice(visit: Visit) -> None:
    """Fewer than all may be seen: the answer for a part that arrived can be lost with the line."""
    assert len(visit.taken) == len(set(visit.taken))


def test_after_a_lost_line_a_restart_and_a_new_visit_only_missing_parts_are_sent(
    place: Place, visit: Visit, film: Path
) -> None:
    visit.choose(film)
    visit.wait_for_parts(2)

    visit.tune(is_offline=True)
    expect(visit.page.locator("[data-upload-failed]")).to_contain_text(KEPT)
    visit.page.close()
    before = len(visit.taken)
    place.server.stop()
    place.server.start()
    visit.come_again()
    expect(visit.page.locator("[data-upload-moving]")).to_contain_text("Not finished")
    visit.choose(film)
    visit.page.wait_for_url("**/upload?asset=*", timeout=60_000)

    assert before >= 2
    assert_no_part_was_taken_twice(visit)
    assert_stored_whole(place, visit.page, film)


def test_a_pause_and_a_store_that_fails_on_the_way_lose_no_part_and_the_page_says_so(
    place: Place, visit: Visit, film: Path
) -> None:
    page = visit.page
    visit.choose(film)
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("[data-upload-moving]")).to_contain_text("Paused")
    page.get_by_role("button", name="Go on").click()
    visit.wait_for_parts(1)

    with place.without_store():
        expect(page.locator("[data-upload-failed]")).to_contain_text(KEPT, timeout=60_000)
        before = len(visit.taken)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/upload?asset=*", timeout=60_000)

    assert 1 <= before < PARTS
    assert_no_part_was_taken_twice(visit)
    assert_stored_whole(place, page, film)
