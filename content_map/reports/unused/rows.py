"""One asset in one quarter, and the counts that are made of many: what everything else in the report comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from content_map.domain.conversations import Conversation
from content_map.domain.eligibility import Standing
from content_map.domain.observation import Headline
from content_map.domain.unused import AssetHistory, Diagnosis, Stage
from content_map.reports.parts import Fraction


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owned the asset at its last live instant; the one person a report may name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class About:
    """What the asset is: `published_at` its first live instant ever, `team` its owner's in the quarter."""

    published_at: datetime
    kind: str
    team: str | None
    has_guide: bool


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
    about: About

    @property
    def conversation(self) -> Conversation:
        """The conversation at the last live instant."""
        return self.standing.conversation

    @property
    def stage(self) -> Stage:
        """The class."""
        return self.diagnosis.stage


Classes = Mapping[Stage, int]  # every class is in it, in order of depth


def by_stage(stages: Iterable[Stage]) -> Classes:
    """Count the classes, in order of depth."""
    counts = Counter(stages)
    return {stage: counts[stage] for stage in Stage}


def unused_of(classes: Classes) -> Fraction:
    """Give the first four classes of all six."""
    return Fraction(sum(classes[stage] for stage in Stage if stage.is_unused), sum(classes.values()))


def headline_of(rows: Iterable[Row]) -> Headline:
    """Count the finding from the rows."""
    return headline((row.stage, row.history.users) for row in rows)


def headline(judged: Iterable[tuple[Stage, int]]) -> Headline:
    """Count the finding from each asset's class and how many people used it."""
    known = list(judged)
    used = [users for stage, users in known if not stage.is_unused]
    return Headline(len(known) - len(used), len(known), len(used), sum(users == 1 for users in used))
