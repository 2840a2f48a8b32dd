"""Setting a template with typst: our own letters, no package, no network, and no letter that cannot be printed.

PDF/UA forbids a character without a glyph, and no set of fonts has all of them: what cannot be printed becomes
a small square. The files beside the PDF hold every character as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import typst

from content_map.errors import Unavailable

FONTS = str(Path(__file__).with_name("fonts"))
UNPRINTABLE = "□"
_TRIES = 40
_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_CODE = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
_PROBE = b"""#set document(title: "-")
#set text(font: ("Inter", "Libertinus Serif", "DejaVu Sans Mono"))
#sys.inputs.content"""
_KNOWN = frozenset(map(chr, range(0x20, 0x7F)))


def typeset(template: bytes, content: str, *, at: datetime) -> bytes:
    """Set the JSON `content` by the template; `at` is the file's date. Raises Unavailable."""
    content = _replaced(content, _unprintable("".join(sorted(set(content) - _KNOWN))))
    for _ in range(_TRIES):
        try:
            return _compile(template, content, at)
        except typst.TypstError as fault:
            # A letter may have a glyph alone and none together with its neighbours.
            missing = _missing(fault)
            if not missing:
                raise Unavailable(f"The PDF could not be set: {fault.message}") from fault
            content = content.replace(missing, UNPRINTABLE)
    return _compile(template, _replaced(content, {each for each in content if each > "\u024f"}), at)


def plain(content: Any) -> Any:
    """Take what no print shows out of every text: control characters, and breaks that are not ours."""
    match content:
        case str():
            return "".join(map(_shown, content))
        case dict():
            return {key: plain(each) for key, each in content.items()}
        case list():
            return [plain(each) for each in content]
        case _:
            return content


def _shown(letter: str) -> str:
    if letter.isspace() and letter != "\u00a0":
        return " "
    return "" if unicodedata.category(letter) in ("Cc", "Cs") else letter


def _compile(template: bytes, content: str, at: datetime) -> bytes:
    # A compiler of its own for each print: threads of the web share nothing but the letters, which never change.
    compiler = typst.Compiler(root=FONTS, font_paths=_letters(), package_path=FONTS, package_cache_path=FONTS)
    made = compiler.compile(
        template,
        format="pdf",
        pdf_standards="ua-1",
        timestamp=int(at.timestamp()),
        sys_inputs={"content": content},
    )
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


@cache
def _letters() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])


@lru_cache(maxsize=64)
def _unprintable(letters: str) -> frozenset[str]:
    """Find the letters that no font of ours has: one small page for all of them, one more for each that is found."""
    missing: set[str] = set()
    while rest := [each for each in letters if each not in missing]:
        try:
            _compile(_PROBE, "\n\n".join(rest), datetime.fromtimestamp(0).astimezone())
        except typst.TypstError as fault:
            found = set(_missing(fault)) - _KNOWN
            if not found:
                break
            missing |= found
        else:
            break
    return frozenset(missing)


def _missing(fault: typst.TypstError) -> str:
    found = _MISSING.search(str(fault.message))
    return _CODE.sub(lambda each: chr(int(each[1], 16)), found[1]) if found else ""


def _replaced(text: str, letters: Iterable[str]) -> str:
    # What has no shape of its own, such as a mark over the letter before, leaves no square behind.
    shapes = {each: unicodedata.category(each)[0] in "LNPS" for each in letters}
    return text.translate({ord(each): UNPRINTABLE if has_shape else "" for each, has_shape in shapes.items()})
