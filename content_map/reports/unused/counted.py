"""The report's numbers: every count is made of the same rows, so no two can disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from content_map.domain.conversations import Conversation
from content_map.domain.observation import Headline, Observed
from content_map.domain.unused import Split
from content_map.domain.usage import ExcludedReason
from content_map.reports.contract import Question
from content_map.reports.unused import breakdowns, cures
from content_map.reports.unused.breakdowns import Breakdown
from content_map.reports.unused.describing import FacetTerms
from content_map.reports.unused.drift import Drift
from content_map.reports.unused.quarters import Trend
from content_map.reports.unused.restated import Restatement
from content_map.reports.unused.rows import Classes, Row, by_stage, headline_of


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted.

    `too_new` and `internal` are apart and in no count. `recorded_since` is the first event ever. `excluded` are all
    rows of the quarter that do not count by themselves; with the switch on, `left_out` has fewer. `previous` is the
    quarter before as known now, None when nothing was eligible then. It and what follows `recorded_since` are None
    or empty where they were not asked for.
    """

    question: Question
    observed: Observed
    rows: tuple[Row, ...]
    too_new: tuple[Row, ...]
    internal: tuple[Row, ...]
    previous: Headline | None = None
    recorded_since: datetime | None = None
    trend: Trend | None = None
    without_use_in_a_year: int | None = None
    drift: Drift | None = None
    facets: tuple[FacetTerms, ...] | None = None
    excluded: Mapping[ExcludedReason, int] = field(default_factory=dict)
    restated: tuple[Restatement, ...] = ()

    @property
    def eligible(self) -> int:
        """Count the assets that are judged."""
        return len(self.rows)

    @property
    def unused(self) -> int:
        """Count those without recorded use: the first four classes."""
        return sum(row.stage.is_unused for row in self.rows)

    @property
    def classes(self) -> Classes:
        """Count the rows of each class, in order of depth."""
        return by_stage(row.stage for row in self.rows)

    @property
    def splits(self) -> Mapping[Split, int]:
        """Count the two ways to be opened and not used."""
        found = Counter(row.diagnosis.split for row in self.rows)
        return {split: found[split] for split in Split}

    @property
    def by_conversation(self) -> Mapping[Conversation, Classes]:
        """Count the classes of each conversation, in order."""
        return {Conversation(each.key): each.classes for each in self._conversations.groups}

    @property
    def headline(self) -> Headline:
        """The finding in parts."""
        return headline_of(self.rows)

    @property
    def actions(self) -> tuple[cures.Action, ...]:
        """What to do next, the largest first."""
        return cures.actions(self.rows)

    @property
    def breakdowns(self) -> tuple[Breakdown, ...]:
        """The splits that hold every eligible asset once, but that by owner where the reader may not see it."""
        definitions = self.question.definitions
        return (
            self._conversations,
            breakdowns.by_owner(self.rows, self.question.viewer),
            breakdowns.by_team(self.rows, definitions.people),
            breakdowns.by_age(self.rows, self.question),
            breakdowns.by_format(self.rows),
        )

    @property
    def _conversations(self) -> Breakdown:
        return breakdowns.by_conversation(self.rows)

    @property
    def is_before_recording(self) -> bool:
        """Say whether nothing was recorded yet when the quarter ended: then nothing can be said of its assets."""
        return self.recorded_since is None or self.recorded_since >= self.question.bounds[1]

    @property
    def left_out(self) -> Mapping[ExcludedReason, int]:
        """How many rows of the quarter count in nothing above, by reason."""
        return {reason: n for reason, n in self.excluded.items() if reason not in self.question.also}

    @property
    def counted_in(self) -> Mapping[ExcludedReason, int]:
        """How many rows count only because the switch is on, by reason."""
        return {reason: n for reason, n in self.excluded.items() if reason in self.question.also}
