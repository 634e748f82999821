"""Whom the service runs as: somebody without rights, with a read-only home or a shared cache."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from watch_command import GOOD, QUICK, Watch

ROOT = sys.platform == "linux" and os.geteuid() == 0
FIRST, SECOND = 65_533, 65_534


def as_user(user: int) -> list[str]:
    """Before a command. As whom it runs only root can choose; Python may lie in root's home, so
    everything may be read. Nothing may be written that is not the user's."""
    if not ROOT:
        return []
    may = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *may]


def _given(home: Path, user: int) -> None:
    """Everything there is the user's."""
    for path in (home, *home.rglob("*")):
        if ROOT:
            os.chown(path, user, user)


def unprivileged(folder: Path) -> dict[str, object]:
    """A whole job as a user who may write to nothing but the folders of the service."""
    watch = _started(folder / "a", FIRST)
    watch.process.communicate(timeout=120)
    assert watch.process.returncode == 0, watch.log.read_text()
    done = watch.inbox / "done" / "a.yaml"
    assert not ROOT or done.stat().st_uid == FIRST
    return {"done": 1}


def read_only_home(folder: Path) -> dict[str, object]:
    """No state folder can be made: told at once, with what to write. Then the cache only."""
    (folder / "b").mkdir()
    (folder / "b" / "state").write_text("a file in its place")
    watch = _started(folder / "b", FIRST)
    watch.process.communicate(timeout=60)
    assert watch.process.returncode == 2, watch.log.read_text()
    assert "folders: {state: PATH}" in watch.log.read_text()
    return {"told": 1}


def one_cache(folder: Path) -> dict[str, object]:
    """Two users and one cache, which is the first one's: the second is told, and fails no job."""
    _started(folder / "c", FIRST).process.communicate(timeout=120)
    cache = folder / "c" / "cache"
    watch = _started(folder / "d", SECOND, "--cache", str(cache), once=False)
    done = watch.inbox / "done" / "a.yaml"
    if not ROOT:  # one user: the cache is shared as it should be
        watch.until(done.exists)
        return {"users": 1, "stopped": watch.stop()}
    watch.until(lambda: "cannot be written to by this user" in watch.log.read_text())
    assert not any((watch.inbox / "failed").iterdir())
    for path in (cache, *cache.rglob("*")):
        path.chmod(0o777)
    watch.until(done.exists)
    return {"users": 2, "stopped": watch.stop()}


def _started(home: Path, user: int, *more: str, once: bool = True) -> Watch:
    (home / "inbox").mkdir(parents=True)
    (home / "inbox" / "a.yaml").write_text(GOOD, "utf-8")
    (home / "watch.yaml").write_text(QUICK)
    temporary = Path(tempfile.gettempdir())
    for part in (home, *home.parents):
        if ROOT and temporary in part.parents:  # folders of tests are their user's alone
            part.chmod(0o755)
    _given(home, user)
    return Watch(home, *more, *(["--once"] if once else []), before=as_user(user), HOME=str(home))
