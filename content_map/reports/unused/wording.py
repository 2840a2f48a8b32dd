"""The report's words: names of classes and the rest as its tables print them, and the sentence behind each number."""

from __future__ import annotations

from collections.abc import Mapping

from content_map.domain.ages import Age
from content_map.domain.conversations import BY_KEY, Conversation
from content_map.domain.eligibility import ELIGIBLE_DAYS
from content_map.domain.observation import BURST_USES, BURST_WITHIN
from content_map.domain.outcomes import window
from content_map.domain.statistics import PERCENT_FROM_N, rate_bound_after_none
from content_map.domain.unused import Act, Stage, Thresholds
from content_map.domain.usage import Feedback
from content_map.reports.contract import Definitions

STAGES: Mapping[Stage, str] = {
    Stage.NEVER_SURFACED: "Never surfaced",
    Stage.BARELY_SURFACED: "Barely surfaced",
    Stage.PASSED_OVER: "Passed over",
    Stage.OPENED_NOT_USED: "Opened, not used",
    Stage.USED: "Used",
    Stage.USED_WITH_OUTCOME: "Used, outcome reached",
}
AGES: Mapping[Age, str] = {
    Age.UNDER_3_MONTHS: "Under 3 months",
    Age.FROM_3_MONTHS: "3 to 6 months",
    Age.FROM_6_MONTHS: "6 to 12 months",
    Age.FROM_1_YEAR: "1 to 2 years",
    Age.FROM_2_YEARS: "Over 2 years",
}
FEEDBACK: Mapping[Feedback, str] = {
    Feedback.WRONG_CUSTOMER: "Not for my customer",
    Feedback.OUTDATED: "Out of date",
    Feedback.DO_NOT_KNOW_HOW: "Don’t know how to use it",
    Feedback.CANNOT_CHANGE: "Can’t change it",
    Feedback.HELPFUL: "Helpful",
    Feedback.USED_MY_OWN: "I used my own",
    Feedback.NOT_NEEDED: "Not needed after all",
    Feedback.MEETING_MOVED: "The meeting moved",
}
ACTS: Mapping[Act, str] = {
    Act.RETAG: "Retag",
    Act.RETITLE: "Retitle",
    Act.GUIDE: "Write the guide",
    Act.TEACH: "Teach",
    Act.ASK: "Ask the owner",
    Act.RETIRE: "Retire",
}
SIDES: Mapping[str, str] = {"marketing": "Marketing", "sales": "Sales", "both": "Both sides"}

INTERVAL = (
    "95 % by Wilson; every eligible asset is counted, so the interval is of the process that makes such quarters. "
    f"Below n = {PERCENT_FROM_N} there is none, and no percentage."
)
BY_TERM = "An asset counts under each of its terms, as it is tagged now, so these rows add up to more than the total."


# What the keys of settings and meanings are called where people read them.
WORDS: Mapping[str, str] = {
    "time_zone": "Time zone",
    "fiscal_year_start": "Month in which the fiscal year starts",
    "from": "First instant",
    "to": "First instant after it",
    "freezes_at": "May be frozen from",
    "eligible_days": "Days live to be eligible",
    "passed_over_impressions": "Passed over: impressions at least",
    "passed_over_reps": "Passed over: reps at least",
    "passed_over_rank": "Passed over: rank or better",
    **{
        f"outcome_days_{each.value}": f"Days an outcome reaches back: {BY_KEY[each].name}"
        for each in Conversation
    },
    **{stage.value: name for stage, name in STAGES.items()},
    "eligible": "Eligible",
    "unused": "No use recorded",
    "too_new": "Live for too short a time",
    "internal": "Internal",
    "why_the_impressions": "Why so many impressions",
    "why_the_reps": "Why so many reps",
    "by_one_rep_only": "By one rep only",
    "bursts": "Uses in bursts",
    "twelve_months": "Twelve months",
    "evidence": "Strongest evidence",
    "outcome": "Outcome",
    "interval": "95 % interval",
    "left_out": "Left out",
}


def class_sentences(limits: Thresholds) -> Mapping[Stage, str]:
    """Say what each class means with these thresholds."""
    return {
        Stage.NEVER_SURFACED: "No sales user other than its owner was shown it.",
        Stage.BARELY_SURFACED: "It was shown, but too rarely or too low to judge.",
        Stage.PASSED_OVER: (
            f"No open after {limits.impressions} or more impressions at rank {limits.rank} or better, "
            f"by {limits.reps} or more reps; impressions outside search count as rank 1."
        ),
        Stage.OPENED_NOT_USED: (
            "It was opened, and no use was recorded: read only, or taken away by a download that named no purpose."
        ),
        Stage.USED: "A use for a customer was recorded; its outcome was not reached, or is not known yet.",
        Stage.USED_WITH_OUTCOME: "A use inside the quarter has the latest answer that its outcome was reached.",
    }


def meanings(definitions: Definitions) -> Mapping[str, str]:
    """Say what the report's other words mean, settings filled in."""
    limits = definitions.thresholds
    bound = f"{100 * rate_bound_after_none(limits.impressions):.1f}"
    minutes = int(BURST_WITHIN.total_seconds() // 60)
    return {
        "eligible": (
            f"Published for at least {ELIGIBLE_DAYS} days inside the quarter, for customers; retired or expired later "
            "in it stays in. Drafts never."
        ),
        "unused": "The first four classes: no sales user other than its owner recorded a use for a customer.",
        "too_new": f"Live for under {ELIGIBLE_DAYS} days inside the quarter, for the reason that stands beside it.",
        "internal": "Inside the company only for the longest part of its time in the quarter; listed apart.",
        "why_the_impressions": (
            f"No open in {limits.impressions} bounds the rate of opening below {bound} % (one-sided 95 %)."
        ),
        "why_the_reps": (
            f"{limits.reps} reps, because the impressions of one rep are not independent of each other."
        ),
        "by_one_rep_only": "Used, and every use of the quarter was recorded by the same person.",
        "bursts": f"More than {BURST_USES} uses by one person within {minutes} minutes.",
        "twelve_months": (
            "Of the same eligible assets, those without a recorded use in the twelve months that end with the "
            "quarter: some content is seasonal."
        ),
        "evidence": (
            "The strongest trace of use: a customer viewed it, then sent or tailored, then logged by hand, then told "
            "by another tool."
        ),
        "outcome": (
            "An answer to whether a conversation reached its outcome counts for the same person's uses of the "
            f"{window(Conversation.POINT_OF_VIEW).days} days before it "
            f"({window(Conversation.TANGIBLE_VALUE).days} for conversations 4 and 5), in the quarter of the use."
        ),
        "interval": INTERVAL,
        "left_out": (
            "Rows of owners, other roles, visitors that are machines, test accounts and agents, repeats within half "
            "an hour, and what was taken back: kept, with their reason, and not counted."
        ),
    }
