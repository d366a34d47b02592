"""Every form of a paper in another program: LibreOffice opens what we write, and says what it reads there."""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path

from doorknock.papers.as_docx import as_docx
from doorknock.papers.as_xlsx import as_xlsx
from doorknock.papers.county_sheet import fill
from doorknock.papers.paper import Figure, Head, Paper, Paragraph, Row, Table
from tests import hostile
from tests.drills.checklist import Checklist
from tests.papers import county, qinghe

_TEXTS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"
"""Cells as they are shown, in UTF-8."""


def office(folder: Path, list_: Checklist) -> None:
    """LibreOffice 打开日报、阶段总结、县里的表和满是怪名字的一份：数字一个不少，没有一个变成公式。"""
    there = shutil.which("soffice")
    list_.check("这台机器上有 LibreOffice", there, "apt-get install libreoffice-writer-nogui libreoffice-calc-nogui")
    if not there:
        return
    for name, paper in (("日报", qinghe.daily()), ("阶段总结", qinghe.summary()), ("怪名字", odd())):
        (folder / f"{name}.docx").write_bytes(as_docx(paper))
        (folder / f"{name}.xlsx").write_bytes(as_xlsx(paper))
    (folder / "县里的表.xlsx").write_bytes(fill(county.daily_form(), qinghe.daily()).data)
    _words(folder, list_)
    _sheets(folder, list_)
    made = convert(folder, "pdf", *sorted(folder.glob("*.docx")), *sorted(folder.glob("*.xlsx")))
    list_.check("都能打印", all(path.read_bytes().startswith(b"%PDF") for path in made), made)


def odd() -> Paper:
    """A paper whose every name is one that somebody chose to do harm, and a figure of thirteen digits."""
    names = [Row((text[:200] or "空", Figure("day.visits", 10**12 + n))) for n, text in enumerate(hostile.strings())]
    words = Paragraph(tuple(text[:200].replace("〔", "").replace("〕", "") for text in hostile.strings()))
    table = Table("", (Head("村", number=False), Head("走访")), tuple(names))
    return Paper("daily", "", "青禾镇敲门行动日报", "", (words, table))


def convert(folder: Path, kind: str, *files: Path) -> list[Path]:
    """The files in another form, written beside them; a profile of its own, so that nobody's own is touched."""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    suffix = kind.partition(":")[0]
    return [folder / f"{file.stem}.{suffix}" for file in files]


def _words(folder: Path, list_: Checklist) -> None:
    daily, summary, strange = (
        path.read_text(encoding="utf-8-sig")
        for path in convert(
            folder, "txt:Text (encoded):UTF8", *(folder / f"{n}.docx" for n in ("日报", "阶段总结", "怪名字"))
        )
    )
    list_.check("Word：日报的一段话和合计都在", qinghe.told().text in daily and "469\n312\n22" in daily, daily[:500])
    list_.check("Word：阶段总结六个标题都在", all(f"{n}、" in summary for n in "一二三四五六"), summary[:500])
    numbers = [str(f"{10**12 + n:,}") for n in range(len(hostile.strings()))]
    lost = [number for number in numbers if number not in strange]
    list_.check("Word：怪名字旁边的数字一位不少", not lost, lost[:5])


def _sheets(folder: Path, list_: Checklist) -> None:
    daily, form, strange = (
        list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        for path in convert(folder, _TEXTS, *(folder / f"{n}.xlsx" for n in ("日报", "县里的表", "怪名字")))
    )
    total = next(row for row in daily if row[0] == "全镇")
    list_.check("Excel：合计是数字", total[1:8] == [str(n) for n in qinghe.SUMS], total)
    sums = next(row for row in form if row[0] == "合计")
    list_.check("县里的表：自己的公式重新算过", sums[1:5] == ["469", "312", "22", "23"], sums)
    rows = [row for row in strange if len(row) > 1 and row[1].replace(",", "").startswith("1000000000")]
    said = [row.name for row in odd().tables()[0].rows]
    list_.check("Excel：怪名字一行不少", len(rows) == len(said), f"{len(rows)} 行")
    wrong = [(row[0], text) for row, text in zip(rows, said, strict=False) if row[0].split() != text.split()]
    list_.check("Excel：怪名字还是原来的字，没有一个变成公式", not wrong, wrong[:5])
