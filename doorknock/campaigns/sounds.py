"""Recordings of a commitment's text: known by what is in them, never by their name."""

from __future__ import annotations

from sqlalchemy import select

from doorknock import shelf
from doorknock.campaigns.models import CommitmentText
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.words import _

MOST = 1_000_000
MP3, M4A, OGG = "audio/mpeg", "audio/mp4", "audio/ogg"


def kind_of(data: bytes) -> str | None:
    """What kind of recording these bytes are; None for anything else."""
    if data.startswith(b"OggS"):
        return OGG
    if data[4:8] == b"ftyp" and data[8:12] in (b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"dash", b"3gp4"):
        return M4A
    if data.startswith(b"ID3"):
        return MP3
    frame = len(data) > 2 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0
    layer_three = frame and data[1] & 0x06 == 0x02 and data[1] & 0x18 != 0x08
    return MP3 if layer_three and data[2] & 0xF0 != 0xF0 and data[2] & 0x0C != 0x0C else None


def keep(data: bytes) -> str:
    """Keep a recording; its content hash. Refused where it is none, empty or too large."""
    if not data:
        raise Refused(_("还没有选录音。请先选一个录音文件。"))
    if len(data) > MOST:
        raise Refused(_("录音太大了，最多 1 MB。请录短一点，或存成 m4a 再传。"))
    if kind_of(data) is None:
        raise Refused(_("这个文件不是 mp3、m4a 或 ogg 录音，没有收。改文件名没有用，请用手机的录音机重新录。"))
    return shelf.put(data)


def heard(county: str, sha: str) -> bytes | None:
    """A recording that some commitment text of the county names now; None for everything else on the shelf."""
    mine = (CommitmentText.county == county) & (CommitmentText.audio == sha)
    named = db.session.scalar(select(CommitmentText.version).where(mine).limit(1))
    return None if named is None else shelf.read(sha)
