"""Undo what breaks numbers up: spaced or dashed digits, line breaks, letters that pose as digits or stick to them."""

from collections.abc import Iterable

import regex

from deid.normal.glance import Step
from deid.normal.mapped import Edit

_DIGITS = frozenset("0123456789")
_FEWEST_DIGITS = 6
_TIES = frozenset(".-+")

_SINGLE = r"[\w@.+:/()-]"
_SPACED_OUT = regex.compile(rf"(?<!\S){_SINGLE}(?:[ ]{{1,3}}{_SINGLE}(?=[,;:.!?)]{{0,2}}(?:\s|$))){{6,}}+")
_SPACE = regex.compile(r"[ ]+")
_DASHED_OUT = regex.compile(r"(?<![\w-])[A-Za-z0-9](?:[-_][A-Za-z0-9](?![A-Za-z0-9])){6,}+(?![\w-])")
_DASH = regex.compile(r"[-_]")
_UNDERLINED = regex.compile(r"(?<!\w)[0-9]{1,6}+(?:_[0-9]{2,6}+){2,5}+(?!\w)")

_LOOSE = r"[0-9OolI|ОоІіӀӏЗ]"
_POSING = regex.compile(
    rf"(?<![\w|.-])(?:[A-Z]{{2}}(?={_LOOSE}{{2}}))?(?:{_LOOSE}{{2}}[A-Z]{{4}}(?={_LOOSE}))?"
    rf"(?P<run>{_LOOSE}{{1,24}}+"
    rf"(?:[ ]?[./-][ ]?{_LOOSE}{{1,24}}+|[ ()]{{1,2}}{_LOOSE}{{1,24}}+(?![A-Za-z])"
    rf"|[ ][A-Z]{{4}}(?=[ ]{_LOOSE})){{0,9}}+)"
    r"(?![\w|])"
)
_GROUP = regex.compile(r"[^ ()./-]+")
_LOOSE_GROUP = regex.compile(rf"{_LOOSE}+")
_SHAPE = regex.compile(rf"{_LOOSE}{{1,3}}(?:\.{_LOOSE}{{1,3}}){{3}}|{_LOOSE}{{3}}-{_LOOSE}{{2}}-{_LOOSE}{{4}}")
_FEWEST_IN_SHAPE = 3
_AS_DIGIT = str.maketrans("OolI|ОоІіӀӏЗ", "001110011113")

# A number that one line break parts. More than one: a column of numbers.
_RUN = regex.compile(r"[0-9](?:[ .()/\r\n-]{0,4}+[0-9])*+")
_BREAK = regex.compile(r"[ ]?\r?\n[ ]?")
_GAP = r"(?P<gap>[ ]?\r?\n[ ]?)"
_BROKEN_BEFORE = regex.compile(
    r"(?<=\w)[ ]?\r?\n[ ]?(?=@[\w-]{1,63}+\.[A-Za-z]|\.[\w.+-]{1,63}+@|(?<=@[\w.-]{1,63}\s{1,3})\.[A-Za-z]{2})"
)
_BROKEN_BEHIND = regex.compile(rf"(?<=\w)@(?P<left>[\w.-]{{0,63}}+){_GAP}(?P<rest>[\w.-]{{1,63}}+)")
_TORN_OFF = 2
_ENDINGS = frozenset(("com", "org", "net", "edu", "gov", "info"))
_DOMAIN = regex.compile(r"(?:[\w-]+\.)+[A-Za-z]{2,24}\.?")
_IP = regex.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_SSN_BREAKS = frozenset({3, 5})
_SSN_DIGITS = 9
_BROKEN_DIGITS = range(_SSN_DIGITS, 23)

_LONG_RUN = r"[0-9](?:[ .()/-]{0,2}[0-9]){8}"
_IP_RUN = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
_STUCK = regex.compile(
    rf"(?<=[A-Za-z]{{3}})(?={_LONG_RUN}|{_IP_RUN})|(?=[A-Za-z]{{2}})(?<=[0-9])(?<={_LONG_RUN}|{_IP_RUN})"
)


def _broken_before(text: str) -> Iterable[Edit]:
    return ((*m.span(), "") for m in _BROKEN_BEFORE.finditer(text))


def _broken_behind(text: str) -> Iterable[Edit]:
    """Join the domain of an e-mail address, unless it is complete before the break."""
    for m in _BROKEN_BEHIND.finditer(text):
        left, rest = m["left"], m["rest"]
        is_torn = len(rest) <= _TORN_OFF and f"{left}{rest}".rpartition(".")[2] in _ENDINGS
        if is_torn or (not _DOMAIN.fullmatch(left) and _DOMAIN.fullmatch(left + rest)):
            yield (*m.span("gap"), "")


