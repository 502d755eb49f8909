"""What the beginning of a postal address looks like: streets of many countries, boxes, units, what introduces one."""

import regex

from deid.detectors.engine.pattern import DIGITS, Rule
from deid.detectors.places.address import (
    CODE,
    GAP,
    HOUSE,
    NEXT,
    NUMBER,
    STRONG_CODE,
    WORD,
    Parts,
    first_of,
    grouped,
    spellings,
    words_of,
)

_LABEL = "STREET_ADDRESS"
_CASED = regex.MULTILINE
_MARK = rf"(?:[Nn][ro]?[.º°]{{1,2}}o?|[Nn][uú]m(?:ero|\.)?|No:|#|bl\.|д\.){GAP}?"
_SIDE = r"(?:[NSEW]{1,2}|North|South|East|West|Old|New|Upper|Lower|Great|Little)\.?"
_LINE = r"^[ \t>?*#|]{0,12}"


def street_rules(parts: Parts) -> tuple[Rule, ...]:
    """Return the rules for streets. What scores below 0.4 is an address only with what follows."""
    return (*_english(parts), *_named(parts), *_compound(parts), *_introduced(parts), *_plain(parts))


def _english(parts: Parts) -> tuple[Rule, ...]:
    words = parts.words
    kinds, small = grouped(words["types"]), grouped(words["small_types"])
    stop = rf"(?!{grouped(words['not_streets'])}\b)"
    ordinal = r"\d{1,3}(?:st|nd|rd|th)\b"
    first = rf"(?!(?:{grouped(words['counted'])})\b)(?:{WORD}|{ordinal}|(?:de|la|el|los|las|van|von|du)\b)"
    name = rf"(?:{WORD}|{ordinal}|(?:de|del|la|el|los|las|van|von|du|of|and|on|upon|s)\b)"
    court = rf"(?<!(?:{grouped(words['courts'])})\sCourt)"
    route = grouped(words["highways"])
    return (
        Rule(
            _LABEL,
            rf"{NUMBER},?{GAP}{{1,2}}(?:{_SIDE}{GAP})?{first}{GAP}(?:{name}{GAP}){{0,3}}{kinds}{court}\b(?!['’])\.?"
            rf"(?:{GAP}"
            rf"(?:[NSEW]{{1,2}}|North|South|East|West)\b)?"
            rf"(?:{GAP}\d{{1,3}}(?![\w.,:]))?",
            0.9,
            needs=DIGITS,
            flags=_CASED,
        ),
        Rule(
            _LABEL,
            rf"(?<![\w.,:/-])\d{{1,5}}[a-z]?,?\s(?:[nsew]\.?\s)?(?:{stop}[\p{{L}}'’-]{{2,20}}\s|\d{{1,3}}(?:st"
            rf"|nd|rd|th)\s){{1,3}}{small}\b(?!\s(?:of|for|in the)\b)",
            0.6,
            needs=DIGITS,
            words=words_of(words["small_types"]),
            lower=True,
        ),
        Rule(_LABEL, rf"{NUMBER}{GAP}[NSEW]\.?{GAP}\d{{1,5}}{GAP}[NSEW]\b\.?", 0.8, needs=DIGITS, flags=_CASED),
        Rule(_LABEL, rf"{NUMBER}{GAP}(?:{_SIDE}{GAP})?{route}{GAP}\d{{1,4}}[A-Z]?\b", 0.8, needs=DIGITS, flags=_CASED),
        Rule(
            _LABEL,
            rf"\b(?:RR|HC|R\.R\.|Rural{GAP}Route){GAP}#?\d{{1,3}},?{GAP}Box{GAP}\d{{1,5}}\w?\b",
            0.9,
            needs=DIGITS,
            words=frozenset({"box"}),
            flags=_CASED,
        ),
        Rule(
            _LABEL,
            rf"\b(?=[aefinot])(?:on|at|in|of|from|to|along|off|near|and|for){GAP}(?P<value>(?:{_SIDE}{GAP})?"
            rf"(?:{WORD}|\d{{1,3}}(?:st|nd|rd|th))(?:{GAP}{WORD}){{0,2}}{GAP}{grouped(words['sure_types'])})\b",
            0.5,
            words=words_of(words["sure_types"]),
            flags=_CASED,
        ),
    )


