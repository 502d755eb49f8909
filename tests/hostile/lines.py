"""JSON lines and texts that no honest program writes."""

import json
from collections.abc import Iterator

from tests.hostile.case import CANARY, EITHER, FINE, Case, files
from tests.hostile.tables import NO_UTF8

DEEP = 100_000


def cases() -> Iterator[Case]:
    """Give all hostile lines and texts."""
    yield from _json()
    yield from _records()
    yield from _texts()


def _json() -> Iterator[Case]:
    broken = {
        "cut": f'{{"id": 1, "text": "{CANARY}',
        "comma": f'{{"id": 1, "text": "{CANARY}",}}\n',
        "apostrophes": f"{{'id': 1, 'text': '{CANARY}'}}\n",
        "comment": f'{{"id": 1, "text": "{CANARY}"}} // x\n',
        "two-on-a-line": f'{{"id": 1, "text": "{CANARY}"}}{{"id": 2, "text": "x"}}\n',
        "tab-inside": f'{{"id": 1, "text": "{CANARY}\tx"}}\n',
        "no-quotes": f"{{id: 1, text: {CANARY}}}\n",
        "escape": f'{{"id": 1, "text": "{CANARY}\\x41"}}\n',
        "half-escape": f'{{"id": 1, "text": "{CANARY}\\u12"}}\n',
        "mark-inside": f'{{"id": 1, "text": "x"}}\n\ufeff{{"id": 2, "text": "{CANARY}"}}\n',
        "csv": f"id,text\n1,{CANARY}\n",
        "pretty": json.dumps({"id": 1, "text": CANARY}, indent=1),
    }
    for suffix in (".jsonl", ".ndjson"):
        yield from files(f"broken JSON as {suffix}", suffix, "P206", broken)
    deep = {
        "lists": "[" * DEEP,
        "closed-lists": f'{{"id": 1, "text": "{CANARY}", "x": {"[" * DEEP}{"]" * DEEP}}}\n',
        "objects": '{"a":' * DEEP,
        "closed-objects": '{"a":' * DEEP + "1" + "}" * DEEP,
        "mixed": '[{"a":' * DEEP,
    }
    for suffix in (".jsonl", ".ndjson"):
        yield from files(f"JSON of 100,000 levels as {suffix}", suffix, "P206", deep)
    yield from files(
        "JSON just deep enough",
        ".ndjson",
        EITHER,
        {str(n): '{"a":' * n + f'"{CANARY}"' + "}" * n for n in (50, 400, 900, 1_000)},
    )
    whole = {
        "list": f'["{CANARY}"]',
        "string": f'"{CANARY}"',
        "number": "1",
        "null": "null",
        "true": "true",
        "lists": f'[["{CANARY}"]]\n[1]',
    }
    for suffix in (".jsonl", ".ndjson"):
        yield from files(f"no objects as {suffix}", suffix, "P206", whole)
    torn = {
        "high": f'{{"id": 1, "text": "{CANARY} \\ud83d"}}\n',
        "low": f'{{"id": 1, "text": "{CANARY} \\ude00"}}\n',
        "turned": f'{{"id": 1, "text": "{CANARY} \\ude00\\ud83d"}}\n',
        "id": f'{{"id": "\\ud83d", "text": "{CANARY}"}}\n',
    }
    for suffix in (".jsonl", ".ndjson"):
        yield from files(f"half characters as {suffix}", suffix, "P206", torn)
    key = {"half": f'{{"\\ud83d": "{CANARY}"}}\n', "inside": f'{{"a": {{"\\ud83d": "{CANARY}"}}}}\n'}
    yield from files("keys of half a character", ".ndjson", "P206", key)
    fields = {
        "no-text": f'{{"id": 1, "body": "{CANARY}"}}\n',
        "no-id": f'{{"text": "{CANARY}"}}\n',
        "null-text": '{"id": 1, "text": null}\n',
        "number-text": '{"id": 1, "text": 5}\n',
        "id-is-nan": f'{{"id": NaN, "text": "{CANARY}"}}\n',
        "id-is-infinite": f'{{"id": 1e999, "text": "{CANARY}"}}\n',
        "id-is-null": f'{{"id": null, "text": "{CANARY}"}}\n',
        "huge-id": f'{{"id": {"9" * 5_000}, "text": "{CANARY}"}}\n',
    }
    yield from files("fields that are not there", ".jsonl", "P206", fields)
    odd = {
        "huge-integer": f'{{"id": 1, "text": "{CANARY}", "n": {"9" * 5_000}}}\n',
        "infinite": f'{{"id": 1, "text": "{CANARY}", "n": 1e999}}\n',
        "nan": f'{{"id": 1, "text": "{CANARY}", "n": NaN}}\n',
        "true-id": f'{{"id": true, "text": "{CANARY}"}}\n',
        "twice": f'{{"id": 1, "id": 2, "text": "x", "text": "{CANARY}"}}\n',
        "long-id": f'{{"id": "{"x" * 100_000}", "text": "{CANARY}"}}\n',
        "steering-id": f'{{"id": "\\u001b[31m\\u202e\\n", "text": "{CANARY}"}}\n',
    }
    yield from files("values that are odd", ".jsonl", EITHER, odd)
    empty = {"nothing": "", "lines": "\n\n", "blanks": " \n\t\n", "mark": "\ufeff"}
    for suffix in (".jsonl", ".ndjson"):
        yield from files(f"no line as {suffix}", suffix, "P205", empty)


