"""Who asks at a shared link: a person, or a program that looks before any person does."""

from __future__ import annotations

import re
from collections.abc import Mapping

from content_map.domain.people import SALES_ROLES, Role
from content_map.domain.usage import ExcludedReason

# What a program calls itself, in lower case. A messenger's own browser is a person's and stands in no list.
_UNFURLS = (
    *("slackbot", "slack-imgproxy", "skypeuripreview", "microsoftpreview", "linkedinbot", "whatsapp/"),
    *("twitterbot", "discordbot", "facebookexternalhit", "facebookcatalog", "facebot", "telegrambot"),
    *("pinterestbot", "redditbot", "mattermost-bot", "rocket.chat", "iframely", "embedly", "unfurl"),
    *("link preview", "linkpreview", "xing-contenttabreceiver", "vkshare", "snap url preview", "notionbot"),
    *("google-pagerenderer", "zulipurlpreview", "bitlybot", "quora link preview"),
)
_SCANNERS = (
    *("safelinks", "ms-office", "microsoft office", "microsoft outlook", "bingpreview", "proofpoint"),
    *("mimecast", "barracuda", "messagelabs", "symantec", "trendmicro", "trend micro", "fireeye", "sophos"),
    *("forcepoint", "websense", "zscaler", "ironport", "cloudmark", "avanan", "vadesecure", "trustwave"),
    *(
        "urlscan",
        "virustotal",
        "checkpoint",
        "fortiguard",
        "fortinet",
        "kaspersky",
        "bitdefender",
        "netcraft",
    ),
    *("paloaltonetworks", "expanse", "googleimageproxy", "yahoomailproxy", "mail.ru_bot", "norton safe"),
    *("phishtank", "cyren", "abnormal security", "hornetsecurity", "retarus", "rspamd", "spamassassin"),
)
# But for the phones of one maker, CUBOT, “bot” ends the name of no browser.
_BOTS = re.compile(
    r"(?<!cu)bot\b|(?<!cu)bot[/;)_-]|crawl|spider|slurp|scrap|fetch(?:er)?\b|monitor|uptime|pingdom|headless|phantomjs|puppeteer"
    r"|playwright|selenium|lighthouse|archive\.org|python|curl|wget|libwww|httpclient|http-client|httpx|aiohttp"
    r"|okhttp|axios|node-fetch|undici|java/|ruby|perl|php/|postman|insomnia|validator|preview|scanner|checker"
)
# Every browser that people use has begun its name like this for thirty years.
_BROWSERS = ("mozilla/", "opera/")
_FETCHED_AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


def machine(method: str, headers: Mapping[str, str]) -> ExcludedReason | None:
    """Name the program that asks, or None for what looks like a person's browser.

    `headers` finds a name in any case or by its usual writing. One that hides behind a browser's name passes
    here: what it does afterwards decides, see services/share_views.py.
    """
    agent = headers.get("User-Agent", "").strip().lower()
    if any(each in agent for each in _UNFURLS):
        return ExcludedReason.UNFURL
    if any(each in agent for each in _SCANNERS):
        return ExcludedReason.SCANNER
    if not agent.startswith(_BROWSERS) or _BOTS.search(agent):
        return ExcludedReason.BOT
    if is_ahead_of_time(headers):
        return ExcludedReason.PREFETCH
    # People read pages; asking for the head alone is what guards of mailboxes do.
    return ExcludedReason.SCANNER if method == "HEAD" else None


def is_ahead_of_time(headers: Mapping[str, str]) -> bool:
    """Say whether a browser fetches in advance what nobody may ever look at."""
    said = [headers.get(name, "").lower() for name in _FETCHED_AHEAD]
    return any(word in each for each in said for word in ("prefetch", "prerender", "preview"))


def colleague(role: Role) -> ExcludedReason:
    """Say why a signed-in person's look at a share is no customer's: one of one's own, or not sales at all."""
    return ExcludedReason.OWN if role in SALES_ROLES else ExcludedReason.NOT_SALES
