"""Makes OLE compound files ([MS-CFB]): messages of Outlook and the outer form of Office 97-2003 files."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import UTC, datetime

Tree = Mapping[str, "bytes | Tree"]

FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR, SMALL, CUTOFF = 512, 64, 4096
EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def compound(tree: Tree) -> bytes:
    """A compound file of version 3 with these streams, and storages that hold more of them."""
    entries: list[dict[str, int | str]] = [_entry("Root Entry", 5)]
    sectors: list[bytes] = []
    chains: list[int] = []
    small = bytearray()
    small_chain: list[int] = []

    def large(content: bytes) -> int:
        start = len(sectors)
        pieces = [content[at : at + SECTOR].ljust(SECTOR, b"\0") for at in range(0, len(content), SECTOR)]
        sectors.extend(pieces)
        chains.extend([*range(start + 1, start + len(pieces)), END])
        return start

    def put(content: bytes) -> int:
        if len(content) >= CUTOFF:
            return large(content)
        start = len(small) // SMALL
        count = -(-len(content) // SMALL)
        small.extend(content.ljust(count * SMALL, b"\0"))
        small_chain.extend([*range(start + 1, start + count), END][:count])
        return start if count else END

    def fill(parent: dict[str, int | str], members: Tree) -> None:
        previous = parent
        for name, content in members.items():
            entry = _entry(name, 2 if isinstance(content, bytes) else 1)
            entries.append(entry)
            # A list to the right is a tree too, and readers must walk any.
            previous["child" if previous is parent else "right"] = len(entries) - 1
            previous = entry
            if isinstance(content, bytes):
                entry["start"], entry["size"] = put(content), len(content)
            else:
                fill(entry, content)

    fill(entries[0], tree)
    entries[0]["size"] = len(small)
    entries[0]["start"] = large(bytes(small)) if small else END
    small_table = struct.pack(f"<{len(small_chain)}I", *small_chain)
    small_table_at = (
        large(small_table.ljust(-(-len(small_table) // SECTOR) * SECTOR, b"\xff")) if small else END
    )
    directory_at = large(b"".join(_packed(entry) for entry in entries))
    table_count = 1
    while table_count * (SECTOR // 4) < len(sectors) + table_count:
        table_count += 1
    table_at = [len(sectors) + place for place in range(table_count)]
    numbers = [*chains, *[TABLE] * table_count]
    numbers += [FREE] * (table_count * SECTOR // 4 - len(numbers))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, table_count, directory_at, 0, CUTOFF, small_table_at, 1, END, 0)
    header += struct.pack("<109I", *table_at, *[FREE] * (109 - table_count))
    return header + b"".join(sectors) + struct.pack(f"<{len(numbers)}I", *numbers)


def _entry(name: str, kind: int) -> dict[str, int | str]:
    return {"name": name, "kind": kind, "left": FREE, "right": FREE, "child": FREE, "start": END, "size": 0}


def _packed(entry: Mapping[str, int | str]) -> bytes:
    name = str(entry["name"]).encode("utf-16-le")
    raw = name.ljust(64, b"\0") + struct.pack("<HBB", len(name) + 2, entry["kind"], 1)
    raw += struct.pack("<III", entry["left"], entry["right"], entry["child"]) + bytes(36)
    return raw + struct.pack("<IQ", entry["start"], entry["size"])


def message(
    texts: Mapping[int, str],
    *,
    sent_at: datetime | None = None,
    binaries: Mapping[int, bytes] | None = None,
    attached: tuple[Tree, ...] = (),
    header_bytes: int = 32,
) -> Tree:
    """The storage of an Outlook message ([MS-OXMSG]) with these properties, by number."""
    rows = b""
    if sent_at is not None:
        tenths = int((sent_at - EPOCH).total_seconds()) * 10_000_000
        rows += struct.pack("<IIQ", 0x00390040, 6, tenths)
    streams: dict[str, bytes | Tree] = {"__properties_version1.0": bytes(header_bytes) + rows}
    streams |= {f"__substg1.0_{number:04X}001F": text.encode("utf-16-le") for number, text in texts.items()}
    streams |= {f"__substg1.0_{number:04X}0102": content for number, content in (binaries or {}).items()}
    streams |= {f"__attach_version1.0_#{place:08X}": each for place, each in enumerate(attached)}
    return streams


def attachment(name: str) -> Tree:
    """The storage of an attached file."""
    return {"__properties_version1.0": bytes(8), "__substg1.0_3707001F": name.encode("utf-16-le")}


def attached_message(inner: Tree) -> Tree:
    """The storage of an attached message."""
    return {"__properties_version1.0": bytes(8), "__substg1.0_3701000D": inner}


def summary(title: str, author: str) -> bytes:
    """The property set that holds title and author ([MS-OLEPS])."""

    def text(value: str) -> bytes:
        raw = value.encode("cp1252") + b"\0"
        return struct.pack("<II", 0x1E, len(raw)) + raw.ljust(-(-len(raw) // 4) * 4, b"\0")

    values = {1: struct.pack("<IHxx", 2, 1252), 2: text(title), 4: text(author)}
    body, places = b"", b""
    for number, value in values.items():
        places += struct.pack("<II", number, 8 + 8 * len(values) + len(body))
        body += value
    properties = struct.pack("<II", 8 + len(places) + len(body), len(values)) + places + body
    return struct.pack("<HHI16sI16sI", 0xFFFE, 0, 0, bytes(16), 1, bytes(16), 48) + properties
