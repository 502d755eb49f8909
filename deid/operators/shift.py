"""Move dates: every date of a subject by the same number of days."""

from dataclasses import dataclass
from typing import ClassVar

from deid.calendar import Passage
from deid.operators.operator import Context

_WEEK = 7
_DOMAIN = "date-shift"


@dataclass(frozen=True, slots=True)
class Shift:
    """A date becomes another one in the same form: `days` earlier at most, or later, and never the same.

    The offset comes from the key and the subject, so that what lies between two dates of a person stays, in every table
    and text, and with it what age the person had. Offsets are uniform over ±1 … ±`days`, or over the whole weeks among
    these with `keep_weekday`. A date without a year moves within the year, one without a day is taken at its middle.
    Where a figure may be day or month, `day_first` decides. What tells a day in another way (a feast, a weekday alone,
    a number that is no date) is replaced by its label.
    """

    keyed: ClassVar[bool] = True
    by_subject: ClassVar[bool] = True

    days: int = 364
    keep_weekday: bool = False
    day_first: bool = False

    def __post_init__(self) -> None:
        if self.days < (_WEEK if self.keep_weekday else 1):
            raise ValueError("days is at least 1, with keep_weekday 7")

    def apply(self, value: str, context: Context) -> str:
        """Return the date moved. Raises `KeyFileError` without a key.

        >>> from deid.keys import Key
        >>> someone = Context("DATE_TIME", Key(bytes(32)), subject="p1")
        >>> Shift().apply("3 May 2021", someone), Shift().apply("2021-05-10", someone)
        ('20 May 2020', '2020-05-27')
        """
        passage = Passage.of(value, context.language, self.day_first)
        moved = passage.moved(self.offset(context)) if passage.known else None
        return f"[{context.label}]" if moved is None else moved

    def offset(self, context: Context) -> int:
        """Return by how many days the dates of a subject move."""
        key = context.needed_key()
        step = _WEEK if self.keep_weekday else 1
        most = self.days // step
        # 256 bits, reduced: how far this is from uniform nobody can see
        drawn = int(key.digest(_DOMAIN, context.subject.encode("utf-8", "surrogatepass")), 16) % (2 * most)
        return step * (drawn - most if drawn < most else drawn - most + 1)
