"""How often one address may ask a public door in a minute: counted in memory, salted, forgotten with the minute."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import Counter
from threading import Lock

from doorknock import asker
from doorknock.errors import Problem

MINUTE = 60


class Limit:
    """So many requests a minute from one address; each process counts by itself."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._salt = secrets.token_bytes(16)
        self._minute, self._asked = 0, Counter[bytes]()
        self._lock = Lock()

    def pass_one(self) -> None:
        """Let this request pass; Problem ``too_often`` where the address has had its share."""
        minute = int(time.time() // MINUTE)
        who = hashlib.blake2b(asker.address().encode(), key=self._salt, digest_size=8).digest()
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._asked.clear()
            self._asked[who] += 1
            over = self._asked[who] > self.most
        if over:
            raise Problem("too_often", headers={"Retry-After": str(MINUTE)})
