"""The file of an export, by its format."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from doorknock.exports.exporting import ExportJob
from doorknock.exports.ledgers import Scope
from doorknock.jsons import dumped
from doorknock.tabular import Column, Csv, Table, Value, Xlsx
from doorknock.words import _


class GeoJson:
    """A FeatureCollection, one feature a line."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("wb")
        self.file.write(b'{"type":"FeatureCollection","features":[')
        self.first = True

    def rows(self, rows: Iterable[Any]) -> None:
        """Write these features."""
        for feature in rows:
            self.file.write(b"\n" if self.first else b",\n")
            self.file.write(dumped(feature))
            self.first = False

    def close(self, notes: Sequence[tuple[str, Value]]) -> None:
        """The end, with the notes as members of the collection."""
        said = {word: value if isinstance(value, int) else str(value) for word, value in notes}
        self.file.write(b'\n],"about":' + dumped(said) + b"}\n")
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()


def table_of(job: ExportJob, path: Path, columns: Sequence[Column]) -> Table:
    """The file at this path, ready for rows."""
    if job.format == "csv":
        return Csv(path, columns)
    if job.format == "xlsx":
        return Xlsx(path, columns, str(job.kind.word))
    return GeoJson(path)


def notes(job: ExportJob, scope: Scope, rows: int, as_of: datetime) -> list[tuple[str, Any]]:
    """What a workbook says of itself."""
    names = _("有姓名和电话，只给本村用，用完请删掉。") if scope.names else _("没有姓名和电话。")
    said: list[tuple[str, Any]] = [
        (_("内容"), str(job.kind.word)), (_("怎么列的"), str(job.kind.says)), (_("哪里"), scope.region.name),
        (_("哪次行动"), scope.campaign.name if scope.campaign else None), (_("从"), scope.first), (_("到"), scope.last),
        (_("截到"), as_of), (_("行数"), rows), (_("姓名"), names), (_("用途"), job.purpose),
    ]  # fmt: skip
    return [note for note in said if note[1] is not None]
