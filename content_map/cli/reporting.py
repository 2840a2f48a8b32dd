"""The reports: printed, frozen, and what was frozen."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from content_map.cli._frame import data_option, machine, now, resources
from content_map.reports.formats import FORMATS
from content_map.services import freezing, report_runs, reports

RUNS = "runs"


@click.command()
@click.argument("name")
@click.option("--quarter", help="For example 2026-Q3.")
@click.option("--format", "form", type=click.Choice(sorted(FORMATS)), default="csv", show_default=True)
@click.option("--asset", help="The asset's id, for a report about one asset.")
@click.option("--with-left-out", is_flag=True, help="Count what owners, other roles and machines did too.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of the terminal."
)
@click.option("--freeze", is_flag=True, help="Freeze it: written once, and for ever the same.")
@data_option
def report(
    name: str,
    quarter: str | None,
    form: str,
    asset: str | None,
    with_left_out: bool,
    out: Path | None,
    freeze: bool,
) -> None:
    """Print a report, such as unused-assets; `report runs` lists what was frozen."""
    if name == RUNS:
        _list_runs(quarter)
    elif quarter is None:
        raise click.UsageError("Say which quarter, for example --quarter 2026-Q3.")
    elif freeze and with_left_out:
        raise click.UsageError("A frozen report counts what counts: freeze it without --with-left-out.")
    elif freeze:
        _freeze(name, quarter, form, out)
    else:
        _give(_printed(name, quarter, form, asset, with_left_out), out)


def _give(content: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        out.write_bytes(content)


def _printed(name: str, quarter: str, form: str, asset: str | None, with_left_out: bool) -> bytes:
    parts = resources()
    actor = machine(parts)
    with parts.sessions.read() as session:
        result = reports.run(
            session,
            name,
            quarter,
            asset=asset,
            with_left_out=with_left_out,
            actor=actor,
            settings=parts.settings,
            now=now(),
        )
    return reports.written(result, form)


def _freeze(name: str, quarter: str, form: str, out: Path | None) -> None:
    """Freeze it and say so; the file is given only where one was asked for."""
    parts = resources()
    actor = machine(parts)
    run_id = freezing.freeze(parts.sessions, parts.settings, name, quarter, actor=actor, now=now())
    with parts.sessions.read() as session:
        run = report_runs.get(session, run_id, actor=actor)
        content = report_runs.file(session, run_id, form, actor=actor).content
    click.echo(f"{run.id}: {run.report} {run.quarter} frozen, SHA-256 {run.sha256}")
    if out is not None:
        _give(content, out)


def _list_runs(quarter: str | None) -> None:
    parts = resources()
    actor = machine(parts)
    cursor: str | None = None
    while True:
        with parts.sessions.read() as session:
            found = report_runs.listed(session, quarter_text=quarter, cursor=cursor, actor=actor)
        for run in found.items:
            by = "by hand" if run.frozen_by else "by the clock"
            click.echo(f"{run.id}  {run.quarter}  {run.report}  {run.frozen_at:%Y-%m-%d} {by}  {run.sha256}")
        cursor = found.next
        if cursor is None:
            return
