"""docs/asvs.md answers every item of levels one and two, and what it names is really there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
ITEMS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "11.1": 2, "11.2": 3, "11.3": 3,
    "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3,
    "16.5": 3,
}  # fmt: skip
"""How many items of levels 1 and 2 each section of ASVS 5.0.0 begins with; what is level 3 stands behind them. The
chapters on OAuth (10) and WebRTC (17) speak of what is not here."""
MOST_RISKS = 5
ROW = re.compile(r"^\| V([\d.]+) \| (.+?) \| (.+) \|$", re.M)


def answers() -> dict[str, str]:
    return {number: answer for number, _asked, answer in ROW.findall(TEXT)}


def test_every_item_of_levels_one_and_two_is_answered_once() -> None:
    wanted = [f"{section}.{n}" for section, count in ITEMS.items() for n in range(1, count + 1)]
    assert len(wanted) == 217
    assert [number for number, _asked, _answer in ROW.findall(TEXT)] == wanted


def test_every_answer_is_a_test_a_reason_an_accepted_risk_or_what_people_do() -> None:
    kinds = re.compile(r"(?!by hand).*`test_\w+`|not applicable: \w+.{10,}|accepted risk \d$|by hand: \w+.{10,}")
    assert {number: answer for number, answer in answers().items() if not kinds.match(answer)} == {}
    assert {number for number, answer in answers().items() if answer.startswith("by hand")} == {"15.1.1", "15.2.1"}


def test_no_answer_rests_on_this_file_alone() -> None:
    """That a rule has a heading proves nothing of what stands below it."""
    here = set(re.findall(r"^def (test_\w+)", Path(__file__).read_text(encoding="utf-8"), re.M))
    lone = {
        n for n, answer in answers().items() if (named := set(re.findall(r"`(test_\w+)`", answer))) and named <= here
    }
    assert lone == set()


def test_every_test_that_is_named_exists() -> None:
    there = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.M)
    }
    assert set(re.findall(r"`(test_\w+)`", TEXT)) - there == set()


def test_risks_are_few_each_is_explained_and_none_is_explained_for_nothing() -> None:
    taken = sorted({match[1] for answer in answers().values() if (match := re.match(r"accepted risk (\d)", answer))})
    explained = re.findall(r"^(\d)\. \*\*", TEXT.partition("## Accepted risks")[2].partition("\n## ")[0], re.M)
    assert taken == explained
    assert len(taken) <= MOST_RISKS


def test_the_rules_that_answers_point_to_are_written_down() -> None:
    rules = set(re.findall(r"^### (.+)$", TEXT, re.M))
    assert set(re.findall(r"§([A-Z][a-z ]+[a-z])", TEXT)) - rules == set()
    assert set(re.findall(r"`(docs/[\w./-]+)`", TEXT)) <= {str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*")}
