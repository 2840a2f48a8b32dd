"""Alembic's way in: runs on the connection that `migrations.upgrade` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

import content_map.models  # noqa: F401 - maps every table
from content_map.db import Base, UTCDateTime


def _render(kind: str, value: Any, autogenerate: AutogenContext) -> str | Literal[False]:
    if kind == "type" and isinstance(value, UTCDateTime):
        autogenerate.imports.add("from content_map.db import UTCDateTime")
        return "UTCDateTime()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
