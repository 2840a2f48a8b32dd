"""The vocabulary as a file, out and in."""

from __future__ import annotations

from pathlib import Path

import click

from content_map.cli._frame import data_option, machine, now, resources
from content_map.errors import FieldError, Invalid
from content_map.services import vocabulary_files


@click.group()
@data_option
def vocabulary() -> None:
    """The facets' terms and their aliases."""


@vocabulary.command("export")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@data_option
def vocabulary_export(out: Path | None) -> None:
    """Write every term as CSV: facet, key, name, aliases."""
    parts = resources()
    with parts.sessions.read() as session:
        content = vocabulary_files.write_file(session, actor=machine(parts))
    if out is None:
        click.echo(content, nl=False)
    else:
        out.write_bytes(content)
        click.echo(f"{out} written")


@vocabulary.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change, and what is wrong with it.")
@data_option
def vocabulary_import(file: Path, dry_run: bool) -> None:
    """Add and change terms from a CSV file; all rows or none, and the same file again changes nothing."""
    parts = resources()
    actor = machine(parts)
    with file.open("rb") as stream:
        rows = vocabulary_files.read_file(stream)
    try:
        if dry_run:
            with parts.sessions.read() as session:
                done = vocabulary_files.look(session, rows, actor=actor)
        else:
            with parts.sessions.write() as session:
                done = vocabulary_files.import_rows(session, rows, actor=actor, now=now())
    except Invalid as refusal:
        _show(refusal.errors)
        raise
    _show(done.problems)
    if done.problems:
        raise click.ClickException("Nothing would be imported: some rows need a correction first.")
    would = "would be " if dry_run else ""
    click.echo(f"{done.created} terms {would}added, {done.changed} changed, {done.unchanged} as they were")


def _show(problems: tuple[FieldError, ...]) -> None:
    for problem in problems:
        row, _, column = problem.pointer.removeprefix("/").partition("/")
        click.echo(
            f"row {int(row) + 1}, {column}: {problem.detail}" if row.isdigit() else problem.detail, err=True
        )