def _broken_numbers(text: str) -> Iterable[Edit]:
    for run in _RUN.finditer(text):
        if run.group().count("\n") == 1 and not _is_column(text, *run.span()):
            gap = _BREAK.search(text, *run.span())
            if gap and _is_number(run.group()):
                yield (*gap.span(), _joint(text[run.start() : gap.start()], text[gap.end() : run.end()]))


def _is_column(text: str, start: int, end: int) -> bool:
    """Whether the lines hold nothing but the number."""
    return text[:start][-1:] in ("", "\n") and text[end : end + 1] in ("", "\n", "\r")


def _is_number(run: str) -> bool:
    return _count(run) in _BROKEN_DIGITS or bool(_IP.fullmatch("".join(run.split())))


def _joint(left: str, right: str) -> str:
    """Return what stood at the break: nothing, but for the groups of a social security number."""
    is_group = left[-1] in _DIGITS and right[0] in _DIGITS and _count(left) in _SSN_BREAKS and "." not in left + right
    return "-" if is_group and _count(left) + _count(right) == _SSN_DIGITS else ""


def _count(text: str) -> int:
    return sum(char in _DIGITS for char in text)


def _spaced_out(text: str) -> Iterable[Edit]:
    """Bring single characters together that make up a number or an address; wider gaps part groups."""
    for run in _SPACED_OUT.finditer(text):
        if "@" in run.group() or _count(run.group()) >= _FEWEST_DIGITS:
            for gap in _SPACE.finditer(text, *run.span()):
                yield (*gap.span(), " " if gap.end() - gap.start() > 2 else "")


def _dashed_out(text: str) -> Iterable[Edit]:
    for run in _DASHED_OUT.finditer(text):
        if _count(run.group()) >= _FEWEST_DIGITS:
            yield from ((*m.span(), "") for m in _DASH.finditer(text, *run.span()))


def _underlined(text: str) -> Iterable[Edit]:
    for run in _UNDERLINED.finditer(text):
        yield from ((*m.span(), "-") for m in _DASH.finditer(text, *run.span()))


def _posing(text: str) -> Iterable[Edit]:
    """Turn letters into the digits they look like, in numbers that are mostly digits or have a telling shape."""
    for number in _POSING.finditer(text):
        if _is_mostly_digits(number["run"]):
            for group in _GROUP.finditer(text, *number.span("run")):
                if _LOOSE_GROUP.fullmatch(group.group()) and _is_in_number(text, group.span(), number.span("run")):
                    yield (*group.span(), group.group().translate(_AS_DIGIT))


def _is_mostly_digits(run: str) -> bool:
    digits, all_loose = _count(run), sum(len(m.group()) for m in _LOOSE_GROUP.finditer(run))
    if digits == all_loose:
        return False
    shaped = digits >= _FEWEST_IN_SHAPE and _SHAPE.fullmatch(run) is not None
    return shaped or (digits >= _FEWEST_DIGITS and 2 * digits >= all_loose)


def _is_in_number(text: str, group: tuple[int, int], run: tuple[int, int]) -> bool:
    """Whether a group has a digit, or is tied to its neighbours; a word beside a number is neither."""
    start, end = group
    is_inside = run[0] < start and end < run[1]
    before, after = text[start - 1 : start], text[end : end + 1]
    return is_inside or _count(text[start:end]) > 0 or before in _TIES or after in _TIES or before.isalpha()


def _stuck(text: str) -> Iterable[Edit]:
    return ((*m.span(), " ") for m in _STUCK.finditer(text))


NUMERALS = (
    Step(_broken_before, all_of=("@", "\n"), text=("\n@", "\n @", "\n.")),
    Step(_broken_behind, all_of=("@", "\n")),
    Step(
        _broken_numbers, all_of=("\n",), numbers=tuple(f"{tie}{gap}\n" for tie in "9-./()" for gap in ("", " ", "\r"))
    ),
    Step(_spaced_out, gaps=("x x x x", "x  x  x", "x   x   x")),
    Step(_dashed_out, all_of=("9",), numbers=("-9-9-9", "_9_9_9")),
    Step(_underlined, all_of=("9",), numbers=("9_9",)),
    Step(_posing, all_of=("9",), numbers=("9O", "O9", "9.O", "9-O", "O.9", "O-9")),
    Step(_stuck, all_of=("9",), letters=("aaa99", "aaa9.9", "999aa", "99aa", "9.9aa")),
)
"""Steps that write numbers and characters which were set apart as one would."""
