"""The file of an export, by its format."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from doorknock.jsons import dumped
from doorknock.reports.exporting import ExportJob
from doorknock.tabular import Column, Csv, Table, Value, Xlsx


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
