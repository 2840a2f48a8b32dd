"""Words that search treats specially: those that carry nothing, and short forms with their long forms."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Function words: never indexed, never asked for.
STOP_WORDS = _words("""
    a about above after again all also am an and any are as at be because been before being below between both
    but by can cannot could did do does doing done down during each either else even ever every few for from
    further had has have having he her here hers herself him himself his how however i if in into is it its itself
    just let me might more most much must my myself neither no nor not now of off on once only or other our ours
    ourselves out over own per quite rather same shall she should since so some such than that the their theirs
    them themselves then there therefore these they this those though through thus to too under until up upon us
    very via was we were what whatever when where whether which while who whom whose why will with within without
    would yet you your yours yourself yourselves
    dont doesnt didnt isnt arent wasnt werent cant couldnt wont wouldnt shouldnt hasnt havent hadnt im ive id
    youre youve weve theyre theyve thats theres whats lets
""")

# What every situation says and no asset is about: indexed, but left out of a question that says anything else.
FILLER_WORDS = _words("""
    customer customers client clients prospect prospects prospective buyer buyers account accounts company companies
    want wants wanted wanting look looks looking looked seek seeks seeking
    ask asks asked asking say says said saying tell tells told think thinks thought believe believes
    like likes get gets getting got give gives given go goes going gone come comes coming keep keeps
    try tries trying tried put puts meet meets know knows
    worry worries worried concern concerned interested insist insists
    please help helps find show send something anything nothing someone anyone somebody thing things way ways lot lots
    really already still currently today soon
""")

# Written in capitals these are names, not the stop words they look like.
CAPITAL_NAMES = frozenset({"IT", "US"})

# Short form, long form. Both directions, at a lower weight than what was written.
ACRONYMS: tuple[tuple[str, str], ...] = (
    ("ABM", "account based marketing"),
    ("AI", "artificial intelligence"),
    ("API", "application programming interface"),
    ("AR", "accounts receivable"),
    ("ARR", "annual recurring revenue"),
    ("AP", "accounts payable"),
    ("B2B", "business to business"),
    ("BI", "business intelligence"),
    ("BOM", "bill of materials"),
    ("CAO", "chief accounting officer"),
    ("CDO", "chief data officer"),
    ("CEO", "chief executive officer"),
    ("CFO", "chief financial officer"),
    ("CFO", "chief finance officer"),
    ("CHRO", "chief human resources officer"),
    ("CIO", "chief information officer"),
    ("CISO", "chief information security officer"),
    ("CMO", "chief marketing officer"),
    ("COO", "chief operating officer"),
    ("CRM", "customer relationship management"),
    ("CRO", "chief revenue officer"),
    ("CSM", "customer success manager"),
    ("CTO", "chief technology officer"),
    ("DR", "disaster recovery"),
    ("DPO", "data protection officer"),
    ("EHR", "electronic health record"),
    ("EMR", "electronic medical record"),
    ("ERP", "enterprise resource planning"),
    ("ETL", "extract transform load"),
    ("GDPR", "general data protection regulation"),
    ("GTM", "go to market"),
    ("HCM", "human capital management"),
    ("HR", "human resources"),
    ("IAM", "identity and access management"),
    ("ICP", "ideal customer profile"),
    ("IoT", "internet of things"),
    ("IT", "information technology"),
    ("KPI", "key performance indicator"),
    ("M&A", "mergers and acquisitions"),
    ("MES", "manufacturing execution system"),
    ("MFA", "multi factor authentication"),
    ("ML", "machine learning"),
    ("MSA", "master service agreement"),
    ("MSP", "managed service provider"),
    ("NDA", "non disclosure agreement"),
    ("NPS", "net promoter score"),
    ("NPV", "net present value"),
    ("OEE", "overall equipment effectiveness"),
    ("OEM", "original equipment manufacturer"),
    ("POC", "proof of concept"),
    ("POV", "point of view"),
    ("PLM", "product lifecycle management"),
    ("QBR", "quarterly business review"),
    ("R&D", "research and development"),
    ("RFI", "request for information"),
    ("RFP", "request for proposal"),
    ("ROI", "return on investment"),
    ("RPA", "robotic process automation"),
    ("SBOM", "software bill of materials"),
    ("SCM", "supply chain management"),
    ("SLA", "service level agreement"),
    ("SMB", "small and medium business"),
    ("SME", "small and medium enterprise"),
    ("SOC", "security operations centre"),
    ("SOC", "security operations center"),
    ("SSO", "single sign on"),
    ("TCO", "total cost of ownership"),
    ("UK", "united kingdom"),
    ("US", "united states"),
    ("USA", "united states"),
    ("VP", "vice president"),
    ("WMS", "warehouse management system"),
)

# Stemmers leave an s alone that has no vowel far enough before it: cfos, kpis, rfps. What else a plural could be
# stays what it is: hours for hrs, a mess for mess.
ACRONYM_PLURALS = {
    f"{short.lower()}s": short.lower()
    for short, _ in ACRONYMS
    if (len(short) > 2 or short == "VP") and short.isalpha() and short != "MES"
}
