"""Made-up identifiers of six kinds, sentences around them, and sixteen ways of spelling them to be overlooked."""

from collections.abc import Callable, Mapping
from random import Random
from string import digits

Draw = Callable[[Random], str]
Change = Callable[[str, Random], str]

_FIRST = ("ann", "boris", "carla", "deniz", "esther", "farid", "greta", "hugo", "ines", "jonas")
_LAST = ("lee", "petrov", "gomez", "kaya", "cohen", "nasser", "lind", "moreau", "costa", "becker")
_DOMAINS = ("example.com", "mail-example.org", "example.co.uk", "post.example.net", "example.de")


def email(random: Random) -> str:
    """Draw an e-mail address."""
    return f"{random.choice(_FIRST)}.{random.choice(_LAST)}{random.randrange(10, 100)}@{random.choice(_DOMAINS)}"


def phone(random: Random) -> str:
    """Draw a telephone number of the US or of Europe, as people write them."""
    area, line = random.choice((212, 303, 415, 617, 702, 808)), random.randrange(1000, 10000)
    office = random.choice((231, 348, 442, 564, 738, 867))
    return random.choice(
        (
            f"({area}) {office}-{line}",
            f"{area}-{office}-{line}",
            f"+1 {area} {office} {line}",
            f"+44 20 7946 {line}",
            f"+49 30 {office}{line}",
        )
    )


def card(random: Random) -> str:
    """Draw a credit card number with its check digit."""
    body = random.choice(("4", "51", "52", "54", "4", "55"))
    body += "".join(random.choice(digits) for _ in range(15 - len(body)))
    doubled = [int(d) * 2 if i % 2 == 0 else int(d) for i, d in enumerate(body)]
    number = body + str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)
    return random.choice((" ", "-", " ")).join(number[i : i + 4] for i in range(0, 16, 4))


def ssn(random: Random) -> str:
    """Draw a social security number."""
    return f"{random.randrange(100, 660)}-{random.randrange(10, 100)}-{random.randrange(1000, 10000)}"


def iban(random: Random) -> str:
    """Draw an account number with its check digits."""
    country = random.choice(("DE", "GB", "NL", "ES", "BE"))
    bank, length = {"DE": ("", 18), "GB": ("NWBK", 14), "NL": ("ABNA", 10), "ES": ("", 20), "BE": ("", 12)}[country]
    rest = bank + "".join(random.choice(digits) for _ in range(length))
    check = 98 - int("".join(str(int(c, 36)) for c in f"{rest}{country}00")) % 97
    whole = f"{country}{check:02d}{rest}"
    return " ".join(whole[i : i + 4] for i in range(0, len(whole), 4))


def ip(random: Random) -> str:
    """Draw an IPv4 address."""
    groups = (random.randrange(11, 127), random.randrange(256), random.randrange(256), random.randrange(1, 255))
    return ".".join(map(str, groups))


KINDS: Mapping[str, Draw] = {"e-mail": email, "phone": phone, "card": card, "SSN": ssn, "IBAN": iban, "IP": ip}
"""A generator for each kind."""

SENTENCES: Mapping[str, tuple[str, ...]] = {
    "e-mail": ("Please write to * before Friday.", "My address is *, thanks.", "Contact: * (office)"),
    "phone": ("You can call me on * after six.", "Phone: *, ask for the desk.", "her mobile is * now"),
    "card": ("I paid with card * last week.", "Visa * was declined.", "The card number is *, valid until next year."),
    "SSN": ("Her SSN is * as stated.", "Social security number: *, on file.", "my social is * ok"),
    "IBAN": ("Send it to IBAN * by Monday.", "The account * was closed.", "IBAN: *, in her name."),
    "IP": ("The login came from * at night.", "Client IP: *, port open.", "We blocked * yesterday."),
}
"""Sentences for each kind; the star is where the identifier goes."""


