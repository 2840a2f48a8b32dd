"""The unused-assets report as every format takes it: sentences, figures, charts and tables of the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from content_map.domain.observation import observed_sentence
from content_map.domain.unused import Stage
from content_map.reports.parts import Chart, Definition, Figure, Table
from content_map.reports.unused import (
    breakdowns,
    cures,
    drawn,
    fields,
    figures,
    leaving_out,
    reasons,
    restated,
    wording,
    written,
)
from content_map.reports.unused.counted import Counted
from content_map.reports.unused.rows import Owner, Row, headline_of

__all__ = ["Owner", "Row", "UnusedReport", "headline_of"]


@dataclass(frozen=True, slots=True)
class UnusedReport(Counted):
    """The report with its numbers in, as `contract.Built` has it."""

    @property
    def lead(self) -> Sequence[str]:
        """What was observed, then the finding, then what it rests on."""
        said = [observed_sentence(self.observed)]
        if self.is_before_recording:
            said.append(self._since_sentence)
        said.append(f"{self.headline.sentence}.")
        if self.headline.used:
            said.append(f"{self.headline.one_rep_sentence}.")
        return said

    @property
    def _since_sentence(self) -> str:
        if self.recorded_since is None:
            return "Nothing was recorded yet, so nothing can be said of what was used."
        day = self.recorded_since.astimezone(self.question.definitions.zone).date()
        return (
            f"Recording began on {day.isoformat()}, after this quarter: nothing can be said of what was used."
        )

    @property
    def figures(self) -> Sequence[Figure]:
        """The numbers that matter, each with its definition."""
        return figures.figures(self)

    @property
    def charts(self) -> Sequence[Chart]:
        """Classes, conversations and age; trend, twelve months and drift where they were asked for."""
        return drawn.charts(self)

    @property
    def definitions(self) -> Sequence[Definition]:
        """The settings, the classes and the other words."""
        settings = {word: str(value) for word, value in written.settings(self.question).items()}
        classes = {stage.value: said for stage, said in self.class_definitions.items()}
        known = {**settings, **classes, **wording.meanings(self.question.definitions)}
        return [Definition(wording.WORDS[word], said) for word, said in known.items()]

    @property
    def class_definitions(self) -> Mapping[Stage, str]:
        """Say what each class means with this report's thresholds."""
        return wording.class_sentences(self.question.definitions.thresholds)

    @property
    def tables(self) -> Sequence[Table]:
        """The same rows as tables: the eligible first, then the lists apart, then what is made of them."""
        more: list[Table] = []
        if self.facets is not None:
            more.append(breakdowns.by_facet(self.rows, self.facets))
        if self.trend is not None:
            more += [self.trend.table, restated.table(self.restated)]
        if self.drift is not None:
            more += self.drift.tables
        return [
            fields.table("rows", "Eligible assets", fields.JUDGED, self.rows),
            fields.table("too_new", "Live for too short a time", fields.TOO_SHORT, self.too_new),
            fields.table("internal", "Internal assets", fields.INTERNAL, self.internal),
            fields.table("diagnosis", "What each asset needs", fields.DIAGNOSED, self.rows),
            cures.table(self.actions),
            *(each.table for each in self.breakdowns if each.groups or each.name != "by_owner"),
            *more,
            reasons.by_class(self.rows),
            reasons.by_asset(self.rows),
            leaving_out.table(self),
            written.definition_table(self.definitions),
        ]

    def as_json(self) -> dict[str, Any]:
        """Write the contract's fields, then every other table under its name.

        Instants in UTC; `to` is the first one after the quarter.
        """
        return written.as_json(self)
