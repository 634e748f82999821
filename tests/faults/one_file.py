"""One file among good ones that cannot be read, moved, named or filed: the others go on."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from comfyui_glmtts.watch.intake import unmoved
from stubs import Studio, wait
from watch_command import GOOD, Watch

UNPRIVILEGED = (
    ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    if sys.platform == "linux" and os.geteuid() == 0
    else []
)
"""Before a command: modes of files count for it, as they do for a service's user."""


def unreadable(folder: Path) -> dict[str, object]:
    """A script that the service's user may not read; once, then again for what came later."""
    (folder / "inbox").mkdir(parents=True)
    for name in ("a-good", "b-secret", "c-good"):
        (folder / "inbox" / f"{name}.yaml").write_text(GOOD.replace("早安", name), "utf-8")
    (folder / "inbox" / "b-secret.yaml").chmod(0)
    codes = []
    for later in (None, "later"):
        if later:
            (folder / "inbox" / "later.yaml").write_text(GOOD.replace("星期一", "星期二"), "utf-8")
        watch = Watch(folder, "--once", before=UNPRIVILEGED)
        watch.process.communicate(timeout=120)
        codes.append(watch.process.returncode)
    assert codes == [1, 0], watch.log.read_text()
    report = (folder / "inbox" / "failed" / "b-secret.yaml.report.md").read_text("utf-8")
    assert "may not be read by this service" in report
    assert (folder / "inbox" / "failed" / "b-secret.yaml").exists()
    done = sorted(path.name for path in (folder / "inbox" / "done").iterdir())
    assert done == ["a-good.yaml", "c-good.yaml", "later.yaml"]
    return {"unreadable": 1, "others done": len(done)}


def unreadable_sound(folder: Path) -> dict[str, object]:
    """A script whose music may not be read: told at once, and not only tried again."""
    (folder / "inbox").mkdir(parents=True)
    script = "glmtts: 1\nvoices: {A: xiaoyu}\nsegments: [sound: theme.wav, A: 早上好。]\n"
    (folder / "inbox" / "theme.wav").write_bytes(b"RIFF")
    (folder / "inbox" / "theme.wav").chmod(0)
    (folder / "inbox" / "a.yaml").write_text(script, "utf-8")
    watch = Watch(folder, "--once", before=UNPRIVILEGED)
    watch.process.communicate(timeout=120)
    assert watch.process.returncode == 1
    assert 'The file "theme.wav" may not be read' in watch.log.read_text()
    return {"unreadable": 1}


def unmovable(folder: Path) -> dict[str, object]:
    """Files that stay where they are whatever is tried, as others' do in a folder like /tmp."""
    unmoved.PATIENCE = 0.2
    studio = Studio(folder)
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path.name == "stays.txt" and path.parent == studio.inbox:
            raise PermissionError(1, "Operation not permitted", str(path))
        return rename(path, target)

    Path.rename = refuse  # type: ignore[method-assign]
    try:
        with studio.running() as service:
            for name in ("a.txt", "stays.txt", "z.txt"):
                studio.drop(name, name)
            wait(lambda: len(studio.told) == 3)
            assert studio.names("done") == ["a.txt", "z.txt"]
            assert service.status().waiting == 0
    finally:
        Path.rename = rename  # type: ignore[method-assign]
    (failed,) = (job for job in studio.told if job.state == "failed")
    assert (failed.name, failed.ending) == ("stays.txt", "invalid")
    report = (studio.inbox / "failed" / "stays.txt.report.md").read_text("utf-8")
    assert "cannot be moved out of the inbox" in report
    assert (studio.inbox / "stays.txt").exists()
    return {"unmovable": 1, "others done": 2}


def unfilable(folder: Path) -> dict[str, object]:
    """Things that stand where a file or its report is to go."""
    obstacles: dict[str, Callable[[Path], object]] = {
        "done/a-folder.txt": lambda path: path.mkdir(),
        "done/a-link.txt": lambda path: path.symlink_to("/etc/passwd"),
        "failed/broken.txt.report.md": lambda path: (path.mkdir(), (path / "x").touch()),
    }
    studio = Studio(folder)
    with studio.running():
        pass  # the folders are made
    for place, put in obstacles.items():
        put(studio.inbox / place)
    (studio.inbox / "out" / f".glmtts-{service_name(studio)}-old").mkdir()  # of a sweep that died
    with studio.running() as service:
        for name in ("a-folder.txt", "a-link.txt", "broken.txt", "z.txt"):
            studio.drop(name, "broken" if name == "broken.txt" else name)
        wait(lambda: len(studio.told) == 3)
        wait(lambda: bool(service.unfiled()))
        assert service.status().paused is None
        (reason,) = service.unfiled()
        assert reason.startswith("broken.txt stays in `work`: ")
        (studio.inbox / "failed" / "broken.txt.report.md" / "x").unlink()
        (studio.inbox / "failed" / "broken.txt.report.md").rmdir()
        wait(lambda: len(studio.told) == 4)
        assert not service.unfiled()
    assert Path("/etc/passwd").exists()
    return {"obstacles": len(obstacles) + 1, "others done": 3}


def service_name(studio: Studio) -> str:
    return (studio.folder / "state" / "service").read_text("utf-8").strip()


def once_is_cut_short(folder: Path) -> dict[str, object]:
    """A run `--once` that is ended by a signal while claims are left says so by its code."""
    watch = Watch(folder, "--once")
    watch.drop("long.yaml", "glmtts: 1\nvoices: {A: xiaoyu}\nsegments:\n" + LINES)
    watch.until(lambda: any((watch.inbox / "work").glob("*/[0-9]*/long.yaml")))
    assert watch.stop(signal.SIGTERM) == 1
    assert "Somebody ended it before everything was done." in watch.log.read_text()
    return {"cut short": 1}


LINES = "".join(f"  - A: 这是第{number}句话，我们慢慢地说。\n" for number in range(200))
