"""Office documents and PDF files that no honest program writes."""

import io
from collections.abc import Callable, Iterator, Mapping

from tests.documents import runs, word
from tests.hostile.archives import adding, archive_of, flagged, renumbered, resized, torn, without
from tests.hostile.case import CANARY, EITHER, FINE, Case, files

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1_000)
_SHEET = "xl/worksheets/sheet1.xml"
_STRINGS = "xl/sharedStrings.xml"
_BOMB = (
    "<!DOCTYPE x ["
    + '<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "' + f"&a{n - 1};" * 10 + '">' for n in range(1, 12))
    + "]>"
)
_OUTSIDE = '<!DOCTYPE x [<!ENTITY a11 SYSTEM "file:///etc/hostname">]>'
_FETCHED = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
_PLAIN = '<c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1" t="inlineStr"><is><t>age</t></is></c>'
_ROW = f'<row r="2"><c r="A2" t="inlineStr"><is><t>{CANARY}</t></is></c></row>'


def cases() -> Iterator[Case]:
    """Give all hostile documents."""
    for suffix, whole in ((".docx", _word()), (".xlsx", _book())):
        yield from _archives(suffix, whole)
    yield from _words()
    yield from _books()
    yield from _pdfs()


def _archives(suffix: str, whole: bytes) -> Iterator[Case]:
    broken = {
        "nothing": b"",
        "text": CANARY.encode(),
        "magic": b"PK\x03\x04",
        "end-only": b"PK\x05\x06" + bytes(18),
        "locked": _LOCKED,
        "rtf": b"{\\rtf1 " + CANARY.encode() + b"}",
        **{f"cut-{n}": whole[: len(whole) * n // 6] for n in range(1, 6)},
        "encrypted-parts": flagged(whole),
        "other-method": renumbered(whole, 97),
        "torn-stream": torn(whole),
        "no-parts": archive_of({}),
        "other-parts": archive_of({"hello.txt": CANARY}),
        "types-only": archive_of({"[Content_Types].xml": "<Types/>", "_rels/.rels": "<x/>"}),
    }
    yield from files(f"{suffix} that is no archive of its kind", suffix, "P206", broken)
    bombs: Mapping[str, Callable[[], bytes]] = {
        "one-part": lambda: adding(whole, {"word/bomb.xml": bytes(100 << 20), "xl/bomb.xml": b"x"}),
        "many-parts": lambda: adding(whole, {f"xl/media/{n}.bin": bytes(2 << 20) for n in range(40)}),
        "says-four-gigabytes": lambda: resized(whole, 0xFFFFFFF0),
    }
    yield from files(
        f"{suffix} that grows", suffix, "P204", {n: b for n, b in bombs.items() if n != "says-four-gigabytes"}
    )
    yield from files(f"{suffix} that says it grows", suffix, EITHER, {"says": bombs["says-four-gigabytes"]})
    elsewhere = {
        "up": "../../../escaped.txt",
        "root": "/tmp/escaped.txt",
        "drive": "C:\\escaped.txt",
        "inside": "word/../../escaped.xml",
        "line": "word/a\nb.xml",
        "bidi": "word/\u202eabc.xml",
        "twice": "[Content_Types].xml ",
    }
    inner = {name: adding(whole, {place: f"<x>{CANARY}</x>"}) for name, place in elsewhere.items()}
    yield from files(f"{suffix} with parts elsewhere", suffix, EITHER, inner)


def _words() -> Iterator[Case]:
    def document(text: str) -> bytes:
        return adding(_word(), {"word/document.xml": text.encode() if isinstance(text, str) else text})

    body = f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{runs(CANARY, "&a11;")}</w:body></w:document>'
    entities = {
        "bomb": _BOMB,
        "outside": _OUTSIDE,
        "fetched": _FETCHED,
        "quadratic": f'<!DOCTYPE x [<!ENTITY a11 "{"x" * 50_000}">]>',
    }
    yield from files(
        "entities in .docx", ".docx", "P206", {n: document(_HEAD + text + body) for n, text in entities.items()}
    )
    yield from files(
        "entities in .docx",
        ".docx",
        "P206",
        {"utf-16": adding(_word(), {"word/document.xml": (_OUTSIDE + body).encode("utf-16")})},
    )
    plain = body.replace("&a11;", "x")
    broken = {
        "unclosed": plain[:-9],
        "not-xml": CANARY,
        "empty": "",
        "wrong-encoding": plain.replace(CANARY, CANARY + "\udcff"),
        "deep": "<w:p>" * 50_000,
        "nul": plain.replace(CANARY, CANARY + "\0"),
        "no-namespace": plain.replace(' xmlns:w="http', ' xmlns:v="http'),
    }
    yield from files(
        "XML that is broken in .docx",
        ".docx",
        "P206",
        {
            n: adding(_word(), {"word/document.xml": text.encode("utf-8", "surrogateescape")})
            for n, text in broken.items()
        },
    )
    long = {
        "paragraphs": plain.replace("</w:body>", "<w:p/>" * 50_000 + "</w:body>"),
        "runs": plain.replace("</w:body>", f"<w:p>{'<w:r><w:t>x</w:t></w:r>' * 50_000}</w:p></w:body>"),
        "mails": plain.replace("</w:body>", runs("ann@example.com ") * 3_000 + "</w:body>"),
        "other-root": f"<html><p>{CANARY}</p></html>",
    }
    yield from files("long .docx", ".docx", FINE, {n: document(_HEAD + text) for n, text in long.items()})


def _books() -> Iterator[Case]:
    yield from files(
        "entities in .xlsx",
        ".xlsx",
        "P206",
        {
            f"{name}-{part.rpartition('/')[2]}": adding(_book(), {part: (_HEAD + text + _inside(part)).encode()})
            for name, text in (("bomb", _BOMB), ("outside", _OUTSIDE), ("fetched", _FETCHED))
            for part in (_SHEET, _STRINGS, "xl/workbook.xml", "xl/styles.xml", "docProps/core.xml")
        },
    )
    far = {
        "two-cells": _cells(_PLAIN + '<c r="XFD1048576"><v>1</v></c>'),
        "diagonal": _cells("".join(f'<c r="{_letters(n)}{n * 60}"><v>1</v></c>' for n in range(1, 16_000, 5))),
        "merged": _cells(_PLAIN, '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        "merged-written-oddly": _cells(_PLAIN, '<mergeCells><mergeCell ref="&#65;1:XFD&#49;048576"/></mergeCells>'),
        "many-merges": _cells(_PLAIN, "<mergeCells>" + '<mergeCell ref="C3:CZ999"/>' * 200 + "</mergeCells>"),
        "linked": _cells(_PLAIN, '<hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>'),
        "row-of-billions": _cells('</row><row r="4000000000"><c t="n"><v>1</v></c>'),
    }
    yield from files("cells that are far apart", ".xlsx", "P204", far)
    odd = {
        "negative-row": _cells('</row><row r="-5"><c r="A-5"><v>1</v></c>'),
        "no-row": _cells('<c r="A"><v>1</v></c>'),
        "word-as-place": _cells('<c r="HELLO"><v>1</v></c>'),
        "text-as-number": _cells(f'<c r="A1" t="n"><v>{CANARY}</v></c>'),
        "string-out-of-range": _cells('<c r="A1" t="s"><v>99999</v></c>'),
        "negative-string": _cells('<c r="A1" t="s"><v>-1</v></c>'),
        "date-out-of-range": _cells('<c r="A1" t="d"><v>99999-99-99</v></c>'),
        "huge-number": _cells('<c r="A1"><v>1e999</v></c><c r="B1"><v>nan</v></c>'),
        "long-number": _cells(f'<c r="A1"><v>{"9" * 5_000}</v></c>'),
        "unknown-type": _cells('<c r="A1" t="zz"><v>1</v></c>'),
        "style-out-of-range": _cells('<c r="A1" s="4000"><v>1</v></c>'),
        "unclosed": _cells(_PLAIN)[:-60],
        "deep": adding(_book(), {_SHEET: (_HEAD + "<a>" * 50_000).encode()}),
        "formula-bomb": _cells(f'<c r="A1"><f>{"(" * 30_000}1{")" * 30_000}</f></c>'),
        "shared-formula": _cells(
            '<c r="A1"><f t="shared" ref="A1:XFD1048576" si="0">A2+1</f></c><c r="A2"><f t="shared" si="0"/></c>'
        ),
        "error": _cells('<c r="A1" t="e"><v>#REF!</v></c>'),
        "array": _cells('<c r="A1"><f t="array" ref="A1:XFD1048576">SUM(B1)</f></c>'),
        "dimension-lies": _cells(_PLAIN, "", '<dimension ref="A1:XFD1048576"/>'),
        "columns": _cells(_PLAIN, "", '<cols><col min="1" max="1048576" width="5"/></cols>'),
        "no-relations": without(_book(), "xl/_rels/workbook.xml.rels"),
        "no-sheet": without(_book(), _SHEET),
        "no-styles": without(_book(), "xl/styles.xml"),
    }
    yield from files("cells that are wrong", ".xlsx", EITHER, odd)
    large = {
        "text": _cells(f'<c r="A1" t="inlineStr"><is><t>{"x" * (1 << 20)}y</t></is></c>'),
    }
    yield from files("cells too large for a workbook", ".xlsx", "P204", large)
    heads = ("=1+1", "na\u202eme", "a:b", "<b>", "@SUM(A1)")
    yield from files(
        "headers of workbooks",
        ".xlsx",
        FINE,
        {h[:4]: _cells(_PLAIN.replace("name", h.replace("<", "&lt;"))) for h in heads},
    )


def _pdfs() -> Iterator[Case]:
    page = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    loop = page + b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    wide = (
        page + b"2 0 obj<</Type/Pages/Kids[" + b"3 0 R " * 100 + b"]/Count 100>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )
    broken = {
        "nothing": b"",
        "head": b"%PDF-1.7\n",
        "text": CANARY.encode(),
        "no-pages": page + b"trailer<</Root 1 0 R>>\n%%EOF",
        "loop": loop,
        "missing-pages": wide,
        "end-only": b"%%EOF",
        "xref-far": page + b"startxref\n99999999999\n%%EOF",
        "xref-negative": page + b"startxref\n-5\n%%EOF",
        "deep": page + b"2 0 obj" + b"[" * 100_000 + b"endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
        "root-loop": b"%PDF-1.4\n1 0 obj 1 0 R endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    }
    yield from files("PDF that is broken", ".pdf", EITHER, broken)


def _word() -> bytes:
    buffer = io.BytesIO()
    word(buffer, runs(f"Dear {CANARY}"))  # type: ignore[arg-type]
    return buffer.getvalue()


def _book() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["name", "age"])
    book.active.append([CANARY, 41])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cells(cells: str, behind: str = "", before: str = "", rows: str = _ROW) -> bytes:
    sheet = f'{_HEAD}<worksheet xmlns="{_MAIN}">{before}<sheetData><row r="1">{cells}</row>{rows}</sheetData>{behind}</worksheet>'
    return adding(_book(), {_SHEET: sheet.encode()})


def _inside(part: str) -> str:
    root = {_SHEET: "worksheet", _STRINGS: "sst", "xl/workbook.xml": "workbook", "xl/styles.xml": "styleSheet"}
    name = root.get(part, "x")
    return f'<{name} xmlns="{_MAIN}"><si><t>&a11;{CANARY}</t></si></{name}>'


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
