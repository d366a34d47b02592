"""A paper as a Word document: opened again by another program, and no template of an office's can harm anybody."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from doorknock.errors import Problem
from doorknock.papers.as_docx import OURS, as_docx, check
from doorknock.papers.paper import Head, Paper, Paragraph, Row, Table
from tests.databases import ROOT
from tests.hostile import strings
from tests.papers import qinghe
from tests.papers.packages import letter, parts_of, with_part, words_of
from tests.places.workbooks import LOCKED, OLE, Page, packed, workbook

RELATIONS = "word/_rels/document.xml.rels"


def refusal(template: bytes) -> str:
    with pytest.raises(Problem) as caught:
        as_docx(qinghe.daily(), template)
    assert caught.value.code == "bad_template"
    assert caught.value.detail[-1] in "。？"
    return caught.value.detail


def linked(kind: str, target: str) -> bytes:
    """Our template with a relationship that leads away."""
    link = f'<Relationship Id="rX" Type="x/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    relations = parts_of(OURS.read_bytes())[RELATIONS].replace(b"</Relationships>", link.encode())
    return with_part(OURS.read_bytes(), RELATIONS, relations)


def with_doctype() -> bytes:
    entity = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    styles = parts_of(OURS.read_bytes())["word/styles.xml"].replace(b"<w:styles", entity + b"<w:styles", 1)
    return with_part(OURS.read_bytes(), "word/styles.xml", styles)


def with_macros() -> bytes:
    types = parts_of(OURS.read_bytes())["[Content_Types].xml"]
    types = types.replace(b"wordprocessingml.document.main+xml", b"ms-word.document.macroEnabled.main+xml")
    return with_part(OURS.read_bytes(), "[Content_Types].xml", types)


def test_the_day_opens_again_with_every_figure_in_its_place() -> None:
    made = docx.Document(io.BytesIO(as_docx(qinghe.daily())))
    assert [p.text for p in made.paragraphs if p.text] == [
        "青禾镇敲门行动日报",
        "2026年11月20日 18:00 至 21日 18:00·第 19 期·截至 17:45",
        qinghe.told().text,
        "昨天补到：昨天 18:00 以前走访、定稿以后才传到的，写在旁边，不改昨天那一份。",
    ]
    (table,) = made.tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == ["村", *qinghe.HEADS, "说明"]
    assert rows[11] == ["竹园村", *["—"] * 6, "0", "今日无安排"]
    assert rows[-1] == ["全镇", *map(str, qinghe.SUMS), ""]
    assert len(rows) == 15


def test_a_summary_has_its_six_headings_its_tables_and_who_signs() -> None:
    made = docx.Document(io.BytesIO(as_docx(qinghe.summary())))
    heads = [p.text for p in made.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert heads == ["一、组织部署", "二、主要做法", "三、数据成效", "四、特色做法与案例", "五、存在问题", "六、下一步"]
    assert [len(table.rows) for table in made.tables] == [9, 8, 5]
    words = [cell.text for cell in made.tables[2].rows[2].cells]
    assert words == ["竹园村", "今日无安排", "今日无安排"], "words span the row"
    assert made.tables[0].rows[1].cells[1].text == "77.1%\n310/402"
    assert [p.text for p in made.paragraphs if p.style is not None and p.style.name == "Signature"] == [
        "青禾镇反诈办",
        "2026年11月21日",
    ]
    assert made.core_properties.title == "青禾镇敲门行动第一阶段总结"


@pytest.mark.parametrize("text", [*strings(), "{{ 7 }}", "{% for x in 内容 %}", "<w:p>", "]]>", "&amp;", "{_{"])
def test_whatever_is_said_stands_there_as_text(text: str) -> None:
    said = Paragraph((text.replace("〔", "").replace("〕", ""),))
    table = Table("", (Head(text, number=False),), (Row((text,)),))
    made = docx.Document(io.BytesIO(as_docx(Paper("daily", "", text, text, (said, table)))))
    assert said.text.replace("{_{", "{{") in [p.text for p in made.paragraphs]


def test_the_template_is_the_one_that_its_script_makes(tmp_path: Path) -> None:
    made = tmp_path / "paper.docx"
    subprocess.run([sys.executable, ROOT / "scripts" / "report_template", made], check=True)
    assert made.read_bytes() == OURS.read_bytes(), "run scripts/report_template"


def test_an_office_may_upload_our_own_template_again() -> None:
    check(OURS.read_bytes())
    assert words_of(as_docx(qinghe.daily(), OURS.read_bytes())) == words_of(as_docx(qinghe.daily()))


def test_marks_are_filled_in_both_ways_of_writing_and_across_runs() -> None:
    split = "<w:p><w:r><w:t>走访【今日</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>走访】次</w:t></w:r></w:p>"
    template = letter(
        "{{单位}}（{{ 日期 }}）", "【今日见到人·改天】【办结率】", split, "【附件】", "{{ 今日走访 }}", "【本阶段张贴】"
    )
    said = words_of(as_docx(qinghe.daily(), template)).split("\n")
    assert said[:4] == ["青禾镇（11月21日）", "3070.7%（5,092/7,200）", "走访469次", "【附件】"]
    assert said[4:6] == ["469", "—"], "what the paper does not count is never zero"


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("{{ 今日走防 }}", "今日走访"),
        ("【今日走防】", "今日走访"),
        ("{{ cycler }}", "cycler"),
        ("{{ 标题.字.items }}", "items"),
    ],
)
def test_a_mark_that_nobody_knows_is_named(mark: str, said: str) -> None:
    assert said in refusal(letter("{{ 标题 }}", mark))


@pytest.mark.parametrize(
    "code",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ 标题.__class__ }}",
        "{{ 标题['__class__'] }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ 标题|attr('__class__') }}",
        "{{ 标题|upper }}",
        "{{ 标题 ~ 标题 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '字' * 1000000000 }}",
        "{{ range(10) }}",
        "{% for a in range(1000000000) %}x{% endfor %}",
        "{% for a in 内容 %}{% for b in 内容 %}x{% endfor %}{% endfor %}",
        "{% for a in 内容 recursive %}x{% endfor %}",
        "{% for a in 内容 %}" * 41 + "{% endfor %}" * 41,
        "{% set a = 1 %}",
        "{% macro a() %}{% endmacro %}",
        "{% include 'x' %}",
        "{% import 'x' as x %}",
        "{% extends 'x' %}",
        "{% block a %}{% endblock %}",
        "{% raw %}",
        "{% if 标题 is defined %}x{% endif %}",
        "{% if 标题 < 落款 %}x{% endif %}",
        "{% 走访 %}",
        "{{ 标题",
        "{% for a in 内容 %}",
        "{{ " + "(" * 5000 + " }}",
        "{{ [标题] }}",
        "{{ self }}",
    ],
)
def test_code_in_a_template_is_refused(code: str) -> None:
    refusal(letter("{{ 标题 }}", code))


def test_code_in_the_properties_of_a_template_is_not_run() -> None:
    core = b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    core += b' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{{ 7 * 7 }}</dc:title></cp:coreProperties>'
    made = docx.Document(io.BytesIO(as_docx(qinghe.daily(), with_part(OURS.read_bytes(), "docProps/core.xml", core))))
    assert made.core_properties.title == "青禾镇敲门行动日报"


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "空的"),
    "a text": (lambda: b"{{ title }}", "格式不对"),
    "a zip of something else": (lambda: packed({"a.txt": b"a"}), "格式不对"),
    "a workbook": (lambda: workbook(Page("一组", [["户主"]])), "格式不对"),
    "an old .doc": (lambda: OLE, "旧格式"),
    "a password": (lambda: LOCKED, "密码"),
    "half a file": (lambda: OURS.read_bytes()[:3000], "坏了"),
    "a zip bomb": (lambda: with_part(OURS.read_bytes(), "word/media/a.png", bytes(230 * 2**20)), "太大"),
    "endless elements": (lambda: letter("<w:p/>" * 1_000_000), "太大"),
    "a document type": (with_doctype, "不该有"),
    "macros": (with_macros, "宏"),
    "a macro's part": (lambda: with_part(OURS.read_bytes(), "word/vbaProject.bin", b"x"), "宏"),
    "another file inside": (lambda: with_part(OURS.read_bytes(), "word/embeddings/a.bin", b"x"), "嵌着"),
    "a template from elsewhere": (lambda: linked("attachedTemplate", "https://qinghe.example/a.dotm"), "外面"),
    "a picture from elsewhere": (lambda: linked("image", "https://qinghe.example/a.png"), "外面"),
    "a link to a share": (lambda: linked("hyperlink", "file://qinghe.example/a"), "外面"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_in_plain_words(kind: str) -> None:
    make, said = HOSTILE[kind]
    assert said in refusal(make())


def test_a_web_address_that_somebody_may_click_is_no_harm() -> None:
    check(linked("hyperlink", "https://qinghe.example/a"))


@pytest.mark.parametrize(
    "body",
    ["{{" * 200_000, '<w:p w:a="1"/>' * 150_000],
    ids=["marks", "paragraphs"],
)
def test_a_file_made_to_take_for_ever_ends_in_time(body: str) -> None:
    """The library's patterns take the square of these; its process may take seconds and half a gigabyte."""
    assert "填不进去" in refusal(letter("{{ 标题 }}", body))
