"""The weekly digest as a letter: the same lines as text and as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from content_map.services.digests import WeeklyDigest
from content_map.services.waiting import Queue

_TEMPLATES = Path(__file__).parents[1] / "templates" / "mail"
_HEADINGS = {
    Queue.FLAGGED: "Readers say something is wrong",
    Queue.TEACH: "Your team does not know how to use it",
    Queue.FAILED: "Could not be read",
    Queue.REVIEW: "Review due within two weeks, or overdue",
    Queue.EXPIRING: "Ends within 30 days",
    Queue.TAGGING: "Needs a conversation or terms",
    Queue.TASKS: "Tasks of your side",
    Queue.REQUESTS: "Requests that you answer, or overdue and nobody's",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes into the mail."""

    subject: str
    text: str
    html: str
    url: str


def letter_of(digest: WeeklyDigest, *, base_url: str) -> Letter:
    """Write the digest; `base_url` is where the product is reached, without a slash at the end."""
    count = sum(each.count for each in digest.waiting)
    sentence = f"{count} {'thing waits' if count == 1 else 'things wait'} for you in Content Map"
    url = f"{base_url}/to-do"
    sections = [
        {
            "heading": _HEADINGS[each.queue],
            "count": each.count,
            "rows": [{"title": asset.title, "url": f"{base_url}/assets/{asset.id}"} for asset in each.first],
            # Requests hold reps' words: their number is enough for a mail.
            "more": each.count - len(each.first) if each.first else 0,
        }
        for each in digest.waiting
    ]
    text, html = (
        _environment().get_template(f"weekly.{form}").render(sentence=sentence, sections=sections, url=url)
        for form in ("txt", "html")
    )
    return Letter(sentence, text, html, url)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
    )
