"""docs/privacy.md names every column once, with whom it is about and how long it is kept, as the sweep keeps it."""

from __future__ import annotations

import re
from pathlib import Path

from doorknock import create_app
from doorknock.db import Base
from doorknock.privacy import limits
from tests.privacy.kept import BY_LIMIT, WITHOUT_LIMIT

create_app({"TESTING": True, "SECRET_KEY": "t" * 32})
DOCS = Path(__file__).parent.parent.parent / "docs"
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.M)
INVENTORY = (DOCS / "privacy.md").read_text(encoding="utf-8").split("## The database")[1]
TOLD = {found[1]: found for found in ROW.finditer(INVENTORY)}
LENGTHS = {
    "90 days after": limits.HOUSEHOLDS, "180 days after": limits.UNDECIDED, "30 days after": limits.DECIDED,
    "500 days after": limits.ERASURES, "430 days after": limits.PHONES, "1 day after": limits.CODES,
    "1096 days after": limits.AUDIT,
}  # fmt: skip
OWN = {"device": 430}
"""Kept by an enrolment's own age, which the virtual clock's check allows for."""


def columns(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def test_every_table_and_every_column_is_in_the_inventory_once() -> None:
    assert set(TOLD) == {t.name for t in Base.metadata.sorted_tables}
    for table in Base.metadata.sorted_tables:
        said = [name for cell in TOLD[table.name].groups()[2:5] for name in columns(cell)]
        assert len(said) == len(set(said)), table.name
        assert set(said) == {c.name for c in table.columns} - {"county"}, table.name


def test_the_lengths_are_those_that_the_sweep_keeps() -> None:
    for name, row in TOLD.items():
        kept = row[2].strip()
        if name in WITHOUT_LIMIT:
            assert kept == "for good", name
        else:
            assert LENGTHS[kept] == OWN.get(name, BY_LIMIT[name][0]), name


def test_what_is_kept_for_good_is_about_nobody() -> None:
    for name, row in TOLD.items():
        if row[2].strip() == "for good":
            assert (columns(row[3]), columns(row[4])) == ([], []), name


def test_each_row_says_why_and_who_sees_it() -> None:
    assert [name for name, row in TOLD.items() if len(row[6].split()) < 3] == []


def test_the_other_papers_are_there_in_plain_chinese() -> None:
    for name, said in (("告知.md", "不听也行"), ("个人信息保护影响评估.md", "第五十五条")):
        text = (DOCS / name).read_text(encoding="utf-8")
        assert said in text, name
        assert "！" not in text, name
