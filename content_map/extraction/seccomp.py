"""System call filters: for the child no network, program, process or named file; for other programs no network.

Linux on x86-64 and arm64 only. The filter is classic BPF, as in kernel `Documentation/userspace-api/seccomp_filter`.
"""

from __future__ import annotations

import ctypes
import platform
import struct
import sys
from collections.abc import Sequence

_SET_SECCOMP = 22
_MODE_FILTER = 2
_LOAD_WORD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_JUMP_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_JUMP_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_RETURN = 0x06
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | 1  # SECCOMP_RET_ERRNO with EPERM
_KILL = 0x80000000
_X32 = 0x40000000
"""The second numbering that x86-64 kernels may accept; refused whole."""

_SAME_NUMBERS = {  # both architectures, since they were added after 2019
    "pidfd_send_signal": 424,
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "clone3": 435,
    "openat2": 437,
    "pidfd_getfd": 438,
}
_X86_64 = {
    "open": 2,
    "socket": 41,
    "connect": 42,
    "accept": 43,
    "sendto": 44,
    "sendmsg": 46,
    "bind": 49,
    "listen": 50,
    "socketpair": 53,
    "clone": 56,
    "fork": 57,
    "vfork": 58,
    "execve": 59,
    "kill": 62,
    "truncate": 76,
    "rename": 82,
    "mkdir": 83,
    "rmdir": 84,
    "creat": 85,
    "link": 86,
    "unlink": 87,
    "symlink": 88,
    "chmod": 90,
    "chown": 92,
    "ptrace": 101,
    "mknod": 133,
    "pivot_root": 155,
    "chroot": 161,
    "mount": 165,
    "umount2": 166,
    "init_module": 175,
    "tkill": 200,
    "kexec_load": 246,
    "add_key": 248,
    "request_key": 249,
    "keyctl": 250,
    "openat": 257,
    "mkdirat": 258,
    "mknodat": 259,
    "fchownat": 260,
    "unlinkat": 263,
    "renameat": 264,
    "linkat": 265,
    "symlinkat": 266,
    "fchmodat": 268,
    "unshare": 272,
    "accept4": 288,
    "perf_event_open": 298,
    "open_by_handle_at": 304,
    "setns": 308,
    "process_vm_readv": 310,
    "process_vm_writev": 311,
    "finit_module": 313,
    "renameat2": 316,
    "memfd_create": 319,
    "bpf": 321,
    "execveat": 322,
    "userfaultfd": 323,
}
_AARCH64 = {
    "mknodat": 33,
    "mkdirat": 34,
    "unlinkat": 35,
    "symlinkat": 36,
    "linkat": 37,
    "renameat": 38,
    "umount2": 39,
    "mount": 40,
    "pivot_root": 41,
    "truncate": 45,
    "chroot": 51,
    "fchmodat": 53,
    "fchownat": 54,
    "openat": 56,
    "unshare": 97,
    "kexec_load": 104,
    "init_module": 105,
    "ptrace": 117,
    "kill": 129,
    "tkill": 130,
    "socket": 198,
    "socketpair": 199,
    "bind": 200,
    "listen": 201,
    "accept": 202,
    "connect": 203,
    "sendto": 206,
    "sendmsg": 211,
    "add_key": 217,
    "request_key": 218,
    "keyctl": 219,
    "clone": 220,
    "execve": 221,
    "perf_event_open": 241,
    "accept4": 242,
    "open_by_handle_at": 265,
    "setns": 268,
    "process_vm_readv": 270,
    "process_vm_writev": 271,
    "finit_module": 273,
    "renameat2": 276,
    "memfd_create": 279,
    "bpf": 280,
    "execveat": 281,
    "userfaultfd": 282,
}
_TO_PROGRAMS = (  # what no converter needs, and what leads around the refusal of sockets or out to the host
    *("io_uring_setup", "io_uring_enter", "io_uring_register", "pidfd_getfd", "ptrace", "process_vm_readv"),
    *("process_vm_writev", "mount", "umount2", "open_tree", "move_mount", "fsopen", "pivot_root", "chroot"),
    *("unshare", "setns", "bpf", "userfaultfd", "perf_event_open", "init_module", "finit_module"),
    *("kexec_load", "add_key", "request_key", "keyctl", "open_by_handle_at"),
)
_LOCAL_SOCKETS = 1  # AF_UNIX
_MACHINES = {"x86_64": (0xC000003E, _X86_64), "aarch64": (0xC00000B7, _AARCH64)}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def refuse_system_calls() -> None:
    """Install the child's filter for this process for good; needs no-new-privileges. Raises OSError."""
    audit_arch, numbers = _numbers()
    _install(_assemble(audit_arch, sorted(numbers.values())))


def refuse_network() -> None:
    """Let this process and all it starts open local sockets alone; needs no-new-privileges. Raises OSError."""
    audit_arch, numbers = _numbers()
    refused = sorted(numbers[name] for name in _TO_PROGRAMS)
    _install(_assemble(audit_arch, refused, _local_sockets_only(numbers["socket"])))


def _numbers() -> tuple[int, dict[str, int]]:
    audit_arch, numbers = _MACHINES.get(platform.machine(), (0, {}))
    if not audit_arch or sys.platform != "linux":
        raise OSError(f"no system call filter for {platform.machine()}")
    return audit_arch, {**numbers, **_SAME_NUMBERS}


def _install(program: bytes) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    filled = _Program(len(program) // 8, program)
    if libc.prctl(_SET_SECCOMP, _MODE_FILTER, ctypes.byref(filled), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the kernel refuses system call filters")


_Instruction = tuple[int, int, int, int]


def _local_sockets_only(socket_number: int) -> list[_Instruction]:
    """Judge `socket` by its first argument, the family; every other call goes on to the next check."""
    return [
        (_JUMP_EQUAL, 0, 4, socket_number),
        (_LOAD_WORD, 0, 0, 16),
        (_JUMP_EQUAL, 0, 1, _LOCAL_SOCKETS),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]


def _assemble(audit_arch: int, refused: list[int], judged: Sequence[_Instruction] = ()) -> bytes:
    """Check the architecture, then each number; jumps count the instructions that are skipped."""
    count = len(refused)
    instructions = [
        (_LOAD_WORD, 0, 0, 4),
        (_JUMP_EQUAL, 1, 0, audit_arch),
        (_RETURN, 0, 0, _KILL),
        (_LOAD_WORD, 0, 0, 0),
        (_JUMP_AT_LEAST, count + len(judged) + 1, 0, _X32),
        *judged,
        *((_JUMP_EQUAL, count - index, 0, number) for index, number in enumerate(refused)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in instructions)
