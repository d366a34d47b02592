"""What the office changes about a campaign: name, days and parts, a new version of the text, its recording."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date

from doorknock import audit, changes, clock
from doorknock.campaigns import sounds
from doorknock.campaigns.models import PARTS, Campaign, CommitmentText, versions
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.words import _

LONGEST_TEXT = 1000
LONGEST_NAME = 60
LONGEST_VERSION = 20


def change(found: Campaign, *, name: str, starts: date, ends: date, parts: Mapping[str, bool], by: str) -> bool:
    """Give the campaign this name, these days and parts; whether anything changed. Refused for what can't be."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(_("行动名称要写，最多 %(longest)s 个字。", longest=LONGEST_NAME))
    if ends < starts:
        raise Refused(_("结束日期在开始日期前面，请改一下。"))
    wanted = {"name": name, "starts": starts, "ends": ends, "parts": PARTS | {k: bool(parts.get(k)) for k in PARTS}}
    before = {"name": found.name, "starts": found.starts, "ends": found.ends, "parts": PARTS | found.parts}
    changed = sorted(k for k in wanted if wanted[k] != before[k])
    if not changed:
        return False
    for key, value in wanted.items():
        setattr(found, key, value)
    audit.record("campaign.change", found.region_code, by=by, subject=found.id, changed=changed)
    _told(found)
    return True


def add_text(found: Campaign, *, version: str, text: str, by: str) -> CommitmentText:
    """A new version of the commitment, current from now on; a version's words never change. Refused for a known one."""
    text = text.replace("\r\n", "\n").strip()
    known = versions(found)
    version = version.strip() or str(len(known) + 1)
    if not text or len(text) > LONGEST_TEXT:
        raise Refused(_("承诺书的文字要写，最多 %(longest)s 个字。", longest=LONGEST_TEXT))
    if len(version) > LONGEST_VERSION:
        raise Refused(_("版本号最多 %(longest)s 个字。", longest=LONGEST_VERSION))
    if any(each.version == version for each in known):
        raise Refused(_("承诺书第 %(version)s 版已经在用，文字不能改。请用新的版本号。", version=version))
    if known and known[-1].text == text:
        raise Refused(_("和现在用的一版一字不差，不用再存。"))
    row = CommitmentText(
        county=found.county, campaign_id=found.id, version=version, text=text, made_at=clock.now(),
        text_hash=hashlib.sha256(text.encode()).hexdigest(), number=len(known) + 1,
    )  # fmt: skip
    db.session.add(row)
    audit.record("text.new", found.region_code, by=by, subject=found.id, version=version, text_hash=row.text_hash)
    _told(found)
    return row


def record_sound(row: CommitmentText, found: Campaign, data: bytes, *, by: str) -> None:
    """This recording is played for the version from now on, in the place of an earlier one."""
    sha = sounds.keep(data)
    if sha == row.audio:
        return
    row.audio = sha
    audit.record("text.sound", found.region_code, by=by, subject=found.id, version=row.version, sha=sha)
    _told(found)


def remove_sound(row: CommitmentText, found: Campaign, *, by: str) -> None:
    """The version is read aloud by the worker again."""
    if row.audio is None:
        return
    row.audio = None
    audit.record("text.sound_off", found.region_code, by=by, subject=found.id, version=row.version)
    _told(found)


def _told(found: Campaign) -> None:
    changes.shared_changed(found.county)
    changes.announce(found.county, {"campaign"})
