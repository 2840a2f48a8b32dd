"""Files of this machine: what a list of files and folders holds, in order, without what no person put there."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from content_map.errors import Invalid

PIECE_BYTES = 1024 * 1024
LEADS_OUT = "It is a link that leads outside the folder, so it was left out. Put the file itself there."

# What file managers, editors and office programs leave in shared folders.
_LEFT_BEHIND = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"})
_LEFT_BEHIND_STARTS = (".", "~$")
_LEFT_BEHIND_ENDS = (".tmp", ".crdownload", ".part")
_LEFT_BEHIND_FOLDERS = frozenset({"__macosx", "$recycle.bin", "system volume information", "@eadir"})


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to take in; `name` leads to it from the run's source."""

    path: Path
    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Found:
    """What the paths hold. `unreadable` are folders and links that are not opened, each with why."""

    source: Path
    files: tuple[FoundFile, ...]
    skipped: int
    unreadable: tuple[tuple[str, str], ...]


def walk(paths: Sequence[Path]) -> Found:
    """Find the files below the paths, sorted, each once; hidden and system files are counted and left out.

    A file that is named itself is taken whatever it is called. Links to folders are not followed, and of those to
    files none that leads out: whoever may write into a shared drive would choose what its owner hands over.
    """
    whole = [Path(os.path.abspath(path)) for path in paths]
    roots = [path.resolve() for path in whole]
    source = _source(whole)
    files: dict[Path, FoundFile] = {}
    skipped = 0
    unreadable: list[tuple[str, str]] = []

    def refuse(error: OSError) -> None:
        folder = Path(error.filename or source)
        unreadable.append((_name(folder, source), f"The folder cannot be opened: {error.strerror}."))

    for path in whole:
        if not path.is_dir():
            files.setdefault(path, _found(path, source))
            continue
        for folder, names, inside in os.walk(path, onerror=refuse):
            kept = sorted(name for name in names if not _is_left_behind_folder(name))
            skipped += len(names) - len(kept)
            names[:] = kept
            for name in sorted(inside):
                file = Path(folder, name)
                if is_left_behind(name) or not _is_regular(file):
                    skipped += 1
                elif _leads_out(file, roots):
                    unreadable.append((_name(file, source), LEADS_OUT))
                else:
                    files.setdefault(file, _found(file, source))
    return Found(source, tuple(files.values()), skipped, tuple(unreadable))


def again(source: Path, names: Sequence[str]) -> Found:
    """Find files of an earlier run by their names; one that is gone is refused when it is added."""
    roots = [source.resolve()]
    out = [name for name in names if _leads_out(source / name, roots)]
    files = tuple(_found(source / name, source) for name in names if name not in out)
    return Found(source, files, 0, tuple((name, LEADS_OUT) for name in out))


def is_left_behind(name: str) -> bool:
    """Say whether a file name is one that a program left there for itself."""
    plain = name.casefold()
    return plain in _LEFT_BEHIND or plain.startswith(_LEFT_BEHIND_STARTS) or plain.endswith(_LEFT_BEHIND_ENDS)


def below(folder: Path, path: str) -> Path:
    """Find a file that a table names, at or below `folder`. Raises Invalid: it leads outside, or is no file."""
    root = folder.resolve()
    try:
        file = (root / path).resolve()
        outside = not file.is_relative_to(root)
        missing = not outside and not file.is_file()
    except (OSError, ValueError):
        raise Invalid.field("/url_or_path", f"{path!r} is not a path of a file.") from None
    if outside:
        raise Invalid.field("/url_or_path", f"{path!r} leads outside the folder {str(folder)!r}.")
    if missing:
        raise Invalid.field("/url_or_path", f"There is no file {path!r} in {str(folder)!r}.")
    return file


def sha256_of(stream: BinaryIO, *, moved: Callable[[int], None] = lambda _bytes: None) -> str:
    """Read a stream to its end and name its bytes; it is rewound afterwards. `moved` is told how far it is."""
    digest = hashlib.sha256()
    done = 0
    while piece := stream.read(PIECE_BYTES):
        digest.update(piece)
        done += len(piece)
        moved(done)
    stream.seek(0)
    return digest.hexdigest()


def _source(whole: Sequence[Path]) -> Path:
    if len(whole) == 1 and whole[0].is_dir():
        return whole[0]
    return Path(os.path.commonpath([path.parent for path in whole]))


def _found(path: Path, source: Path) -> FoundFile:
    try:
        size = path.stat().st_size
    except OSError:
        size = 0  # adding it will say what is wrong
    return FoundFile(path, _name(path, source), size)


def _name(path: Path, source: Path) -> str:
    return path.relative_to(source).as_posix() if path.is_relative_to(source) else str(path)


def _leads_out(file: Path, roots: Sequence[Path]) -> bool:
    if not file.is_symlink():
        return False
    target = Path(os.path.realpath(file))
    return not any(target.is_relative_to(root) for root in roots)


def _is_regular(file: Path) -> bool:
    try:
        return stat.S_ISREG(file.stat().st_mode)
    except OSError:
        return True  # not to be read: adding it will say why


def _is_left_behind_folder(name: str) -> bool:
    return name.startswith(".") or name.casefold() in _LEFT_BEHIND_FOLDERS
