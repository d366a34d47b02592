"""Play the stories against a server that is already running, each in a town of its own.

    python -m tests.wire.run --base-url http://127.0.0.1:5000 --flask '.venv/bin/flask --app app'

The database behind it gains one county with a small town a story. What needs a database of its own
(the county's sums, the journal's exact length, the latecomer's id) is left to pytest.
"""

import argparse
import shlex
import subprocess
import sys
import time
from subprocess import CompletedProcess

from tests.wire.scenarios import SCENARIOS
from tests.wire.world import World


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--flask", default=".venv/bin/flask --app app", help="with its options")
    parser.add_argument("--first-town", type=int, default=400, help="three digits, one a story")
    parser.add_argument("stories", nargs="*", help="all, or the names that begin so")
    asked = parser.parse_args()
    names = [name for name in SCENARIOS if not asked.stories or name.startswith(tuple(asked.stories))]
    failed = [name for i, name in enumerate(names) if not tell(name, asked, asked.first_town + i)]
    say(f"{len(names) - len(failed)} of {len(names)} stories hold")
    return 1 if failed else 0


def tell(name: str, asked: argparse.Namespace, town: int) -> bool:
    """Play one story and say how it went."""
    started = time.monotonic()

    def run(arguments: list[str]) -> CompletedProcess[str]:
        command = [*shlex.split(asked.flask), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    world = World(asked.base_url, run, digits=f"990102{town}", mark=f"-{town}", alone=False)
    try:
        world.found()
        world.settle()
        SCENARIOS[name](world)
        problem = ""
    except Exception as error:  # noqa: BLE001 - one story's end must not end the others
        problem = str(error) if isinstance(error, AssertionError) else f"{type(error).__name__}: {error}"
    say(f"{'FAIL' if problem else 'ok':4} {name} ({time.monotonic() - started:.0f} s)")
    for note in world.notes:
        say(f"     noted: {note}")
    if problem:
        say(f"     {problem}")
    return not problem


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
