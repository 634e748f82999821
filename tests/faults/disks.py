"""What a disk does: no space at any write, read-only, a journal that is locked or damaged."""

from __future__ import annotations

import ast
import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comfyui_glmtts.watch.jobs import job_table
from stubs import Studio, in_python, wait

SCRIPTS = {"first.txt": "one\ntwo\n", "bad.txt": "broken\n", "second.txt": "three\nfour\n"}


def drop(studio: Studio) -> None:
    for name, text in SCRIPTS.items():
        studio.drop(name, text)


def wait_for_all(studio: Studio, what: str = "") -> None:
    wait(lambda: len({job.name for job in studio.told}) == len(SCRIPTS), 30, what)


def check(studio: Studio, right: dict[str, str]) -> None:
    """All scripts ended as they should, once, with the right files."""
    endings = {job.name: job.ending for job in studio.told}
    assert endings == {"first.txt": "rendered", "bad.txt": "invalid", "second.txt": "rendered"}
    assert len({(job.id, job.ending) for job in studio.told}) == len(SCRIPTS)  # told twice, at most
    assert studio.names("done") == ["first.txt", "second.txt"]
    assert studio.names("failed") == ["bad.txt"]
    assert (studio.inbox / "failed" / "bad.txt.report.md").read_text().endswith("\n")
    assert studio.editions() == right
    assert studio.left() == [], studio.left()


def undisturbed(folder: Path) -> dict[str, str]:
    """The hashes of what is made when the disk is well."""
    studio = Studio(folder)
    drop(studio)
    with studio.running():
        wait_for_all(studio)
    right = studio.editions()
    check(studio, right)
    return right


def no_space_at_every_call(folder: Path, every: int = 1) -> dict[str, float]:
    """Every call that makes, opens for writing, renames or links something fails once, in turn.

    In a process of its own, since what listens to such calls (an audit hook) cannot be taken off.
    """
    calls, failed = map(int, in_python(folder, f"disks.faults(FOLDER, {every})").split())
    return {"calls": calls, "failed in turn": failed, "lost": 0, "twice": 0, "torn": 0}


class Fault:
    """Counts the calls that write below a folder, and fails the one that is asked for."""

    EVENTS = ("open", "os.mkdir", "os.rename", "os.link")

    def __init__(self) -> None:
        self.below, self.at, self.seen, self.hit = "\0", 0, 0, False
        self.lock = threading.Lock()

    def arm(self, below: Path, at: int) -> None:
        with self.lock:
            self.below, self.at, self.seen, self.hit = str(below), at, 0, False

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event not in self.EVENTS or not str(arguments[0]).startswith(self.below):
            return
        if event == "open" and not int(str(arguments[2])) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return
        if str(arguments[0]).endswith("spoken.log"):  # the test's own
            return
        with self.lock:
            self.seen += 1
            if self.seen == self.at:
                self.hit = True
                raise OSError(errno.ENOSPC, "No space left on device", str(arguments[0]))


def faults(folder: Path, every: int) -> str:
    """Number of calls, and how many of them were made to fail."""
    right = undisturbed(folder / "calm")
    fault = Fault()
    sys.addaudithook(fault)
    at, failed = 1, 0
    while True:
        studio = Studio(folder / f"call{at}", jobs=1)
        drop(studio)
        fault.arm(studio.folder, at)
        with studio.running():
            wait_for_all(studio, f"call {at}")
        calls = fault.seen
        hit = fault.hit
        fault.arm(Path("\0"), 0)
        check(studio, right)
        shutil.rmtree(studio.folder)
        if not hit:
            return f"{calls} {failed}"
        failed += 1
        at += every


