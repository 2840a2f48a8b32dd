"""The report as the contract's object, and its definitions as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from content_map.domain.conversations import Conversation
from content_map.domain.eligibility import ELIGIBLE_DAYS
from content_map.domain.observation import Headline, Observed, observed_sentence
from content_map.domain.outcomes import window
from content_map.domain.unused import Stage
from content_map.reports.contract import Question
from content_map.reports.finding import objects_of, value_of
from content_map.reports.parts import Column, Definition, Table
from content_map.reports.unused import fields, wording
from content_map.reports.unused.rows import Classes, unused_of

if TYPE_CHECKING:
    from content_map.reports.unused_result import UnusedReport

# Tables whose rows stand in the object under a form of their own.
_IN_ANOTHER_FORM = frozenset({"rows", "too_new", "internal", "by_conversation", "definitions"})


def as_json(report: UnusedReport) -> dict[str, Any]:
    """Write the contract's fields, then every other table under its name."""
    question = report.question
    previous = report.previous
    return {
        "quarter": str(question.quarter),
        "from": value_of(question.bounds[0]),
        "to": value_of(question.bounds[1]),
        "to_date": question.is_to_date,
        "as_of": value_of(question.now),
        "recorded_since": value_of(report.recorded_since),
        "observed": _observed(report.observed),
        "lead": list(report.lead),
        "headline": _headline(report.headline),
        "previous": None
        if previous is None
        else {"quarter": str(question.quarter.previous()), **_headline(previous)},
        "definitions": {
            **settings(question),
            "classes": dict(report.class_definitions),
            **wording.meanings(question.definitions),
        },
        "eligible": report.eligible,
        "unused": report.unused,
        "classes": _classes(report.classes),
        "splits": {split.value: count for split, count in report.splits.items()},
        "by_conversation": [
            {"conversation": conversation.value, **_counted(classes)}
            for conversation, classes in report.by_conversation.items()
        ],
        "rows": fields.objects(fields.JUDGED, report.rows),
        "too_new": fields.objects(fields.TOO_SHORT, report.too_new),
        "internal": fields.objects(fields.INTERNAL, report.internal),
        "marked": {row.asset: row.in_bursts for row in report.rows if row.in_bursts},
        "figures": {figure.key: value_of(figure.value) for figure in report.figures},
        "left_out": {reason.value: count for reason, count in report.left_out.items()},
        "counted_in": {reason.value: count for reason, count in report.counted_in.items()},
        "with_left_out": question.with_left_out,
        # There for everybody; for those who may not read it, and in a frozen report, without a row.
        "by_owner": [],
        **{each.name: objects_of(each) for each in report.tables if each.name not in _IN_ANOTHER_FORM},
    }


def settings(question: Question) -> dict[str, str | int]:
    """Give the settings behind the numbers."""
    definitions = question.definitions
    limits = definitions.thresholds
    return {
        "time_zone": definitions.time_zone,
        "fiscal_year_start": definitions.fiscal_year_start,
        "from": value_of(question.bounds[0]),
        "to": value_of(question.bounds[1]),
        "freezes_at": value_of(definitions.freezes_at(question.quarter)),
        "eligible_days": ELIGIBLE_DAYS,
        "passed_over_impressions": limits.impressions,
        "passed_over_reps": limits.reps,
        "passed_over_rank": limits.rank,
        **{f"outcome_days_{each.value}": window(each).days for each in Conversation},
    }


def definition_table(definitions: Sequence[Definition]) -> Table:
    """Write the words and what they mean."""
    columns = (Column("definition", "Definition"), Column("value", "Value"))
    return Table("definitions", "Definitions", columns, [(each.word, each.meaning) for each in definitions])


def _observed(observed: Observed) -> dict[str, Any]:
    return {
        "active": observed.active,
        "searched": observed.searched,
        "searches": observed.searches,
        "accounts": observed.accounts,
        "used": observed.used,
        "too_little": observed.is_too_little,
        "sentence": observed_sentence(observed),
    }


def _headline(headline: Headline) -> dict[str, str | int]:
    return {
        "unused": headline.unused,
        "eligible": headline.eligible,
        "used": headline.used,
        "by_one_rep_only": headline.by_one_rep_only,
        "sentence": headline.sentence,
    }


def _counted(classes: Classes) -> Mapping[str, Any]:
    unused = unused_of(classes)
    return {"eligible": unused.n, "unused": unused.part, "classes": _classes(classes)}


def _classes(classes: Classes) -> dict[str, int]:
    return {stage.value: classes[stage] for stage in Stage}
