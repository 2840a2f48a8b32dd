"""One spelling for words that are written in several: British and American English, and what sellers abbreviate."""

from __future__ import annotations

import re

# Endings are changed in texts and aliases alike, so that "enterprize" as a key of both does no harm.
_ISE = re.compile(r"is(ation|ational|e|ed|er|es|ing)$")
_ISE_FROM_LETTERS = 7


def in_one_spelling(word: str) -> str:
    """Write a singular, folded word as its American twin, and an abbreviation in full."""
    known = _SPELLINGS.get(word)
    if known is not None:
        return known
    return _ISE.sub(r"iz\1", word) if len(word) >= _ISE_FROM_LETTERS else word


_PAIRS = """
ageing aging; aluminium aluminum; analogue analog; analyse analyze; analysed analyzed; analysing analyzing;
armour armor; authorise authorize; behaviour behavior; behavioural behavioral; cancelled canceled;
cancelling canceling; catalogue catalog; centre center; centred centered; cheque check; colour color;
counsellor counselor; counselling counseling; defence defense; dialogue dialog; endeavour endeavor;
enrol enroll; enrolment enrollment; favour favor; favourite favorite; fibre fiber; flavour flavor;
fulfil fulfill; fulfilment fulfillment; fulfils fulfill; gaol jail; grey gray; harbour harbor; honour honor;
humour humor; instalment installment; jewellery jewelry; jeweller jeweler; judgement judgment;
labelling labeling; labelled labeled; labour labor; licence license; licenced licensed; litre liter;
manoeuvre maneuver; metre meter; modelling modeling; mould mold; neighbour neighbor; odour odor;
offence offense; paediatric pediatric; paediatrics pediatrics; practise practice; programme program;
rumour rumor; sceptic skeptic; sceptical skeptical; scepticism skepticism; skilful skillful;
signalling signaling; storey story; sulphur sulfur; theatre theater; tonne ton; totalling totaling;
travelling traveling; traveller traveler; tyre tire; vapour vapor; orthopaedic orthopedic;
anaesthesia anesthesia; anaesthetist anesthetist; haematology hematology; gynaecology gynecology;
acct account; acctg accounting; biz business; co company; comms communications; corp corporation;
cust customer; dept department; dev developer; dir director; env environment; exec executive; gov government;
govt government; hosp hospital; impl implementation; infra infrastructure; intl international; mfg manufacturing;
mfr manufacturer; mgmt management; mgr manager; mkt market; mktg marketing; mngr manager; mtg meeting;
org organization; ppl people; proj project; qtr quarter; reqs requirement;
snr senior; sr senior; svc service; sw software; tmrw tomorrow; tmr tomorrow; tmw tomorrow;
tomorow tomorrow; univ university; uni university; yr year; yrs year
"""
_SPELLINGS = dict(pair.split(maxsplit=1) for pair in _PAIRS.strip().split(";"))
