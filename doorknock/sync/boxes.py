"""Boxes: what a phone with a PIN sealed for this server alone, each with the token that vouches for it.

The server's key pair (P-256) follows from SECRET_KEY, as the phones' tokens do: wherever a restored server knows its
phones, it opens their boxes, and nothing more has to be kept or backed up. A box is {kid, epk, box}: which of our keys,
the phone's public part, and nonce + ChaCha20-Poly1305 under a key that HKDF draws from their agreement.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import current_app

ABOUT = b"doorknock box 1"
NONCE = 12
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group P-256 (FIPS 186): private keys lie between 1 and one below it."""


@dataclass(frozen=True)
class Opened:
    """What was in a box: whose it is, what a receipt for it is sealed with, and a frozen line, or none (a knock)."""

    token: str
    receipt: str
    line: bytes | None

    def seal(self, said: str) -> str:
        """The receipt's seal: nobody who did not open the box can make it."""
        return hmac.new(self.receipt.encode(), said.encode(), hashlib.sha256).hexdigest()


def public() -> dict[str, str]:
    """The public key as phones get it."""
    raw = _raw_public(_secret())
    return {"kid": hashlib.sha256(raw).hexdigest()[:8], "key": _b64(raw)}


def opened(raw: bytes) -> Opened | None:
    """What a line of NDJSON holds where it is a box that opens; None for anything else."""
    try:
        said = json.loads(raw)
        if not isinstance(said, dict) or said.get("kid") != public()["kid"]:
            return None
        packed = _bytes(said["box"])
        inside = json.loads(_cipher(_secret(), said["epk"]).decrypt(packed[:NONCE], packed[NONCE:], ABOUT))
        token, receipt, line = inside["token"], inside["receipt"], inside["line"]
    except (ValueError, TypeError, KeyError, InvalidTag, RecursionError):
        return None
    if not isinstance(token, str) or not isinstance(receipt, str) or not isinstance(line, str | None):
        return None
    return Opened(token, receipt, line.encode() if line is not None else None)


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])


@lru_cache(maxsize=4)
def _private(secret: str) -> ec.EllipticCurvePrivateKey:
    drawn = HKDF(hashes.SHA256(), 48, b"", b"doorknock box key").derive(secret.encode())
    return ec.derive_private_key(int.from_bytes(drawn) % (ORDER - 1) + 1, ec.SECP256R1())


@lru_cache(maxsize=4)
def _raw_public(secret: str) -> bytes:
    return _private(secret).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@lru_cache(maxsize=64)
def _cipher(secret: str, epk: Any) -> ChaCha20Poly1305:
    """A phone's boxes all name one public part, so a batch costs one agreement."""
    theirs = _bytes(epk)
    shared = _private(secret).exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    return ChaCha20Poly1305(HKDF(hashes.SHA256(), 32, theirs + _raw_public(secret), ABOUT).derive(shared))


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
