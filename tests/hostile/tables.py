"""Tables that no honest program writes, as CSV and TSV."""

from collections.abc import Callable, Iterator

from tests.hostile.case import CANARY, EITHER, FINE, Case, files

HEAD = f"name,age\n{CANARY},41\n"
BODY = f"name,age\n{CANARY},41\nBo Chan,52\nCy Marsh,63\n"

NO_UTF8 = {
    "continuation": b"\x80",
    "continuations": b"\xbf\xbf",
    "overlong-2": b"\xc0\xaf",
    "overlong-3": b"\xe0\x80\xaf",
    "overlong-4": b"\xf0\x80\x80\xaf",
    "surrogate": b"\xed\xa0\x80",
    "surrogate-pair": b"\xed\xa0\xbd\xed\xb8\x80",
    "too-high": b"\xf4\x90\x80\x80",
    "five-bytes": b"\xf8\x88\x80\x80\x80",
    "fe": b"\xfe",
    "ff": b"\xff\xff",
    "cut-2": b"\xc3",
    "cut-3": b"\xe2\x82",
    "cut-4": b"\xf0\x9f\x98",
}
"""Sequences of bytes that are no UTF-8."""


def cases() -> Iterator[Case]:
    """Give all hostile tables."""
    yield from _quotes()
    yield from _shapes()
    yield from _encodings()
    yield from _headers()
    yield from _sizes()
    yield from _cells()


def _quotes() -> Iterator[Case]:
    inside = {
        "inside-cell": f'a,b\n1,{CANARY}"x\n"1,2\n"',
        "after-close": f'a,b\n"{CANARY}"x,1\n',
        "space-after-close": f'a,b\n"{CANARY}" ,1\n',
        "tripled": f'a,b\n"{CANARY}"""x"y,1\n',
        "backslashed": f'a,b\n"{CANARY}\\"x",1\n',
        "in-header": f'"a"b,c\n{CANARY},1\n',
        "two-closes": f'a,b\n"{CANARY}"",1\n',
    }
    yield from files("quotes that are wrong", ".csv", "P203", inside)
    single = {
        "mid-cell": f'a,b\n{CANARY}"x,1\n',
        "apostrophes": f"a,b\n'{CANARY},x',1\n'2',3\n",
        "typographic": f"a,b\n“{CANARY}”,1\n",
        "escaped": f'a,b\n"{CANARY}""",1\n',
    }
    yield from files("quotes that stand for themselves", ".csv", EITHER, single)
    openings = {
        "last-cell": f'a,b\n1,"{CANARY}\n2,3\n',
        "first-cell": f'a,b\n"{CANARY},1\n2,3\n',
        "header": f'a,"b\n{CANARY},1\n',
        "only-a-quote": '"',
        "at-the-end": f'a,b\n{CANARY},1\n"',
        "many-lines": f'a,b\n"{CANARY}' + "x,1\n" * 5_000,
        "even-flood-and-one": f'a,b\n{CANARY},"' + '""' * 100_000,
    }
    yield from files("quotes that never close", ".csv", "P203", openings)
    floods = {
        "quotes": '"' * 300_001,
        "pairs": 'a,b\n1,"' + '""' * 200_000 + '"\n',
        "quoted-commas": 'a,b\n1,"' + "," * 400_000 + '"\n',
        "quoted-lines": 'a,b\n1,"' + "\n" * 400_000 + '"\n',
    }
    yield from files("floods of one character", ".csv", EITHER, floods)


def _shapes() -> Iterator[Case]:
    ragged = {
        "one-more": f"a,b\n{CANARY},1,2\n",
        "one-less": f"a,b\n{CANARY}\n",
        "alternating": f"a,b\n{CANARY}\n" + "1\n1,2,3\n" * 50,
        "last-cut": f"a,b,c\n{CANARY},1,2\n{CANARY},1",
        "trailing-comma": f"a,b\n{CANARY},1,\n{CANARY},2,\n",
        "footer": f"a,b\n{CANARY},1\nTotal: 1\n",
        "title-line": f"People of 2021\na,b\n{CANARY},1\n",
        "comment-line": f"a,b\n# {CANARY}\n1,2\n",
        "semicolons": f"a;b\n{CANARY};1\n",
        "pipes-in-rows": f"a,b\n{CANARY}|1\n",
        "sep-line": f"sep=;\na;b\n{CANARY};1\n",
    }
    yield from files("rows of the wrong width", ".csv", "P203", ragged)
    empty = {
        "nothing": b"",
        "mark-only": b"\xef\xbb\xbf",
        "line-end": "\n",
        "line-ends": "\r\n\r\n\r\n",
        "blank": "   \n  \n",
        "comma": ",",
        "commas": ",,,\n1,2,3,4\n",
        "quotes": '""\n',
        "quoted-blanks": '" ","\t"\n',
    }
    yield from files("nothing in it", ".csv", "P205", empty)
    bare = {
        "line": "name,age\n",
        "no-line-end": "name,age",
        "one": "name",
        "many": ",".join(f"c{n}" for n in range(300)),
    }
    yield from files("a header and no row", ".csv", FINE, bare)
    ends = {
        "cr": HEAD.replace("\n", "\r"),
        "crlf": HEAD.replace("\n", "\r\n"),
        "lfcr": f"name,age\n\r{CANARY},41\n\r",
        "mixed": f"name,age\r\n{CANARY},41\nBo,52\rCy,63\r\n",
        "none-at-end": HEAD.rstrip(),
        "crcrlf": f"name,age\r\r\n{CANARY},41\r\r\n",
        "empty-lines": f"name,age\n\n\n{CANARY},41\n\n\n",
        "quoted-cr": f'name,age\n"{CANARY}\rx",41\n',
        "unicode": f"name,age\n{CANARY}\u2028x,41\n{CANARY}\u2029\x85\x0b\x0c,42\n",
    }
    yield from files("line ends of every sort", ".csv", FINE, ends)
    tsv = {"ragged": f"a\tb\n{CANARY}\n", "commas": f"a,b\tc\n{CANARY}\t1\t2\n", "unclosed": f'a\tb\n"{CANARY}\t1\n'}
    yield from files("TSV that is none", ".tsv", "P203", tsv)


