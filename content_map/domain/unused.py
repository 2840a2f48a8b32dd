"""Why an asset went without use in a quarter: six classes, the evidence behind them, and the cure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from content_map.domain.usage import Feedback


class Stage(StrEnum):
    """The six classes, in order of depth: an asset's class is the deepest stage it reached."""

    NEVER_SURFACED = "never-surfaced"
    BARELY_SURFACED = "barely-surfaced"
    PASSED_OVER = "passed-over"
    OPENED_NOT_USED = "opened-not-used"
    USED = "used"
    USED_WITH_OUTCOME = "used-with-outcome"

    @property
    def depth(self) -> int:
        """Count the stages before this one: 0 to 5."""
        return _DEPTH[self]

    @property
    def is_unused(self) -> bool:
        """Say whether no use was recorded: the first four."""
        return self.depth < _DEPTH[Stage.USED]


_DEPTH = {stage: depth for depth, stage in enumerate(Stage)}


class Split(StrEnum):
    """The two ways to be opened and not used."""

    READ_ONLY = "read_only"
    TAKEN_AWAY = "taken_away"


class Evidence(StrEnum):
    """How strongly a use is known, strongest first."""

    CUSTOMER_VIEWED = "customer_viewed"
    SENT_OR_TAILORED = "sent_or_tailored"
    LOGGED_BY_HAND = "logged_by_hand"
    API = "api"


class Act(StrEnum):
    """The one thing to press for a cure; None where the cure is not a thing to press."""

    RETAG = "retag"
    RETITLE = "retitle"
    GUIDE = "guide"
    TEACH = "teach"
    ASK = "ask"
    RETIRE = "retire"


class Side(StrEnum):
    """Who owns a cure."""

    MARKETING = "marketing"
    SALES = "sales"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What makes enough chances to judge; settings, printed on the report.

    No open in 30 impressions bounds the open rate below 9.5 % (one-sided 95 %); five reps because one
    rep's impressions are not independent.
    """

    impressions: int = 30
    rank: int = 5
    reps: int = 5


@dataclass(frozen=True, slots=True)
class AssetHistory:
    """What counted of one asset in one quarter, by sales users other than its owner.

    `near_top_impressions` are those at the threshold's rank or better (outside search every impression is
    at rank 1) and `near_top_reps` the distinct reps who made them. `opens` include bare downloads, which
    `bare_downloads` counts alone. `searches` are the settled searches of its conversation, None if unknown.
    `customer_views` count share views that no exclusion touched.
    """

    impressions: int = 0
    near_top_impressions: int = 0
    near_top_reps: int = 0
    reps: int = 0
    opens: int = 0
    bare_downloads: int = 0
    uses: int = 0
    outcomes_reached: int = 0
    accounts: int = 0
    users: int = 0
    customer_views: int = 0
    sent_or_tailored: int = 0
    logged_by_hand: int = 0
    by_api: int = 0
    feedback: Mapping[Feedback, int] = field(default_factory=dict)
    searches: int | None = None


@dataclass(frozen=True, slots=True)
class Cure:
    """What to do about it and whose turn it is."""

    side: Side
    sentence: str
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One asset's class. `split` only for opened-not-used, `evidence` only where there was a use."""

    stage: Stage
    split: Split | None
    evidence: Evidence | None
    cure: Cure | None


def diagnose(history: AssetHistory, thresholds: Thresholds, *, has_guide: bool = True) -> Diagnosis:
    """Name the deepest stage reached and what would cure it. Total: every history has exactly one class.

    `has_guide`: somebody wrote how to use the asset; without, that comes before asking why nobody did.
    """
    stage = stage_of(history, thresholds)
    split = None
    if stage is Stage.OPENED_NOT_USED:
        split = Split.TAKEN_AWAY if history.bare_downloads else Split.READ_ONLY
    evidence = None if stage.is_unused else strongest_evidence(history)
    return Diagnosis(stage, split, evidence, _cure(stage, history, thresholds, has_guide))


