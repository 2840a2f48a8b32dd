"""Words as the vocabulary reads them: tokens with their place in the text, and the key each is looked up by."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from content_map.domain.spelling import in_one_spelling

# Dotted acronyms, words with inner apostrophes, numbers; hyphens and slashes part words, & is the word "and".
_WORD = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_](?!\w)\.?|[^\W_]+(?:['’][^\W\d_]+)*|&")
TOKEN_CHARACTERS = 40  # search.md: a longer one is no word, and is neither stemmed nor put right
_STOP = re.compile(r"[,.;:!?()\n]|\s[-–—]\s")


class Token(NamedTuple):
    """One word: `key` to look up, `word` folded, `surface` as typed, its span in the text.

    The key is singular, in one spelling of English, and what a seller's abbreviation is short for.

    `clause` counts the punctuation before it: two tokens of one clause have no comma or stop between them.
    """

    key: str
    word: str
    surface: str
    start: int
    end: int
    clause: int


def tokens_of(text: str) -> list[Token]:
    """Cut a text into tokens. Spans refer to the text as given, whatever its Unicode form."""
    tokens: list[Token] = []
    clause = end = 0
    for found in _WORD.finditer(text):
        start = found.start()
        if start - end > 1 or (start > end and text[end] != " "):
            clause += bool(_STOP.search(text, end, start))
        surface, end = found[0], found.end()
        word = _folded(surface)
        tokens.append(Token(key_of(word), word, surface, start, end, clause))
    return tokens


def folded_words(phrase: str) -> tuple[str, ...]:
    """Give a phrase's words as the tokens have them, without their places."""
    if phrase.isascii() and phrase.replace(" ", "").isalnum():
        return tuple(phrase.casefold().split())
    return tuple(_folded(found[0]) for found in _WORD.finditer(phrase))


def keys_of(phrase: str) -> tuple[str, ...]:
    """Give the keys of a phrase's words."""
    return tuple(key_of(word) for word in folded_words(phrase))


def key_of(word: str) -> str:
    """Give what a folded word is looked up by."""
    return word if len(word) > TOKEN_CHARACTERS else _key_of(word)


@lru_cache(maxsize=50_000)
def _key_of(word: str) -> str:
    return in_one_spelling(singular(word))


def singular(word: str) -> str:
    """Take a plural's ending off and no more: a fuller stemmer merges hospital and hospitality."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1]


def plural(word: str) -> str:
    """Put the plural's ending on, so that `singular` takes it off again."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("ss", "x", "ch", "sh")) else f"{word}s"


def _folded(surface: str) -> str:
    # What is no word comes once: thousands of them would fill the memory with what somebody typed.
    return _fold(surface) if len(surface) > TOKEN_CHARACTERS else _folded_word(surface)


def _fold(surface: str) -> str:
    if surface == "&":
        return "and"
    word = surface if surface.isascii() else normalize("NFKC", surface)
    word = word.casefold().replace("’", "'")
    if "'" in word:
        word = word.removesuffix("'s").replace("'", "")
    return word.replace(".", "")


_folded_word = lru_cache(maxsize=50_000)(_fold)


def word_set(words: str) -> frozenset[str]:
    """Make a set of the words in a text, for word lists that stay readable."""
    return frozenset(words.split())


# Words that carry no situation by themselves; an acronym that reads like one counts only in capitals.
STOP_WORDS = word_set(
    """
    a about above after again against all also am an and any are as at be because been before being below
    between both but by can could did do does doing down during each few for from further get gets
    getting got had has have having he her here hers him his how i if in into is it its itself just let
    like me more most my no nor not now of off on once one only or other our ours out over own per please
    same say says she should so some such than that the their theirs them then there these they this
    those through to too two under until up us very via want wanted wanting wants was we were what when
    where which while who whom why will with within without would yet you your yours
    """
)

