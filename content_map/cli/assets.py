"""Assets from this machine: files, folders, and the log of what became of each."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from content_map.cli._frame import data_option, machine, now, resources
from content_map.cli._watching import shown
from content_map.domain.asset_rows import by_row
from content_map.domain.assets import Audience
from content_map.domain.conversations import Conversation
from content_map.domain.intakes import IntakeKind, RunState, Verdict
from content_map.errors import Invalid
from content_map.services import asset_exports, asset_imports, folder_adding, folders, intakes
from content_map.services.asset_imports import Desk, Imported
from content_map.services.folder_adding import FolderOptions, Shelf
from content_map.services.folders import Found
from content_map.services.intakes import Run, RunView
from content_map.wiring import Resources

SHORT_ID = intakes.SHORT_ID_CHARACTERS


@click.group()
@data_option
def asset() -> None:
    """Marketing content."""


@asset.command("add")
@click.argument(
    "paths",
    metavar="FILE|DIR…",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
)
@click.option("--conversation", type=click.Choice([each.value for each in Conversation]))
@click.option("--publish", is_flag=True, help="Publish at once; needs --conversation.")
@click.option("--owner", help="E-mail of the marketer who owns them; default: the first admin.")
@click.option("--term", "terms", multiple=True, metavar="FACET:TERM", help="A term for all; may be repeated.")
@click.option("--audience", type=click.Choice([each.value for each in Audience]))
@click.option(
    "--skip-known/--allow-duplicates",
    default=True,
    help="What is in the library already by its bytes is left alone (the default), or added once more.",
)
@data_option
def asset_add(
    paths: tuple[Path, ...],
    conversation: str | None,
    publish: bool,
    owner: str | None,
    terms: tuple[str, ...],
    audience: str | None,
    skip_known: bool,
) -> None:
    """Add files and whole folders; one that is refused never stops the rest, and a second run adds nothing twice."""
    parts = resources()
    options = FolderOptions(
        conversation=conversation,
        publish=publish,
        owner=owner,
        terms=terms,
        audience=audience,
        skip_known=skip_known,
    )
    found = folders.walk(paths)
    if not found.files and not found.unreadable:
        raise click.ClickException("There is no file in there. Nothing was added.")
    if found.skipped:
        click.echo(f"{found.skipped} hidden or system files and folders are left out", err=True)
    _add(parts, found, options)


@asset.command("import")
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
        + (f" (run {done.run_id[:SHORT_ID]})" if done.run_id else "")
    )


@asset.command("export")
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


@asset.command("log")
@click.argument("run", required=False)
@click.option("--refused", is_flag=True, help="Only what was refused.")
@data_option
def asset_log(run: str | None, refused: bool) -> None:
    """List the runs over many files, or what became of each file of one RUN."""
    parts = resources()
    actor = machine(parts)
    with parts.sessions.read() as session:
        if run is None:
            for each in intakes.listed(session, actor=actor, now=now()).items:
                click.echo(_line(each))
            return
        view = intakes.get(session, run, actor=actor, now=now())
        click.echo(_line(view))
        last = 0
        while items := intakes.items(
            session, view, verdict=Verdict.REFUSED if refused else None, after=last, limit=500
        ):
            for item in items:
                reason = f"  {item.reason}" if item.reason else ""
                click.echo(f"{item.verdict:9}  {item.name}{reason}")
            last = items[-1].number
            session.expunge_all()


@asset.command("retry")
@click.argument("run")
@data_option
def asset_retry(run: str) -> None:
    """Try again what a RUN refused, with the same options."""
    parts = resources()
    actor = machine(parts)
    with parts.sessions.read() as session:
        view = intakes.get(session, run, actor=actor, now=now())
        names = [item.name for item in intakes.items(session, view, verdict=Verdict.REFUSED)]
    if not names:
        click.echo("Nothing was refused in this run.")
        return
    match view.kind:
        case IntakeKind.FOLDER:
            _add(parts, folders.again(Path(view.source), names), FolderOptions.from_json(dict(view.options)))
        case _:
            raise Invalid(
                "A table is imported whole or not at all. Correct its rows and import the file again with "
                "`content-map asset import`."
            )


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


def _add(parts: Resources, found: Found, options: FolderOptions) -> None:
    shelf = Shelf(
        parts.sessions, parts.store, parts.settings.upload_limit_bytes, actor=machine(parts), clock=now
    )
    begun: list[Run] = []
    try:
        with shown(found.files) as watcher:
            run = folder_adding.add_folder(shelf, found, options, watcher, begun=begun.append)
    except KeyboardInterrupt:
        raise _stopped(begun, len(found.files)) from None
    _conclude(run, len(found.files) + len(found.unreadable))


def _stopped(begun: Sequence[Run], total: int) -> click.ClickException:
    if not begun:
        return click.ClickException("Stopped before anything was added.")
    seen = sum(begun[0].counts.values())
    return click.ClickException(
        f"Stopped. {begun[0].counts[Verdict.ADDED]} files are in, {total - seen} were not looked at; "
        "the same command goes on where it stopped."
    )


def _conclude(run: Run, total: int) -> None:
    known, refused = run.counts[Verdict.UNCHANGED], run.counts[Verdict.REFUSED]
    if known or total > 1:
        said = f"{run.counts[Verdict.ADDED]} added, {known} known already, {refused} refused"
        click.echo(f"{said} (run {run.id[:SHORT_ID]})", err=True)
    if refused:
        raise click.ClickException(
            f"{refused} of {total} files were refused; the others are in. "
            f"`content-map asset retry {run.id[:SHORT_ID]}` tries them again."
        )


def _line(run: RunView) -> str:
    counts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(run.counts.items())) or "nothing yet"
    state = "" if run.state is RunState.DONE else f" ({run.state})"
    return (
        f"{run.id[:SHORT_ID]}  {run.created_at:%Y-%m-%d %H:%M}Z  {run.kind:7}  {counts}{state}  {run.source}"
    )
