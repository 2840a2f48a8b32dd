"""The index and the usage."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from content_map.cli._frame import data_option, machine, now, resources
from content_map.services import indexing, jobs, meaning, page_meanings, usage_import, use_lifts


@click.group()
@data_option
def index() -> None:
    """The search index; the database is the truth and the index can always be made anew."""


@index.command("rebuild")
@data_option
def index_rebuild() -> None:
    """Write a new index from the database and swap it in."""
    parts = resources()
    with jobs.holding(parts.sessions, "index", clock=now):
        count = indexing.rebuild(parts.sessions, parts.index, now=now())
    click.echo(f"{count} assets indexed")


@index.command("verify")
@data_option
def index_verify() -> None:
    """Compare the index with the database; a difference is queued for mending and exits 1."""
    parts = resources()
    found = indexing.verify(parts.sessions, parts.index, now=now())
    if found:
        raise click.ClickException(
            f"{len(found.missing)} missing, {len(found.stale)} stale, {len(found.surplus)} surplus; "
            "the worker will mend them."
        )
    click.echo(f"{parts.index.count()} assets, index and database agree")


@index.command("status")
@data_option
def index_status() -> None:
    """Say how many assets are indexed and how many wait."""
    parts = resources()
    with parts.sessions.read() as session:
        waiting = sum(count for (kind, _), count in jobs.counts(session).items() if kind == "index")
    click.echo(f"{parts.index.count()} assets indexed, {waiting} waiting")


@index.command("meaning")
@click.option("--anew", is_flag=True, help="Encode all pages again, not only those that lack it.")
@data_option
def index_meaning(anew: bool) -> None:
    """Encode what pages mean, as the worker does bit by bit where CONTENT_MAP_SEMANTIC is on."""
    parts = resources()
    encoder = meaning.model()
    with parts.sessions.write() as session:
        forgotten = page_meanings.forget_all(session) if anew else page_meanings.forget_unneeded(session)
    with parts.sessions.read() as session:
        before = page_meanings.progress(session)
    done = 0
    with click.progressbar(length=before.pages - before.encoded, file=sys.stderr) as bar:
        for count in page_meanings.encode_missing(parts.sessions, encoder):
            done += count
            bar.update(count)
    click.echo(f"{done} pages encoded, {before.encoded} were, {forgotten} vectors removed")


@index.command("lifts")
@data_option
def index_lifts() -> None:
    """Count anew from the usage events what use teaches the ranking; the worker does so every hour."""
    changed = use_lifts.fold(resources().sessions, now=now())
    click.echo(f"{changed} counts changed")


@click.group()
@data_option
def usage() -> None:
    """Usage events."""


@usage.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", default="import", show_default=True, help="Where the history comes from.")
@click.option("--dry-run", is_flag=True, help="Only say what is wrong with it.")
@data_option
def usage_import_command(file: Path, source: str, dry_run: bool) -> None:
    """Bring in history from another tool (CSV or JSON lines); all or nothing, twice counts once."""
    parts = resources()
    outcome = usage_import.import_file(
        parts.sessions, file, source=source, dry_run=dry_run, actor=machine(parts), now=now()
    )
    for problem in outcome.problems:
        click.echo(f"row {problem.pointer.removeprefix('/').replace('/', ', ')}: {problem.detail}", err=True)
    if outcome.problems:
        raise click.ClickException(f"{len(outcome.problems)} rows have a problem; nothing was imported.")
    did = "can be imported" if dry_run else "imported"
    click.echo(f"{outcome.accepted} events {did}, {outcome.duplicates} known already")
