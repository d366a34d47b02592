"""Plays a bad day from end to end, in a temporary folder, on the demo's town; exit 1 if anything does not hold.

``front`` starts nginx with docs/ops/nginx.conf and a certificate made on the spot, ``office`` LibreOffice where it is.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.drills.checklist import Checklist, say
from tests.drills.days import lost_phone, lost_server, wrong_restore
from tests.drills.front import front
from tests.drills.ledgers import ledgers
from tests.drills.office import office
from tests.wire.answer import NoAnswer

DRILLS: dict[str, Callable[[Path, Checklist], None]] = {
    "lost-server": lost_server, "wrong-restore": wrong_restore, "lost-phone": lost_phone, "front": front,
    "office": office, "ledgers": ledgers,
}  # fmt: skip


def main() -> int:
    """Play the drills that were asked for; 1 if anything did not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("drill", choices=[*DRILLS, "all"])
    asked = parser.parse_args().drill
    broken = 0
    for name in DRILLS if asked == "all" else [asked]:
        say(f"{name}：{(DRILLS[name].__doc__ or '').strip()}")
        list_ = Checklist()
        with tempfile.TemporaryDirectory(prefix="doorknock-drill-") as folder:
            try:
                DRILLS[name](Path(folder), list_)
            except (RuntimeError, NoAnswer, OSError, KeyError, StopIteration) as error:
                list_.check("演练走到底", False, f"{type(error).__name__}: {error}")
        broken += len(list_.broken)
        words = "全部对得上" if not list_.broken else f"{len(list_.broken)} 处不对"
        say(f"{name}：{words}，一共 {time.monotonic() - list_.began:.0f} 秒\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
