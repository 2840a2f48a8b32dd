"""The messages between the worker, the sandbox's server and its children: JSON, one object a line or a frame."""

from __future__ import annotations

import array
import json
import socket
import struct
from collections.abc import Mapping, Sequence

Message = Mapping[str, object]

_LENGTH = struct.Struct(">I")
_MOST_FRAME_BYTES = 32 * 1024 * 1024


def to_line(message: Message) -> bytes:
    """Give the message as one line of UTF-8."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace") + b"\n"


def from_line(line: bytes) -> dict[str, object]:
    """Read one line; raises ValueError for anything that is not an object."""
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError("not an object")
    return message


def send_frame(connection: socket.socket, message: Message, descriptors: Sequence[int] = ()) -> None:
    """Send one message with open files; raises OSError when the other side is gone."""
    body = to_line(message)
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
    connection.sendmsg([_LENGTH.pack(len(body))], rights)
    connection.sendall(body)


def receive_frame(
    connection: socket.socket, most_descriptors: int = 0
) -> tuple[dict[str, object], list[int]]:
    """Receive one message and its open files; raises EOFError when the other side is gone."""
    room = socket.CMSG_SPACE(most_descriptors * array.array("i").itemsize) if most_descriptors else 0
    start, ancillary, _flags, _address = connection.recvmsg(_LENGTH.size, room)
    descriptors = array.array("i")
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(content[: len(content) - len(content) % descriptors.itemsize])
    length = _LENGTH.unpack(start + _exactly(connection, _LENGTH.size - len(start)))[0]
    if length > _MOST_FRAME_BYTES:
        raise EOFError("the frame is too long")
    return from_line(_exactly(connection, length)), list(descriptors)


def _exactly(connection: socket.socket, length: int) -> bytes:
    received = bytearray()
    while len(received) < length:
        chunk = connection.recv(min(length - len(received), 1 << 20))
        if not chunk:
            raise EOFError("the other side is gone")
        received += chunk
    return bytes(received)