def _encodings() -> Iterator[Case]:
    places = {
        "start": lambda bad: bad + HEAD.encode(),
        "header": lambda bad: b"na" + bad + b"me,age\n1,2\n",
        "cell": lambda bad: b"name,age\n" + CANARY.encode() + bad + b",41\n",
        "end": lambda bad: HEAD.encode() + bad,
    }
    bad = {f"{name}-at-{place}": put(data) for name, data in NO_UTF8.items() for place, put in places.items()}
    yield from files("bytes that are no UTF-8", ".csv", "P202", bad)
    marks = {
        "utf-16": HEAD.encode("utf-16"),
        "utf-16-be": b"\xfe\xff" + HEAD.encode("utf-16-be"),
        "utf-16-no-mark": HEAD.encode("utf-16-le"),
        "utf-16-be-no-mark": HEAD.encode("utf-16-be"),
        "utf-16-odd": HEAD.encode("utf-16")[:-1],
        "utf-32": HEAD.encode("utf-32"),
        "utf-32-be": b"\0\0\xfe\xff" + HEAD.encode("utf-32-be"),
        "utf-32-no-mark": HEAD.encode("utf-32-le"),
        "utf-16-mark-on-utf-8": b"\xff\xfe" + HEAD.encode(),
        "utf-16-be-mark-on-utf-8": b"\xfe\xff" + HEAD.encode(),
        "utf-8-mark-on-utf-16": b"\xef\xbb\xbf" + HEAD.encode("utf-16-le"),
        "ebcdic": HEAD.encode("cp500"),
        "gb18030-mark": b"\x84\x31\x95\x33" + HEAD.encode(),
        "latin-1": "name,age\nJosé,41\n".encode("latin-1"),
        "shift-jis": "名前,age\n山田,41\n".encode("shift-jis"),
    }
    yield from files("marks and encodings that are others", ".csv", "P202", marks)
    fine = {
        "utf-8-mark": b"\xef\xbb\xbf" + HEAD.encode(),
        "utf-8-mark-twice": b"\xef\xbb\xbf\xef\xbb\xbf" + HEAD.encode(),
        "mark-inside": f"name,age\n\ufeff{CANARY},41\n",
        "utf-7-mark": "+/v8-" + HEAD,
        "noncharacters": f"name,age\n{CANARY}\ufffe\uffff\U0010ffff,41\n",
        "scsu-mark": "\x0e" + HEAD,
    }
    yield from files("marks that do no harm", ".csv", FINE, fine)
    nul = {
        "start": "\0" + HEAD,
        "header": "na\0me,age\n1,2\n",
        "cell": f"name,age\n{CANARY}\0x,41\n",
        "quoted": f'name,age\n"{CANARY}\0",41\n',
        "between": f"name,age\n{CANARY},\0,\n",
        "end": HEAD + "\0",
        "many": HEAD + "\0" * 100_000,
    }
    yield from files("NUL", ".csv", "P202", nul)
    others = {
        "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0",
        "gzip": b"\x1f\x8b\x08\0\0\0\0\0\0\x03abc",
        "zip": b"PK\x03\x04\x14\0\0\0\x08\0abc",
        "elf": b"\x7fELF\x02\x01\x01\0",
        "sqlite": b"SQLite format 3\0\x10\0",
        "zstd": b"\x28\xb5\x2f\xfd\x04\x58",
    }
    yield from files("files of another kind under .csv", ".csv", "P202", others)


