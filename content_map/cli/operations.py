"""Backup, restore, database, worker and doctor: what operators do."""

from __future__ import annotations

import json
from pathlib import Path

import click

from content_map import logs, migrations
from content_map.cli._frame import data_option, now, resources
from content_map.services import backup, health, indexing, jobs, mailing, meaning, store_access, vocabulary


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path))
@data_option
def backup_command(folder: Path) -> None:
    """Copy database and store into a new folder; safe while the product runs."""
    parts = resources()
    done = backup.back_up(parts.sessions, parts.store, folder, revision=migrations.newest(), now=now())
    click.echo(f"{done.rows} rows and {done.objects} files ({done.size_bytes} bytes) written to {folder}")


@click.command("restore")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@data_option
def restore_command(folder: Path) -> None:
    """Fill an empty data directory from a backup and rebuild the index."""
    parts = resources(migrated=False)
    migrations.upgrade(parts.sessions.engine)
    done = backup.restore(parts.sessions, parts.store, folder, revision=migrations.newest())
    count = indexing.rebuild(parts.sessions, parts.index, now=now())
    click.echo(f"{done.rows} rows and {done.objects} files restored, {count} assets indexed")


@click.group()
@data_option
def db() -> None:
    """The database."""


@db.command("upgrade")
@data_option
def db_upgrade() -> None:
    """Bring the database to this release, and fill an empty one with the first vocabulary."""
    parts = resources(migrated=False)
    migrations.upgrade(parts.sessions.engine)
    with parts.sessions.write() as session:
        vocabulary.install_first(session)
    click.echo(f"database at revision {migrations.newest()}")


@click.command()
@data_option
def worker() -> None:
    """Do the jobs: read files, write the index. Ends on SIGTERM or Ctrl-C."""
    from content_map.worker import Worker

    parts = resources()
    logs.configure(parts.settings.log_level)
    Worker(parts).run()


@click.command()
@click.option("--retry", is_flag=True, help="Let every dead job try again.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@data_option
def doctor(retry: bool, as_json: bool) -> None:
    """Look at every part and say what to do; exits 1 when something needs you."""
    parts = resources()
    if retry:
        with parts.sessions.write() as session:
            click.echo(f"{jobs.revive(session, now=now())} jobs try again", err=True)
    found = [
        *health.examine(parts.sessions, parts.store, parts.index, now=now()),
        mailing.examined(parts.sessions, parts.settings),
        *store_access.examined(parts.store, parts.settings),
        meaning.examined(parts.sessions, parts.settings, has_model=meaning.has_model()),
    ]
    if as_json:
        click.echo(json.dumps([{"subject": f.subject, "ok": f.is_fine, "detail": f.sentence} for f in found]))
    else:
        for finding in found:
            click.echo(f"{'ok ' if finding.is_fine else 'BAD'}  {finding.subject}: {finding.sentence}")
    bad = sum(not finding.is_fine for finding in found)
    if bad:
        raise click.ClickException(f"{bad} findings need you.")