def _between(value: str, random: Random, signs: str) -> str:
    """Put one of the signs behind every third character or so, never at the end."""
    spots = [i for i in range(1, len(value)) if random.random() < 0.35] or [len(value) // 2]
    return "".join((random.choice(signs) if i in spots else "") + c for i, c in enumerate(value))


def _each(value: str, random: Random, change: Callable[[str], str], share: float = 1.0) -> str:
    return "".join(change(c) if random.random() < share else c for c in value)


def _groups(value: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in value).split()


def zero_width(value: str, random: Random) -> str:
    """Put characters of no width between."""
    return _between(value, random, "\u200b\u200c\u200d\u2060\ufeff")


def soft_hyphens(value: str, random: Random) -> str:
    """Put soft hyphens between."""
    return _between(value, random, "\u00ad")


def joiners(value: str, random: Random) -> str:
    """Put grapheme joiners, variation selectors and fillers between."""
    return _between(value, random, "\u034f\ufe0e\ufe0f\u180b\u3164")


def entities(value: str, random: Random) -> str:
    """Write characters as HTML entities, decimal or hexadecimal."""
    forms: tuple[Callable[[str], str], ...] = (lambda c: f"&#{ord(c)};", lambda c: f"&#x{ord(c):x};")
    return "".join(random.choice(forms)(c) if random.random() < 0.5 else c for c in value)


def full_width(value: str, random: Random) -> str:
    """Write in full-width forms."""
    return _each(value, random, lambda c: chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c)


def other_digits(value: str, random: Random) -> str:
    """Write the digits of another script."""
    zero = random.choice((0x0660, 0x06F0, 0x0966, 0x1D7CE, 0x0E50))
    return _each(value, random, lambda c: chr(zero + int(c)) if c in digits else c)


_LOOK_ALIKES = {
    "a": "аα",
    "c": "сϲ",
    "e": "е",
    "i": "і",
    "o": "оο",
    "p": "рρ",
    "x": "х",
    "y": "у",
    "s": "ѕ",
    "j": "ј",
} | {
    "A": "АΑ",
    "B": "ВΒ",
    "E": "ЕΕ",
    "K": "КΚ",
    "M": "МΜ",
    "N": "Ν",
    "O": "ОΟ",
    "S": "Ѕ",
    "0": "ОΟ",
    "h": "һ",
    "d": "ԁ",
}


def look_alikes(value: str, random: Random) -> str:
    """Write Cyrillic and Greek letters for the Latin ones, and for zeros."""
    return _each(value, random, lambda c: random.choice(_LOOK_ALIKES.get(c, c)), share=0.8)


def dashes(value: str, random: Random) -> str:
    """Write dashes of other kinds for what parts the groups."""
    dash = random.choice("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63")
    return "".join(dash if c in " -" else c for c in value)


def spaces(value: str, random: Random) -> str:
    """Write spaces of other kinds for what parts the groups, and around the signs of an address."""
    space = random.choice("\u00a0\u2009\u202f\u2003\u3000\u205f")
    if "@" in value:
        return value.replace("@", f"{space}@{space}")
    return "".join(space if c in " -" else f"{space}." if c == "." else c for c in value)


def words(value: str, random: Random) -> str:
    """Spell the signs out."""
    at, dot = random.choice(((" at ", " dot "), ("(at)", "(dot)"), (" [at] ", " [dot] "), (" (at) ", " dot ")))
    if "@" in value:
        return value.replace("@", at).replace(".", dot)
    return value.replace(".", " dot ") if value.count(".") == 3 else " dash ".join(_groups(value))


def apart(value: str, random: Random) -> str:
    """Put a space, or in numbers perhaps a dash, between all characters."""
    if "@" not in value and "." not in value and random.random() < 0.3:
        return "-".join(c for c in value if c.isalnum())
    return " ".join(value)


def line_break(value: str, random: Random) -> str:
    """Break the line inside: where the groups part, or anywhere."""
    parts = [i for i, c in enumerate(value) if not c.isalnum() and 0 < i < len(value) - 1]
    place = random.choice(parts) if parts and random.random() < 0.5 else random.randrange(1, len(value))
    return value[:place] + "\n" + (value[place + 1 :] if value[place] == " " else value[place:])


def case(value: str, _: Random) -> str:
    """Change the case of the letters."""
    return value.upper() if value != value.upper() else value.lower()


def glued(value: str, random: Random) -> str:
    """Let words stick to both ends."""
    return random.choice(("num", "Ref", "call", "xyz")) + value + random.choice(("end", "ok", "now", "xyz"))


def letters(value: str, random: Random) -> str:
    """Write O for 0 and l or I for 1, as a poor scan does."""
    return value.replace("0", random.choice("Oo")).replace("1", random.choice("lI"))


def separators(value: str, random: Random) -> str:
    """Part the groups by other signs; set the dots of an address in brackets."""
    if "@" in value or value.count(".") == 3:
        return value.replace("@", random.choice(("@", "[@]"))).replace(".", "[.]")
    sign = random.choice((".", "/", "_", " - "))
    return sign.join(_groups(value))


WAYS: Mapping[str, Change] = {
    "zero width": zero_width,
    "soft hyphens": soft_hyphens,
    "joiners": joiners,
    "entities": entities,
    "full width": full_width,
    "other digits": other_digits,
    "look-alikes": look_alikes,
    "other dashes": dashes,
    "other spaces": spaces,
    "signs as words": words,
    "set apart": apart,
    "line break": line_break,
    "case": case,
    "glued": glued,
    "letters for digits": letters,
    "other separators": separators,
}
"""The ways, each by its name."""
