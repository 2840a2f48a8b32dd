"""A format that misbehaves on demand: given to the sandbox in tests, as any extra format can be."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from content_map.domain.assets import Kind
from content_map.extraction.contract import Block, Format, Item
from content_map.extraction.source import Source

_MARK = b"PROBE "


def _connect(address: str) -> str:
    host, _, port = address.partition(":")
    with socket.create_connection((host, int(port)), timeout=2):
        return "connected"


def _fork(_argument: str) -> str:
    child = os.fork()
    if child == 0:
        os._exit(0)
    return "forked"


def _run(program: str) -> str:
    return subprocess.run([program], capture_output=True, text=True, check=False).stdout


def _replace(program: str) -> str:
    os.execv(program, [program])  # noqa: S606 - that it is refused is what the test shows


def _open(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def _write(path: str) -> str:
    Path(path).write_text("written", encoding="utf-8")
    return "written"


def _environment(_argument: str) -> str:
    return "\n".join(sorted(os.environ))


def _hog(_argument: str) -> str:
    held = []
    while True:
        held.append(bytearray(64 * 1024 * 1024))


def _spin(_argument: str) -> str:
    while True:
        pass


def _sleep(seconds: str) -> str:
    time.sleep(float(seconds))
    return "slept"


def _abort(_argument: str) -> str:
    os.abort()


def _recurse(argument: str) -> str:
    return _recurse(argument)


def _fail(argument: str) -> str:
    raise LookupError(argument)


_ACTS: dict[str, Callable[[str], str]] = {
    "connect": _connect,
    "fork": _fork,
    "run": _run,
    "exec": _replace,
    "open": _open,
    "write": _write,
    "environment": _environment,
    "hog": _hog,
    "spin": _spin,
    "sleep": _sleep,
    "abort": _abort,
    "recurse": _recurse,
    "fail": _fail,
}


def _read(source: Source) -> Iterator[Item]:
    """`PROBE pages act argument`: that many pages, then the act; a refusal becomes the last page's text."""
    _, pages, act, argument = source.read().decode().split(" ", 3)
    for number in range(1, int(pages) + 1):
        yield Block(f"Page {number}", f"The text of page {number}.")
    if act == "flood":
        while True:
            yield Block("Page", "x" * 100_000)
    try:
        result = _ACTS[act](argument)
    except OSError as refused:
        result = f"refused: {type(refused).__name__}"
    yield Block("Result", result)


FORMAT = Format(
    name="Probe",
    kind=Kind.TEXT,
    media_type="application/x-probe",
    extensions=("probe",),
    recognises=lambda source: source.head.startswith(_MARK),
    read=_read,
    order=-1,
)
