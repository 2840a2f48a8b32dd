"""A real browser on the running product: one Chromium, people in contexts of their own, and what it complains of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from tests.support.chromium import chromium_or_skip

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROWEST: ViewportSize = {"width": 320, "height": 800}
WAIT_MS = 20_000
PASSWORD = "a long enough sentence"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
EVERY_RULE = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},  # off unless asked for
    "resultTypes": ["violations"],
}
# All that changes between light and dark is colour.
COLOUR_RULES = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
_AXE = Axe().axe_script
_TELL_POLICY = """addEventListener("securitypolicyviolation", (event) =>
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));"""
_SPACING = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
        word-spacing: .16em !important } p { margin-block-end: 2em !important }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
# Colours and places are judged when they have arrived.
_ARRIVED = """async () => {
    const ends = (each) => each.effect.getComputedTiming().endTime < 1000;
    for (let look = 0; look < 20; look += 1) {
        const moving = document.getAnimations().filter(ends);
        if (!moving.length) return;
        const patience = new Promise((resume) => setTimeout(resume, 100));
        await Promise.race([patience, Promise.allSettled(moving.map((each) => each.finished))]);
    }
}"""
# What has the focus, whether an outline shows it, and whether a point of it can be seen and hit.
_FOCUSED = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const outlined = (el) => {
        const style = el && getComputedStyle(el);
        if (!style) return false;
        const framed = el.matches(".askbox") && style.boxShadow.includes("inset");
        return framed || style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    };
    const around = ["label", ".hit", ".askbox"].map((each) => at.closest(each));
    const shower = [at, at.nextElementSibling, ...around].find(outlined);
    const target = at.closest("label") ?? at;
    const between = (from, to, most) => [.1, .5, .9].map((part) => {
        const [first, last] = [Math.max(0, from), Math.min(most, to)];
        return first + (last - first) * part;
    });
    const points = [...target.getClientRects()].flatMap((box) => between(box.left, box.right, innerWidth)
        .flatMap((x) => between(box.top, box.bottom, innerHeight).map((y) => [x, y])));
    const seen = points.some(([x, y]) => {
        const hit = document.elementFromPoint(x, y);
        return hit && (target.contains(hit) || hit.contains(target) && hit === target.parentElement);
    });
    at.dataset.stop ??= String(document.querySelectorAll("[data-stop]").length);
    return { stop: at.dataset.stop, html: at.outerHTML.slice(0, 160), shown: Boolean(shower), seen };
}"""


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Start the system's Chromium without a window; skips the test where there is none."""
    path = chromium_or_skip()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


def person(browser: Browser, address: str, **options: Any) -> BrowserContext:
    """A browser of somebody's own: relative addresses lead to the product at `address`."""
    context = browser.new_context(**{"base_url": address, "viewport": WIDE, "locale": "en-GB", **options})
    context.set_default_timeout(WAIT_MS)
    return context


def enter(context: BrowserContext, link: str) -> Page:
    """Use a one-time link: choose a password and be in."""
    page = context.new_page()
    page.goto(link)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Save and go in").click()
    page.wait_for_url("**/")
    return page


def search(page: Page, situation: str, account: str | None = None) -> str:
    """Ask on the Find page; gives the search's id."""
    page.goto("/")
    page.locator("#situation").fill(situation)
    if account:
        page.get_by_label("Customer", exact=True).fill(account)
    page.locator("#situation").blur()  # on a phone the suggestions lie over the button
    page.get_by_role("button", name="Find material").click()
    page.wait_for_url("**/find/*")
    return page.url.rpartition("/")[2]


class Complaints:
    """What the browser's console says against a person's pages: errors, scripts that failed, a broken policy."""

    def __init__(self, context: BrowserContext) -> None:
        self.sentences: list[str] = []
        context.add_init_script(_TELL_POLICY)
        context.on("console", lambda message: self._add(message.type, message.text))
        context.on("weberror", lambda failure: self._add("error", str(failure.error)))

    def _add(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.sentences.append(text)


def violations(page: Page, rules: dict[str, Any]) -> list[str]:
    """What axe finds on the page as it is now: rule, how often, and the first element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    page.evaluate(_ARRIVED)
    found = page.evaluate("(rules) => axe.run(document, rules)", rules)["violations"]
    return [f"{each['id']} ×{len(each['nodes'])}: {each['nodes'][0]['html'][:200]}" for each in found]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def space_text_out(page: Page) -> None:
    """Set the text spacing of WCAG 1.4.12."""
    page.evaluate(_SPACING)


def tab_stops(page: Page, at_most: int = 80) -> list[dict[str, Any]]:
    """Press Tab from the top until the round is complete; what had the focus each time."""
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
    stops: list[dict[str, Any]] = []
    known: set[str] = set()
    for _ in range(at_most):
        page.keyboard.press("Tab")
        page.evaluate(_ARRIVED)
        stop = page.evaluate(_FOCUSED)
        # A date field takes several Tabs; an element met before and left since closes the round.
        if stop is None or (stop["stop"] in known and stop["stop"] != stops[-1]["stop"]):
            break
        known.add(stop["stop"])
        stops.append(stop)
    return stops


def present() -> datetime:
    """The wall clock, which the running product reads too."""
    return datetime.now(UTC)
