"""The unused-assets report with its numbers in, as JSON and as tables: one set of rows for every format."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from content_map.domain.conversations import BY_KEY, Conversation
from content_map.domain.eligibility import ELIGIBLE_DAYS, Standing
from content_map.domain.observation import Headline, Observed, observed_sentence
from content_map.domain.outcomes import window
from content_map.domain.unused import AssetHistory, Diagnosis, Stage
from content_map.domain.usage import ExcludedReason
from content_map.reports.contract import Question
from content_map.reports.parts import As, Cell, Chart, Column, Definition, Figure, Table


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owned the asset at its last live instant; the one person a report may name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """One asset in one quarter: where it stands, what counted, and the diagnosis."""

    asset: str
    title: str
    owner: Owner
    standing: Standing
    history: AssetHistory
    diagnosis: Diagnosis
    in_bursts: int  # uses made more than ten at a time, within ten minutes

    @property
    def conversation(self) -> Conversation:
        """The conversation at the last live instant."""
        return self.standing.conversation

    @property
    def stage(self) -> Stage:
        """The class."""
        return self.diagnosis.stage


@dataclass(frozen=True, slots=True)
class UnusedReport:
    """The report with its numbers: every count is made from the rows, so no two can disagree.

    `too_new` and `internal` are apart and in no count. `previous` is the quarter before as known now, None
    when nothing was eligible then.
    """

    question: Question
    observed: Observed
    rows: tuple[Row, ...]
    too_new: tuple[Row, ...]
    internal: tuple[Row, ...]
    previous: Headline | None

    @property
    def eligible(self) -> int:
        """Count the assets that are judged."""
        return len(self.rows)

    @property
    def unused(self) -> int:
        """Count those without recorded use: the first four classes."""
        return sum(row.stage.is_unused for row in self.rows)

    @property
    def classes(self) -> Mapping[Stage, int]:
        """Count the rows of each class, in order of depth."""
        return _by_stage(self.rows)

    @property
    def by_conversation(self) -> Mapping[Conversation, Mapping[Stage, int]]:
        """Count the classes of each conversation, in order."""
        rows: dict[Conversation, list[Row]] = defaultdict(list)
        for row in self.rows:
            rows[row.conversation].append(row)
        return {each: _by_stage(rows[each]) for each in Conversation}

    @property
    def headline(self) -> Headline:
        """The finding in parts."""
        return headline_of(self.rows)

    @property
    def lead(self) -> Sequence[str]:
        """What was observed, then the finding."""
        return [observed_sentence(self.observed), f"{self.headline.sentence}."]

    @property
    def figures(self) -> Sequence[Figure]:
        """None beside the classes."""
        return ()

    @property
    def charts(self) -> Sequence[Chart]:
        """None yet drawn from here."""
        return ()

    @property
    def left_out(self) -> Mapping[ExcludedReason, int]:
        """How many rows of the quarter count in nothing above, by reason."""
        return {}

    @property
    def definitions(self) -> Sequence[Definition]:
        """The settings and the classes in words."""
        settings = [Definition(word, str(value)) for word, value in self._settings().items()]
        return [*settings, *(Definition(stage.value, said) for stage, said in self.class_definitions.items())]

    @property
    def tables(self) -> Sequence[Table]:
        """The same rows as tables: the eligible first, then the two lists apart, then what defines them."""
        return [
            _table("rows", "Eligible assets", _JUDGED, self.rows),
            _table("too_new", "Live for too short a time", _TOO_SHORT, self.too_new),
            _table("internal", "Internal assets", _INTERNAL, self.internal),
            self._conversation_table(),
            self._definition_table(),
        ]

    def as_json(self) -> dict[str, Any]:
        """Write the contract's fields; instants in UTC, `to` is the first one after the quarter."""
        return {
            "quarter": str(self.question.quarter),
            "from": _instant(self.question.bounds[0]),
            "to": _instant(self.question.bounds[1]),
            "to_date": self.question.is_to_date,
            "as_of": _instant(self.question.now),
            "observed": {
                "active": self.observed.active,
                "searched": self.observed.searched,
                "searches": self.observed.searches,
                "accounts": self.observed.accounts,
                "used": self.observed.used,
                "too_little": self.observed.is_too_little,
                "sentence": observed_sentence(self.observed),
            },
            "headline": _headline_json(self.headline),
            "previous": None
            if self.previous is None
            else {"quarter": str(self.question.quarter.previous()), **_headline_json(self.previous)},
            "definitions": {**self._settings(), "classes": dict(self.class_definitions)},
            "eligible": self.eligible,
            "unused": self.unused,
            "classes": {stage.value: count for stage, count in self.classes.items()},
            "by_conversation": [
                {
                    "conversation": conversation.value,
                    "eligible": sum(classes.values()),
                    "unused": sum(count for stage, count in classes.items() if stage.is_unused),
                    "classes": {stage.value: count for stage, count in classes.items()},
                }
                for conversation, classes in self.by_conversation.items()
            ],
            "rows": _objects(_JUDGED, self.rows),
            "too_new": _objects(_TOO_SHORT, self.too_new),
            "internal": _objects(_INTERNAL, self.internal),
            "marked": {row.asset: row.in_bursts for row in self.rows if row.in_bursts},
        }

    def _conversation_table(self) -> Table:
        columns = (
            Column("conversation", "Conversation"),
            Column("eligible", "Eligible"),
            *(Column(stage.value, stage.value.replace("-", " ").capitalize()) for stage in Stage),
        )
        rows: list[tuple[Cell, ...]] = [
            (BY_KEY[conversation].name, sum(classes.values()), *classes.values())
            for conversation, classes in self.by_conversation.items()
        ]
        return Table("by_conversation", "By conversation", columns, rows)

    def _definition_table(self) -> Table:
        columns = (Column("definition", "Definition"), Column("value", "Value"))
        classes = [(stage.value, sentence) for stage, sentence in self.class_definitions.items()]
        return Table("definitions", "Definitions", columns, [*self._settings().items(), *classes])

    @property
    def class_definitions(self) -> Mapping[Stage, str]:
        """Say what each class means with this report's thresholds."""
        limits = self.question.definitions.thresholds
        return {
            Stage.NEVER_SURFACED: "No sales user other than its owner was shown it.",
            Stage.BARELY_SURFACED: "It was shown, but too rarely or too low to judge.",
            Stage.PASSED_OVER: (
                f"No open after {limits.impressions} or more impressions at rank {limits.rank} or better, "
                f"by {limits.reps} or more reps; impressions outside search count as rank 1."
            ),
            Stage.OPENED_NOT_USED: "It was opened, and no use was recorded.",
            Stage.USED: "A use for a customer was recorded; its outcome was not reached, or is not known yet.",
            Stage.USED_WITH_OUTCOME: "A use inside the quarter has the latest answer that its outcome was reached.",
        }

    def _settings(self) -> dict[str, str | int]:
        limits = self.question.definitions.thresholds
        return {
            "time_zone": self.question.definitions.time_zone,
            "fiscal_year_start": self.question.definitions.fiscal_year_start,
            "from": _instant(self.question.bounds[0]),
            "to": _instant(self.question.bounds[1]),
            "freezes_at": _instant(self.question.definitions.freezes_at(self.question.quarter)),
            "eligible_days": ELIGIBLE_DAYS,
            "passed_over_impressions": limits.impressions,
            "passed_over_reps": limits.reps,
            "passed_over_rank": limits.rank,
            **{f"outcome_days_{each.value}": window(each).days for each in Conversation},
        }


