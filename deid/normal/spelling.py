"""Undo how an address was spelled to be overlooked: signs in words, in brackets, with spaces around."""

from collections.abc import Iterable

import regex

from deid.normal.glance import Step
from deid.normal.mapped import Edit

_AT = "(?:at|arroba|arobase|chez)"
_DOT = "(?:dot|punto|point|punkt)"
_DASH = "(?:dash|hyphen|minus)"
_NAME = r"[A-Za-z0-9_+-]{1,64}"
_STOP = rf"(?:[ ]{_DOT}[ ]|\.)"

_BRACKETED = regex.compile(
    rf"(?<=\w)[ ]?[\[({{<][ ]?(?:(?P<at>{_AT}|@)|(?P<dot>{_DOT}|\.)|:)[ ]?[\])}}>][ ]?(?=\w)", regex.I
)
_SPELLED = regex.compile(
    rf"(?<![\w+-]){_NAME}+(?:{_STOP}{_NAME}+){{0,4}}+[ ](?P<at>{_AT})[ ]{_NAME}+(?:{_STOP}{_NAME}+){{1,4}}+", regex.I
)
_SIGN_WORD = regex.compile(rf"[ ](?:(?P<at>{_AT})|(?P<dot>{_DOT})|{_DASH})[ ]", regex.I)
# Words of a sentence about dots, none of them a domain.
_NO_DOMAIN = frozenset(
    "a an and as each every for he if is of on or that the then this to up we when where with".split()
)
_TELLING_LOCAL = regex.compile(r"[._0-9 ]")
_SPELLED_PART = regex.compile(
    rf"(?<=@)[\w-]{{1,63}}+(?:{_STOP}[\w-]{{1,63}}+){{1,5}}+|(?<![\w+-]){_NAME}+(?:[ ]{_DOT}[ ]{_NAME}+){{1,4}}+(?=@)",
    regex.I,
)
_FIGURES = r"[0-9Ol|]{1,8}+(?![A-Za-z])"
_FEWEST_DIGITS = 4
_SPELLED_NUMBER = regex.compile(
    rf"\b(?:[A-Z]{{2}})?{_FIGURES}(?:(?:[ ](?:{_DOT}|{_DASH})[ ]|[ .-])(?:{_FIGURES}|[A-Z]{{4}}\b)){{2,8}}+\b",
    regex.I,
)
_SPACED_AT = regex.compile(r"(?<=[\w-])(?:[ ]@[ ]?|@[ ])(?=[\w-]{1,63}+[ ]?\.[ ]?[A-Za-z])")
_SPACED_DOT = regex.compile(r"(?<=@[\w-]{1,63})(?:[ ]\.[ ]?|\.[ ])(?=[a-z]{2,24}\b)")
_SPACED_IP = regex.compile(r"(?<![\w.])[0-9]{1,3}+(?:[ ]?\.[ ]?[0-9]{1,3}+){3}+(?![\w.]?\w)")
_SPACE = regex.compile(r"[ ]+")


def _bracketed(text: str) -> Iterable[Edit]:
    return ((*m.span(), "@" if m["at"] else "." if m["dot"] else ":") for m in _BRACKETED.finditer(text))


def _spelled(text: str) -> Iterable[Edit]:
    for address in _SPELLED.finditer(text):
        # "look at example.com" is no address; "ann.lee at example.com" and "ann at example dot com" are.
        local, domain = text[address.start() : address.start("at") - 1], text[address.end("at") + 1 : address.end()]
        if (" " in domain or _TELLING_LOCAL.search(local)) and _NO_DOMAIN.isdisjoint(domain.lower().split()):
            yield from _signs(text, *address.span())


def _spelled_parts(text: str) -> Iterable[Edit]:
    for part in _SPELLED_PART.finditer(text):
        yield from _signs(text, *part.span())


def _signs(text: str, start: int, end: int) -> Iterable[Edit]:
    return ((*m.span(), "@" if m["at"] else "." if m["dot"] else "-") for m in _SIGN_WORD.finditer(text, start, end))


def _spelled_numbers(text: str) -> Iterable[Edit]:
    for number in _SPELLED_NUMBER.finditer(text):
        if sum(char.isdecimal() for char in number.group()) >= _FEWEST_DIGITS:
            yield from _signs(text, *number.span())


def _spaced_signs(text: str) -> Iterable[Edit]:
    return ((*m.span(), "@") for m in _SPACED_AT.finditer(text))


def _spaced_dots(text: str) -> Iterable[Edit]:
    return ((*m.span(), ".") for m in _SPACED_DOT.finditer(text))


def _spaced_numbers(text: str) -> Iterable[Edit]:
    for address in _SPACED_IP.finditer(text):
        yield from ((*m.span(), "") for m in _SPACE.finditer(text, *address.span()))


_ATS = ("at", "arroba", "arobase", "chez")
_DOTS = ("dot", "punto", "point", "punkt")
_DASHES = ("dash", "hyphen", "minus")
_PAIRS = tuple(
    f"{opening}{sign}{shutting}"
    for opening, shutting in ("()", "[]", "{}", "<>", ("( ", " )"), ("[ ", " ]"))
    for sign in ("aa", "aaa", "@", ".", ":", "aaaaaa")
)

SPELLING = (
    Step(_bracketed, letters=_PAIRS),
    Step(_spelled, lower=tuple(f" {at} " for at in _ATS)),
    Step(_spelled_parts, all_of=("@",), lower=tuple(f" {dot} " for dot in _DOTS)),
    Step(_spelled_numbers, all_of=("9",), lower=tuple(f" {word} " for word in (*_DOTS, *_DASHES))),
    Step(_spaced_signs, all_of=("@",), text=(" @", "@ ")),
    Step(_spaced_dots, all_of=("@",)),
    Step(_spaced_numbers, all_of=("9",), numbers=("9 .", "9. 9")),
)
"""Steps that write the signs of addresses and numbers as signs."""
