"""The product's words for stored keys, translated at the edge, in the order in which pages show them."""

from __future__ import annotations

from collections.abc import Mapping

from content_map.domain.conversations import CONVERSATIONS
from content_map.web.speech import LazySentence
from content_map.web.speech import lazy_gettext as _

Words = Mapping[str, LazySentence]


def _words(**sentences: LazySentence) -> Words:
    return sentences


def _hyphened(words: Words) -> Words:
    return {key.replace("_", "-"): word for key, word in words.items()}


KINDS = _words(
    deck=_("Deck"),
    document=_("Document"),
    sheet=_("Workbook"),
    web=_("Web page"),
    text=_("Text"),
    image=_("Image"),
    video=_("Video"),
    audio=_("Audio"),
    email=_("Email"),
    link=_("Link"),
)
KIND_ICONS: Mapping[str, str] = {
    "deck": "presentation",
    "document": "file-text",
    "sheet": "file-spreadsheet",
    "web": "globe",
    "text": "file-text",
    "image": "image",
    "video": "film",
    "audio": "audio-lines",
    "email": "mail",
    "link": "link",
}
STATUSES = _words(
    draft=_("Draft"),
    published=_("Live"),
    archived=_("Retired"),
    scheduled=_("Scheduled"),
    live=_("Live"),
    expired=_("Expired"),
)
STATUS_TONES: Mapping[str, str] = {
    "draft": "plain",
    "published": "ok",
    "live": "ok",
    "scheduled": "plain",
    "expired": "warn",
    "archived": "plain",
}
STATES = _words(processing=_("Being read"), ready=_("Ready"), failed=_("Could not be read"))
AUDIENCES = _words(customer=_("May go to customers"), internal=_("Inside the company only"))
ROLES = _words(
    rep=_("Rep"), manager=_("Sales manager"), marketer=_("Marketer"), analyst=_("Analyst"), admin=_("Admin")
)
# As whom somebody speaks where no person is named: a team has one manager, an organisation few analysts.
# The sides of a piece of work, and the side that a role is on.
SIDES = _words(
    marketing=_("Marketing"),
    sales=_("Sales"),
    both=_("Both"),
    rep=_("Sales"),
    manager=_("Sales"),
    marketer=_("Marketing"),
    analyst=_("Marketing"),
    admin=_("Marketing"),
)
FACETS = _words(
    industry=_("Industry"),
    function=_("Function"),
    seniority=_("Seniority"),
    size=_("Company size"),
    region=_("Region"),
    pain=_("Pain"),
    goal=_("Goal"),
    competitor=_("Competitor"),
    product=_("Product"),
)
HOW = _words(
    presented=_("Presented it"),
    sent=_("Sent it"),
    prepared=_("Prepared from it"),
    printed=_("Printed it"),
    other=_("Another way"),
)
NOT_USED = _words(
    used_my_own=_("I used my own"),
    not_needed=_("Not needed after all"),
    meeting_moved=_("The meeting moved"),
    wrong_customer=_("Not for my customer"),
    outdated=_("Out of date"),
    do_not_know_how=_("Don’t know how to use it"),
    cannot_change=_("Can’t change it"),
)
FEEDBACK = _words(
    helpful=_("Helpful"),
    wrong_customer=_("Not for my customer"),
    outdated=_("Out of date"),
    do_not_know_how=_("Don’t know how to use it"),
    cannot_change=_("Can’t change it"),
)
OUTCOMES = _words(reached=_("Reached"), pending=_("Not known yet"))
OUTCOME_ANSWERS = {**OUTCOMES, "not": _("Not reached")}
OUTCOME_QUESTIONS = _hyphened(
    _words(
        point_of_view=_("a point-of-view statement for this customer?"),
        right_people=_("an opportunity confirmed?"),
        relevant_meeting=_("a real problem confirmed?"),
        definition_of_success=_("a definition of success, agreed by both sides?"),
        tangible_value=_("a formal activation or close?"),
    )
)
FEEDBACK_AND_REASONS: Words = {**NOT_USED, **FEEDBACK}
LOGGED = _words(
    use=_("Used"),
    not_used=_("Not used"),
    outcome=_("Outcome"),
    feedback=_("Feedback"),
    download=_("Downloaded for a customer"),
    share_created=_("Shared"),
    tailored=_("Tailored"),
)
NOT_COUNTED = _words(
    own=_("It is kept and does not count: the asset is your own."),
    not_sales=_("It is kept and does not count: figures hold what reps and managers use."),
    test_account=_("It is kept and does not count: this is a test account."),
    agent=_("It is kept and does not count: an agent did it."),
)
GUIDE = _words(
    when_to_use=_("When"),
    say_first=_("Say first"),
    ask_next=_("Ask next"),
    do_not=_("Do not"),
    may_change=_("May change"),
    minutes=_("Minutes"),
)
REQUEST_STATES = _words(open=_("Open"), planned=_("Planned"), filled=_("Filled"), declined=_("Declined"))
REQUEST_TONES: Mapping[str, str] = {"open": "warn", "planned": "plain", "filled": "ok", "declined": "plain"}
NOTIFICATIONS: Words = {
    "request.open": _("Marketing wrote an answer to your request."),
    "request.planned": _("Your request is planned."),
    "request.filled": _("Your request was filled: %(title)s"),
    "request.declined": _("Your request was declined; the answer says why."),
    "version.newer": _("“%(title)s” has a new version, %(label)s. Use it instead of the one you have."),
    "assets.handed_over": _("What %(name)s owned is yours now; assets: %(n)s"),
    "link.gone": _("An address does not answer any more: %(title)s"),
    "flag.wrong_customer": _("A reader says it is not for their customer: %(title)s"),
    "flag.outdated": _("A reader says it is out of date: %(title)s"),
    "flag.cannot_change": _("A reader cannot change what they need to: %(title)s"),
    "flag.do_not_know_how": _("One of your team does not know how to use it: %(title)s"),
    "flag.done": _("What you said of it was acted on: %(title)s. %(note)s"),
    "flag.dismissed": _("What you said of it was read, and it stays as it is: %(title)s. %(note)s"),
    "review.soon": _("In two weeks it is to be reviewed: %(title)s"),
    "review.today": _("Today it is to be reviewed: %(title)s"),
    "review.overdue": _("Its review was due a week ago: %(title)s"),
    "review.soon.many": _("In two weeks %(count)s of your assets are to be reviewed."),
    "review.today.many": _("Today %(count)s of your assets are to be reviewed."),
    "review.overdue.many": _("The review of %(count)s of your assets was due a week ago."),
    "people.none": _("Reports show no people any more. See what is recorded, and who sees it."),
    "people.team": _("Reports may now group by team. See what is recorded, and who sees it."),
    "people.named": _("Reports may now name people. See what is recorded, and who sees it."),
    "saved_search.match": _("New for “%(name)s”: %(title)s"),
    "saved_search.taken_back": _("What was new for “%(name)s” is no longer in the library."),
    "saved_search.matches": _("%(count)s new assets fit “%(name)s”."),
    "unused.asked": _("%(name)s asks why no use was recorded in %(quarter)s, and what would help: %(title)s"),
    "request.found": _("What you searched for and did not find is there now: %(title)s"),
    "request.given": _("A request is yours to answer."),
    "docket.settled": _("Sales and marketing agree; assets of the docket that are settled: %(count)s"),
    "docket.differs": _("The other side sees it differently; assets of the docket: %(count)s"),
    "docket.reopened": _(
        "The other side took its choice back; assets of the docket that are open again: %(count)s"
    ),
    "task.given.fix": _("Yours to fix: %(title)s"),
    "task.given.retag": _("Yours to tag anew: %(title)s"),
    "task.given.retitle": _("Yours to title anew: %(title)s"),
    "task.given.guide": _("Yours to write the guide for: %(title)s"),
    "task.given.teach": _("Yours to teach: %(title)s"),
    "task.given.ask": _("Yours to ask the reps about: %(title)s"),
    "task.done.fix": _("Fixed: %(title)s"),
    "task.done.retag": _("Tagged anew: %(title)s"),
    "task.done.retitle": _("Titled anew: %(title)s"),
    "task.done.guide": _("Its guide is written: %(title)s"),
    "task.done.teach": _("Taught: %(title)s"),
    "task.done.ask": _("The reps were asked: %(title)s"),
    "digest.week": _("This week: %(count)s things wait for you."),
    "report.frozen": _("%(report)s of %(quarter)s was frozen."),
}
QUEUES = _words(
    flagged=_("Readers say"),
    teach=_("To teach"),
    failed=_("Could not be read"),
    review=_("Review due"),
    expiring=_("Ends soon"),
    tagging=_("Needs tagging"),
    tasks=_("Tasks"),
    requests=_("Requests"),
)
QUEUE_MEANINGS = _words(
    failed=_("Replace the file, or have it read again"),
    review=_("Within two weeks, or overdue"),
    expiring=_("Within 30 days; reps no longer find it then"),
    tagging=_("Reps find what is tagged"),
    tasks=_("What the docket or a report asks for"),
    requests=_("Yours to answer, or overdue and nobody’s"),
)
QUEUE_ACTS = _words(failed=_("Replace"), expiring=_("Extend"), tagging=_("Tag"))
TASKS = _words(
    fix=_("Fix it"),
    retag=_("Tag it anew"),
    retitle=_("Title it anew"),
    guide=_("Write its guide"),
    teach=_("Teach it"),
    ask=_("Ask the reps"),
)
CHOICES = _words(keep=_("Keep"), fix=_("Fix"), teach=_("Teach"), retire=_("Retire"))
DOCKET_STATES = _words(
    open=_("Nobody has said"),
    one_side=_("One side has said"),
    differing=_("Seen differently"),
    settled=_("Settled"),
)
CLASSES = _hyphened(
    _words(
        never_surfaced=_("Never surfaced"),
        barely_surfaced=_("Barely surfaced"),
        passed_over=_("Passed over"),
        opened_not_used=_("Opened, not used"),
        used=_("Used"),
        used_with_outcome=_("Used, outcome reached"),
    )
)
CLASS_MEANINGS = _hyphened(
    _words(
        never_surfaced=_("No rep was ever shown it."),
        barely_surfaced=_("Shown too rarely, or too low in the list, to judge."),
        passed_over=_("Reps saw it high in their lists and did not open it."),
        opened_not_used=_("Opened, and no use for a customer was recorded."),
        used=_("Used for a customer; no outcome reached or known yet."),
        used_with_outcome=_("Used in a conversation that reached its outcome."),
    )
)
CLASS_CURES = _hyphened(
    _words(
        never_surfaced=_("Add the terms reps search by, and a title that says the pain."),
        barely_surfaced=_("Complete its tags and title; if few reps search, adoption comes first."),
        passed_over=_("Rewrite the title, the first line and the first page."),
        opened_not_used=_("Read what reps say, then fix it or teach it."),
        used=_("Check that outcomes are logged before judging it."),
        used_with_outcome=_("Keep it current."),
    )
)
CLASS_OWNERS = _hyphened(
    _words(
        never_surfaced=_("Marketing"),
        barely_surfaced=_("Marketing and sales"),
        passed_over=_("Marketing"),
        opened_not_used=_("Marketing, or sales to teach"),
        used=_("Both"),
        used_with_outcome=_("Both"),
    )
)
EVIDENCE = _words(
    customer_viewed=_("A customer viewed it"),
    sent_or_tailored=_("Sent or tailored"),
    logged_by_hand=_("Logged by hand"),
    api=_("From another tool"),
)
LEFT_OUT = _words(
    own=_("by the asset’s owner"),
    not_sales=_("by people who do not sell"),
    bot=_("by bots"),
    scanner=_("by mail scanners"),
    unfurl=_("by previews of links"),
    prefetch=_("fetched ahead, not looked at"),
    test_account=_("by test accounts"),
    agent=_("by agents"),
    repeat=_("the same again within half an hour"),
    corrected=_("taken back by their author"),
)
SHORT_NAMES: Mapping[str, str] = {str(each.key): each.short for each in CONVERSATIONS}
