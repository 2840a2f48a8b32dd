"""How a run over many files is shown: a bar on a terminal, plain lines everywhere else."""

from __future__ import annotations

import signal
import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

import click

from content_map.domain.intakes import Item, Verdict
from content_map.services.folder_adding import Watcher
from content_map.services.folders import FoundFile

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

NAME_CHARACTERS = 40


class Shown(Watcher, Protocol):
    """A watcher that is open while the run lasts."""

    def __enter__(self) -> Shown:
        """Begin to show."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the terminal as it was."""


def shown(files: tuple[FoundFile, ...]) -> Shown:
    """Choose how to show a run over these files."""
    return _Stoppable(_Bar(files) if sys.stderr.isatty() else _Lines())


def counted() -> Shown:
    """Choose how to show a run whose length nobody knows."""
    return _Stoppable(_Count() if sys.stderr.isatty() else _Lines())


class _Stoppable:
    """Ctrl-C waits until the file at hand is in: raised in the midst of a commit it would be taken for a fault.

    A second Ctrl-C waits for nothing.
    """

    def __init__(self, inner: Shown) -> None:
        self._inner = inner
        self._is_asked = False
        self._before: Any = None

    def __enter__(self) -> _Stoppable:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._ask)
        self._inner.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._give_back()
        self._inner.__exit__(kind, error, trace)

    def begins(self, file: FoundFile) -> None:
        self._stop_if_asked()
        self._inner.begins(file)

    def moved(self, share: float) -> None:
        self._inner.moved(share)

    def ended(self, file: FoundFile | None, item: Item) -> None:
        self._inner.ended(file, item)
        self._stop_if_asked()

    def _ask(self, *_signal: object) -> None:
        self._is_asked = True
        self._give_back()

    def _stop_if_asked(self) -> None:
        if self._is_asked:
            raise KeyboardInterrupt

    def _give_back(self) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            self._before = None


class _Lines:
    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *_ended: object) -> None:
        pass

    def begins(self, file: FoundFile) -> None:
        pass

    def moved(self, share: float) -> None:
        pass

    def ended(self, file: FoundFile | None, item: Item) -> None:  # noqa: ARG002 - a bar needs it
        # What is known already is counted in the end and stands in the log: a nightly run says what is new.
        match item.verdict:
            case Verdict.ADDED | Verdict.CHANGED:
                click.echo(f"{item.asset_id}  {item.name}")
            case Verdict.REFUSED:
                click.echo(f"{item.name}: {item.reason}", err=True)


class _Count(_Lines):
    """How many were looked at, on one line of the terminal."""

    def __init__(self) -> None:
        self._seen = 0

    def __exit__(self, *_ended: object) -> None:
        click.echo("\r\x1b[K", nl=False, err=True)

    def ended(self, file: FoundFile | None, item: Item) -> None:  # noqa: ARG002 - a bar needs it
        self._seen += 1
        if item.verdict is Verdict.REFUSED:
            click.echo(f"\r\x1b[K{item.name}: {item.reason}", err=True)
        click.echo(f"\r\x1b[K{self._seen} objects  {item.name[-NAME_CHARACTERS:]}", nl=False, err=True)


class _Bar:
    """Moves by bytes, so that one large file shows as much as a thousand small ones."""

    def __init__(self, files: tuple[FoundFile, ...]) -> None:
        # Every file counts a little for itself: empty ones move the bar too.
        self._weights = {file.path: file.size_bytes + 1 for file in files}
        self._before = 0
        self._file: FoundFile | None = None
        self._bar: ProgressBar[int] = click.progressbar(
            length=max(1, sum(self._weights.values())),
            label=f"{len(files)} files",
            item_show_func=lambda _: self._file.name[-NAME_CHARACTERS:] if self._file else "",
            file=sys.stderr,
        )

    def __enter__(self) -> _Bar:
        self._bar.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.__exit__(kind, error, trace)

    def begins(self, file: FoundFile) -> None:
        self._file = file
        self._go_to(self._before)

    def moved(self, share: float) -> None:
        if self._file is not None:
            self._go_to(self._before + int(share * self._weights[self._file.path]))

    def ended(self, file: FoundFile | None, item: Item) -> None:
        if file is not None:
            self._before += self._weights[file.path]
            self._go_to(self._before)
        if item.verdict is Verdict.REFUSED:
            # The line above the bar stays; the bar is drawn again below it.
            click.echo(f"\r\x1b[K{item.name}: {item.reason}", err=True)
            self._bar.render_progress()

    def _go_to(self, place: int) -> None:
        self._bar.update(place - self._bar.pos, 0)
