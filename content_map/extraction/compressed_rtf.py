"""Rich text as Outlook packs it into messages ([MS-OXRTFCP])."""

from __future__ import annotations

import struct

_HEADER_BYTES = 16
_PACKED, _PLAIN = b"LZFu", b"MELA"
_WINDOW = 4096
# What the window holds before the first byte, given in [MS-OXRTFCP] 2.1.2.1.
_START = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}"
    rb"{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier"
    rb"{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def unpack(content: bytes, most_bytes: int) -> bytes:
    """Unpack at most `most_bytes`; what is damaged gives what came before the damage."""
    if len(content) < _HEADER_BYTES:
        return b""
    kind = content[8:12]
    if kind == _PLAIN:
        return content[_HEADER_BYTES : _HEADER_BYTES + most_bytes]
    if kind != _PACKED:
        return b""
    wanted = min(struct.unpack_from("<I", content, 4)[0], most_bytes)
    output = bytearray(_START)
    place = _HEADER_BYTES
    while len(output) - len(_START) < wanted and place < len(content):
        control, place = content[place], place + 1
        for bit in range(8):
            if control >> bit & 1 == 0:
                output += content[place : place + 1]
                place += 1
                continue
            if place + 2 > len(content):
                return bytes(output[len(_START) :])
            token = struct.unpack_from(">H", content, place)[0]
            place += 2
            # The token names a place in a ring of 4,096 bytes; its own write position there ends the stream.
            back = (len(output) - (token >> 4)) % _WINDOW
            if back == 0 or back > len(output):
                return bytes(output[len(_START) :][:wanted])
            for _ in range((token & 0xF) + 2):
                output.append(output[-back])
    return bytes(output[len(_START) :][:wanted])
