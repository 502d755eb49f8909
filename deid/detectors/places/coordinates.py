"""Points on the map, as people and machines write them."""

import regex

from deid.detectors.engine.pattern import DIGITS, Rule

_CASED = regex.MULTILINE
_DEGREES = (
    r"\d{1,3}\s?[°º]\s?(?:\d{1,2}(?:[.,]\d{1,4})?\s?['′’]\s?)?(?:\d{1,2}(?:[.,]\d{1,6})?\s?(?:[\"″”]"
    r"|''|′′)\s?)?"
)
COORDINATES = (
    Rule(
        "COORDINATES",
        r"(?<![\w.])[-+]?\d{1,2}\.\d{4,15}\s?°?\s?[NS]?\s?[,;/]?\s{1,2}[-+]?\d{1,3}\.\d{4,15}(?:\s?°?\s?[EW]\b)?"
        r"|(?<![\w.])[-+]?\d{1,2}\.\d{4,15},[-+]?\d{1,3}\.\d{4,15}",
        0.8,
        needs=".",
        flags=_CASED,
    ),
    Rule(
        "COORDINATES", rf"(?<!\w){_DEGREES}[NSns]\s?[,;/]?\s{{0,2}}{_DEGREES}[EWOewo]\b", 0.95, needs="°º", flags=_CASED
    ),
    Rule("COORDINATES", rf"\b[NS]\s?{_DEGREES}[,;/]?\s{{0,2}}[EWO]\s?{_DEGREES}", 0.95, needs="°º", flags=_CASED),
    Rule(
        "COORDINATES",
        r"(?<![\w.])\d{1,2}(?:\.\d{1,10})?\s?°?\s?[NS][,;]?\s{1,2}\d{1,3}(?:\.\d{1,10})?\s?°?\s?[EW]\b",
        0.6,
        needs=DIGITS,
        flags=_CASED,
    ),
    Rule(
        "COORDINATES",
        r"\b(?:lat(?:itude)?|lng|lon(?:g|gitude)?)\b[\"']?\s?(?:is\s|[:=])?\s?(?P<value>[-+]?\d{1,3}\.\d"
        r"{2,15})",
        0.8,
        words=frozenset({"lat", "latitude", "lng", "lon", "long", "longitude"}),
        lower=True,
    ),
    Rule(
        "COORDINATES",
        r"\bgeo:(?P<value>-?\d{1,2}(?:\.\d{1,15})?,-?\d{1,3}(?:\.\d{1,15})?)",
        0.95,
        words=frozenset({"geo"}),
        lower=True,
    ),
    Rule(
        "COORDINATES",
        r"(?<![\w+])(?:[23456789CFGHJMPQRVWX]{8}\+[23456789CFGHJMPQRVWX]{2,3}|[23456789CFGHJMPQRVWX]{4}\+[23456789"
        r"CFGHJMPQRVWX]{2,3}(?=,?\s\p{Lu}))(?![\w+])",
        0.8,
        needs="+",
        flags=_CASED,
    ),
    Rule("COORDINATES", r"///\p{Ll}{3,20}\.\p{Ll}{3,20}\.\p{Ll}{3,20}\b", 0.9, needs="/", flags=_CASED),
    Rule(
        "COORDINATES",
        r"\b\d{1,2}[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s?(?:\d{5}\s?\d{5}|\d{4}\s?\d{4}|\d{3}\s?\d{3})\b",
        0.6,
        needs=DIGITS,
        flags=_CASED,
    ),
    Rule(
        "COORDINATES",
        r"\b\d{1,2}[C-HJ-NP-X]\s\d{6}(?:\.\d+)?\s?m?E?,?\s\d{7}(?:\.\d{1,3})?\s?m?N?\b".replace(r"\d+", r"\d{1,3}"),
        0.7,
        needs=DIGITS,
        flags=_CASED,
    ),
)
"""Decimal pairs, degrees with minutes and seconds, geo addresses, plus codes, three words, grids."""
