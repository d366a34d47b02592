"""禾丰村's codes: what was made up or copied wrongly is none."""

from __future__ import annotations

import random

import pytest

from doorknock.batches import codes

KEY = b"k" * 32


@pytest.mark.parametrize("typed", ["", "ABCD", "禾丰村的码", "ABCD-EFGH-JKL0", "A" * 4000, "../../etc", "ABCDEFGHJKLM"])
def test_what_no_server_made_is_no_code(typed: str) -> None:
    assert codes.read(KEY, codes.BATCH, typed) is None


def test_of_a_hundred_thousand_changed_codes_none_passes() -> None:
    """Each is one that was given out, with one to four letters of it changed."""
    luck = random.Random(6)
    given = [codes.fresh(KEY, codes.BATCH) for _ in range(100)]
    passed = []
    for number in range(100_000):
        code = given[number % 100]
        changed = list(code)
        for place in luck.sample(range(12), luck.randint(1, 4)):
            changed[place] = luck.choice(codes.LETTERS.replace(changed[place], ""))
        passed += [changed] if codes.read(KEY, codes.BATCH, "".join(changed)) else []
    assert passed == []


def test_a_code_of_another_kind_or_of_another_server_is_none() -> None:
    code = codes.fresh(KEY, codes.SLIP)
    assert codes.read(KEY, codes.BATCH, code) is None
    assert codes.read(b"other" * 6, codes.SLIP, code) is None


@pytest.mark.parametrize("written", [str.lower, codes.grouped, lambda c: " ".join(c), lambda c: f"  {c}\u3000"])
def test_a_code_is_read_however_it_was_typed(written: object) -> None:
    code = codes.fresh(KEY, codes.BATCH)
    assert codes.read(KEY, codes.BATCH, written(code)) == code  # type: ignore[operator]


def test_a_code_typed_with_the_full_width_letters_of_a_chinese_keyboard_is_read() -> None:
    code = codes.fresh(KEY, codes.BATCH)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    assert codes.read(KEY, codes.BATCH, wide) == code


def test_a_code_has_twelve_letters_that_a_hand_copies_rightly() -> None:
    for _ in range(200):
        code = codes.fresh(KEY, codes.BATCH)
        assert len(code) == 12
        assert not set(code) & set("0O1I")


def test_it_is_printed_in_three_groups() -> None:
    assert codes.grouped("ABCDEFGHJKLM") == "ABCD-EFGH-JKLM"
