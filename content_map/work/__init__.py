"""What a worker can do: each module here offers HANDLERS for jobs, CHORES for the clock, or both."""

from __future__ import annotations

import importlib
import pkgutil

from content_map.work._contract import Bench, Chore, Handler

__all__ = ["Bench", "Chore", "Handler", "all_chores", "all_handlers"]


def all_handlers() -> dict[str, Handler]:
    """Give the handler of every kind of job."""
    found: dict[str, Handler] = {}
    for module in _modules():
        for kind, handler in getattr(module, "HANDLERS", {}).items():
            if kind in found:
                raise ValueError(f"two modules handle jobs of kind {kind!r}")
            found[kind] = handler
    return found


def all_chores() -> tuple[Chore, ...]:
    """Give everything that is done by the clock, in order of their names."""
    chores = [each for module in _modules() for each in getattr(module, "CHORES", ())]
    return tuple(sorted(chores, key=lambda each: each.name))


def _modules() -> list[object]:
    names = sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_"))
    return [importlib.import_module(f"{__name__}.{name}") for name in names]