# Ordinary words of a seller's sentence. None is a misspelling of a term, and none is a competitor's name.
ORDINARY_WORDS = STOP_WORDS | word_set(
    """
    able account accounts across actual add agree agreed ahead alone along already alternative
    alternatives always another answer anybody anyone anything area around ask asked asking asks away
    back bad balance based basis begin behind being best better beyond big bigger bit black block book
    books bored boring both bought brand brands bring broad budget build building built business buy
    buying call called calls came candidate capex care careful case cases cause center central certain
    chain chance change changed changes charge chart cheap cheaper check choice choose chose clean clear
    clearly client clients close closed code cold collect come comes coming common companies company
    compare compared comparing comparison competition competitor competitors complete concern concerned
    confident confirm contact contacts content contract contracts control convince convinced cost costs
    count couple course cover create current currently customer customers cut daily data date day days
    deal deals decide decided decision deck deep deliver demo department design detail details different
    difficult direct discuss document doubt draft drive driven driver drop during early earn easier east
    easy effort either email end ended ends enough entire even event ever every everybody everyone
    everything exactly example expect expects explain extra face fact fair fall far fast fault fear feel
    field figure figures file fill final find finds fine finish firm firms first fit five fix fixed flat
    floor focus follow force forces form former forward found four free fresh front full fully further
    future general gets give given gives giving goal goals goes going gone good grade grand grant great
    green ground group groups guess guide half hand handle happen happy hard hear heard heavy held hello
    help helped helps high higher highly hold hole home hope host hot hour hours house huge idea ideas
    important impress improve include include increase industries industry inform inside instead intend
    interest interested internal intro invest issue issues item items join joint keen keep keeps kind
    knew know known knows lack large larger last late later latest launch lead leader leaders leading
    leads lean learn least leave leaves leaving left legacy less level levels light likely limit line
    lines link list listen little live local long longer look looked looking looks lose loses losing loss
    lost lots love lower made mail main major make maker makers makes making manage managed management
    many margin mark market markets matter matters maybe mean means meant meet meeting meetings member
    members mention met mind minor minute miss missed mobile model models modern month monthly months
    mostly move moved moves moving much must name named near nearly need needed needs never new next nice
    nobody none normal north note notes nothing notice number numbers offer office often old older onto
    open opens option options order orders others otherwise outside overall paid paper part partner
    partners parts party past path pay paying people perfect perhaps person phone pick piece pilot place
    places plain plan plane plans plants play point points poor possible power present pressure prime
    print prior problem problems process product products project projects proof proposal prospect
    prospects proud prove proven provide public pull purpose push pushing puts question questions quick
    quickly quite quote raise range ranked rate rather reach reached read reads ready real really reason
    reasons recent reduce refer reference related release rely remain remind remote replace replaced
    replacing reply report reports request require required rest result results review reviews right rise
    risk risks road role roles room round route rule run running runs safe said sale sales save saved
    saving savings saying scale scared scope second secure seek seem seems seen sees sell selling send
    sense sent sequence serious serve served set setting seven several shape share shared sheet shift
    ship short should show showed shown shows sign signed similar simple simply since single site sites
    situation six size skip slide slides slot slow slowly small smaller smart soft sold sole solid
    solution solutions solve someone something soon sorry sort sound south space speak special spend
    spending spent split spoke spoken spread staff stage stand standard start started starting starts
    state stated states stay steel steep step steps still stock stop stopped stops store story strategic
    street strict strong study stuck stuff style subject success such suit sure switch system systems
    take taken takes taking talk talked talking talks target task tasks teach team teams tell tells ten
    term terms test tested thank thanks thing things think thinking thinks third though thought thousand
    three tight time times timing title today together told tomorrow tone took tool tools top total touch
    tough towards town track trade train trend trends trial tried true trust try trying turn type
    understand unit units unless update upgrade used useful user users uses using usual value values
    version versus view views visit voice wait waiting walk warm waste watch ways week weekly weeks well
    went west whatever white whole whose wide win wins wish won word words work worked working works
    world worry worried worries worse worst worth write written wrong year years yes yesterday young
    """
)