def _named(parts: Parts) -> tuple[Rule, ...]:
    """Streets whose kind stands before the name or, as a word, behind it."""
    words = parts.words
    sure, weak = first_of(words["roads"]), first_of(words["weak_roads"])
    small = grouped((*words["roads"], "c/"))
    long_roads = first_of(w for w in words["roads"] if len(w) > 2)
    stops = rf"(?!(?:{grouped(words['not_names'])})\b)"
    weak = f"(?:{weak}|{grouped(f for w in words['capital_roads'] for f in (w, w.upper()))})"
    signs = grouped(words["road_signs"])
    house = HOUSE.replace("[.,]\\d", r"\.\d")
    any_road = rf"(?:(?:{sure}|{weak})(?:\.{GAP}?|{GAP}{{1,2}})|{signs}{GAP}?)"
    after = rf"(?:{grouped(spellings(words['after']))}|(?:u|tn|gt|k|pr)(?=\.))"
    tried = words_of(words["roads"], words["weak_roads"], words["capital_roads"], words["road_signs"])
    known = words_of(words["roads"], words["road_signs"])
    return (
        Rule(
            _LABEL,
            rf"(?<!\w){any_road}(?!(?:on|in|at|of|the)\b)(?:{parts.names}|\d{{1,3}})(?:(?:,{GAP}{{0,2}}|{GAP}{{1,2}}-?{GAP}?|(?=[Nn#]))"
            rf"(?:{_MARK})?(?:{house}|[Kk]m\.?{GAP}?\d{{1,4}}(?:[.,]\d{{1,3}})?)|,?{GAP}s\.?/[nN]\b(?:\.?º)?"
            rf"|{GAP}?№?{GAP}?#{GAP}?{HOUSE})",
            0.85,
            words=tried,
            flags=_CASED,
        ),
        Rule(
            _LABEL,
            rf"{NUMBER}(?:{GAP}?(?:bis|ter|quater))?,?{GAP}{{1,2}}{any_road}(?:{parts.names})",
            0.85,
            needs=DIGITS,
            words=tried,
            flags=_CASED,
        ),
        Rule(
            _LABEL,
            rf"(?<!\w)(?:(?:{long_roads})(?:\.{GAP}?|{GAP})|{signs}{GAP}?)"
            rf"(?={parts.name}?[ \t-]?(?:{parts.name}[ \t-]?){{0,3}}{WORD}){parts.names}",
            0.45,
            words=known,
            flags=_CASED,
        ),
        Rule(
            _LABEL,
            rf"(?<!\w){WORD}(?:{GAP}{parts.name}){{0,3}}{GAP}{after}\.?,?{GAP}{{1,2}}(?:{_MARK})?{HOUSE}",
            0.75,
            words=words_of(words["after"], ("u", "tn", "gt", "k", "pr")),
            flags=_CASED,
        ),
        Rule(
            _LABEL,
            rf"(?<![\w.,:/-])\d{{1,5}},?\s(?:{grouped(words['roads'])}|{grouped(words['weak_roads'])})\.?\s"
            rf"(?:[\p{{L}}'’-]{{1,20}}\s){{1,4}}\d{{1,4}}\b",
            0.6,
            needs=DIGITS,
            words=tried,
            lower=True,
        ),
        Rule(
            _LABEL,
            rf"(?<!\w){small}(?:\.\s?|\s|(?<=/))(?:{stops}[\p{{L}}\p{{M}}.'’-]{{1,20}}[ ,]{{1,2}}){{1,5}}(?:n[.º°]{{1,2"
            rf"}}\s?)?\d{{1,4}}\b(?!\s?(?:%|€|{grouped(words['not_names'])}))",
            0.5,
            needs=DIGITS,
            words=known,
            lower=True,
        ),
    )


def _compound(parts: Parts) -> tuple[Rule, ...]:
    """Streets whose kind is the end of the name: Hauptstraße, Kerkstraat, Storgatan."""
    endings = "|".join(sorted(regex.escape(e) for e in parts.words["endings"]))
    stem = (
        rf"\b\p{{L}}[\p{{L}}\p{{M}}'’-]{{3,40}}+(?<={endings}|\p{{L}}{{4}}str|(?<!au)\p{{L}}{{4}}tie)(?<!decade"
        r"|brigade|renegade|norweg|keinesweg)"
    )
    number = HOUSE.replace("A-Za-z", "a-z")
    local = grouped(parts.words["local"])
    nots = grouped(parts.words["not_local"])
    return (
        Rule(_LABEL, rf"{stem}\.?,?\s{{1,2}}(?:nr\.?\s)?{number}", 0.85, needs=DIGITS, lower=True),
        Rule(
            _LABEL,
            rf"\b{WORD}[ \t-]\p{{Lu}}[\p{{L}}]{{1,20}}(?:straße|strasse|str\.|gatan|straat|utca){GAP}{HOUSE}",
            0.85,
            needs=DIGITS,
            flags=_CASED,
        ),
        Rule(
            _LABEL,
            rf"\b{local}{GAP}(?!{nots}\b){WORD}(?:{GAP}{WORD})?{GAP}\d{{1,3}}[a-z]?\b(?!\s(?:Uhr|Jahre|Prozent"
            r"|%)|[.,]\d|:)",
            0.3,
            needs=DIGITS,
            flags=_CASED,
        ),
    )