def _records() -> Iterator[Case]:
    numbers = {
        n[:8]: f'{{"a": {n}, "b": "{CANARY}"}}\n'
        for n in ("1e999", "-1e999", "9" * 5_000, "-0", "1E-999", "0." + "1" * 5_000)
    }
    yield from files("numbers beyond numbers in records", ".ndjson", FINE, numbers)
    refused = {
        "nan": f'{{"a": NaN, "b": "{CANARY}"}}\n',
        "infinity": f'{{"a": -Infinity, "b": "{CANARY}"}}\n',
        "key-twice": f'{{"a": 1, "a": "{CANARY}"}}\n',
        "key-twice-inside": f'{{"a": {{"b": 1, "b": "{CANARY}"}}}}\n',
        "zero-first": '{"a": 01}\n',
        "plus": '{"a": +1}\n',
        "hex": '{"a": 0x1}\n',
        "key-escaped-twice": f'{{"a": 1, "\\u0061": "{CANARY}"}}\n',
    }
    yield from files("records that are refused", ".ndjson", "P206", refused)
    wide = {
        "keys": json.dumps({f"k{n}": n for n in range(100_000)}),
        "keys-over-lines": "\n".join(json.dumps({f"k{n}": CANARY}) for n in range(3_000)),
        "long-key-many-times": json.dumps({"k" * 500_000: {f"x{n}": 1 for n in range(1_900)}}),
        "long-keys": json.dumps({"a" * 100_000: {"b" * 100_000: {"c" * 100_000: [1] * 1_000}}}),
    }
    yield from files("records of too many or too long paths", ".ndjson", "P206", wide)
    keys = {
        "empty": "", "proto": "__proto__", "dots": "a.b[]", "bidi": "na\u202eme", "colour": "\x1b[31mname",
        "line": "na\nme", "formula": "=1+1", "markup": "<script>",
    }  # fmt: skip
    yield from files(
        "keys that steer", ".ndjson", EITHER, {n: json.dumps({key: CANARY, "b": 1}) + "\n" for n, key in keys.items()}
    )
    long = {"list": json.dumps({"a": [1] * 200_000}), "strings": json.dumps({"a": ["x"] * 20_000, "b": [CANARY] * 2})}
    yield from files("records of long lists", ".ndjson", FINE, long)


def _texts() -> Iterator[Case]:
    bad = {name: CANARY.encode() + b" " + data + b" x\n" for name, data in NO_UTF8.items()}
    yield from files("texts that are no UTF-8", ".txt", "P202", bad)
    marks = {
        "utf-16": CANARY.encode("utf-16"),
        "utf-32": CANARY.encode("utf-32"),
        "nul": f"{CANARY}\0x",
        "utf-16-no-mark": CANARY.encode("utf-16-le"),
    }
    yield from files("texts in other encodings", ".txt", "P202", marks)
    fine = {
        "controls": CANARY + "".join(map(chr, range(1, 32))) + "\x7f\x80\x9b",
        "bidi": f"{CANARY} \u202e\u2066\u2067 x",
        "one-line": f"{CANARY} " + "word " * 100_000,
        "lines": f"{CANARY}\n" + "\n" * 1_000_000,
        "no-spaces": "x" * 200_000 + CANARY,
        "combining": "e" + "\u0301" * 50_000 + CANARY,
        "carriage": f"{CANARY}\rx\r\r\n",
        "blank": " \n\t ",
    }
    yield from files("texts of odd characters", ".md", EITHER, fine)
