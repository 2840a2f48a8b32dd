"""Assets as a table: described in a file and brought in, written out and edited."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from content_map.cli._frame import data_option, machine, now, resources
from content_map.domain.asset_rows import by_row
from content_map.errors import Invalid
from content_map.services import asset_exports, asset_imports
from content_map.services.asset_imports import Desk, Imported
from content_map.services.intakes import SHORT_ID_CHARACTERS


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what it would do, and what is wrong with it.")
@click.option(
    "--files",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the files that rows name; default: the table's own.",
)
@data_option
def asset_import(file: Path, dry_run: bool, files: Path | None) -> None:
    """Add and change assets as a table says (CSV); all rows or none, twice is once."""
    parts = resources()
    desk = Desk.set_up(
        parts.settings,
        parts.sessions,
        parts.store,
        folder=files or file.absolute().parent,
        actor=machine(parts),
        now=now(),
    )
    done = _imported(desk, file, dry_run=dry_run)
    for index, column, detail in by_row(done.problems):
        click.echo(f"row {index + 2}, {column}: {detail}" if column else detail, err=True)
    if done.problems:
        rows = len({index for index, _, _ in by_row(done.problems)})
        what = "row has" if rows == 1 else "rows have"
        raise click.ClickException(f"{rows} {what} a problem; nothing was imported.")
    would = "would be " if dry_run else ""
    click.echo(
        f"{done.created} {would}created, {done.changed} {would}changed, {done.unchanged} unchanged"
        + (f" (run {done.run_id[:SHORT_ID_CHARACTERS]})" if done.run_id else "")
    )


@click.command("export")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of the terminal."
)
@data_option
def asset_export(out: Path | None) -> None:
    """Write every asset's description as the table that an import takes."""
    parts = resources()
    table = asset_exports.write_table(parts.sessions, parts.settings.zone, actor=machine(parts))
    if out is None:
        for piece in table:
            sys.stdout.buffer.write(piece)
        return
    with out.open("wb") as file:
        file.writelines(table)


def _imported(desk: Desk, file: Path, *, dry_run: bool) -> Imported:
    with file.open("rb") as stream:
        if dry_run:
            return asset_imports.look(desk, stream)
        try:
            return asset_imports.import_table(desk, stream, str(file.absolute()))
        except Invalid as refusal:
            if any(each.pointer == "/file" for each in refusal.errors):
                raise
            return Imported({}, refusal.errors)
