"""What every template may use: the words, the five conversations, filters, languages."""

from __future__ import annotations

import uuid

from babel import Locale
from flask import Flask, request
from flask_babel import Babel, get_locale
from markupsafe import Markup

from content_map.config import Settings
from content_map.domain.conversations import BY_KEY, CONVERSATIONS, Conversation, Description
from content_map.reports.drawing import chart_svg
from content_map.reports.parts import Chart
from content_map.web import charts, formats, words
from content_map.web.static_files import static_url
from content_map.web.upload_words import upload_words

# Only English so far; which English decides how days and numbers are written.
LANGUAGES = ("en-GB", "en-US")
THEMES = frozenset({"light", "dark"})
THEME_COOKIE = "theme"
KEYS_COOKIE = "single_keys"


def install(app: Flask, settings: Settings, csrf_token: object) -> None:
    """Teach the templates of `app` our words and filters."""
    Babel(
        app,
        default_locale="en_GB",
        locale_selector=lambda: _language(),
        timezone_selector=lambda: settings.time_zone,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(formats.FILTERS)
    app.jinja_env.globals.update(
        words=words,
        conversations=CONVERSATIONS,
        conversation_of=conversation_of,
        conversation_choices=conversation_choices,
        facet_order=tuple(words.FACETS),
        class_fills=charts.CLASS_FILLS,
        chart_svg=_drawn,
        static_url=static_url,
        csrf_token=csrf_token,
        new_id=lambda: str(uuid.uuid4()),
        upload_words=upload_words,
    )
    app.context_processor(_appearance)


def conversation_of(key: str | None) -> Description | None:
    """The conversation that a stored key names; nothing when an asset has none yet."""
    return BY_KEY.get(Conversation(key)) if key in set(Conversation) else None


def conversation_choices() -> list[tuple[str, str]]:
    """The five as options of a select, each with its number."""
    return [(str(each.key), f"{each.number} {each.name}") for each in CONVERSATIONS]


def _drawn(chart: Chart) -> Markup:
    return Markup(chart_svg(chart))  # noqa: S704  # every text of it was escaped where it was drawn


def _language() -> str | None:
    wanted = request.accept_languages.best_match(LANGUAGES)
    return wanted.replace("-", "_") if wanted else None


def _appearance() -> dict[str, object]:
    locale = get_locale() or Locale("en", "GB")
    theme = request.cookies.get(THEME_COOKIE, "")
    return {
        "locale": str(locale).replace("_", "-"),
        "text_direction": locale.text_direction,
        "theme": theme if theme in THEMES else "",
        "single_keys": request.cookies.get(KEYS_COOKIE) != "off",
    }
