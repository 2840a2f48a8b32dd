"""Runs one optional program for the worker, confined, and ends whatever it leaves behind.

Run as `python -m content_map.extraction.launch WORKER FOLDER COST PROGRAM ARGUMENT…` at the head of a session.
It stays beside the program it starts: when the worker is killed outright, the kernel tells it, and it takes the whole
process group along. What the host refused to confine is left in FOLDER/notes.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from content_map.extraction.confinement import ProgramCost, confine_program

_SET_DEATH_SIGNAL = 1
_CANNOT_RUN = 127


def main(arguments: Sequence[str]) -> NoReturn:
    """Start the program, wait for it, and end with its exit code."""
    worker, folder, cost = int(arguments[0]), Path(arguments[1]), ProgramCost(**json.loads(arguments[2]))
    command = list(arguments[3:])
    notes = confine_program(folder, Path(command[0]), cost)
    _end_together(worker, cost.wall_seconds)  # afterwards: another user is no longer told of a parent's end
    (folder / "notes").write_text("\n".join(notes), encoding="utf-8")
    child = os.fork()
    if child == 0:
        _become(folder, command)
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _end_together(worker: int, wall_seconds: float) -> None:
    """On the worker's end, its wish, or when the time is up, end the whole group, this process included."""

    def end(_number: int, _frame: object) -> None:
        os.killpg(os.getpgrp(), signal.SIGKILL)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, wall_seconds)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != worker:
            os._exit(1)


def _become(folder: Path, command: list[str]) -> NoReturn:
    try:
        os.chdir(folder)
        os.execve(command[0], command, dict(os.environ))  # noqa: S606 - the program that was asked for
    except OSError:
        os._exit(_CANNOT_RUN)


if __name__ == "__main__":
    main(sys.argv[1:])
