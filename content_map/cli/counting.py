"""The counters behind the reports, by hand."""

from __future__ import annotations

from itertools import islice

import click

from content_map.cli._frame import data_option, resources
from content_map.reports.contract import Definitions
from content_map.services import counter_checks, counters

_MOST_SAID = 20


@click.command("rebuild")
@data_option
def rebuild() -> None:
    """Count anew from the usage events all that reports read; the worker goes on where this is stopped."""
    parts = resources()
    definitions = Definitions.from_settings(parts.settings)
    assets, last = 0, None
    for quarter, step in counters.rebuild(parts.sessions, definitions):
        if quarter != last:
            click.echo(f"{quarter} …", err=True)
        assets, last = assets + step.assets, quarter
    for _ in counters.fold(parts.sessions, definitions):
        pass  # what came in meanwhile
    with parts.sessions.read() as session:
        quarters = len(counter_checks.built(session, definitions))
    click.echo(f"{quarters} quarters counted, {assets} rows looked at")


@click.command("verify")
@data_option
def verify() -> None:
    """Compare the counters with the usage events; any difference is named and exits 1."""
    parts = resources()
    definitions = Definitions.from_settings(parts.settings)
    waiting = counters.not_built(parts.sessions, definitions)
    with parts.sessions.read() as session:
        quarters = counter_checks.built(session, definitions)
        found = (
            each for quarter in quarters for each in counter_checks.differences(session, quarter, definitions)
        )
        said = [each.sentence for each in islice(found, _MOST_SAID)]
        more = sum(1 for _ in found)
    for sentence in said:
        click.echo(sentence, err=True)
    if said:
        raise click.ClickException(
            f"{len(said) + more} numbers differ from the events. Run `content-map usage rebuild`; no event is lost."
        )
    for quarter in waiting:
        click.echo(
            f"{quarter} is not counted yet: its reports ask the events until the worker has done it", err=True
        )
    click.echo(f"{len(quarters)} quarters, counters and events agree")
