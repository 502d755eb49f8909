"""The parts of a Word document that may leave, and the relations between them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from pipelines.documents.wordxml import local, parse, serialise, without
from pipelines.errors import FormatError

Parts: TypeAlias = Mapping[str, bytes]
"""The parts of a document by name."""

_KINDS = ("document styles numbering fontTable settings theme header footer footnotes endnotes comments").split()
_TYPES = frozenset({"officeDocument", *_KINDS[1:]})
_SETTINGS = frozenset(
    (
        "zoom mirrorMargins autoHyphenation consecutiveHyphenLimit hyphenationZone doNotHyphenateCaps defaultTabStop "
        "evenAndOddHeaders characterSpacingControl footnotePr endnotePr compat themeFontLang clrSchemeMapping "
        "decimalSymbol listSeparator bookFoldPrinting displayBackgroundShape"
    ).split()
)
_LOADED = frozenset(
    {"embedRegular", "embedBold", "embedItalic", "embedBoldItalic", "lvlPicBulletId", "numPicBullet", "extLst"}
)
_STYLED = frozenset("basedOn next link pStyle rStyle tblStyle numStyleLink styleLink clickAndTypeStyle".split())
_WORDED = frozenset(
    {("lvlText", "val"), *((of, "name") for of in ("theme", "clrScheme", "fontScheme", "fmtScheme", "custClr"))}
)
_WORD = re.compile(r"[^\W\d_]{2,}[^%]*")
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


def place(name: str) -> str:
    """Return what a part is, by its name: "word/header2.xml" is a header.

    >>> place("word/header2.xml"), place("word/theme/theme1.xml"), place("docProps/core.xml")
    ('header', 'theme', '')
    """
    stem = name.removeprefix("word/").removeprefix("theme/").removesuffix(".xml").rstrip("0123456789")
    return stem if stem in _KINDS and name.startswith("word/") and name.endswith(".xml") else ""


def only_known_parts(archive: Parts, file: str) -> dict[str, bytes]:
    """Return the parts that may leave, with relations to such parts only, and the list of their types.

    Raises `FormatError` where the archive is no Word document.
    """
    parts = {name: data for name, data in archive.items() if place(name) and not _draws(name, data)}
    if "[Content_Types].xml" not in archive or "_rels/.rels" not in archive or "document" not in map(place, parts):
        raise FormatError(f"{file!r} is no Word document")
    links = {name: _relations(archive[name], file) for name in archive if _of_known(name, parts)}
    return {"[Content_Types].xml": _types(archive["[Content_Types].xml"], parts, file), **links, **parts}


def bare(tree: Any) -> Any:
    """Return a tree of styles, lists, fonts or a theme without what it loads, and without the words in it."""
    if local(tree) == "numbering":
        without(tree, frozenset({"name"}))
    for element in without(tree, _LOADED).iter("*"):
        for attribute, value in element.attrib.items():
            if (local(element), attribute.rpartition("}")[2]) in _WORDED:
                element.set(attribute, _WORD.sub("", value))
    return tree


def rename_styles(trees: Iterable[Any]) -> None:
    """Give the styles that someone made themselves numbers for names, in all parts."""
    elements = [element for tree in trees for element in tree.iter("*")]
    made = [e for e in elements if local(e) == "style" and _get(e, "customStyle") in {"1", "true", "on"}]
    names = {_get(style, "styleId"): f"S{number}" for number, style in enumerate(made, 1)}
    for style in made:
        for child in style:
            if local(child) == "name":
                _set(child, "val", names[_get(style, "styleId")])
            elif local(child) == "aliases":
                style.remove(child)
        _set(style, "styleId", names[_get(style, "styleId")])
    for element in elements:
        if local(element) in _STYLED and _get(element, "val") in names:
            _set(element, "val", names[_get(element, "val")])


def _get(element: Any, name: str) -> str:
    return next((str(v) for key, v in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _set(element: Any, name: str, value: str) -> None:
    for key in element.attrib:
        if key.rpartition("}")[2] == name:
            element.set(key, value)


def _draws(name: str, data: bytes) -> bool:
    """Whether a theme shows pictures, which do not leave."""
    return place(name) == "theme" and (b"r:embed" in data or b"r:link" in data)


def plain_settings(tree: Any) -> Any:
    """Return the settings without variables, mail merge, templates and whatever else is not about the page."""
    for child in list(tree):
        if local(child) not in _SETTINGS:
            tree.remove(child)
    return without(tree, frozenset({"mailMerge", "docVars", "attachedTemplate"}))


def _of_known(name: str, parts: Parts) -> bool:
    if not name.endswith(".rels"):
        return False
    owner = name.replace("_rels/", "").removesuffix(".rels")
    return owner in parts or name == "_rels/.rels"


def _relations(data: bytes, file: str) -> bytes:
    tree = parse(data, file)
    for relation in list(tree):
        kind = str(relation.get("Type", "")).rpartition("/")[2]
        if relation.tag != _RELATIONS or kind not in _TYPES or relation.get("TargetMode") == "External":
            tree.remove(relation)
    return serialise(tree)


def _types(data: bytes, parts: Parts, file: str) -> bytes:
    tree = parse(data, file)
    for entry in list(tree):
        kept = local(entry) == "Override" and str(entry.get("PartName", "")).lstrip("/") in parts
        if not kept and not (local(entry) == "Default" and entry.get("Extension") in {"rels", "xml"}):
            tree.remove(entry)
    return serialise(tree)