@contextmanager
def small_disk(folder: Path, kib: int) -> Iterator[Path]:
    """A file system of that size in memory, mounted at `folder`."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def full_disk(folder: Path, steps: int = 1) -> dict[str, float]:
    """A real disk with ever more room, in pages of 4 KiB, from none at all to enough.

    It fills up wherever that happens; then it is emptied, and the service goes on by itself.
    """
    numbers = in_python(folder, f"disks.full(FOLDER, {steps})", alone=True)
    return ast.literal_eval(numbers)


def read_only(folder: Path) -> dict[str, float]:
    """A real disk for `out` is made read-only in the middle of the work, and writable again."""
    return ast.literal_eval(in_python(folder, "disks.frozen(FOLDER)", alone=True))


def elsewhere(folder: Path, editions: int = 1) -> dict[str, float]:
    """`out`, `done` and `failed` lie on another disk than the inbox and what is made."""
    call = f"disks.apart(FOLDER, {editions})"
    return ast.literal_eval(in_python(folder, call, alone=True))


def apart(folder: Path, editions: int) -> dict[str, float]:
    with small_disk(folder / "disk", 4096) as disk:
        places = {name: disk / name for name in ("out", "done", "failed")}
        studio = Studio(folder / "studio", **places)
        with studio.running():
            for number in range(editions):
                for name, text in SCRIPTS.items():
                    studio.drop(name, text if name == "bad.txt" else f"{text}{number}\n")
                wait(lambda: len(studio.told) == len(SCRIPTS) * (number + 1))  # noqa: B023
        assert {job.name for job in studio.told if job.state == "failed"} == {"bad.txt"}
        made = [path.parent.name for path in (disk / "out").glob("[!.]*/manifest.json")]
        assert sorted(made) == ["first", "second"]
        kept = [path.name for path in (disk / "done").iterdir()]
        assert len(kept) == 2 * editions, kept
        assert not [*(disk / "out").glob(".*"), *(disk / "done").glob(".*")]
        assert not list((studio.inbox / "work").glob("*/[!.]*"))
    return {"jobs": len(SCRIPTS) * editions, "lost": 0, "torn": 0}


def full(folder: Path, every: int) -> dict[str, float]:
    right = undisturbed(folder / "calm")
    job_table.PATIENCE = 0.2
    tried, paused, room = 0, 0, 0
    while True:
        with small_disk(folder / f"disk{room}", 4096) as disk:
            studio = Studio(disk / "studio", low_water=0, jobs=1)
            drop(studio)
            ballast = disk / "ballast"
            free = shutil.disk_usage(disk).free
            ballast.write_bytes(bytes(free - room * 4096))
            emptied = threading.Timer(0.7, ballast.unlink)
            emptied.start()
            with studio.running():
                wait_for_all(studio, f"{room} pages")
                enough = emptied.is_alive()
            emptied.join()
            check(studio, right)
        tried += 1
        if enough:
            return {"sizes": tried, "filled up": paused, "lost": 0, "twice": 0, "torn": 0}
        paused += 1
        room += every


def frozen(folder: Path) -> dict[str, float]:
    right = undisturbed(folder / "calm")
    with small_disk(folder / "disk", 4096) as disk:
        studio = Studio(folder / "studio", out=disk / "out", pace=0.1)
        with studio.running() as service:
            drop(studio)
            wait(lambda: bool(service.journal.running()))
            subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
            wait(lambda: service.status().paused is not None, 10)
            reason = service.status().paused or ""
            time.sleep(0.5)
            done = sum(job.ending == "rendered" for job in studio.told)
            subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
            wait_for_all(studio)
        assert "cannot be written" in reason
        editions = {path.parent.name for path in (disk / "out").glob("[!.]*/manifest.json")}
        assert editions == set(right)
        assert not list((disk / "out").glob(".glmtts-*"))
    return {"jobs": len(SCRIPTS), "done while read-only": done, "lost": 0, "torn": 0}


def locked(folder: Path, seconds: float) -> dict[str, float]:
    """Somebody else locks the journal for a while."""
    job_table.PATIENCE = 0.2
    right = undisturbed(folder / "calm")
    studio = Studio(folder / "studio", pace=0.05)
    with studio.running() as service:
        drop(studio)
        wait(lambda: bool(service.journal.running()))
        other = sqlite3.connect(folder / "studio" / "state" / "journal.sqlite")
        other.execute("BEGIN EXCLUSIVE")
        wait(lambda: service.status().paused is not None, 20)
        reason = service.status().paused or ""
        time.sleep(seconds)
        other.rollback()
        other.close()
        wait_for_all(studio)
    assert "locked" in reason
    check(studio, right)
    return {"s locked": seconds, "jobs": len(SCRIPTS), "lost": 0, "twice": 0}


def damaged(folder: Path, times: int) -> dict[str, float]:
    """The journal's file is overwritten while jobs run, at the start of ever another page."""
    job_table.PATIENCE = 0.2
    right = undisturbed(folder / "calm")
    noticed = 0
    for number in range(times):
        studio = Studio(folder / f"studio{number}", pace=0.05, jobs=1)
        file = studio.folder / "state" / "journal.sqlite"
        with studio.running() as service:
            drop(studio)
            wait(lambda: bool(service.journal.running()))
            # The log holds the newest pages: without it the damaged ones count.
            with sqlite3.connect(file) as database:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            database.close()
            with file.open("r+b") as stream:
                stream.seek((number % 4) * 4096)
                stream.write(os.urandom(2048))
            wait_for_all(studio)
        assert studio.editions() == right
        assert studio.names("done") == ["first.txt", "second.txt"]
        assert studio.names("failed") == ["bad.txt"]
        assert studio.left() == [], studio.left()
        # Where the damage hit a page that nobody needed, there was nothing to notice.
        noticed += bool(list((studio.folder / "state").glob("damaged-*.sqlite")))
    assert noticed
    return {
        "journals overwritten": times, "of these put aside": noticed, "jobs": times * len(SCRIPTS),
        "lost": 0, "torn": 0,
    }  # fmt: skip
