"""The usage events, out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import click

from content_map.cli._frame import data_option, machine, now, resources
from content_map.domain.exported_events import ExportForm
from content_map.reports.contract import Definitions
from content_map.services import usage_export
from content_map.wiring import secret_key

_INSTANT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"])


@click.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in ExportForm]),
    default="csv",
    show_default=True,
)
@click.option(
    "--from", "start", type=_INSTANT, help="The first day or instant, in the organisation's time zone."
)
@click.option("--to", "end", type=_INSTANT, help="The day or instant before which to stop.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of the terminal."
)
@data_option
def export(form: str, start: datetime | None, end: datetime | None, out: Path | None) -> None:
    """Write every usage event as CSV or JSON lines; people appear as PEOPLE_IN_REPORTS allows."""
    parts = resources()
    zone = parts.settings.zone
    pieces = usage_export.export(
        parts.sessions,
        usage_export.Wish(
            ExportForm(form),
            *(each and (each if each.tzinfo else each.replace(tzinfo=zone)) for each in (start, end)),
        ),
        definitions=Definitions.from_settings(parts.settings),
        secret=secret_key(parts.settings),
        actor=machine(parts),
        now=now(),
    )
    with _opened(out) as file:
        for piece in pieces:
            file.write(piece)


@contextmanager
def _opened(out: Path | None) -> Iterator[BinaryIO]:
    if out is None:
        yield sys.stdout.buffer
    else:
        with out.open("wb") as file:
            yield file
