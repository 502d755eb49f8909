"""Letters of other alphabets that look like Latin ones, folded where they pose as such."""

from collections.abc import Iterable

import regex

from deid.normal.mapped import Edit, Mapped

_CYRILLIC = "аaеeоoрpсcуyхxкkіiјjѕsһhԁdԛqԝwӏlѵvүyАAВBЕEІIЈJКKМMНHОOРPСCТTУYХXЅSԚQԜWҮYҺHѴVӀIԌG"
_GREEK = "αaοoνvρpτtυuχxκkιiηnωwγyβbεeϲcϳjΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXϹCͿJ"
_OTHER = "ɑaɡgıiɩiʋvօoսuհhոnՏSՕOᴀaᴄcᴅdᴇeᴊjᴋkᴍmᴏoᴘpᴛtᴜuᴠvᴡwᴢzʀrꜱsʟlɴnʏyɢgʙbʜh"
_LOOKS = {
    odd: latin for table in (_CYRILLIC, _GREEK, _OTHER) for odd, latin in zip(table[::2], table[1::2], strict=True)
}
# A word of these alone may pose as Latin; the others look like it only beside Latin letters.
_PERFECT = frozenset("аеорсухіјѕһԁԛԝӏАВЕІЈКМНОРСТХЅԚԜҮӀΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿοϲϳνɑɡօՕᴏ")
_ODD = "".join(_LOOKS)
_SUSPECT = regex.compile(rf"[{_ODD}]")
_TOKEN = regex.compile(r"[\p{L}\p{M}\p{N}_.@+'-]+")
_LATIN = regex.compile(r"[A-Za-z]")
_GENUINE = regex.compile(rf"[[\p{{Script=Cyrillic}}\p{{Script=Greek}}\p{{Script=Armenian}}]--[{_ODD}]]", regex.V1)
_DIGIT = regex.compile(r"[0-9]")
_MANY_DIGITS = 6


def fold_confusables(mapped: Mapped) -> Mapped:
    """Fold look-alikes in words that mix alphabets, and in words of nothing else that stand on a line of Latin text."""
    if mapped.text.isascii() or not _SUSPECT.search(mapped.text):
        return mapped
    return mapped.edit(_edits(mapped.text))


def _edits(text: str) -> Iterable[Edit]:
    at = 0
    for line in text.splitlines(keepends=True):
        if _SUSPECT.search(line):
            yield from _edits_of_line(line, at)
        at += len(line)


def _edits_of_line(line: str, at: int) -> Iterable[Edit]:
    is_latin = bool(_LATIN.search(line)) and not _GENUINE.search(line)
    for token in _TOKEN.finditer(line):
        if _SUSPECT.search(token.group()) and _poses(token.group(), is_latin):
            for odd in _SUSPECT.finditer(token.group()):
                start = at + token.start() + odd.start()
                yield start, start + 1, _LOOKS[odd.group()]


def _poses(token: str, is_latin: bool) -> bool:
    """Whether a token with look-alikes is meant to be read as Latin."""
    if _GENUINE.search(token):
        return False
    if _LATIN.search(token):
        return True
    perfect = _PERFECT.issuperset(_SUSPECT.findall(token))
    return perfect and (is_latin or len(_DIGIT.findall(token)) >= _MANY_DIGITS)
