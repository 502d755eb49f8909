"""The XML inside a Word document: read without trust, and cleaned of everything that is not text or its formatting."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.errors import FormatError

_GONE = frozenset(
    (
        "del moveFrom rPrChange pPrChange sectPrChange tblPrChange tblGridChange trPrChange tcPrChange tblPrExChange "
        "numberingChange cellIns cellDel cellMerge moveFromRangeStart moveFromRangeEnd moveToRangeStart moveToRangeEnd "
        "customXmlInsRangeStart customXmlInsRangeEnd customXmlDelRangeStart customXmlDelRangeEnd "
        "customXmlMoveFromRangeStart customXmlMoveFromRangeEnd customXmlMoveToRangeStart customXmlMoveToRangeEnd "
        "sdtPr sdtEndPr smartTagPr customXmlPr tblCaption tblDescription proofErr permStart permEnd altChunk subDoc "
        "bookmarkStart bookmarkEnd rt rubyPr background printerSettings ffData fldData"
    ).split()
)
_OPENED = frozenset("ins moveTo sdt sdtContent smartTag customXml hyperlink fldSimple dir bdo ruby rubyBase".split())
_OBJECTS = dict.fromkeys(("object", "control", "altChunk", "subDoc", "contentPart", "movie"), "embedded objects")
_PICTURES = {"drawing": "images", "pict": "images", **_OBJECTS}
_FIELD = re.compile(
    r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES|SECTION)(?:\s+\\\*\s*(?:MERGEFORMAT|Arabic|roman|alphabetic))*\s*"
)
_NAMING = frozenset({"author", "initials", "date", "userId", "providerId", "tooltip", "docLocation", "dateUtc"})
_SAYING = re.compile(r"\s|@")  # no attribute that formats a text has a space in it, but the name of a font
_HOLDS_TEXT = frozenset({"t", "instrText"})


def parse(data: bytes, file: str) -> Any:
    """Parse XML without entities, network or a document type. Raises `FormatError`."""
    from lxml import etree  # noqa: PLC0415 an extra

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        tree = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise FormatError(f"{file!r} is broken inside") from None
    if tree.getroottree().docinfo.doctype:
        raise FormatError(f"{file!r}: a part declares a document type, which no Office document does")
    return tree


def serialise(tree: Any) -> bytes:
    """Write XML as Office does."""
    from lxml import etree  # noqa: PLC0415 an extra

    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


def local(element: Any) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def without(tree: Any, names: frozenset[str]) -> Any:
    """Take all elements of these names away, with what is in them."""
    for element in [e for e in tree.iter("*") if local(e) in names and e is not tree]:
        if element.getparent() is not None:
            element.getparent().remove(element)
    return tree


def clean_tree(tree: Any) -> tuple[Any, Mapping[str, int]]:
    """Clean a part of all but text and formatting; return it and how many images and objects were left out."""
    left_out: Counter[str] = Counter()
    _choose(tree)
    without(tree, _GONE)
    for element in [e for e in tree.iter("*") if local(e) in _PICTURES]:
        if element.getparent() is not None:
            left_out[_PICTURES[local(element)]] += 1
            _lift_boxes(element)
    _drop_fields(tree)
    for element in [e for e in tree.iter("*") if local(e) in _OPENED]:
        _open(element)
    for element in tree.iter("*"):
        _strip(element)
    return tree, dict(left_out)


def _choose(tree: Any) -> None:
    """Of alternatives for older and newer programs keep the newer; the older says the same again."""
    for element in [e for e in tree.iter("*") if local(e) == "AlternateContent"]:
        for child in list(element):
            if local(child) != "Choice" or child is not element[0]:
                element.remove(child)
        for child in list(element):
            _open(child)
        _open(element)


def _open(element: Any) -> None:
    """Put what is in an element in its place."""
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    for child in reversed(list(element)):
        parent.insert(at, child)
    parent.remove(element)


def _drop_fields(tree: Any) -> None:
    """Leave of fields that do more than number pages nothing but their last result, which is text like any other."""
    begun: list[list[Any]] = []
    for element in [e for e in tree.iter("*") if local(e) in {"fldChar", "instrText"}]:
        kind = next((value for name, value in element.attrib.items() if name.endswith("}fldCharType")), "")
        if kind == "begin" or not begun:
            begun.append([])
        begun[-1].append(element)
        if kind == "end":
            _drop_field(begun.pop())
    for rest in begun:
        _drop_field(rest)


def _drop_field(elements: Sequence[Any]) -> None:
    said = "".join(e.text or "" for e in elements if local(e) == "instrText")
    if not _FIELD.fullmatch(said):
        for element in elements:
            element.getparent().remove(element)


def _lift_boxes(picture: Any) -> None:
    """Take a picture away; the paragraphs of text boxes in it follow the paragraph that it stood in."""
    boxes = [p for box in picture.iter("{*}txbxContent") for p in box if local(p) in {"p", "tbl"}]
    paragraph = next((e for e in picture.iterancestors("{*}p")), None)
    for box in reversed(boxes):
        if paragraph is not None:
            paragraph.addnext(box)
    picture.getparent().remove(picture)


def _strip(element: Any) -> None:
    name = local(element)
    if name not in _HOLDS_TEXT:
        element.text = None
    element.tail = None
    for attribute in list(element.attrib):
        bare = attribute.rpartition("}")[2]
        if name == "comment" and bare == "author":
            element.set(attribute, "")  # it must be there
        elif (
            bare in _NAMING or bare.startswith("rsid") or (name != "rFonts" and _SAYING.search(element.get(attribute)))
        ):
            del element.attrib[attribute]
