"""What the system says of a server's processes and of this machine."""

from __future__ import annotations

import os
import platform
from datetime import datetime
from pathlib import Path

from doorknock.clock import SHANGHAI

TICKS = os.sysconf("SC_CLK_TCK")


def group(leader: int) -> list[int]:
    """The processes of a server: its master first, then its workers."""
    running = (int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdecimal())
    return sorted(pid for pid in running if _fields(pid)[2:3] == [str(leader)])


def _fields(pid: int) -> list[str]:
    """What /proc says after a process's name: state, parent, group …; [] where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def cpu_seconds(leader: int) -> float:
    """What a server's processes have used of the processors up to now."""
    return sum(int(part) for pid in group(leader) for part in _fields(pid)[11:13]) / TICKS


def megabytes(pid: int) -> float:
    """The memory of one process that is its own or its part of what is shared (PSS)."""
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    return sum(int(row.split()[1]) for row in rows if row.startswith("Pss:")) / 1024


def words() -> str:
    """This machine and today, as the README says it."""
    rows = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    name = next((row.partition(": ")[2] for row in rows if row.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores, python = os.cpu_count(), platform.python_version()
    return f"{datetime.now(SHANGHAI):%Y-%m-%d}, {cores} cores ({name}), {memory:.0f} GiB, Python {python}"
