"""Office files taken apart and put together again, so that a test can also make what no program would save."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

from doorknock.papers.as_docx import OURS
from tests.places.workbooks import packed


def parts_of(data: bytes) -> dict[str, bytes]:
    """The files inside."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The same with this part instead, or beside the others."""
    return packed(parts_of(data) | {name: content})


def letter(*paragraphs: str, **more: bytes) -> bytes:
    """A .docx with these paragraphs, in our template's frame; ``more`` are further parts."""
    files = parts_of(OURS.read_bytes())
    document = files["word/document.xml"].decode()
    head, tail = document.split("<w:body>")[0], document[document.index("<w:sectPr") :]
    inside = "".join(each if each.startswith("<") else _paragraph(each) for each in paragraphs)
    files["word/document.xml"] = f"{head}<w:body>{inside}{tail}".encode()
    return packed(files | more)


def words_of(data: bytes, part: str = "word/document.xml") -> str:
    """What a .docx says, paragraph by paragraph."""
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    root = ElementTree.fromstring(parts_of(data)[part])  # noqa: S314  # made by us
    return "\n".join("".join(t.text or "" for t in p.iter(f"{space}t")) for p in root.iter(f"{space}p"))


def _paragraph(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<w:p><w:r><w:t xml:space="preserve">{escaped}</w:t></w:r></w:p>'
