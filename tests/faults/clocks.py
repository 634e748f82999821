"""What a clock does: it is set forward and back, by seconds and by years, while jobs run."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

from comfyui_glmtts.watch.service import Service
from stubs import Studio, wait

_YEAR = 365 * 86_400.0
JUMPS = (60.0, -60.0, 3600.0, -3600.0, 86_400.0, -86_400.0, _YEAR, -_YEAR, 10 * _YEAR, -30 * _YEAR)


def set_while_jobs_run(folder: Path, jobs: int = 40) -> dict[str, object]:
    """Each job is dropped under another clock; some fail once and wait to be tried again."""
    studio = Studio(folder, pace=0.002)
    jumps = itertools.cycle(JUMPS)
    offset = 0.0

    def wall() -> float:
        return time.time() + offset

    service = Service(studio.settings, studio.renderer, on_end=studio.told.append, wall=wall)
    service.start()
    try:
        for number in range(jobs):
            offset = next(jumps)
            studio.drop(f"job-{number:03}.txt", "broken" if number % 9 == 8 else f"{number}\nb\n")
            time.sleep(0.03)
        wait(lambda: len({job.id for job in studio.told}) == jobs, 120)
        assert service.status().paused is None
    finally:
        service.stop()
    ended = [job.name for job in studio.told]
    assert len(ended) == len(set(ended)) == jobs
    assert len(studio.names("done")) == jobs - jobs // 9
    assert studio.left() == []
    return {"jobs": jobs, "settings of the clock": jobs, "lost": 0, "twice": 0}