def _headers() -> Iterator[Case]:
    twice = {"two": f"a,a\n{CANARY},1\n", "quoted": f'a,"a"\n{CANARY},1\n', "late": f"a,b,c,b\n{CANARY},1,2,3\n"}
    yield from files("headers that stand twice", ".csv", "P203", twice)
    blank = {
        "two": f"a,,\n{CANARY},1,2\n",
        "spaces": f"a, ,  \n{CANARY},1,2\n",
        "separators": f"a,\u2003,\x1c\n{CANARY},1,2\n",
    }
    yield from files("headers that say nothing", ".csv", "P203", blank)
    near = {
        "one-blank": f",a\n{CANARY},1\n",
        "space-behind": f"a,a \n{CANARY},1\n",
        "case": f"a,A\n{CANARY},1\n",
        "composed": f"\u00e9,e\u0301\n{CANARY},1\n",
        "joiner": f"a,a\u200d\n{CANARY},1\n",
    }
    yield from files("headers that look alike", ".csv", FINE, near)
    bidi = {
        f"{ord(mark):04x}": f"na{mark}me,age\n{CANARY},41\n"
        for mark in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200e\u200f\u061c"
    }
    yield from files("headers that turn the writing round", ".csv", FINE, bidi)
    control = {
        "colour": "\x1b[31mname",
        "title": "\x1b]0;owned\x07name",
        "clear": "\x1b[2J\x1b[Hname",
        "backspaces": "name\x08\x08\x08\x08",
        "c1": "\x9b31mname",
        "delete": "na\x7fme",
        "tab": "na\tme",
        "line-end": '"na\nme"',
        "carriage-return": '"safe\rname"',
        "markup": "<script>alert(1)</script>",
        "rich": "[red]name[/red]",
        "template": "{{ 7*7 }}",
        "percent": "%s%n%x",
        "tags": "na\U000e0041\U000e0042me",
    }
    yield from files(
        "headers that steer", ".csv", FINE, {n: f"{head},age\n{CANARY},41\n" for n, head in control.items()}
    )
    formulas = ("=1+1", "=cmd|'/C calc'!A0", "+1+cmd", "-1+cmd", "@SUM(A1)", "\t=1", "=HYPERLINK(A1)")
    yield from files("headers that are formulas", ".csv", FINE, {f: f"{f},b\n{CANARY},1\n" for f in formulas})


def _sizes() -> Iterator[Case]:
    large: dict[str, Callable[[], bytes]] = {
        "cell": lambda: b"a,b\n1," + CANARY.encode() * 950_000 + b"\n",
        "quoted-cell": lambda: b'a,b\n1,"' + b"x\n" * 5_000_000 + b'"\n',
        "first-cell": lambda: b"a,b\n" + b"x" * (10 << 20) + b",1\n",
        "header": lambda: b"a," + b"x" * (2 << 20) + b"\n1,2\n",
    }
    yield from files("cells of many megabytes", ".csv", "P204", large)
    wide: dict[str, Callable[[], bytes]] = {
        "million-columns": lambda: ",".join(f"c{n}" for n in range(1_000_000)).encode() + b"\n",
        "million-columns-and-row": lambda: ",".join(map(str, range(1_000_000))).encode() + b"\n" + b"," * 999_999,
        "fifty-thousand": lambda: ",".join(f"c{n}" for n in range(50_000)).encode() + b"\n",
    }
    yield from files("a million columns", ".csv", "P204", wide)
    alike: dict[str, Callable[[], bytes]] = {
        "million-equal": lambda: b"a," * 1_000_000 + b"b\n",
        "row-of-a-million": lambda: b"a,b\n" + b"," * 1_000_000 + b"\n",
    }
    yield from files("a million cells in a row", ".csv", EITHER, alike)
    long = {"empty-lines": "a,b\n" + "\n" * 400_000, "one-column": "a\n" + "\n" * 20_000}
    yield from files("hundreds of thousands of lines", ".csv", FINE, long)


def _cells() -> Iterator[Case]:
    numbers = ("1e999", "-1e999", "nan", "inf", "9" * 4_500, "0x1p99", "1_000", "١٢٣", "1e-999", "--1", "+0", "٫5", "½")
    yield from files("numbers beyond numbers", ".csv", FINE, {n[:9]: f"a,b\n{n},1\n{n},2\n" for n in numbers})
    formulas = ("=1+1", "=cmd|'/C calc'!A0", "+1+cmd", "-1+cmd", "@SUM(A1)", '"\t=1"', '"\r=1"', "＝1+1", "=")
    yield from files("cells that are formulas", ".csv", FINE, {f: f"a,b\n{f},1\n{CANARY},2\n" for f in formulas})
    texts = {
        "combining": "a" + "\u0301" * 20_000,
        "joiners": "\u200d" * 20_000,
        "bidi": "\u202e" * 20_000,
        "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 5_000,
        "tags": "\U000e0041" * 20_000,
        "spaces": " " * 100_000,
        "widest": "\ufdfa" * 5_000,
    }
    yield from files(
        "cells of odd characters", ".csv", FINE, {n: f"note,b\n{t},1\n{CANARY},2\n" for n, t in texts.items()}
    )
