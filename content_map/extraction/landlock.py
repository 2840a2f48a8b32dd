"""A wall around files: a process and all it starts read the system's programs and write in one folder alone.

Landlock, Linux 5.13 and later, for any user; structures as in the kernel's `Documentation/userspace-api/landlock.rst`.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
import sys
from contextlib import suppress
from pathlib import Path

_CREATE_RULESET = 444  # the same three numbers on every architecture
_ADD_RULE = 445
_RESTRICT_SELF = 446
_ASK_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_FILE, _MAKE_SOCKET = 1 << 5, 1 << 9
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE
_REFER, _TRUNCATE, _DEVICE_CONTROL = 1 << 13, 1 << 14, 1 << 15
_FIRST_RIGHTS = (1 << 13) - 1
_RIGHTS_SINCE = ((2, _REFER), (3, _TRUNCATE), (5, _DEVICE_CONTROL))
_NETWORK_SINCE, _BIND_AND_CONNECT = 4, 3
_SCOPES_SINCE, _SOCKETS_AND_SIGNALS = 6, 3

_SYSTEM = (
    # Where programs, their libraries, fonts and settings lie; never a home, a data directory or /var as a whole.
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix", "/gnu", "/snap"),
    *(
        "/etc",
        "/proc",
        "/sys/devices/system/cpu",
        "/var/cache/fontconfig",
        "/var/lib/libreoffice",
        "/var/spool/libreoffice",
    ),
)
SOCKETS = "/tmp"  # noqa: S108 - the one place where LibreOffice makes the socket it insists on
_STANDARD_INPUT = 0  # opened for the program, which may open it once more to seek in it
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")


def keep_to(folder: Path, program: Path, *, with_socket: bool = False) -> None:
    """Put the wall up for good; needs no-new-privileges. Raises OSError."""
    if sys.platform != "linux":
        raise OSError("only Linux has Landlock")
    version = _call(_CREATE_RULESET, None, 0, _ASK_VERSION)
    rights = _FIRST_RIGHTS | sum(right for since, right in _RIGHTS_SINCE if version >= since)
    network = _BIND_AND_CONNECT if version >= _NETWORK_SINCE else 0
    scopes = _SOCKETS_AND_SIGNALS if version >= _SCOPES_SINCE else 0
    size = 8 if version < _NETWORK_SINCE else 16 if version < _SCOPES_SINCE else 24
    ruleset = _call(_CREATE_RULESET, struct.pack("=QQQ", rights, network, scopes)[:size], size, 0)
    try:
        reading = _EXECUTE | _READ_FILE | _READ_FOLDER
        for path in readable_by(program):
            _allow(ruleset, path, reading)
        for path in _DEVICES:
            _allow(ruleset, path, _READ_FILE | _WRITE_FILE)
        _allow(ruleset, str(folder), rights & ~_DEVICE_CONTROL)
        if stat.S_ISREG(os.fstat(_STANDARD_INPUT).st_mode):
            _call(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", _READ_FILE, _STANDARD_INPUT), 0)
        if with_socket:
            _allow(ruleset, SOCKETS, _MAKE_SOCKET | _REMOVE_FILE)
        _call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def readable_by(program: Path) -> tuple[str, ...]:
    """Name the folders that a program may read: the system's, and where it is installed itself."""
    place = program.resolve()
    # Of /opt only its own folder: beside it may lie a data directory, ours perhaps.
    home = Path(*place.parts[:3]) if place.is_relative_to("/opt") else place.parent
    return (*_SYSTEM, str(home))


def _allow(ruleset: int, path: str, rights: int) -> None:
    with suppress(FileNotFoundError, PermissionError):
        opened = os.open(path, os.O_PATH)
        try:
            fitting = rights if os.path.isdir(path) else rights & _ON_FILES
            _call(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", fitting, opened), 0)
        finally:
            os.close(opened)


def _call(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    answer: int = libc.syscall(number, *arguments)
    if answer < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return answer
