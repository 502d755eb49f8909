"""Word documents: the text goes, its formatting stays, and nothing that was not looked at leaves."""

import zipfile
from pathlib import Path

import pytest

from deid import Policy
from deid.changes import Change, changes_of
from pipelines.documents.word import read_word
from pipelines.errors import FormatError, SizeError
from tests.documents import runs, unpacked, word

SECRET = "Zebrowski"


def written(path: Path, *changes: Change) -> dict[str, str]:
    target = path.with_name("out.docx")
    read_word(path).write(changes, target)
    return unpacked(target)


def test_text_is_read_from_all_parts_a_line_for_each_paragraph(tmp_path):
    table = f"<w:tbl><w:tr><w:tc>{runs('cell')}</w:tc><w:tc>{runs('other')}</w:tc></w:tr></w:tbl>"
    tabbed = "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>"
    parts = {
        "header1": runs("head"),
        "footer1": runs("foot"),
        "footnotes": f'<w:footnote w:id="1">{runs("foot note")}</w:footnote>',
        "comments": f'<w:comment w:id="1" w:author="{SECRET}" w:initials="ZZ" w:date="2020-01-01">{runs("remark")}</w:comment>',
    }
    body = read_word(word(tmp_path / "a.docx", runs("Dear ", "Ann", " Lee,") + table + tabbed, parts))
    assert body.text == "Dear Ann Lee,\ncell\nother\na\tb\nc\nhead\nfoot\nfoot note\nremark\n"
    body.write((), tmp_path / "out.docx")
    assert read_word(tmp_path / "out.docx").text == body.text


def test_a_change_over_several_runs_keeps_their_formatting(tmp_path):
    path = word(tmp_path / "a.docx", runs("Dear A", "nn L", "ee, hello") + runs("Yours"))
    document = written(path, Change(5, 12, "[PERSON]"), Change(20, 25, "<&>"))["word/document.xml"]
    assert read_word(tmp_path / "out.docx").text == "Dear [PERSON], hello\n<&>\n"
    texts = [part.split("</w:t>")[0] for part in document.split('preserve">')[1:]]
    assert texts == ["Dear [PERSON]", ", hello", "&lt;&amp;&gt;"]
    assert document.count("<w:b/>") == 1


def test_a_change_over_two_cells_leaves_none_empty(tmp_path):
    cells = f"<w:tbl><w:tr><w:tc>{runs('Ann ', 'Lee')}</w:tc><w:tc>{runs('ann@', 'x.org')}</w:tc></w:tr></w:tbl>"
    written(word(tmp_path / "a.docx", cells), Change(0, 17, "[X]"))
    assert read_word(tmp_path / "out.docx").text == "[X]\n[X]\n"


HIDDEN = {
    "deleted": f'<w:p><w:del w:author="{SECRET}"><w:r><w:delText>{SECRET}</w:delText></w:r></w:del></w:p>',
    "author of an insertion": f'<w:p><w:ins w:id="1" w:author="{SECRET}"><w:r><w:t>new</w:t></w:r></w:ins></w:p>',
    "moved away": f"<w:p><w:moveFrom><w:r><w:t>{SECRET}</w:t></w:r></w:moveFrom></w:p>",
    "former formatting": f'<w:p><w:pPr><w:pPrChange w:author="{SECRET}"/></w:pPr></w:p>',
    "bookmark": f'<w:p><w:bookmarkStart w:id="1" w:name="{SECRET}"/></w:p>',
    "content control": f'<w:sdt><w:sdtPr><w:alias w:val="{SECRET}"/><w:tag w:val="{SECRET}"/></w:sdtPr><w:sdtContent>{runs("x")}</w:sdtContent></w:sdt>',
    "smart tag": f'<w:p><w:smartTag w:element="{SECRET}"><w:r><w:t>x</w:t></w:r></w:smartTag></w:p>',
    "custom XML": f'<w:customXml w:element="{SECRET}">{runs("x")}</w:customXml>',
    "field": f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "mailto:{SECRET}" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>',
    "split field": f'<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText> PAGE </w:instrText><w:instrText>{SECRET}</w:instrText><w:fldChar w:fldCharType="end"/></w:r></w:p>',
    "simple field": f'<w:p><w:fldSimple w:instr=" AUTHOR {SECRET} "><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>',
    "form field": f'<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:default w:val="{SECRET}"/></w:ffData></w:fldChar></w:r></w:p>',
    "picture": f'<w:p><w:r><w:drawing><a:blip r:embed="pic" descr="{SECRET}"/></w:drawing></w:r></w:p>',
    "object": f'<w:p><w:r><w:object><a:x name="{SECRET}"/></w:object></w:r></w:p>',
    "older alternative": f'<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:t>x</w:t></mc:Choice><mc:Fallback><w:t>{SECRET}</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>',
    "tooltip": f'<w:p><w:hyperlink w:tooltip="{SECRET}" r:id="mail"><w:r><w:t>x</w:t></w:r></w:hyperlink></w:p>',
    "table title": f'<w:tbl><w:tblPr><w:tblCaption w:val="{SECRET}"/></w:tblPr></w:tbl>',
    "comment in XML": f"<w:p><!-- {SECRET} --></w:p>",
    "stray text": f"<w:p>{SECRET}<w:r/>{SECRET}</w:p>",
    "an attribute that speaks": f'<w:p><w:r><w:rPr><w:x w:val="of {SECRET}"/></w:rPr></w:r></w:p>',
    "range of a person": f'<w:p><w:permStart w:id="1" w:ed="{SECRET}"/></w:p>',
}


