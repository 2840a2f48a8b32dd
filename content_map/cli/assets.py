"""Assets from this machine: files, folders, and the log of what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from content_map.cli import asset_tables
from content_map.cli._frame import Command, data_option, machine, now, resources
from content_map.cli._watching import counted, shown
from content_map.domain.assets import Audience
from content_map.domain.conversations import Conversation
from content_map.domain.intakes import IntakeKind, RunState, Verdict
from content_map.errors import Invalid
from content_map.services import folder_adding, folders, intakes, registering
from content_map.services.folder_adding import FolderOptions, Shelf
from content_map.services.folders import Found
from content_map.services.intakes import Run, RunView
from content_map.wiring import Resources

SHORT_ID = intakes.SHORT_ID_CHARACTERS


@click.group()
@data_option
def asset() -> None:
    """Marketing content."""


for _command in (asset_tables.asset_import, asset_tables.asset_export):
    asset.add_command(_command)


def _given_besides(command: Command) -> Command:
    """Accept what every file of a run is given besides."""
    for option in (
        click.option("--audience", type=click.Choice([each.value for each in Audience])),
        click.option(
            "--term", "terms", multiple=True, metavar="FACET:TERM", help="A term for all; may be repeated."
        ),
        click.option("--owner", help="E-mail of the marketer who owns them; default: the first admin."),
        click.option("--publish", is_flag=True, help="Publish at once; needs --conversation."),
        click.option("--conversation", type=click.Choice([each.value for each in Conversation])),
    ):
        command = option(command)
    return command


@asset.command("add")
@click.argument(
    "paths",
    metavar="FILE|DIR…",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
)
@_given_besides
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


@asset.command("register")
@click.argument("prefix")
@_given_besides
@data_option
def asset_register(
    prefix: str,
    conversation: str | None,
    publish: bool,
    owner: str | None,
    terms: tuple[str, ...],
    audience: str | None,
) -> None:
    """Make assets of the objects that are in the bucket already, without copying them."""
    parts = resources()
    options = FolderOptions(
        conversation=conversation, publish=publish, owner=owner, terms=terms, audience=audience
    )
    with _interruptible() as begun, counted() as watcher:
        run = registering.register(
            _shelf(parts), parts.settings.register_prefix, prefix, options, watcher, begun=begun.append
        )
    _conclude(run)


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
    options = FolderOptions.from_json(dict(view.options))
    match view.kind:
        case IntakeKind.FOLDER:
            _add(parts, folders.again(Path(view.source), names), options)
        case IntakeKind.OBJECTS:
            with _interruptible() as begun, counted() as watcher:
                done = registering.register_again(
                    _shelf(parts),
                    parts.settings.register_prefix,
                    view.source,
                    names,
                    options,
                    watcher,
                    begun=begun.append,
                )
            _conclude(done)
        case IntakeKind.TABLE:
            raise Invalid(
                "A table is imported whole or not at all. Correct its rows and import the file again with "
                "`content-map asset import`."
            )


def _add(parts: Resources, found: Found, options: FolderOptions) -> None:
    with _interruptible() as begun, shown(found.files) as watcher:
        run = folder_adding.add_folder(_shelf(parts), found, options, watcher, begun=begun.append)
    _conclude(run)


def _shelf(parts: Resources) -> Shelf:
    return Shelf(
        parts.sessions, parts.store, parts.settings.upload_limit_bytes, actor=machine(parts), clock=now
    )


@contextmanager
def _interruptible() -> Iterator[list[Run]]:
    """Say what is in when somebody presses Ctrl-C; the run that has begun is put into the list."""
    begun: list[Run] = []
    try:
        yield begun
    except KeyboardInterrupt:
        counts = begun[0].counts if begun else Counter[Verdict]()
        raise click.ClickException(
            f"Stopped. {counts[Verdict.ADDED]} were added, {counts.total()} looked at; the same command goes on "
            "where it stopped."
        ) from None


def _conclude(run: Run) -> None:
    counts, total = run.counts, run.counts.total()
    known, refused = counts[Verdict.UNCHANGED], counts[Verdict.REFUSED]
    if known or total != 1:
        changed = f"{counts[Verdict.CHANGED]} changed, " if counts[Verdict.CHANGED] else ""
        said = f"{counts[Verdict.ADDED]} added, {changed}{known} known already, {refused} refused"
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
