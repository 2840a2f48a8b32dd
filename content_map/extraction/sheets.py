"""Workbooks by calamine: a page per sheet, its numbers as people write them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

import python_calamine

from content_map.extraction.contract import Block, Item, Warned
from content_map.extraction.limits import Limits
from content_map.extraction.problem import Code, refuse

_EXACT = 1e15  # a float holds 15 decimal digits


def sheet_pages(
    file: BinaryIO, limits: Limits, notes: Callable[[str], Iterable[str]] = lambda _sheet: ()
) -> Iterator[Item]:
    """Yield a page for each sheet, empty and hidden ones too; raises Refusal (encrypted, corrupt).

    `notes` gives what stands on the sheet of that name beside its cells.
    """
    file.seek(0)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(file)
    except python_calamine.PasswordError as fault:
        raise refuse(Code.ENCRYPTED) from fault
    except (python_calamine.CalamineError, OSError, ValueError) as fault:
        locked = "password" in str(fault).lower() or "encrypt" in str(fault).lower()
        raise refuse(Code.ENCRYPTED if locked else Code.CORRUPT) from fault
    if not workbook.sheet_names:
        raise refuse(Code.CORRUPT)
    for index, name in enumerate(workbook.sheet_names[: limits.pages + 1]):
        try:
            sheet = workbook.get_sheet_by_index(index)
            text = _text(sheet, limits)
        except (python_calamine.CalamineError, OSError, ValueError):
            text = ""
            yield Warned(f"The sheet “{name}” could not be read.")
        yield Block(name, "\n".join(filter(None, (text, *notes(name)))))


def _text(sheet: python_calamine.CalamineSheet, limits: Limits) -> str:
    lines: list[str] = []
    size = 0
    for row in sheet.iter_rows():
        line = "\t".join(filter(None, (written(cell) for cell in row)))
        if line:
            lines.append(line)
            size += len(line) + 1
        if size > limits.page_characters:
            break
    return "\n".join(lines)


def written(cell: object) -> str:
    """A cell as a person would write it: 1200, 0.3, 2026-03-31, yes; line breaks inside become spaces."""
    match cell:
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer() and abs(cell) < _EXACT:
            return str(int(cell))
        case float():
            return f"{cell:.15g}"
        case datetime.datetime() if cell.time() == datetime.time():
            return cell.date().isoformat()
        case datetime.datetime():
            return cell.isoformat(" ", "minutes")
        case datetime.time():
            return cell.isoformat("minutes")
        case _:
            return " ".join(str(cell).split())
