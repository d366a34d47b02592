"""What a full disk and a silent database are called, whoever meets them."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from doorknock.db import db
from doorknock.errors import Refused
from doorknock.words import _

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def plainly(full: str) -> Iterator[None]:
    """Refused with these words where the disk is full, whichever of us met it; nothing stays open in the session."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise Refused(full) from error
    except sqlite3.OperationalError as error:
        if "full" in str(error) or "disk I/O" in str(error):
            raise Refused(full) from error
        raise Refused(_("数据库没有响应，什么都没有改：%(why)s", why=error)) from error
    finally:
        db.session.rollback()
