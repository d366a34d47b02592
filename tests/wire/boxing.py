"""Boxes as a phone with a PIN makes them, written from the API's description alone."""

from __future__ import annotations

import base64
import json
import os
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ABOUT = b"doorknock box 1"


def boxed_for(key: dict[str, str], token: str, line: bytes | None, *, receipt: str, **other: Any) -> bytes:
    """A line, or a knock without one, sealed for the server that has this public key."""
    server = base64.urlsafe_b64decode(key["key"] + "=")
    own = ec.generate_private_key(ec.SECP256R1())
    epk = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), server))
    agreed = HKDF(hashes.SHA256(), 32, epk + server, ABOUT).derive(shared)
    inside = {"token": token, "receipt": receipt, "line": line.decode() if line else None}
    nonce = os.urandom(12)
    packed = nonce + ChaCha20Poly1305(agreed).encrypt(nonce, json.dumps(inside).encode(), ABOUT)
    return json.dumps({"kid": key["kid"], "epk": _b64(epk), "box": _b64(packed)} | other).encode()


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