@pytest.mark.parametrize("where", HIDDEN)
def test_what_is_hidden_in_the_text_stays_behind(tmp_path, where):
    out = written(word(tmp_path / "a.docx", HIDDEN[where] + runs("the end")))
    assert SECRET not in "".join(out.values())
    assert "secret" not in "".join(out.values())
    assert "the end" in out["word/document.xml"]


PARTS = {
    "settings": f'<w:docVars><w:docVar w:name="x" w:val="{SECRET}"/></w:docVars><w:rsids/><w:evenAndOddHeaders/>',
    "styles": f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{SECRET}1"><w:name w:val="{SECRET}"/><w:aliases w:val="{SECRET}"/><w:b/></w:style>',
    "numbering": f'<w:abstractNum><w:name w:val="{SECRET}"/><w:lvl><w:lvlText w:val="{SECRET} %1."/></w:lvl></w:abstractNum>',
    "theme/theme1": f'<a:clrScheme name="{SECRET}"/><a:custClr name="{SECRET}"/><a:extLst><a:x name="{SECRET}"/></a:extLst>',
    "fontTable": '<w:font w:name="Arial"><w:embedRegular r:id="rId1"/></w:font>',
}
OTHERS = {
    "docProps/core.xml": f"<x>{SECRET}</x>",
    "docProps/app.xml": f"<x>{SECRET}</x>",
    "docProps/custom.xml": f"<x>{SECRET}</x>",
    "customXml/item1.xml": f"<x>{SECRET}</x>",
    "word/people.xml": f"<x>{SECRET}</x>",
    "word/commentsExtended.xml": f"<x>{SECRET}</x>",
    "word/glossary/document.xml": f"<x>{SECRET}</x>",
    "word/media/image1.png": SECRET,
    "word/embeddings/a.xlsx": SECRET,
    "word/vbaProject.bin": SECRET,
}


def test_parts_that_are_no_text_leave_bare_or_not_at_all(tmp_path):
    styled = f'<w:p><w:pPr><w:pStyle w:val="{SECRET}1"/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>'
    path = word(tmp_path / "a.docx", styled, PARTS, {name: text.encode() for name, text in OTHERS.items()})
    out = written(path)
    assert set(out) == {
        "[Content_Types].xml",
        "_rels/.rels",
        "word/_rels/document.xml.rels",
        "word/document.xml",
        *(f"word/{name}.xml" for name in PARTS),
    }
    assert SECRET not in "".join(out.values())
    assert "evenAndOddHeaders" in out["word/settings.xml"]
    assert 'w:pStyle w:val="S1"' in out["word/document.xml"]
    assert 'w:styleId="S1"' in out["word/styles.xml"]
    assert "media" not in out["word/_rels/document.xml.rels"] + out["[Content_Types].xml"]
    assert "mailto" not in out["word/_rels/document.xml.rels"]
    assert "Arial" in out["word/fontTable.xml"]


def test_numbers_of_pages_stay(tmp_path):
    field = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE \\* MERGEFORMAT </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    assert "PAGE" in written(word(tmp_path / "a.docx", field))["word/document.xml"]


def test_pictures_are_counted_and_text_in_boxes_is_read(tmp_path):
    box = f"<w:p><w:r><w:drawing><wps:txbx><w:txbxContent>{runs('in a box')}</w:txbxContent></wps:txbx></w:drawing></w:r><w:r><w:t>before</w:t></w:r></w:p>"
    body = read_word(word(tmp_path / "a.docx", box + HIDDEN["picture"] + HIDDEN["object"]))
    assert body.text.split() == ["before", "in", "a", "box"]
    assert body.left_out == {"images": 2, "embedded objects": 1}


def test_a_withheld_text_leaves_nothing_behind(tmp_path):
    from deid import withhold

    path = word(tmp_path / "a.docx", runs("Dear ", SECRET) + runs(SECRET))
    text = read_word(path).text
    out = written(path, *changes_of(text, withhold(text, "x"), Policy()))
    assert SECRET not in "".join(out.values())
    assert read_word(tmp_path / "out.docx").text == "[WITHHELD]\n[WITHHELD]\n"


def test_broken_documents_are_refused(tmp_path, monkeypatch):
    good = word(tmp_path / "a.docx", runs("x"))
    bad = tmp_path / "bad.docx"
    for data in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0 locked", good.read_bytes()[:300]):
        bad.write_bytes(data)
        with pytest.raises(FormatError, match=r"bad\.docx"):
            read_word(bad)
    doctype = '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    for document in (b"<x", doctype.encode()):
        word(bad, "", others={"word/document.xml": document})
        with pytest.raises(FormatError, match=r"bad\.docx"):
            read_word(bad)
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(FormatError, match="no Word document"):
        read_word(bad)
    monkeypatch.setattr("pipelines.documents.archive.UNPACKED_LIMIT", 100)
    with pytest.raises(SizeError):
        read_word(good)
