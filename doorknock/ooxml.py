"""The XML parts of an office file, walked within one budget of bytes and elements.

Below ``sheets``: knows zip and XML, not what a sheet is. A document type declaration is refused, so
that no entity is ever defined; a token over 1 MB is refused, because expat reads an unfinished token
again with every piece (CVE-2023-52425 in expat before 2.6).
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Never
from xml.parsers import expat

from doorknock.words import lazy

MAX_BYTES = 10 * 2**20
MAX_ENTRIES = 200
MAX_UNPACKED = 200 * 2**20
MAX_RATIO = 100
RATIO_FLOOR = 20 * 2**20
"""Unpacked bytes below which the ratio is not asked: an empty bordered table packs 60 to 1."""
MAX_XML = 48 * 2**20
MAX_ELEMENTS = 900_000
_MAX_DEPTH = 50
_MAX_TOKEN = 2**20
_CHUNK = 64 * 2**10

MESSAGES = {
    "empty_file": lazy("文件是空的。请重新选一个 .xlsx 表格。"),
    "not_workbook": lazy("这不是 Excel 表格。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。"),
    "old_format": lazy("这是旧格式（如 .xls）的表格。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。"),
    "encrypted": lazy("这个表格设了打开密码，读不了。请去掉密码，另存一份再导入。"),
    "damaged": lazy("文件坏了，读不出来。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。"),
    "unsafe": lazy("文件里夹着表格不该有的内容，没有读。请新建一个表格，只粘贴户表的文字，再导入。"),
    "too_many_bytes": lazy("文件超过 10 MB。请删掉图片和别的表，只留户表，再导入。"),
    "too_big": lazy("文件展开后太大，没有读。请新建一个表格，只粘贴户表的文字，再导入。"),
    "too_many_rows": lazy("表格超过 20,000 行。请按村分成几个文件再导入。"),
    "too_many_columns": lazy("表格超过 200 列。请删掉右边用不到的列再导入。"),
    "no_sheet": lazy("文件里没有能读的表（都是空的或隐藏的）。请打开看一看，取消隐藏再导入。"),
    "no_header": lazy("没有找到表头，一行都没有读。请在第一行写上「村组、户主、门牌」这样的列名，再导入。"),
}

_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    LookupError,
    OverflowError,
)


class SheetError(Exception):
    """The whole file is refused: a stable ``code``, and a ``message`` that says what to do."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.message = str(MESSAGES[code])
        super().__init__(self.message)


class Package:
    """An office file's zip, and what may still be spent on reading it; SheetError if it is none."""

    def __init__(self, data: bytes) -> None:
        _refuse_at_first_sight(data)
        self.elements_left = MAX_ELEMENTS
        self._bytes_left = MAX_XML
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN_ZIP as error:
            raise SheetError("damaged") from error
        entries = self._zip.infolist()
        self.unpacked = sum(entry.file_size for entry in entries)
        if self.unpacked > MAX_UNPACKED or self.unpacked > max(RATIO_FLOOR, MAX_RATIO * len(data)):
            raise SheetError("too_big")
        self._entries = {entry.filename.replace("\\", "/").lower(): entry for entry in entries}
        if "xl/workbook.bin" in self._entries or "content.xml" in self._entries:
            raise SheetError("old_format")
        if any(entry.flag_bits & 1 for entry in entries):
            raise SheetError("encrypted")

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._entries

    def names(self) -> list[str]:
        """The names of all parts, as the zip lists them."""
        return [entry.filename for entry in self._zip.infolist()]

    def with_parts(self, changed: Mapping[str, bytes]) -> bytes:
        """The same package with these parts instead, by their own names; all others as they are, in their order."""
        out = io.BytesIO()
        try:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
                for entry in self._zip.infolist():
                    content = changed.get(entry.filename)
                    archive.writestr(entry, self._zip.read(entry) if content is None else content)
        except _BROKEN_ZIP as error:
            raise SheetError("damaged") from error
        return out.getvalue()

    def pieces(self, part: str) -> Iterator[bytes]:
        """The bytes of a part as they unpack, taken from the budget."""
        entry = self._entries.get(part.lower())
        if entry is None or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise SheetError("damaged")
        try:
            with self._zip.open(entry) as stream:
                while piece := stream.read(_CHUNK):
                    self._bytes_left -= len(piece)
                    if self._bytes_left < 0:
                        raise SheetError("too_big")
                    yield piece
        except _BROKEN_ZIP as error:
            raise SheetError("damaged") from error


def _refuse_at_first_sight(data: bytes) -> None:
    if not data:
        raise SheetError("empty_file")
    if len(data) > MAX_BYTES:
        raise SheetError("too_many_bytes")
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise SheetError("encrypted" if locked else "old_format")
    if not data.startswith(b"PK"):
        raise SheetError("not_workbook")
    if data.count(b"PK\x01\x02") > MAX_ENTRIES:  # in the bytes, because zipfile would list them all
        raise SheetError("too_big")


class Part:
    """One part being walked. A subclass takes what it needs from ``opened`` and ``closed``.

    Tags and attributes come without their namespace prefix.
    """

    def __init__(self, package: Package, part: str) -> None:
        self._package = package
        self._depth = 0
        self._text: list[str] = []
        parser = expat.ParserCreate()
        parser.buffer_text = True  # or every line end would be a call of its own
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.StartDoctypeDeclHandler = _refuse_doctype
        fed = 0
        try:
            for piece in package.pieces(part):
                fed += len(piece)
                parser.Parse(piece)
                if fed - parser.CurrentByteIndex > _MAX_TOKEN:
                    raise SheetError("unsafe")
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise SheetError("damaged") from error

    def opened(self, tag: str, attributes: dict[str, str], /) -> None:
        """An element begins."""

    def closed(self, tag: str, text: str, /) -> None:
        """An element ends; ``text`` is what stood since the last tag."""

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._package.elements_left -= 1
        self._depth += 1
        if self._package.elements_left < 0:
            raise SheetError("too_big")
        if self._depth > _MAX_DEPTH:
            raise SheetError("unsafe")
        if self._text:
            self._text.clear()
        self.opened(tag.rpartition(":")[2] if ":" in tag else tag, attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        text = ""
        if self._text:
            text = "".join(self._text)
            self._text.clear()
        self.closed(tag.rpartition(":")[2] if ":" in tag else tag, text)


def _refuse_doctype(*_declaration: object) -> Never:
    raise SheetError("unsafe")


class Relations(Part):
    """What a part points to: ``targets`` by id as (type, part name)."""

    def __init__(self, package: Package, part: str) -> None:
        self.targets: dict[str, tuple[str, str]] = {}
        self._folder, name = posixpath.split(part)
        path = posixpath.join(self._folder, "_rels", f"{name}.rels")
        if path not in package:
            raise SheetError("damaged")
        super().__init__(package, path)

    def opened(self, tag: str, attributes: dict[str, str], /) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.join("/", self._folder, attributes.get("Target", ""))
            part = posixpath.normpath(target).lstrip("/")
            self.targets[attributes.get("Id", "")] = (attributes.get("Type", ""), part)

    def first(self, kind: str) -> str:
        """The name of the first part of a kind, or "" without one."""
        return next((part for found, part in self.targets.values() if found.endswith(kind)), "")
