"""The reports there are: every module of this folder that has a `REPORT`, by its name, in their order."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module

from content_map.reports.contract import Built, Definitions, Question, Report

__all__ = ["REPORTS", "Built", "Definitions", "Question", "Report"]


def _found() -> Mapping[str, Report]:
    modules = [import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]
    reports = [module.REPORT for module in modules if hasattr(module, "REPORT")]
    return {report.name: report for report in sorted(reports, key=lambda report: (report.place, report.name))}


REPORTS = _found()
