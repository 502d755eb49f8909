"""Say it less exactly: an age band, a year, the first digits of a ZIP code, a state."""

from dataclasses import dataclass
from typing import ClassVar

from deid.coarse import age_band, coarse_date, number_band, postcode_area, region
from deid.coarse.dates import birth_year
from deid.operators.operator import Context

_PRECISIONS = ("year", "month")


@dataclass(frozen=True, slots=True)
class Generalise:
    """A value becomes a coarser one of its kind, by its label; what cannot be read becomes its label in brackets.

    AGE: bands of `age_band` years, all from `oldest` on as one. DATE_TIME: `date`, "year" or "month". DATE_OF_BIRTH:
    the year, unless who was born then may be `oldest`. ZIP_CODE: `zip_digits` digits of a US code, 000 where few people
    live there. LOCATION: the state or country that it names. Anything else: bands of `width`, if it is a number. The
    defaults are those of HIPAA's safe harbor (45 CFR 164.514(b)(2)(i)).
    """

    keyed: ClassVar[bool] = False
    by_subject: ClassVar[bool] = False

    age_band: int = 1
    oldest: int = 90
    date: str = "year"
    zip_digits: int = 3
    width: float = 10.0
    day_first: bool = False

    def __post_init__(self) -> None:
        if self.age_band < 1 or self.oldest < 1 or not self.width > 0:
            raise ValueError("age_band, oldest and width are above 0")
        if self.date not in _PRECISIONS:
            raise ValueError(f"date is one of {', '.join(_PRECISIONS)}")
        if not 0 < self.zip_digits <= 3:
            raise ValueError("zip_digits is 1, 2 or 3")

    def apply(self, value: str, context: Context) -> str:
        """Return the coarser value.

        >>> Generalise().apply("6 Oct 2023", Context("DATE_TIME")), Generalise().apply("old", Context("AGE"))
        ('2023', '[AGE]')
        """
        found = self._coarser(value, context)
        return f"[{context.label}]" if found is None else found

    def _coarser(self, value: str, context: Context) -> str | None:
        match context.label:
            case "AGE":
                return age_band(value, self.age_band, self.oldest)
            case "DATE_TIME":
                return coarse_date(value, context.language, self.day_first, self.date == "month")
            case "DATE_OF_BIRTH":
                return birth_year(value, context.language, self.day_first, self.oldest)
            case "ZIP_CODE":
                return postcode_area(value, self.zip_digits)
            case "LOCATION":
                return region(value)
            case _:
                return number_band(value, self.width)
