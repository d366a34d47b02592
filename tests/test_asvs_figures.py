"""The figures that docs/asvs.md names in its rules are those of the code."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from doorknock import config, fields, ooxml, sheets
from doorknock.campaigns import sounds
from doorknock.people import devices, joining, models, passwords, totp
from doorknock.sync import blobs, delivery, wire
from tests.databases import ROOT

TEXT = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
PHONE = (ROOT / "static" / "phone" / "sync" / "request.js").read_text(encoding="utf-8")
NGINX = (ROOT / "docs" / "ops" / "nginx.conf").read_text(encoding="utf-8")
MB = 2**20


def rule(name: str) -> str:
    """What stands under a rule, on one line."""
    return " ".join(TEXT.partition(f"\n### {name}\n")[2].partition("\n#")[0].split())


def of_phone(name: str) -> int:
    """A constant of the phone's program, a product of numbers at most."""
    (found,) = re.findall(rf"^const {name} = ([\d_ *]+);", PHONE, re.M)
    product = 1
    for factor in found.split("*"):
        product *= int(factor)
    return product


def of_nginx(pattern: str) -> str:
    (found,) = re.findall(pattern, NGINX)
    return str(found)


def longest_texts() -> list[int]:
    """The lengths that the schemas of events give their texts."""
    found = [*(ROOT / "doorknock").glob("*/schemas.py"), ROOT / "doorknock" / "sync" / "kinds.py"]
    return [int(each) for path in found for each in re.findall(r"Text\((\d+)", path.read_text(encoding="utf-8"))]


def minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


RATE, CONNECTIONS = of_nginx(r"rate=(\d+)r/s"), of_nginx(r"limit_conn doorknock_conn (\d+);")
SAID = {
    "Input": [
        f"at most {of_phone('EVENTS_AT_MOST')} lines or {of_phone('BYTES_AT_MOST') // 1024} KB at a time",
        f"takes a request of {config.MAX_BODY // MB} MB, unpacked {wire.MOST_BYTES // MB} MB",
        f"a line of {wire.MOST_LINE // MB} MB, {delivery.MOST} boxes",
        f"at most {sheets.MAX_ROWS:,} rows and {sheets.MAX_COLUMNS} columns",
        f"a text of an event {fields.Text().longest} characters where its kind says nothing else",
        f"never more than {max(longest_texts())}",
    ],
    "Files": [
        f"{ooxml.MAX_BYTES // MB} MB, {ooxml.MAX_UNPACKED // MB} MB unpacked, of it {ooxml.MAX_XML // MB} MB read, "
        f"{ooxml.MAX_ENTRIES} parts, {sheets.MAX_ROWS:,} rows",
        f"never by its name | {sounds.MOST // 1_000_000} MB",
        f"under a sandbox | {blobs.MOST // 1_000_000} MB",
        f"as if the phone had sent them | {config.MAX_BODY // MB} MB",
    ],
    "Guessing": [
        f"office and phone together | {models.TRIES} in a row | {minutes(models.LOCKED_FOR)} minutes",
        f"the /64) | {devices.CODE_TRIES} in a row | {minutes(devices.CODE_LOCKED)} minutes",
        f"forgotten after {minutes(models.LOCKED_FOR)} minutes without a wrong try",
        f"ten of {len(totp._ALPHABET)} signs",
    ],
    "Logging in": [
        f"among the {round(len(passwords.common()), -3):,} tried first",
        f"opens for {joining.PASSWORD_OPENS.days} days",
    ],
    "Sessions": [f"Phone: {devices.TOKEN_LASTS.days} days"],
    "Keys": [f"argon2id, {config.PASSWORD_COST[0]} rounds, {config.PASSWORD_COST[1] // 1024} MiB"],
    "Costly work": [
        f"takes {RATE} requests a second",
        f"and {CONNECTIONS} connections",
    ],
    "Log lines": ["kept for 200 days at most, or until 4 GB are full"],
}


@pytest.mark.parametrize("name", SAID)
def test_the_figures_that_the_rules_name_are_those_of_the_code(name: str) -> None:
    told = rule(name)
    assert [figure for figure in SAID[name] if figure not in told] == []


def test_lengths_that_the_rules_say_in_words_are_those_of_the_code() -> None:
    assert (devices.CODE_LASTS, "a quarter of an hour" in rule("Guessing")) == (timedelta(minutes=15), True)
    assert (totp.STEP, totp.WINDOW, totp.RECOVERY_CODES) == (30, 1, 10)
    assert (joining.CODE_OPENS, "once within the hour" in rule("Logging in")) == (timedelta(hours=1), True)
    assert (minutes(models.SESSION_IDLE), minutes(models.SESSION_LASTS)) == (2 * 60, 12 * 60)
    assert "two hours without use, twelve at most" in rule("Sessions")


def test_a_figure_that_drifts_is_found() -> None:
    assert "200 MB unpacked" in rule("Files")
    assert f"{ooxml.MAX_UNPACKED // MB + 1} MB unpacked" not in rule("Files")
