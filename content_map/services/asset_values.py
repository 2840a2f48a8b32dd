"""An asset's changes as plain JSON values, for previews, the audit trail and undo; and back again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, cast

from content_map.domain.assets import Audience, Status
from content_map.domain.bulk import GUIDE, TERMS
from content_map.domain.conversations import Conversation
from content_map.models import Asset
from content_map.services.asset_changes import AssetChanges

_READ: Mapping[str, Callable[[Any], Any]] = {
    "conversation": Conversation,
    "audience": Audience,
    "status": Status,
    "publish_at": datetime.fromisoformat,
    "expires_at": datetime.fromisoformat,
    "review_by": date.fromisoformat,
}


def written(changes: AssetChanges) -> dict[str, Any]:
    """Write the named fields as `asset_changes.snapshot` does."""
    return {name: _written(name, value) for name, value in changes.items()}


def typed(asset: Asset, fields: Mapping[str, Any]) -> AssetChanges:
    """Read fields as `domain.bulk` writes them; parts of the guide are laid over the asset's own."""
    changes: dict[str, Any] = {}
    for name, value in fields.items():
        if name.startswith(f"{GUIDE}."):
            changes.setdefault(GUIDE, dict(asset.guide))[name.removeprefix(f"{GUIDE}.")] = value
        else:
            changes[name] = _READ[name](value) if name in _READ and value is not None else value
    return cast("AssetChanges", changes)


def _written(name: str, value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case StrEnum():
            return value.value
        case _ if name == TERMS:
            return sorted(set(value or ()))
        case _ if name == GUIDE:
            return {part: each for part, each in (value or {}).items() if each is not None}
    return value
