"""Write the README's tables from the code they describe; tests/test_docs.py holds the two together."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
MARKED = re.compile(r"(<!-- table: (?P<name>[a-z-]+) -->\n).*?(<!-- end of table -->)", re.DOTALL)


def main() -> None:
    """Renew every marked table of the README."""
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")


def renewed(text: str) -> str:
    """Put the present tables between the markers of a text; an unknown name is a KeyError."""
    return MARKED.sub(lambda found: found[1] + TABLES[found["name"]]() + found[3], text)


def settings() -> str:
    """Every environment variable."""
    from content_map.config import PREFIX, Settings

    rows = (
        (f"`{PREFIX}{each.name.upper()}`", _code(each.default), each.metadata["about"])
        for each in fields(Settings)
    )
    return _table(("Setting", "Default", "Meaning"), rows)


def limits() -> str:
    """Every limit on what one document may cost."""
    from content_map.extraction.limits import LIMIT_PREFIX, Limits

    rows = (
        (f"`{LIMIT_PREFIX}{each.name.upper()}`", _code(each.default), each.metadata["about"])
        for each in fields(Limits)
    )
    return _table(("Setting", "Default", "Limits"), rows)


def commands() -> str:
    """Every subcommand of `content-map`."""
    from content_map.cli import cli

    rows = ((f"`{usage}`", command.get_short_help_str(120)) for usage, command in _leaves(cli, "content-map"))
    return _table(("Command", "Does"), rows)


def serve_options() -> str:
    """What scripts/serve accepts."""
    from content_map.serve import main as serve

    rows = (
        (
            f"`{option.opts[0]}{'' if option.is_flag else ' ' + (option.metavar or option.name.upper())}`",
            _about(option),
        )
        for option in serve.params
        if isinstance(option, click.Option) and option.name is not None
    )
    return _table(("Option", "Meaning"), rows)


def reports() -> str:
    """Every report and what it answers."""
    from content_map.reports import REPORTS

    return _table(("Report", "Answers"), ((f"`{name}`", each.title) for name, each in REPORTS.items()))


def formats() -> str:
    """Every kind of file that is read."""
    from content_map.extraction.formats import load_formats

    rows = (
        (each.name, ", ".join(f"`.{ending}`" for ending in each.extensions), each.kind.value)
        for each in sorted(load_formats(), key=lambda each: each.name.casefold())
    )
    return _table(("Format", "Endings", "Kind"), rows)


def problems() -> str:
    """What can be wrong with a file."""
    from content_map.extraction import PROBLEMS

    rows = (
        (f"`{code.value}`", "failed" if problem.failed else "ready", problem.sentence)
        for code, problem in PROBLEMS.items()
    )
    return _table(("Problem", "State", "What the page says"), rows)


def statuses() -> str:
    """Every status with which a request is refused."""
    from content_map.problems import SENTENCES

    return _table(("Status", "Meaning"), ((str(status), sentence) for status, sentence in SENTENCES.items()))


def event_columns() -> str:
    """Every column of the raw export."""
    from content_map.domain.exported_events import COLUMNS

    return _table(("Column", "Holds"), ((f"`{name}`", meaning) for name, meaning in COLUMNS.items()))


TABLES: dict[str, Callable[[], str]] = {
    "settings": settings,
    "limits": limits,
    "commands": commands,
    "serve-options": serve_options,
    "reports": reports,
    "formats": formats,
    "problems": problems,
    "statuses": statuses,
    "event-columns": event_columns,
}


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _code(default: object) -> str:
    match default:
        case "":
            return ""
        case bool():
            return f"`{str(default).lower()}`"
        case _:
            return f"`{default}`"


def _about(option: click.Option) -> str:
    default = option.default if option.show_default else None
    return f"{option.help} Default `{default}`." if default is not None else str(option.help)


def _leaves(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from _leaves(command.commands[name], f"{path} {name}")
    else:
        yield " ".join((path, *_needed(command))), command


def _needed(command: click.Command) -> Iterator[str]:
    for each in command.params:
        metavar = str(each.name).upper()
        if isinstance(each, click.Argument):
            yield f"{metavar}…" if each.nargs == -1 else metavar
        elif each.required:
            yield f"{each.opts[0]} {metavar}"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
