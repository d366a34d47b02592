"""What an office uploads as a template, looked at before anything is made of it: bounded, and nothing in it acts."""

from __future__ import annotations

import re

from doorknock.errors import Problem
from doorknock.ooxml import Package, Part, Relations, SheetError
from doorknock.words import lazy

_ACTS = re.compile(
    r"vbaproject|vbadata|/macrosheets/|/activex/|/ctrlprops/|/embeddings/|/externallinks/|/webextensions/|customui/"
    r"|/connections\.xml|/querytables/|/model/|/afchunk|/attachedtoolbars"
)
"""Parts that run, fetch or hide something: no report needs them."""
_MOST_BYTES = 60 * 2**20
_LEADS = re.compile(r"https?://[^\s\\]+|mailto:[^\s\\]+", re.IGNORECASE)

_SAID = {
    "empty_file": lazy("文件是空的，请重新选一个。"),
    "not_workbook": lazy("文件的格式不对。请用 Word、Excel 或 WPS 打开，另存为 %(kind)s 再上传。"),
    "old_format": lazy("这是旧格式。请用 Word、Excel 或 WPS 打开，另存为 %(kind)s 再上传。"),
    "encrypted": lazy("文件设了打开密码，读不了。请去掉密码，另存一份再上传。"),
    "damaged": lazy("文件坏了，读不出来。请打开看一看，另存为 %(kind)s 再上传。"),
    "unsafe": lazy("文件里夹着模板不该有的内容。请新建一个文件，把表格和文字粘过去，再上传。"),
    "acts": lazy("文件里有宏、控件或嵌着别的文件。请去掉，另存为 %(kind)s 再上传。"),
    "leads": lazy("文件连着外面的文件或网址。请断开链接，另存一份再上传。"),
    "too_many_bytes": lazy("文件超过 10 MB。请删掉图片再上传。"),
    "too_big": lazy("文件展开后太大。请删掉用不到的行、列和表，再上传。"),
}


def refused(code: str, kind: str) -> Problem:
    """The refusal of a file of this kind (".docx"), in words that say what to do."""
    return Problem("bad_template", str(_SAID[code]) % {"kind": kind})


def opened(data: bytes, kind: str) -> tuple[Package, str]:
    """The package and the name of its main part; Problem for whatever is no plain document of this ``kind``.

    Every XML part has been walked: none declares a document type, and together they are bounded (``ooxml``).
    """
    try:
        return _opened(data, kind)
    except SheetError as error:
        raise refused(error.code, kind) from error


def _opened(data: bytes, kind: str) -> tuple[Package, str]:
    package = Package(data)
    names = [name.lower() for name in package.names()]
    if package.unpacked > _MOST_BYTES:
        raise refused("too_big", kind)
    if "[content_types].xml" not in names:
        raise refused("not_workbook", kind)
    if len(set(names)) < len(names) or any("\\" in name or ".." in name.split("/") for name in names):
        raise refused("unsafe", kind)
    if _Types(package).acts or any(_ACTS.search(f"/{name}") for name in names):
        raise refused("acts", kind)
    _walk(package, names, kind)
    main = Relations(package, "").first("/officeDocument")
    if main.lower() not in names or not main.startswith("word/" if kind == ".docx" else "xl/"):
        raise refused("not_workbook", kind)
    return package, main


def _walk(package: Package, names: list[str], kind: str) -> None:
    """Every XML part once, so that none holds what no reader should meet."""
    for name in names:
        if name.endswith(".rels"):
            if _Links(package, name).lead_away:
                raise refused("leads", kind)
        elif name.endswith((".xml", ".vml")):
            Part(package, name)


class _Types(Part):
    """The content types: whether any is of something that runs."""

    def __init__(self, package: Package) -> None:
        self.acts = False
        super().__init__(package, "[Content_Types].xml")

    def opened(self, tag: str, attributes: dict[str, str], /) -> None:
        said = attributes.get("ContentType", "").lower()
        self.acts = self.acts or "macro" in said or "vba" in said or "activex" in said or "oleobject" in said


class _Links(Part):
    """The relations of a part: whether one leads away, other than as a web address that somebody may click."""

    def __init__(self, package: Package, part: str) -> None:
        self.lead_away = False
        super().__init__(package, part)

    def opened(self, tag: str, attributes: dict[str, str], /) -> None:
        kind, target = attributes.get("Type", ""), attributes.get("Target", "")
        if tag != "Relationship" or attributes.get("TargetMode", "").lower() != "external":
            self.lead_away = self.lead_away or (tag == "Relationship" and "://" in target)
        elif not (kind.endswith("/hyperlink") and _LEADS.fullmatch(target)):
            self.lead_away = True