def _introduced(parts: Parts) -> tuple[Rule, ...]:
    """Looser forms after words that introduce an address."""
    words = parts.words
    cues = grouped(f for c in words["cues"] for f in (c, c[:1].upper() + c[1:]))
    labelled = grouped((*words["labelled"], *(w.upper() for w in words["labelled"])))
    roads = first_of((*words["roads"], *words["weak_roads"]))
    token = rf"(?:{parts.name}|{roads}\b\.?|{_MARK}|[A-Z]\.?/|s/n|km\b|#|{grouped(spellings(words['after']))}\b\.?)"
    house = rf"(?:{STRONG_CODE}|#?\d{{1,6}}[A-Za-z]?(?:[/-][\dA-Za-z]{{1,5}}){{0,3}}(?![\w%:]|[.,]\d))"
    between = rf"(?:{GAP}?[,#-]{GAP}{{0,2}}|{GAP}{{1,2}}#?)"
    counted = rf"(?!(?:{grouped((*words['counted'], *words['not_towns']))})\b)"
    lead = rf"(?:{house},?{GAP}{{1,2}}){{1,3}}{counted}{token}"
    name = rf"(?=(?:\S{{1,20}}\s){{0,3}}\p{{Lu}}){counted}(?:{token}{between}){{1,6}}?{house}"
    value = rf"(?P<value>(?:{lead}|{name})(?:{between}(?:{house}|{token})){{0,9}})"
    tried = words_of(words["cues"], words["labelled"])
    small = (
        r"(?P<value>\d{1,5}[a-z]?,?\s(?:[\p{L}'’.-]{2,20}\s){1,4}\d{1,4}(?:st\b|\b)|(?:[\p{L}'’.-]{3,20}\s)"
        r"{1,3}\d{1,4})(?=\s?(?:[,.\n]|$|apt|suite|st\b))"
    )
    homes = (
        r"(?:lives?|lived|resides?|residing|living|address(?:\sis|\swas)?|located|sent|drops\syou\soff"
        r"|shipped|delivered|taxi|is)"
    )
    return (
        Rule(
            _LABEL,
            rf"\b(?:{cues}|{labelled}){GAP}?:?\s{{1,20}}(?:is:?\s)?(?:the\s)?{value}",
            0.6,
            needs=DIGITS,
            words=tried,
            flags=_CASED,
        ),
        Rule(
            _LABEL,
            rf"\b{homes}(?:\s(?:at|on|in|to)|:)\s{small}",
            0.45,
            needs=DIGITS,
            words=frozenset(
                {
                    "lives",
                    "live",
                    "lived",
                    "resides",
                    "residing",
                    "living",
                    "address",
                    "located",
                    "off",
                    "taxi",
                    "delivered",
                    "shipped",
                    "sent",
                }
            ),
            lower=True,
        ),
    )


def _plain(parts: Parts) -> tuple[Rule, ...]:
    """Numbers and names without a word for a street: an address only by its line or what follows."""
    words = parts.words
    nots = rf"(?!(?:{grouped((*words['counted'], *words['not_towns']))})\b)"
    return (
        Rule(
            _LABEL,
            rf"{_LINE}(?P<value>\d{{3,5}}{GAP}{nots}{parts.names}{GAP}{HOUSE}(?:\.|st\b|St\b)?)(?={GAP}?\.?{GAP}?\r?$)",
            0.5,
            needs=DIGITS,
            flags=_CASED,
        ),
        Rule(
            _LABEL,
            rf"{NUMBER},?{GAP}{{1,2}}(?:\d{{1,5}}{GAP})?{nots}{WORD}(?:{GAP}{parts.name}){{0,3}}(?:{GAP}{HOUSE})?\.?",
            0.3,
            needs=DIGITS,
            flags=_CASED,
        ),
        Rule(
            _LABEL,
            rf"(?<!\w){nots}{WORD}(?:{GAP}{parts.name}){{0,3}},?{GAP}(?:{_MARK})?\d{{1,4}}(?:{GAP}?[A-Za-z]\b)?"
            rf"(?:[/-]\d{{1,4}})?(?={NEXT}(?:{CODE}|{parts.unit}|{WORD}))",
            0.2,
            needs=DIGITS,
            flags=_CASED,
        ),
    )
