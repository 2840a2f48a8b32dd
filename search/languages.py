"""The languages that search knows: whose words Snowball stems, and the words of some that carry nothing."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH = "en"

# ISO 639-1 -> the name of Snowball's algorithm.
ALGORITHMS: Mapping[str, str] = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}

# In these an apostrophe parts two words: l'entreprise, dell'azienda.
ELIDING = frozenset({"ca", "fr", "ga", "it"})

# Their stemmers take prefixes off: gewerkt, membeli, bhfear.
STEMMED_FROM_THE_FRONT = frozenset({"ga", "id", "nl"})

# Function words, accents and all; written from the languages' grammars: articles, pronouns, prepositions,
# conjunctions, auxiliaries. English has its own list, with the questions' habits in mind.
_FUNCTION_WORDS: Mapping[str, str] = {
    "de": """
        aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bis bist
        da dabei dadurch dafür damit dann daran darauf darin darum das dass dazu dein dem den denen denn
        der deren des deshalb dessen die dies diese diesem diesen dieser dieses doch dort du durch ein
        eine einem einen einer eines er es etwa etwas euch euer für gegen hat hatte hatten hier hin
        hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in indem ins ist ja jede jedem jeden
        jeder jedes jene jetzt kann kein keine keinem keinen keiner können könnte man mehr mein mich mir
        mit muss müssen nach nicht nichts noch nun nur ob oder ohne schon sehr sein seine seinem seinen
        seiner seit selbst sich sie sind so sogar soll sollen sondern sowie sowohl über um und uns unser
        unsere unserem unseren unter vom von vor war waren warum was weder weil welche welcher welches
        wenn wer werde werden wie wieder will wir wird wo wollen worden wurde wurden zu zum zur zwar
        zwischen haben habe sei
    """,
    "fr": """
        à afin ai ainsi alors après as au aucun aucune aussi autre autres aux avaient avait avant avec
        avez avoir avons bien c car ce ceci cela celle celles celui cependant ces cet cette ceux chaque
        chez comme comment d dans de depuis des donc dont du elle elles en encore entre es est et
        étaient était étant été être eux fait font il ils j je jusqu l la laquelle le lequel les
        lesquels leur leurs lors lorsque lui m ma mais me même mêmes mes moi moins mon n ne ni nos notre
        nous on ont ou où par parce pas pendant peu peut peuvent plus pour pourquoi puis qu quand que
        quel quelle quelles quels qui quoi s sa sans se sera seront ses si son sont sous sur t ta te tes
        toi ton tous tout toute toutes très tu un une vers vos votre vous y
    """,
    "es": """
        a al algo algunas algunos ante antes aquel aquella así aun aunque bajo bien cada como cómo con
        contra cual cuando de del desde donde dos durante e el él ella ellas ellos en entre era eran es
        esa esas ese eso esos esta está estaba están estas este esto estos fue fueron ha había han hasta
        hay la las le les lo los más me mi mientras mis mucho muy nada ni no nos nosotros nuestra
        nuestras nuestro nuestros o os otra otras otro otros para pero por porque pues que qué quien se
        sea ser si sí sido sin sobre solo son su sus también tan tanto te tiene tienen toda todas todo
        todos tu tus un una uno unos y ya yo
    """,
    "it": """
        a ad agli ai al alla alle allo anche ancora avere aveva c che chi ci come con così cui d da
        dagli dai dal dalla dalle dallo degli dei del dell della delle dello di dove e è ed era erano
        essere fra gli ha hai hanno ho i il in io l la le lei li lo loro lui m ma me mi mia mio molto ne
        nei negli nel nell nella nelle nello noi non nostra nostre nostri nostro o ogni oppure per
        perché però più poi può quale quali quando quanto quella quelle quelli quello questa queste
        questi questo qui s se sei sia si sono sta su sua sue sugli sui sul sull sulla sulle suo suoi t
        ti tra tu tutte tutti tutto un una uno v vi voi vostra vostro
    """,
    "nl": """
        aan al alle als andere ben bij daar dan dat de deze die dit doch doen door dus een eens en er ge
        geen haar had heb hebben heeft hem het hier hij hoe hun ik in is ja je jou jouw jullie kan kon
        kunnen maar me meer men met mij mijn moet moeten na naar niet niets nog nu of om omdat onder ons
        onze ook op over reeds sinds te tegen ten ter toch toe tot tussen u uit uw van veel voor waar
        was wat we wel werd wie wij wil worden wordt zal ze zelf zich zij zijn zo zonder zou
    """,
    "pt": """
        a à ao aos aquela aquele aquilo as às até cada com como da das de dela dele deles depois do dos
        e é ela elas ele eles em entre era eram essa essas esse esses esta está estão estas este estes
        eu foi foram há isso isto já lhe mais mas me mesmo meu meus minha muito na não nas nem no nos
        nós nossa nossas nosso nossos num numa o os ou para pela pelas pelo pelos por porque quais qual
        quando que quem são se sem ser será seu seus só sobre sua suas também te tem têm ter toda todas
        todo todos tu um uma você vocês
    """,
    "sv": """
        alla allt än är år att av både bara bli blir blev då de dem den denna deras dess dessa det detta
        dig din dina du efter ej eller en er era ett från för ha hade han hans har här hennes henne hon
        hos hur i in inom inte jag kan kunde man med mellan men mig min mina mitt mot mycket när något
        några ni nu och också om oss på så sig sin sina sitt ska skall som till upp under ut utan vad
        var vara vår våra vårt vi vid vilka vilken vilket vill
    """,
    "da": """
        ad af alle alt anden at blev blive bliver da de dem den denne der deres det dette dig din disse
        dog du efter eller en end er et for fra ham han hans har havde have hende hendes her hos hun
        hvad hvis hvor i ikke ind jeg jer jo kan kunne man mange med meget men mig min mine mod må ned
        når noget nogle nu og også om op os over på sådan selv sig sin sine skal skulle som til ud uden
        under var være vi vil ville vor
    """,
    "no": """
        alle at av bare begge ble bli blir da de deg dem den denne der dere deres det dette din disse du
        eller en enn er et etter for fra få ha hadde han hans har hennes her hun hva hver hvor hvordan i
        ikke inn jeg kan kunne man mange med meg men mellom mer min mot må når noe noen nå og også om
        opp oss over på seg selv sin sine skal skulle som til um under ut uten var vår våre være vi vil
        ville
    """,
    "fi": """
        että ei eivät eli en ennen hän he ihan itse ja jo joka joko jos jossa jotka jotta kaikki kanssa
        kuin kuinka kun ole olemme oli olivat on ovat me mikä minä mitä mukaan mutta myös ne niin nyt
        nämä olla on sekä se sen siitä sinä sitä siis tai tämä tämän te tätä vaan vai vain voi
    """,
    "pl": """
        a aby ale bez bo być był była było byli czy dla do gdy gdzie go i ich ile im in inne ja jak jako
        je jego jej jest jeszcze już każdy kiedy która które którego której który których którzy lub ma
        może można my na nad nas nie nich nim niż o od on ona one oni oraz po pod ponieważ przed przez
        przy są się tak także tam te tego tej ten to też tu ty tych tylko tym u w we więc wszystko z za
        ze że
    """,
}


def function_words(language: str) -> frozenset[str]:
    """List the words of a language that carry nothing, as they are written; none where no list is kept."""
    return frozenset(_FUNCTION_WORDS.get({"nb": "no", "nn": "no"}.get(language, language), "").split())
