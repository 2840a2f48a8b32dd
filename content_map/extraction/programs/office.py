"""LibreOffice: makes a PDF, or today's form of an older document, without a screen, macros or network."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from content_map.extraction.landlock import SOCKETS
from content_map.extraction.limits import Limits
from content_map.extraction.programs.finding import Program, find
from content_map.extraction.programs.running import workspace

_TARGETS = {
    # What it makes of each, and how such a file begins: it ends with 0 even when it made nothing.
    "pdf": b"%PDF-",
    "docx": b"PK\x03\x04",
    "pptx": b"PK\x03\x04",
    "xlsx": b"PK\x03\x04",
    "odt": b"PK\x03\x04",
}
_SMALL = {"ReduceImageResolution": "true", "MaxImageResolution": "150", "Quality": "80"}
_PDF_OF = {
    # Hidden slides are read too, and a sheet is one page of ours whatever a printer would make of it.
    **dict.fromkeys((".pptx", ".ppt", ".odp"), ("impress_pdf_Export", {"ExportHiddenSlides": "true"})),
    **dict.fromkeys((".xlsx", ".xls", ".ods"), ("calc_pdf_Export", {"SinglePageSheets": "true"})),
}
_ANY_PDF: tuple[str, dict[str, str]] = ("writer_pdf_Export", {})
_SUFFIX_CHARACTERS = 6
_SETTINGS = (
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Writer/Content/Update", "Link", "0"),
    ("Calc/Content/Update", "Link", "1"),
    ("Common/Misc", "FirstRun", "false"),
)


def convert_office(source: Path, target: str, folder: Path, limits: Limits) -> Path | None:
    """Convert an office file and leave the result in `folder`; None where that is not possible here.

    `target` is pdf, docx, pptx, xlsx or odt; `source` needs its proper extension, by which LibreOffice is guided.
    """
    start = _TARGETS[target]
    program = find(Program.LIBREOFFICE)
    if program is None:
        return None
    with workspace(limits) as place:
        _write_profile(place.folder / "profile" / "user")
        document = place.copy_in(source, f"document{source.suffix[:_SUFFIX_CHARACTERS]}")
        made = place.folder / "made"
        made.mkdir()
        profile = (place.folder / "profile").as_uri()
        arguments = _arguments(profile, document, target, made)
        place.run(program, arguments, with_socket=True, SAL_USE_VCLPLUGIN="svp")
        _remove_socket(profile, place.folder.stat().st_uid)
        return _take(made / f"document.{target}", start, folder)


def _arguments(profile: str, document: Path, target: str, made: Path) -> list[str]:
    quiet = ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard", "--nologo"]
    return [
        f"-env:UserInstallation={profile}",
        *quiet,
        *("--convert-to", _filter_of(document, target), "--outdir", str(made), str(document)),
    ]


def _filter_of(document: Path, target: str) -> str:
    """The target, and for a PDF what it shall hold; the JSON of options is understood since LibreOffice 7.4."""
    if target != "pdf":
        return target
    name, options = _PDF_OF.get(document.suffix.lower(), _ANY_PDF)
    values = {
        key: {"type": "boolean" if value == "true" else "long", "value": value}
        for key, value in {**options, **_SMALL}.items()
    }
    return f"pdf:{name}:{json.dumps(values)}"


def _remove_socket(profile: str, user: int) -> None:
    """Take away what it leaves when it is killed: a socket whose name it makes of its profile's address."""
    digest = hashlib.md5(profile.encode("utf-16-le"), usedforsecurity=False).digest()
    name = "".join(f"{byte:x}" for byte in digest)
    (Path(SOCKETS) / f"OSL_PIPE_{user}_SingleOfficeIPC_{name}").unlink(missing_ok=True)


def _take(made: Path, start: bytes, folder: Path) -> Path | None:
    if made.is_symlink() or not made.is_file():
        return None
    with made.open("rb") as file:
        if file.read(len(start)) != start:
            return None
    result = folder / made.name
    shutil.copyfile(made, result)
    return result


def _write_profile(user: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )
