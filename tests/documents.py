"""Small documents as other programs write them, made by hand: every part of them is known."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_NAMES = f'xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="{MC}" xmlns:w14="urn:w14" xmlns:wps="urn:wps" xmlns:a="urn:a" mc:Ignorable="w14"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ROOTS = {"header1": "hdr", "footer1": "ftr", "theme/theme1": "theme"}
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def word(
    path: Path, body: str, parts: Mapping[str, str] | None = None, others: Mapping[str, bytes] | None = None
) -> Path:
    """Write a .docx: `body` is the inside of w:body, `parts` those of word/NAME.xml by name, `others` are whole files."""
    inside = {"document": f"<w:body>{body}<w:sectPr/></w:body>", **(parts or {})}
    files: dict[str, bytes] = {}
    for name, content in inside.items():
        root = _ROOTS.get(name, name)
        files[f"word/{name}.xml"] = f"{_HEAD}<w:{root} {_NAMES}>{content}</w:{root}>".encode()
    files |= dict(others or {})
    overrides = "".join(f'<Override PartName="/{name}" ContentType="x/{n}"/>' for n, name in enumerate(files))
    types = f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="r"/><Default Extension="png" ContentType="p"/>{overrides}</Types>'
    links = "".join(
        f'<Relationship Id="r{n}" Type="{R}/{name.rstrip("0123456789")}" Target="{name}.xml"/>'
        for n, name in enumerate(inside)
        if name != "document"
    )
    links += (
        f'<Relationship Id="mail" Type="{R}/hyperlink" Target="mailto:ann.secret@example.com" TargetMode="External"/>'
    )
    links += f'<Relationship Id="pic" Type="{R}/image" Target="media/image1.png"/>'
    top = f'<Relationship Id="a" Type="{R}/officeDocument" Target="word/document.xml"/><Relationship Id="b" Type="x/core-properties" Target="docProps/core.xml"/>'
    whole = {
        "[Content_Types].xml": (_HEAD + types).encode(),
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{top}</Relationships>'.encode(),
        "word/_rels/document.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'.encode(),
        **files,
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in whole.items():
            archive.writestr(name, data)
    return path


def runs(*texts: str) -> str:
    """Return a paragraph of runs, every second one bold."""
    bold = ("", "<w:rPr><w:b/></w:rPr>")
    return (
        "<w:p>"
        + "".join(f'<w:r>{bold[n % 2]}<w:t xml:space="preserve">{t}</w:t></w:r>' for n, t in enumerate(texts))
        + "</w:p>"
    )


def unpacked(path: Path) -> dict[str, str]:
    """Return all parts of an archive as texts."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def pdf(path: Path, pages: Sequence[str]) -> Path:
    """Write a PDF file with a line of text on each page; an empty one has a page that only draws."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for text in pages:
        drawn = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET" if text else "0 0 100 100 re f"
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {len(objects) + 2} 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
        )
        objects.append(f"<</Length {len(drawn)}>>\nstream\n{drawn}\nendstream")
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>"
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(data)}\n%%EOF\n"
    path.write_bytes(data + end.encode())
    return path