def headline_of(rows: Iterable[Row]) -> Headline:
    """Count the finding from the rows."""
    judged = list(rows)
    used = [row for row in judged if not row.stage.is_unused]
    by_one = sum(row.history.users == 1 for row in used)
    return Headline(len(judged) - len(used), len(judged), len(used), by_one)


def _by_stage(rows: Iterable[Row]) -> Mapping[Stage, int]:
    counts = Counter(row.stage for row in rows)
    return {stage: counts[stage] for stage in Stage}


def _headline_json(headline: Headline) -> dict[str, str | int]:
    return {
        "unused": headline.unused,
        "eligible": headline.eligible,
        "used": headline.used,
        "by_one_rep_only": headline.by_one_rep_only,
        "sentence": headline.sentence,
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a row, as the contract names it; `whole` where JSON says more than a cell can."""

    key: str
    heading: str
    cell: Callable[[Row], Cell]
    means: As = As.TEXT
    whole: Callable[[Row], Any] | None = None


_ASSET = (
    _Field("asset", "Asset id", lambda row: row.asset, As.ASSET),
    _Field("title", "Asset", lambda row: row.title, As.TITLE),
    _Field("conversation", "Conversation", lambda row: row.conversation.value, As.CONVERSATION),
    _Field(
        "owner",
        "Owner",
        lambda row: row.owner.name,
        whole=lambda row: {"id": row.owner.id, "name": row.owner.name},
    ),
)
_CLASS = _Field("class", "Class", lambda row: row.stage.value, As.STAGE)
_REASON = _Field("reason", "Reason", lambda row: row.standing.reason.value if row.standing.reason else None)
_COUNTS = (
    _Field("days_live", "Days live", lambda row: row.standing.days_live, As.NUMBER),
    _Field("impressions", "Impressions", lambda row: row.history.impressions, As.NUMBER),
    _Field("reps", "Reps", lambda row: row.history.reps, As.NUMBER),
    _Field("opens", "Opens", lambda row: row.history.opens, As.NUMBER),
    _Field("uses", "Uses", lambda row: row.history.uses, As.NUMBER),
    _Field("outcomes", "Outcomes reached", lambda row: row.history.outcomes_reached, As.NUMBER),
    _Field("accounts", "Accounts", lambda row: row.history.accounts, As.NUMBER),
)
_EVIDENCE = _Field(
    "evidence",
    "Strongest evidence",
    lambda row: row.diagnosis.evidence.value if row.diagnosis.evidence else None,
)
_JUDGED = (*_ASSET, _CLASS, *_COUNTS, _EVIDENCE)
_TOO_SHORT = (*_ASSET, _REASON, *_COUNTS)
_INTERNAL = (*_ASSET, *_COUNTS, _EVIDENCE)


def _table(name: str, heading: str, fields: tuple[_Field, ...], rows: Sequence[Row]) -> Table:
    columns = tuple(Column(field.key, field.heading, field.means) for field in fields)
    return Table(name, heading, columns, [tuple(field.cell(row) for field in fields) for row in rows])


def _objects(fields: tuple[_Field, ...], rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [{field.key: (field.whole or field.cell)(row) for field in fields} for row in rows]
