"""Elements of SVG as text: escaped, and with numbers written the same way everywhere."""

from __future__ import annotations

import re
from html import escape

from content_map.reports.drawing.tones import INK, MUTED, Tone

SMALL, PLAIN = 11.0, 12.0  # px; nothing smaller is read by anybody
# What XML 1.0 cannot hold: a title out of a broken file may carry it.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(name: str, *children: str, **attributes: str | float | None) -> str:
    """Write an element; `class_` is `class`, underscores become hyphens, None leaves an attribute out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{value if isinstance(value, str) else number(value)}"'
        for key, value in ((key, _safe(value)) for key, value in attributes.items())
        if value is not None
    )
    return f"<{name}{written}>{''.join(children)}</{name}>" if children else f"<{name}{written}/>"


def said(text: str) -> str:
    """Write the `title` of a mark, which a pointer and a screen reader read out."""
    return element("title", words(text))


def words(text: str) -> str:
    """Escape a text."""
    return escape(_UNWRITABLE.sub("\ufffd", text))


def number(value: float) -> str:
    """Write a coordinate to two places, without zeros that say nothing."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def label(
    text: str,
    x: float,
    y: float,
    *,
    full: str | None = None,
    anchor: str | None = None,
    size: float = PLAIN,
    strong: bool = False,
) -> str:
    """Write a line of text on its base line; `full` is told where the text had to be shortened."""
    title = said(full) if full is not None and full != text else ""
    return element(
        "text",
        title + words(text),
        x=x,
        y=y,
        fill=INK if strong else MUTED,
        class_="g-ink" if strong else None,
        font_size=size,
        text_anchor=anchor,
    )


def block(tone: Tone, title: str, *, x: float, y: float, width: float, height: float) -> str:
    """Draw a filled rectangle that says its number."""
    return element(
        "rect",
        said(title),
        x=x,
        y=y,
        width=width,
        height=height,
        fill=tone.fill,
        class_=f"g-fill {tone.class_}",
    )


def _safe(value: str | float | None) -> str | float | None:
    return words(value) if isinstance(value, str) else value
