"""What the sandbox's processes give up; each step that the host refuses becomes a note, not a failure."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from content_map.extraction.landlock import keep_to
from content_map.extraction.limits import Limits
from content_map.extraction.seccomp import refuse_network, refuse_system_calls

_NOBODY = 65_534
_NEW_USER = 0x10000000
_NEW_NETWORK = 0x40000000
_SET_DEATH_SIGNAL = 1
_SET_DUMPABLE = 4
_SET_NO_NEW_PRIVILEGES = 38
_OPEN_FILES = 16
_LINUX = sys.platform == "linux"


@dataclass(frozen=True, slots=True)
class ProgramCost:
    """What one run of another program may take."""

    memory_bytes: int
    cpu_seconds: int
    file_bytes: int
    wall_seconds: float
    with_socket: bool = False
    """It will not start unless it may make a local socket in the system's temporary folder."""


def confine_server() -> list[str]:
    """Give up network, file system and privileges for the whole sandbox; returns a note per refused step.

    Everything that reads files (imports, fonts, models) must be loaded before.
    """
    steps: list[tuple[str, Callable[[], None]]] = [
        ("no network of its own", _leave_network),
        ("no empty root folder", _leave_file_system),
        ("no lesser user", _become_nobody),
        ("no ban on new privileges", lambda: _prctl(_SET_NO_NEW_PRIVILEGES, 1)),
        ("no ban on debugging", lambda: _prctl(_SET_DUMPABLE, 0)),
    ]
    return _try_each(steps)


def confine_child(limits: Limits, server_pid: int) -> list[str]:
    """Set what one document may cost and filter system calls; returns a note per refused step."""
    steps: list[tuple[str, Callable[[], None]]] = [
        ("not ended with its parent", lambda: _die_with(server_pid)),
        ("no memory limit", lambda: _limit(resource.RLIMIT_AS, limits.memory_bytes)),
        ("no processor limit", lambda: limit_processor(limits.cpu_seconds)),
        ("no file size limit", lambda: _limit(resource.RLIMIT_FSIZE, 0)),
        ("no core dump limit", lambda: _limit(resource.RLIMIT_CORE, 0)),
        ("no open file limit", lambda: _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)),
        ("no process limit", lambda: _limit(resource.RLIMIT_NPROC, 0)),
        ("sockets still open", _close_sockets),
        ("no system call filter", refuse_system_calls),
    ]
    return _try_each(steps)


def confine_program(folder: Path, program: Path, cost: ProgramCost) -> list[str]:
    """Prepare this process to become another program that may write in `folder` alone; a note per refused step."""
    steps: list[tuple[str, Callable[[], None]]] = [
        ("no memory limit", lambda: _limit(resource.RLIMIT_AS, cost.memory_bytes)),
        ("no processor limit", lambda: limit_processor(cost.cpu_seconds)),
        ("no file size limit", lambda: _limit(resource.RLIMIT_FSIZE, cost.file_bytes)),
        ("no core dump limit", lambda: _limit(resource.RLIMIT_CORE, 0)),
        ("no network of its own", _leave_network_as_root),
        ("no lesser user", lambda: _become_owner_of(folder)),
        ("no ban on new privileges", lambda: _prctl(_SET_NO_NEW_PRIVILEGES, 1)),
        ("no wall around its files", lambda: keep_to(folder, program, with_socket=cost.with_socket)),
        ("no ban on the network", refuse_network),
    ]
    return _try_each(steps)


def give_to_nobody(folder: Path) -> None:
    """Let the user nobody own a folder and what is in it, where this process is root; else do nothing."""
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, _NOBODY, _NOBODY, follow_symlinks=False)


def lend_to_nobody(descriptor: int) -> None:
    """Let the user nobody read an open file, where this process is root; else do nothing."""
    if os.geteuid() == 0:
        os.fchmod(descriptor, os.fstat(descriptor).st_mode | 0o044)


def limit_processor(seconds: int) -> None:
    """End this process when it has computed for so many seconds; only ever lowers the limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = seconds if hard == resource.RLIM_INFINITY else min(seconds, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1 if hard == resource.RLIM_INFINITY else hard))


def _try_each(steps: list[tuple[str, Callable[[], None]]]) -> list[str]:
    notes = []
    for note, step in steps:
        try:
            step()
        except (OSError, ValueError, AttributeError) as refused:
            notes.append(f"{note}: {refused}")
    return notes


def _leave_network() -> None:
    if not _LINUX:
        raise OSError("only Linux has network namespaces")
    # Root needs no user namespace, and inside one could not become another user.
    _call("unshare", _NEW_NETWORK if os.geteuid() == 0 else _NEW_USER | _NEW_NETWORK)


def _leave_network_as_root() -> None:
    """Others would need a user namespace, in which programs see themselves as somebody else."""
    if _LINUX and os.geteuid() == 0:
        _call("unshare", _NEW_NETWORK)


def _leave_file_system() -> None:
    folder = tempfile.mkdtemp(prefix="content-map-empty-")
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # Removed before it is entered: nothing is left behind and nothing can be made in it.
        os.rmdir(folder)
        os.fchdir(opened)
        os.chroot(".")
        os.chdir("/")
    finally:
        os.close(opened)


def _become_owner_of(folder: Path) -> None:
    if os.geteuid() == 0 and folder.stat().st_uid == _NOBODY:
        _drop_root()


def _drop_root() -> None:
    os.setgroups([])
    os.setresgid(_NOBODY, _NOBODY, _NOBODY)
    os.setresuid(_NOBODY, _NOBODY, _NOBODY)


def _become_nobody() -> None:
    if os.geteuid() == 0:
        _drop_root()
    elif _LINUX:
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # capabilities version 3, this process
        _call("capset", header, (ctypes.c_uint32 * 6)())


def _die_with(parent_pid: int) -> None:
    if not _LINUX:
        raise OSError("only Linux ends children with their parent")
    _prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent_pid:
        os.kill(os.getpid(), signal.SIGKILL)


def _limit(which: int, most: int) -> None:
    resource.setrlimit(which, (most, most))


def _close_sockets() -> None:
    def refuse(*_args: object, **_kwargs: object) -> NoReturn:
        raise OSError("no network in the sandbox")

    vars(socket).update(socket=refuse, create_connection=refuse, socketpair=refuse)


def _prctl(option: int, value: int) -> None:
    if not _LINUX:
        raise OSError("only Linux has prctl")
    _call("prctl", option, value, 0, 0, 0)


def _call(name: str, *arguments: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
