"""Files that are not where or what they seem: links, pipes, devices, and names that steer."""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hostile.case import CANARY, EITHER, FINE, Case

TABLE = f"name,age\n{CANARY},41\n"
_NAMES = {
    "line-end": "a\nb",
    "carriage-return": "a\rb",
    "colour": "a\x1b[31mb",
    "title": "a\x1b]0;owned\x07b",
    "bidi": "a\u202egnp",
    "isolate": "a\u2066b",
    "joiner": "a\u200db",
    "dash": "-rf",
    "dashes": "--help",
    "spaces": "  a  ",
    "tilde": "~",
    "percent": "%s%n",
    "braces": "{0}",
    "markup": "<script>alert(1)<",
    "rich": "[red]a[",
    "dots": "a..",
    "quote": "a'\"b",
    "backslash": "..\\..\\a",
    "formula": "=1+1",
    "long": "x" * 230,
    "wide": "\u540d" * 70,
    "workflow": "::error::a",
    "tag": "\U000e0041a",
}


def cases() -> Iterator[Case]:
    """Give all hostile places."""
    for name, stem in _NAMES.items():
        yield Case("names of files that steer", name, _named(f"{stem}.csv"), FINE)
    for name in ("line-end", "colour", "bidi", "dash", "long", "formula", "markup"):
        yield Case("names in folders that steer", name, _foldered(_NAMES[name], ".csv"), FINE)
        yield Case("names of texts in folders that steer", name, _foldered(_NAMES[name], ".txt"), FINE)
    yield Case("names that are no text", "latin-1", _raw(b"caf\xe9.csv"), "P201")
    yield Case("names that are no text", "in-a-folder", _raw(b"inside/caf\xe9.csv", up=1), "P201")
    yield Case("names longer than a name may be", "file", lambda folder: folder / f"{'x' * 300}.csv", "P201")
    yield Case(
        "names longer than a name may be", "path", lambda folder: folder / "/".join(["x" * 200] * 30) / "a.csv", "P201"
    )
    for name, make in _LINKS.items():
        yield Case("links", name, make[0], make[1])
    for suffix in (".csv", ".parquet", ".txt", ".jsonl", ".ndjson", ".xlsx", ".docx", ".pdf", ".csv.gz"):
        yield Case("pipes", suffix, _pipe(suffix), "P201")
    yield Case("pipes", "in-a-folder", _pipe(".csv", up=1), "P201")
    yield Case("sockets", "socket", _socket, "P201")
    for device in ("null", "zero", "random", "tty"):
        yield Case("devices", device, _device(device), EITHER)
    for suffix in (".csv", ".txt", ".jsonl", ".parquet", ".xlsx"):
        yield Case("folders under the name of a file", suffix, _folder(suffix), "P205")


def _named(name: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_text(TABLE)
        return path

    return make


def _foldered(stem: str, suffix: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / stem).mkdir()
        (folder / stem / f"{stem}{suffix}").write_text(TABLE)
        (folder / "plain.txt").write_text("Nothing here.")
        return folder

    return make


def _raw(name: bytes, up: int = 0) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
        path.parent.mkdir(exist_ok=True)
        path.write_text(TABLE)
        return path.parents[up - 1] if up else path

    return make


def _loop(folder: Path) -> Path:
    (folder / "a.csv").symlink_to(folder / "b.csv")
    (folder / "b.csv").symlink_to(folder / "a.csv")
    return folder / "a.csv"


def _self(folder: Path) -> Path:
    (folder / "a.csv").symlink_to("a.csv")
    return folder / "a.csv"


def _dangling(folder: Path) -> Path:
    (folder / "a.csv").symlink_to(folder / "nowhere.csv")
    return folder / "a.csv"


def _through(folder: Path) -> Path:
    (folder / "x").symlink_to(folder / "x")
    return folder / "x" / "a.csv"


def _mixed(folder: Path) -> Path:
    """A folder with a file, and links to itself, to outside, to a device, to nowhere."""
    (folder / "real.csv").write_text(TABLE)
    (folder / "round").symlink_to(folder)
    (folder / "etc").symlink_to("/etc")
    (folder / "passwd.txt").symlink_to("/etc/passwd")
    (folder / "zero.csv").symlink_to("/dev/zero")
    (folder / "lost.csv").symlink_to("nowhere")
    (folder / "loop.csv").symlink_to("loop.csv")
    return folder


def _only_links(folder: Path) -> Path:
    (folder / "passwd.txt").symlink_to("/etc/passwd")
    (folder / "etc").symlink_to("/etc")
    return folder


def _to_file(folder: Path) -> Path:
    (folder / "real.csv").write_text(TABLE)
    (folder / "a.csv").symlink_to(folder / "real.csv")
    return folder / "a.csv"


def _to_zero(folder: Path) -> Path:
    (folder / "a.csv").symlink_to("/dev/zero")
    return folder / "a.csv"


_LINKS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "loop": (_loop, "P201"),
    "to-itself": (_self, "P201"),
    "dangling": (_dangling, "P201"),
    "through-a-loop": (_through, "P201"),
    "in-a-folder": (_mixed, FINE),
    "only-links": (_only_links, "P205"),
    "to-a-file": (_to_file, FINE),
    "to-a-device": (_to_zero, "P201"),
}


def _pipe(suffix: str, up: int = 0) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        os.mkfifo(folder / f"pipe{suffix}")
        return folder if up else folder / f"pipe{suffix}"

    return make


def _socket(folder: Path) -> Path:
    path = folder / "s.csv"
    with socket.socket(socket.AF_UNIX) as one:
        here = Path.cwd()
        os.chdir(folder)  # the path of a socket may have 108 bytes
        try:
            one.bind("s.csv")
        finally:
            os.chdir(here)
    return path


def _device(name: str) -> Callable[[Path], Path]:
    return lambda _: Path("/dev") / name


def _folder(suffix: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / f"a{suffix}").mkdir()
        return folder / f"a{suffix}"

    return make
