"""What a format is: an ending, a media type, and how a report becomes its bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from content_map.reports.contract import Built, Question, Report


@dataclass(frozen=True, slots=True)
class Freezing:
    """When a report was frozen and with which code; `sha256` of its JSON file, None inside that file itself."""

    at: datetime
    code_version: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Print:
    """A report ready to be written: the same for every format, so that none can disagree with another.

    `is_demo` prints a mark on every page. `base_url` makes links out of asset ids.
    """

    report: Report
    question: Question
    built: Built
    is_demo: bool = False
    freezing: Freezing | None = None
    base_url: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a report. The same Print gives the same bytes, always: no clock, no random id inside."""

    ending: str
    label: str
    media_type: str
    write: Callable[[Print], bytes]
