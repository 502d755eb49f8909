"""Ages in bands, the highest as one."""

import regex

from deid.coarse.bands import number_band

_AGE = regex.compile(r"(?<![\d.,])\d{1,3}(?![\d.,]?\d)")
_INFANT = regex.compile(
    r"\b(?:mo(?:nth)?s?|mths?|weeks?|wks?|days?|mes(?:es)?|semanas?|días?|mois|semaines?|jours?|monate?|wochen?|tage?)\b"
)
_MOST = 130


def age_band(text: str, width: int, oldest: int) -> str | None:
    """Return the text with each age in figures as its band, ages from `oldest` on as one; None where it has none.

    Ages in months, weeks or days, and those in words, cannot be read. HIPAA's safe harbor asks for one class of all
    over 89 (45 CFR 164.514(b)(2)(i)(C)).

    >>> age_band("47-year-old", 5, 90), age_band("aged 93", 1, 90), age_band("30 to 47", 1, 90)
    ('45-49-year-old', 'aged 90+', '30 to 47')
    """
    found = list(_AGE.finditer(text))
    if not found or _INFANT.search(text.lower()) or any(int(match.group()) > _MOST for match in found):
        return None
    return _AGE.sub(lambda match: _band(int(match.group()), width, oldest), text)


def _band(age: int, width: int, oldest: int) -> str:
    band = number_band(str(age), width)
    if age >= oldest or band is None:
        return f"{oldest}+"
    low, dash, _ = band.partition("-")
    return f"{low}-{min(int(low) + width, oldest) - 1}" if dash else low
