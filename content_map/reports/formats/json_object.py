"""JSON: the contract's object, every number of the report in it."""

from __future__ import annotations

import json

from content_map.reports.formats.contract import Format, Print


def write(printed: Print) -> bytes:
    """Write the object, and how it was frozen where it was."""
    content = printed.built.as_json()
    if printed.freezing is not None:
        content["frozen"] = {
            "at": printed.freezing.at.isoformat().replace("+00:00", "Z"),
            "code_version": printed.freezing.code_version,
        }
    return json.dumps(content, indent=1, ensure_ascii=False).encode()


FORMAT = Format("json", "JSON", "application/json", write)
