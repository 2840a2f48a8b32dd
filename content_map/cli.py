"""`content-map …`: the same services for the shell. Exit 0 done, 1 failed with one line, 2 wrong usage."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy.exc import SQLAlchemyError

from content_map import logs, migrations
from content_map.config import BadSetting, Settings
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor, Role
from content_map.errors import ContentMapError, Invalid
from content_map.services import (
    adding,
    backup,
    health,
    indexing,
    jobs,
    reports,
    signing_in,
    usage_import,
    users,
    vocabulary,
)
from content_map.wiring import Resources, open_resources
from search.contract import SearchError
from storage.contract import StorageError

Command = TypeVar("Command", bound=Callable[..., Any])


def _now() -> datetime:
    return datetime.now(UTC)


def _keep_data(context: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.find_root().ensure_object(dict)["data_dir"] = value


def data_option(command: Command) -> Command:
    """Accept `--data DIR` here, as before the subcommand."""
    option = click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        help="Data directory (default: var/, or CONTENT_MAP_DATA_DIR).",
        expose_value=False,
        callback=_keep_data,
    )
    return option(command)


def _settings() -> Settings:
    given = click.get_current_context().find_root().ensure_object(dict)
    try:
        return Settings.from_environ(os.environ, data_dir=given.get("data_dir"))
    except BadSetting as error:
        raise click.ClickException(str(error)) from None


def _resources(*, migrated: bool = True) -> Resources:
    settings = _settings()
    logs.configure("WARNING" if settings.log_level == "INFO" else settings.log_level)
    resources = open_resources(settings)
    if migrated and not migrations.is_current(resources.sessions.engine):
        raise click.ClickException("The database is not up to date. Run `content-map db upgrade` first.")
    return resources


def _machine(resources: Resources) -> Actor:
    """The first admin speaks for commands that need an owner. Raises Invalid."""
    with resources.sessions.read() as session:
        admin = users.first_admin(session)
        if admin is None:
            raise Invalid("There is no admin yet. Run `content-map user add EMAIL --role admin` first.")
        return admin.as_actor()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@data_option
def cli() -> None:
    """Content Map: marketing content by sales conversation, and why it goes unused."""


@cli.group()
@data_option
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--name", help="As colleagues know the person; default: from the address.")
@click.option("--team", help="Made when it is new.")
@click.option("--print-token", is_flag=True, help="Make an API token and print only that.")
@data_option
def user_add(email: str, role: str, name: str | None, team: str | None, print_token: bool) -> None:
    """Add a person; prints a one-time link to set a password, or an API token."""
    resources = _resources()
    with resources.sessions.write() as session:
        person = users.add(session, email, role=Role(role), name=name, team=team, actor=None, now=_now())
        if print_token:
            _, secret = signing_in.make_token(session, person.id, "command line", actor=None, now=_now())
            answer = secret
        else:
            link = signing_in.invite(session, person.id, actor=None, now=_now())
            answer = f"{resources.settings.base_url}/welcome/{link}"
    click.echo(answer)


@cli.group()
@data_option
def token() -> None:
    """Keys for the API."""


@token.command("create")
@click.argument("email")
@click.option("--name", default="command line", show_default=True)
@data_option
def token_create(email: str, name: str) -> None:
    """Make a token for a person and print it once."""
    resources = _resources()
    with resources.sessions.write() as session:
        person = users.by_email(session, email)
        if person is None:
            raise Invalid(f"There is no user {email}. `content-map user add` makes one.")
        _, secret = signing_in.make_token(session, person.id, name, actor=None, now=_now())
    click.echo(secret)


@cli.group()
@data_option
def asset() -> None:
    """Marketing content."""


@asset.command("add")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--conversation", type=click.Choice([each.value for each in Conversation]))
@click.option("--publish", is_flag=True, help="Publish at once; needs --conversation.")
@click.option("--owner", help="E-mail of the marketer who owns them; default: the first admin.")
@data_option
def asset_add(files: tuple[Path, ...], conversation: str | None, publish: bool, owner: str | None) -> None:
    """Add files; one that is refused never stops the rest."""
    resources = _resources()
    actor = _machine(resources)
    refused = 0
    for path in files:
        try:
            added = adding.add_file(
                resources.sessions,
                resources.store,
                path,
                conversation=Conversation(conversation) if conversation else None,
                publish=publish,
                owner_email=owner,
                limit_bytes=resources.settings.upload_limit_bytes,
                actor=actor,
                now=_now(),
            )
        except ContentMapError as error:
            refused += 1
            click.echo(f"{path.name}: {error.detail}", err=True)
        else:
            click.echo(f"{added}  {path.name}")
    if refused:
        raise click.ClickException(f"{refused} of {len(files)} files were refused; the others are in.")


@cli.group()
@data_option
def index() -> None:
    """The search index; the database is the truth and the index can always be made anew."""


@index.command("rebuild")
@data_option
def index_rebuild() -> None:
    """Write a new index from the database and swap it in."""
    resources = _resources()
    with jobs.holding(resources.sessions, "index", clock=_now):
        count = indexing.rebuild(resources.sessions, resources.index, now=_now())
    click.echo(f"{count} assets indexed")


@index.command("verify")
@data_option
def index_verify() -> None:
    """Compare the index with the database; a difference is queued for mending and exits 1."""
    resources = _resources()
    found = indexing.verify(resources.sessions, resources.index, now=_now())
    if found:
        raise click.ClickException(
            f"{len(found.missing)} missing, {len(found.stale)} stale, {len(found.surplus)} surplus; "
            "the worker will mend them."
        )
    click.echo(f"{resources.index.count()} assets, index and database agree")


@index.command("status")
@data_option
def index_status() -> None:
    """Say how many assets are indexed and how many wait."""
    resources = _resources()
    with resources.sessions.read() as session:
        waiting = sum(count for (kind, _), count in jobs.counts(session).items() if kind == "index")
    click.echo(f"{resources.index.count()} assets indexed, {waiting} waiting")


@cli.command()
@click.argument("name")
@click.option("--quarter", required=True, help="For example 2026-Q3.")
@click.option(
    "--format", "form", type=click.Choice(["csv", "json", "xlsx", "pdf"]), default="csv", show_default=True
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of the terminal."
)
@data_option
def report(name: str, quarter: str, form: str, out: Path | None) -> None:
    """Print a report, such as unused-assets."""
    resources = _resources()
    with resources.sessions.read() as session:
        result = reports.run(
            session, name, quarter, actor=None, settings=reports.Rules.of(resources.settings), now=_now()
        )
    content = reports.render(result, form)
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        out.write_bytes(content)


@cli.group()
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
    resources = _resources()
    outcome = usage_import.import_file(
        resources.sessions, file, source=source, dry_run=dry_run, actor=_machine(resources), now=_now()
    )
    for problem in outcome.problems:
        click.echo(problem, err=True)
    if outcome.problems:
        raise click.ClickException(f"{len(outcome.problems)} rows have a problem; nothing was imported.")
    click.echo(f"{outcome.accepted} events imported, {outcome.duplicates} known already")


@cli.command("backup")
@click.argument("folder", type=click.Path(path_type=Path))
@data_option
def backup_command(folder: Path) -> None:
    """Copy database and store into a new folder; safe while the product runs."""
    resources = _resources()
    done = backup.back_up(
        resources.sessions, resources.store, folder, revision=migrations.newest(), now=_now()
    )
    click.echo(f"{done.rows} rows and {done.objects} files ({done.size_bytes} bytes) written to {folder}")


@cli.command("restore")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@data_option
def restore_command(folder: Path) -> None:
    """Fill an empty data directory from a backup and rebuild the index."""
    resources = _resources(migrated=False)
    migrations.upgrade(resources.sessions.engine)
    done = backup.restore(resources.sessions, resources.store, folder, revision=migrations.newest())
    count = indexing.rebuild(resources.sessions, resources.index, now=_now())
    click.echo(f"{done.rows} rows and {done.objects} files restored, {count} assets indexed")


@cli.group()
@data_option
def db() -> None:
    """The database."""


@db.command("upgrade")
@data_option
def db_upgrade() -> None:
    """Bring the database to this release, and fill an empty one with the first vocabulary."""
    resources = _resources(migrated=False)
    migrations.upgrade(resources.sessions.engine)
    with resources.sessions.write() as session:
        vocabulary.install_first(session)
    click.echo(f"database at revision {migrations.newest()}")


@cli.command()
@data_option
def worker() -> None:
    """Do the jobs: read files, write the index. Ends on SIGTERM or Ctrl-C."""
    from content_map.worker import Worker

    resources = _resources()
    logs.configure(resources.settings.log_level)
    Worker(resources).run()


@cli.command()
@click.option("--retry", is_flag=True, help="Let every dead job try again.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@data_option
def doctor(retry: bool, as_json: bool) -> None:
    """Look at every part and say what to do; exits 1 when something needs you."""
    resources = _resources()
    if retry:
        with resources.sessions.write() as session:
            click.echo(f"{jobs.revive(session, now=_now())} jobs try again", err=True)
    found = list(health.examine(resources.sessions, resources.store, resources.index, now=_now()))
    if as_json:
        click.echo(json.dumps([{"subject": f.subject, "ok": f.is_fine, "detail": f.sentence} for f in found]))
    else:
        for finding in found:
            click.echo(f"{'ok ' if finding.is_fine else 'BAD'}  {finding.subject}: {finding.sentence}")
    bad = sum(not finding.is_fine for finding in found)
    if bad:
        raise click.ClickException(f"{bad} findings need you.")


def main() -> None:
    """Run a command; a refusal is one line on standard error and exit 1."""
    try:
        cli(standalone_mode=True)
    except ContentMapError as error:
        _fail(error.detail)
    except (SearchError, StorageError) as error:
        _fail(str(error))
    except SQLAlchemyError as error:
        _fail(f"The database does not answer: {str(error).splitlines()[0]}")


def _fail(sentence: str) -> None:
    click.echo(f"Error: {sentence}", err=True)
    sys.exit(1)
