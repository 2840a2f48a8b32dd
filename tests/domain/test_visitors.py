from __future__ import annotations

import pytest

from content_map.domain.people import Role
from content_map.domain.usage import ExcludedReason
from content_map.domain.visitors import colleague, machine

PEOPLE = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Teams/1.7 Chrome/120.0.0.0 "
    "Electron/28.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 [LinkedInApp]/9.30",
    "Mozilla/5.0 (Linux; Android 13; CUBOT P80) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile "
    "Safari/537.36",
    "Opera/9.80 (Android; Opera Mini/88.0; U; en) Presto/2.12.423 Version/12.16",
]
PROGRAMS = [
    ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", ExcludedReason.UNFURL),
    ("Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5", ExcludedReason.UNFURL),
    (
        "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
        ExcludedReason.UNFURL,
    ),
    ("WhatsApp/2.24.20 N", ExcludedReason.UNFURL),
    ("Twitterbot/1.0", ExcludedReason.UNFURL),
    ("Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)", ExcludedReason.UNFURL),
    ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", ExcludedReason.UNFURL),
    # Messages on a Mac and an iPhone call themselves so.
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 "
        "Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
        ExcludedReason.UNFURL,
    ),
    ("TelegramBot (like TwitterBot)", ExcludedReason.UNFURL),
    ("Mozilla/4.0 (compatible; ms-office; MSOffice 16)", ExcludedReason.SCANNER),
    ("Microsoft Office Existence Discovery", ExcludedReason.SCANNER),
    ("Mozilla/5.0 (compatible; Proofpoint URL Defense)", ExcludedReason.SCANNER),
    ("Mozilla/5.0 (Windows NT 10.0) Mimecast-URL-Protect", ExcludedReason.SCANNER),
    ("Barracuda Sentinel (EE)", ExcludedReason.SCANNER),
    (
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
        ExcludedReason.SCANNER,
    ),
    (
        "Mozilla/5.0 AppleWebKit/537.36 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        ExcludedReason.BOT,
    ),
    (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/141.0.0.0 Safari/537.36",
        ExcludedReason.BOT,
    ),
    ("curl/8.5.0", ExcludedReason.BOT),
    ("python-requests/2.32.3", ExcludedReason.BOT),
    ("Go-http-client/2.0", ExcludedReason.BOT),
    ("", ExcludedReason.BOT),
    ("   ", ExcludedReason.BOT),
]


@pytest.mark.parametrize("agent", PEOPLE)
def test_a_persons_browser_is_a_person(agent: str) -> None:
    assert machine("GET", {"User-Agent": agent}) is None


@pytest.mark.parametrize(("agent", "reason"), PROGRAMS)
def test_a_program_is_known_by_what_it_calls_itself(agent: str, reason: ExcludedReason) -> None:
    assert machine("GET", {"User-Agent": agent}) is reason


@pytest.mark.parametrize(
    "said", [{"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}]
)
def test_what_a_browser_fetches_ahead_was_seen_by_nobody(said: dict[str, str]) -> None:
    assert machine("GET", {"User-Agent": PEOPLE[0], **said}) is ExcludedReason.PREFETCH
    assert machine("GET", {"User-Agent": PEOPLE[1], "X-Moz": "prefetch"}) is ExcludedReason.PREFETCH


def test_nobody_reads_the_head_of_a_page_alone() -> None:
    assert machine("HEAD", {"User-Agent": PEOPLE[0]}) is ExcludedReason.SCANNER
    assert machine("GET", {}) is ExcludedReason.BOT


def test_a_colleague_is_ones_own_in_sales_and_else_no_sales_user() -> None:
    reasons = {role: colleague(role) for role in Role}

    assert reasons == {
        Role.REP: ExcludedReason.OWN,
        Role.MANAGER: ExcludedReason.OWN,
        Role.MARKETER: ExcludedReason.NOT_SALES,
        Role.ANALYST: ExcludedReason.NOT_SALES,
        Role.ADMIN: ExcludedReason.NOT_SALES,
    }