def stage_of(history: AssetHistory, thresholds: Thresholds) -> Stage:
    """Name the class alone; deepest first, so that each line needs only its own condition."""
    if history.uses and history.outcomes_reached:
        return Stage.USED_WITH_OUTCOME
    if history.uses:
        return Stage.USED
    if history.opens or history.bare_downloads:
        return Stage.OPENED_NOT_USED
    shown_enough = history.near_top_impressions >= thresholds.impressions
    if shown_enough and history.near_top_reps >= thresholds.reps:
        return Stage.PASSED_OVER
    return Stage.BARELY_SURFACED if history.impressions else Stage.NEVER_SURFACED


def strongest_evidence(history: AssetHistory) -> Evidence | None:
    """Name the strongest trace of use; None where nothing says how a use is known."""
    counts = (history.customer_views, history.sent_or_tailored, history.logged_by_hand, history.by_api)
    return next((evidence for evidence, count in zip(Evidence, counts, strict=True) if count), None)


_LITTLE_SEARCHED = Cure(
    Side.SALES,
    "Few searches in this conversation could have shown it: raise the use of search before changing it.",
)
_NOT_FOUND = Cure(
    Side.MARKETING, "Searches did not show it: check its conversation, terms and title.", Act.RETAG
)
_SHOWN_LOW = Cure(
    Side.MARKETING,
    "It was shown too rarely or too low to judge: check its conversation, terms and title.",
    Act.RETAG,
)
_NOT_CHOSEN = Cure(
    Side.MARKETING,
    "It was seen and not opened: work on its title, its thumbnail and its first line.",
    Act.RETITLE,
)
_WRITE_GUIDE = Cure(
    Side.MARKETING,
    "It was opened and not used, and has no guide: write when to use it and what to say first.",
    Act.GUIDE,
)
_ASK = Cure(Side.BOTH, "It was opened and not used: ask the reps who opened it what stopped them.", Act.ASK)
_LOG_OUTCOMES = Cure(
    Side.BOTH, "It was used and no outcome is known: check that outcomes are logged before judging."
)

# In the order in which equal counts are decided.
_BY_FEEDBACK: dict[Feedback, Cure] = {
    Feedback.DO_NOT_KNOW_HOW: Cure(
        Side.SALES,
        "Reps say they do not know how to use it: teach it, and note the date and the reps reached.",
        Act.TEACH,
    ),
    Feedback.OUTDATED: Cure(
        Side.MARKETING, "Reps say it is out of date: bring it up to date or retire it.", Act.RETIRE
    ),
    Feedback.CANNOT_CHANGE: Cure(
        Side.MARKETING,
        "Reps say they cannot change it: offer a version that they may tailor, and say what may change.",
        Act.GUIDE,
    ),
    Feedback.WRONG_CUSTOMER: Cure(
        Side.MARKETING,
        "Reps say it is wrong for their customers: check its terms, or write one for those customers.",
        Act.RETAG,
    ),
}


def _cure(stage: Stage, history: AssetHistory, thresholds: Thresholds, has_guide: bool) -> Cure | None:
    match stage:
        case Stage.NEVER_SURFACED | Stage.BARELY_SURFACED:
            if history.searches is not None and history.searches < thresholds.impressions:
                return _LITTLE_SEARCHED
            return _NOT_FOUND if stage is Stage.NEVER_SURFACED else _SHOWN_LOW
        case Stage.PASSED_OVER:
            return _NOT_CHOSEN
        case Stage.OPENED_NOT_USED:
            return _cure_by_feedback(history.feedback) or (_ASK if has_guide else _WRITE_GUIDE)
        case Stage.USED:
            return _LOG_OUTCOMES
        case Stage.USED_WITH_OUTCOME:
            return None


def _cure_by_feedback(feedback: Mapping[Feedback, int]) -> Cure | None:
    said = Counter({reason: feedback.get(reason, 0) for reason in _BY_FEEDBACK})
    reason, count = said.most_common(1)[0]
    return _BY_FEEDBACK[reason] if count else None
