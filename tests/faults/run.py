"""Every fault at full size, or at a tenth of it -> a table of what was seen, in Markdown.

python tests/faults/run.py            a tenth
python tests/faults/run.py --full     all of it: an hour or so
python tests/faults/run.py --full kill burst    those whose names begin so
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import disks
import folders
import hostile
import kills
import mutations
import one_file

Fault: TypeAlias = Callable[[Path], dict[str, float]]


def faults(scale: float) -> Iterator[tuple[str, Fault]]:
    """Names and what to run; `scale` 1 is full size."""

    def of(full: int) -> int:
        return max(1, round(full * scale))

    every = of(10) if scale < 1 else 1
    yield "burst of 20,000", lambda folder: folders.burst(folder, of(20_000))
    yield "burst of 100,000", lambda folder: folders.burst(folder, of(100_000))
    yield "inotify exhausted", lambda folder: folders.no_events(folder, of(1_000))
    yield (
        "kill -9 at random, one job at a time",
        lambda folder: kills.at_random(folder, of(100), jobs=1),
    )
    yield (
        "kill -9 at random, two jobs at a time",
        lambda folder: kills.at_random(folder, of(100), jobs=2, seed=1),
    )
    yield "kill -9 after every step", lambda folder: kills.at_every_step(folder, every)
    yield "kill -9, preview engine", lambda folder: kills.with_the_preview_engine(folder, of(30))
    yield "crash twice", kills.poison
    yield "restarts", lambda folder: kills.restarts(folder, of(100), of(1_000))
    yield "two services", lambda folder: kills.two_services(folder, of(1_000))
    yield "ENOSPC at every call", lambda folder: disks.no_space_at_every_call(folder, every)
    yield "disk full at every page", lambda folder: disks.full_disk(folder, every)
    yield "out read-only", disks.read_only
    yield "journal locked", lambda folder: disks.locked(folder, 10 * scale)
    yield "journal damaged", lambda folder: disks.damaged(folder, of(20))
    for seconds in (1, 10, 120):
        yield (
            f"inbox away for {seconds} s",
            lambda folder, seconds=seconds: folders.away(folder, seconds * scale),
        )
    yield "truncated at every byte", lambda folder: folders.truncated(folder, every)
    yield "open, append, close", lambda folder: folders.storms(folder, of(50))
    yield "upload that stalls", lambda folder: folders.late_writer(folder, of(50))
    yield "same name again", lambda folder: folders.same_name(folder, of(1_000))
    yield "identical copies", lambda folder: folders.copies(folder, of(500))
    yield "a script that may not be read", one_file.unreadable
    yield "a sound that may not be read", one_file.unreadable_sound
    yield "a file that cannot be moved", one_file.unmovable
    yield "something in a file's way", one_file.unfilable
    yield "--once cut short", one_file.once_is_cut_short
    yield "links swapped", lambda folder: hostile.swaps(folder, of(10_000))
    yield "hostile scripts", hostile.corpus
    yield "hostile names", hostile.names
    yield "files with bytes changed", lambda folder: mutations.media(folder, of(10_000))
    yield "checkpoints with bytes changed", lambda folder: mutations.weights(folder, of(4_000))
    yield "soak", lambda folder: folders.soak(folder, of(100_000), growth=5.0 / scale)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("names", nargs="*", help="of faults, or how they begin; all if none")
    options.add_argument("--full", action="store_true")
    given = options.parse_args()
    failed = 0
    sys.stdout.write("| fault | seen | s |\n| --- | --- | --- |\n")
    for name, fault in faults(1.0 if given.full else 0.1):
        if given.names and not any(name.startswith(one) for one in given.names):
            continue
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="faults-") as folder:
            try:
                seen = ", ".join(f"{what} {n}" for what, n in fault(Path(folder)).items())
            except (AssertionError, TimeoutError) as error:
                failed += 1
                traceback.print_exc()
                seen = f"FAILED: {type(error).__name__} {error}"
        sys.stdout.write(f"| {name} | {seen} | {time.monotonic() - began:.0f} |\n")
        sys.stdout.flush()
    return failed


if __name__ == "__main__":
    sys.exit(main())
