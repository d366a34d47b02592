"""Every algorithm that the house and the phone use, from which library: docs/asvs.md §Keys names each of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from math import log2
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from doorknock import config, watch
from doorknock.people import devices, totp
from doorknock.people.models import Person, by_username
from doorknock.sync import boxes
from tests import village
from tests.databases import ROOT

HOUSE = ROOT / "doorknock"
VAULT = ROOT / "static" / "phone" / "vault"
KEYS = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8").partition("### Keys\n")[2].partition("\n### ")[0]
LIBRARIES = {
    "argon2": {"people/models.py", "people/totp.py"},
    "cryptography": {"people/totp.py", "sync/boxes.py"},
    "itsdangerous": {"people/totp.py"},
    "pyotp": {"people/totp.py"},
}
"""What does cryptography for the house besides the standard library, and where it is asked to."""
BUILDING_BLOCKS = {
    "cryptography.fernet.Fernet", "cryptography.hazmat.primitives.ciphers.aead.ChaCha20Poly1305",
    "cryptography.hazmat.primitives.asymmetric.ec", "cryptography.hazmat.primitives.kdf.hkdf.HKDF",
    "cryptography.hazmat.primitives.hashes", "cryptography.hazmat.primitives.serialization.Encoding",
    "cryptography.hazmat.primitives.serialization.PublicFormat", "cryptography.exceptions.InvalidTag",
    "cryptography.fernet.InvalidToken",
}  # fmt: skip
"""All of them authenticate what they hide, and none has a mode to choose."""
CALLING = {"asyncio", "ftplib", "http", "poplib", "requests", "smtplib", "socket", "ssl", "telnetlib", "urllib.request"}


def imports(folder: Path) -> Iterator[tuple[str, str]]:
    """(file, full name) of everything that is imported."""
    for path in sorted(folder.rglob("*.py")):
        name = str(path.relative_to(folder))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((name, each.name) for each in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((name, f"{node.module}.{each.name}") for each in node.names)


def source(folder: Path, kind: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob(f"*.{kind}")))


def test_no_library_does_cryptography_but_those_that_are_listed() -> None:
    found: dict[str, set[str]] = {name: set() for name in LIBRARIES}
    for path, name in imports(HOUSE):
        top = name.partition(".")[0]
        assert top not in {"Crypto", "Cryptodome", "nacl", "ecdsa", "rsa", "jwt", "bcrypt", "passlib", "crypt"}, path
        if top in found:
            found[top].add(path)
    assert found == LIBRARIES
    assert {name for _path, name in imports(HOUSE) if name.startswith("cryptography.")} == BUILDING_BLOCKS


def test_hashes_are_sha256_and_the_exceptions_are_named() -> None:
    house = source(HOUSE, "py")
    assert set(re.findall(r"hashlib\.(\w+)", house)) <= {"sha256", "blake2b", "file_digest"}
    assert set(re.findall(r"hashlib\.file_digest\([^()]*, (.+?)\)", house)) == {'"sha256"'}
    assert set(re.findall(r"hmac\.new\(.+, (hashlib\.\w+)\)", house)) == {"hashlib.sha256"}
    assert set(re.findall(r"hashes\.(\w+)", house)) == {"SHA256"}
    signer = URLSafeTimedSerializer("k").make_signer().algorithm
    if getattr(signer, "digest_method")().name == "sha1":  # noqa: B009  # the library's types do not tell
        assert "HMAC-SHA-1" in KEYS
    assert (pyotp.TOTP(totp.fresh_secret()).digest().name, "TOTP" in KEYS) == ("sha1", True)


def test_the_phone_does_all_of_it_with_the_browser_and_one_library() -> None:
    vault, rest = source(VAULT, "js"), source(ROOT / "static" / "phone" / "sync", "js")
    words = re.findall(r"'(AES-\w+|ECDH|ECDSA|RSA\S+|PBKDF2|HKDF|SHA-\d+|P-\d+)'", vault + rest)
    assert set(words) == {"ECDH", "P-256", "AES-GCM", "PBKDF2", "HKDF", "SHA-256"}
    taken = re.findall(r"import \{ ([\w, ]+) \} from '\S+/(noble-\w+)@", vault + rest)
    assert sorted(taken) == [
        ("chacha20, chacha20poly1305", "noble-ciphers"), ("hmac", "noble-hashes"), ("sha256", "noble-hashes"),
    ]  # fmt: skip
    assert "Math.random" not in vault


def test_a_key_from_a_pin_is_stretched_for_as_long_as_a_cheap_phone_bears() -> None:
    keys = (VAULT / "keys.js").read_text(encoding="utf-8")
    (rounds,) = re.findall(r"^const ROUNDS = ([\d_]+);", keys, re.M)
    assert int(rounds) >= 600_000, "as OWASP advises for PBKDF2 with SHA-256"
    assert f"{int(rounds):,} rounds" in KEYS
    assert "[random(16), random(IV_BYTES)]" in keys, "a salt of 128 bits"


@pytest.mark.parametrize(
    "said", ["HMAC-SHA-256", "HMAC-SHA-1", "TOTP", "Fernet", "AES-128-CBC", "argon2id", "P-256", "ECDH", "HKDF-SHA-256",
             "ChaCha20-Poly1305", "PBKDF2-SHA-256", "AES-256-GCM", "BLAKE2b"],
)  # fmt: skip
def test_the_list_of_keys_names_it(said: str) -> None:
    assert said in KEYS


def test_the_servers_key_for_boxes_follows_from_its_secret_and_from_nothing_else(app: Flask) -> None:
    with app.app_context():
        first = boxes.public()
        assert boxes.public() == first
        app.config["SECRET_KEY"] = "another secret of this server"
        assert boxes.public()["kid"] != first["kid"]


def test_a_password_in_earnest_is_kept_as_slowly_as_owasp_advises(app: Flask) -> None:
    app.config["PASSWORD_COST"] = config.PASSWORD_COST
    with app.app_context():
        made = Person(username="秀英", name="陈秀英", role="village", password_hash="")
        made.set_password("老槐树下的井")
        first = made.password_hash
        assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert made.knows("老槐树下的井")
        made.password_hash = ""
        made.set_password("老槐树下的井")
        assert made.password_hash != first, "a salt of its own each time"


def test_codes_are_long_enough_random_and_no_two_alike(app: Flask) -> None:
    village.found(app)
    with app.app_context():
        person = by_username("zhang")
        assert person is not None
        typed, scanned = zip(*(devices.make_code(person) for _each in range(100)), strict=True)
        recovery = [code.replace("-", "") for _each in range(10) for code in totp.fresh_codes(person)]
        secrets = [totp.fresh_secret() for _each in range(100)]
    assert all(re.fullmatch(r"\d{8}", code) for code in typed), "26 bits, for a quarter of an hour, twelve tries"
    assert all(re.fullmatch(r"[\w-]{32}", code) for code in scanned), "192 bits"
    assert all(re.fullmatch(r"[a-z2-9]{10}", code) for code in recovery)
    assert 10 * log2(len(set("".join(recovery)))) > 49
    assert all(re.fullmatch(r"[A-Z2-7]{32}", secret) for secret in secrets), "160 bits"
    assert pyotp.TOTP(secrets[0]).digits == 6, "a million, for a minute and a half, eight tries"
    for made in (typed, scanned, recovery, secrets):
        assert len(set(made)) == 100
    for place in range(8):
        assert len({code[place] for code in typed}) > 5, "every digit moves"


def test_randomness_comes_from_the_operating_system() -> None:
    """A seed that repeats is for the demo's invented town only."""
    assert {path for path, name in imports(HOUSE) if name.partition(".")[0] == "random"} <= {
        "demo/commands.py", "demo/town.py", "demo/week.py",
    }  # fmt: skip
    assert "secrets.choice" in Path(watch.__file__).read_text(encoding="utf-8")


def test_the_server_itself_calls_nobody_and_starts_no_program_of_others_for_a_request() -> None:
    def calls(name: str) -> bool:
        return name in CALLING or name.partition(".")[0] in CALLING or name.startswith("urllib.request")

    assert {path for path, name in imports(HOUSE) if calls(name)} == set()
    assert {path for path, name in imports(HOUSE) if name.partition(".")[0] == "subprocess"} == {
        "backup/programs.py",
        "papers/as_docx.py",  # fills an office's own Word form: our program, by itself, bounded in time and memory
    }
    asking = {path for path, name in imports(HOUSE) if name.startswith("doorknock.backup") and path[:7] != "backup/"}
    assert asking == set(), "and only commands of the backup's room start programs"
