"""A watched folder from drop to file: what it does with each kind of drop, and what it says."""

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.progress import Cancel, Report
from comfyui_glmtts.watch.intake.lease import EXPIRED, Lease
from comfyui_glmtts.watch.intake.wakeup import Wakeup
from comfyui_glmtts.watch.jobs.crash_evidence import STRONG, WEAK, CrashEvidence
from comfyui_glmtts.watch.jobs.job import Job, Priority
from comfyui_glmtts.watch.jobs.renderer import Made, Order, Plan, UnspokenError
from comfyui_glmtts.watch.settings.layout import Layout
from stubs import Studio, wait


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)


def told(studio: Studio, count: int = 1) -> list[Job]:
    wait(lambda: len(studio.told) >= count)
    return studio.told


class Failing:
    """A renderer that fails so many times before it works, as `error` says."""

    def __init__(self, studio: Studio, times: int, error: Callable[[], Exception]) -> None:
        self.inner, self.left, self.error = studio.renderer, times, error

    def prepare(self, order: Order) -> Plan:
        plan = self.inner.prepare(order)

        def make(target: Path, *, report: Report, cancel: Cancel) -> Made:
            if self.left:
                self.left -= 1
                raise self.error()
            return plan.make(target, report=report, cancel=cancel)

        return Plan(key=plan.key, title=plan.title, lines=plan.lines, make=make)

    def trouble(self) -> str | None:
        return None

    def close(self) -> None:
        pass


def test_a_drop_becomes_files_and_goes_to_done(studio: Studio) -> None:
    with studio.running() as service:
        studio.drop("episode.txt", "one\ntwo\n")
        (job,) = told(studio)
        assert service.source(job.id) == studio.inbox / "done" / "episode.txt"
    assert (job.state, job.ending, job.lines, job.synthesised) == ("done", "rendered", 2, 2)
    assert list(studio.editions()) == ["episode"]
    assert studio.left() == []


def test_what_waited_while_nobody_watched_is_done(studio: Studio) -> None:
    studio.drop("episode.txt", "one\n")
    with studio.running():
        told(studio)
    assert studio.names("done") == ["episode.txt"]


def test_a_half_copied_file_is_waited_for_at_the_start_too(studio: Studio) -> None:
    file = studio.inbox / "slow.txt"
    file.write_text("first\n")
    with studio.running(settle=0.5) as service:
        for n in range(8):
            time.sleep(0.2)
            with file.open("a") as stream:
                stream.write(f"line {n}\n")
            assert service.journal.last() == 0
        (job,) = told(studio)
    assert job.lines == 9


def test_a_mistake_is_reported_beside_the_file_and_a_retry_takes_the_mended_file(
    studio: Studio,
) -> None:
    with studio.running() as service:
        studio.drop("episode.txt", "broken\n")
        (job,) = told(studio)
        report = json.loads((studio.inbox / "failed" / "episode.txt.report.json").read_text())
        assert report["problems"][0]["file"] == "episode.txt"
        assert report["problems"][0]["line"] == 1
        (studio.inbox / "failed" / "episode.txt").write_text("mended\n")
        service.retry(job.id)
        told(studio, 2)
    assert [job.ending for job in studio.told] == ["invalid", "rendered"]
    assert studio.names("failed") == []
    assert list((studio.inbox / "failed").iterdir()) == []
    with pytest.raises(LookupError), studio.running() as service:
        service.retry(job.id)


@pytest.mark.parametrize(
    "error",
    [
        lambda: OSError(5, "Input/output error"), MemoryError,
        lambda: RuntimeError("CUDA error: an illegal memory access was encountered"),
    ],
)  # fmt: skip
def test_what_may_pass_is_tried_again(studio: Studio, error: Callable[[], Exception]) -> None:
    studio.renderer = Failing(studio, 3, error)
    with studio.running():
        studio.drop("episode.txt", "one\n")
        (job,) = told(studio)
    assert (job.ending, job.attempts) == ("rendered", 3)


def test_what_does_not_pass_fails_with_its_reason(studio: Studio) -> None:
    studio.renderer = Failing(studio, 99, lambda: OSError(5, "Input/output error"))
    with studio.running():
        studio.drop("episode.txt", "one\n")
        (job,) = told(studio)
    assert (job.ending, job.attempts) == ("exhausted", 3)
    assert "Input/output error" in job.problems[0].what


def test_lines_that_cannot_be_spoken_are_tried_once_more(studio: Studio) -> None:
    from comfyui_glmtts.mistakes import Mistake, Place

    problem = Mistake(Place("episode.txt", 1, 1), "The line is silent.", "")
    studio.renderer = Failing(studio, 99, lambda: UnspokenError([problem]))
    with studio.running():
        studio.drop("episode.txt", "one\n")
        (job,) = told(studio)
    assert (job.ending, job.attempts, job.problems) == ("unspoken", 1, (problem,))


def test_a_bug_ends_one_job_and_not_the_service(studio: Studio) -> None:
    studio.renderer = Failing(studio, 1, lambda: KeyError("oops"))
    with studio.running():
        studio.drop("a.txt", "one\n")
        told(studio)
        studio.drop("b.txt", "two\n")
        told(studio, 2)
    assert [job.ending for job in studio.told] == ["bug", "rendered"]


def test_priorities_come_from_the_folder_and_from_a_comment(studio: Studio) -> None:
    with studio.running(jobs=0) as service:
        studio.drop("a.txt", "one\n")
        studio.drop("b.txt", "# Priority: low\ntwo\n")
        studio.drop("c.txt", "#priority:urgent\nthree\n")
        studio.drop("urgent/d.txt", "four\n")
        studio.drop("e.txt", "\n" * 30 + "# priority: urgent\n")  # too far down
        wait(lambda: service.journal.counts()["queued"] == 5)
        found = {job.name: job.priority for job in service.journal.queue()}
    assert found == {
        "a.txt": Priority.NORMAL, "b.txt": Priority.LOW, "c.txt": Priority.URGENT,
        "d.txt": Priority.URGENT, "e.txt": Priority.NORMAL,
    }  # fmt: skip


def test_an_urgent_drop_is_next_whatever_is_queued(tmp_path: Path) -> None:
    # Behind a claim, which is a rename, watchdog keeps events for half a second.
    studio = Studio(tmp_path, pace=0.2, jobs=1)
    for n in range(12):
        studio.drop(f"{n:02d}.txt", f"line {n}\n")
    with studio.running():
        told(studio, 1)
        studio.drop("urgent/now.txt", "now\n")
        told(studio, 13)
    assert [job.name for job in studio.told].index("now.txt") < 11


def test_cancelled_jobs_end_whether_they_wait_or_run(tmp_path: Path) -> None:
    studio = Studio(tmp_path, pace=0.1, jobs=1)
    for name in ("a.txt", "b.txt"):
        studio.drop(name, "".join(f"{name} {n}\n" for n in range(100)))
    with studio.running() as service:
        wait(lambda: bool(service.journal.running()))
        service.cancel(2)
        service.cancel(1)
        told(studio, 2)
        with pytest.raises(LookupError):
            service.cancel(1)
    assert {job.ending for job in studio.told} == {"cancelled"}
    assert studio.names("failed") == ["a.txt", "b.txt"]
    assert studio.left() == []


def test_progress_is_that_of_the_lines(tmp_path: Path) -> None:
    studio = Studio(tmp_path, pace=0.1)
    studio.drop("a.txt", "".join(f"line {n}\n" for n in range(20)))
    seen: set[tuple[str, int, int]] = set()
    with studio.running() as service:
        while not studio.told:
            seen |= {(job.phase, job.done, job.total) for job in service.journal.running()}
            time.sleep(0.02)
    steps = sorted(done for phase, done, total in seen if (phase, total) == ("speak", 20))
    assert len(steps) > 5


def test_stopping_keeps_the_lines_and_starting_goes_on(tmp_path: Path) -> None:
    studio = Studio(tmp_path, pace=0.05)
    studio.drop("a.txt", "".join(f"line {n}\n" for n in range(30)))
    with studio.running():
        wait(lambda: len(studio.spoken()) > 5)
    assert studio.told == []
    with studio.running():
        (job,) = told(studio)
    assert (job.ending, job.evidence, job.attempts) == ("rendered", 0, 0)
    assert len(studio.spoken()) == 30


def test_whoever_cannot_be_told_is_told_again_after_a_restart_too(studio: Studio) -> None:
    tries: list[int] = []

    def unwell(job: Job) -> None:
        tries.append(job.id)
        raise ConnectionError("nobody is there")

    from comfyui_glmtts.watch.service import Service

    studio.drop("a.txt", "one\n")
    service = Service(studio.settings, studio.renderer, on_end=unwell)
    service.start()
    wait(lambda: len(tries) >= 2)
    service.stop()
    with studio.running():
        (job,) = told(studio)
    assert job.id == tries[0]


def test_settings_change_while_it_runs(studio: Studio) -> None:
    with studio.running(jobs=0) as service:
        studio.drop("a.txt", "one\n")
        wait(lambda: service.journal.counts()["queued"] == 1)
        service.apply(studio.settings)
        told(studio)


def test_a_mark_that_outlives_its_file_vouches_for_no_other(studio: Studio) -> None:
    mark = studio.inbox / "a.txt.ready"
    mark.touch()
    with studio.running():
        wait(lambda: not mark.exists())


def test_a_file_in_use_by_nobody_is_taken_at_once_with_its_mark(studio: Studio) -> None:
    with studio.running(settle=60.0):
        studio.drop("a.txt", "one\n")
        (studio.inbox / "a.txt.ready").touch()
        told(studio)
    assert not (studio.inbox / "a.txt.ready").exists()


def test_two_files_of_one_stem_have_folders_of_their_own(studio: Studio) -> None:
    with studio.running():
        studio.drop("a.txt", "one\n")
        told(studio)
        studio.drop("a.srt", "two\n")
        told(studio, 2)
    assert sorted(studio.editions()) == ["a", "a-srt"]


def test_results_that_were_removed_are_made_again(studio: Studio) -> None:
    import shutil

    with studio.running():
        studio.drop("a.txt", "one\n")
        told(studio)
        shutil.rmtree(studio.inbox / "out" / "a")
        studio.drop("a.txt", "one\n")
        told(studio, 2)
    assert [job.ending for job in studio.told] == ["rendered", "rendered"]
    assert studio.told[1].synthesised == 0


def test_a_result_folder_that_is_not_ours_is_left_alone(studio: Studio) -> None:
    (studio.inbox / "out" / "a").mkdir(parents=True)
    (studio.inbox / "out" / "a" / "mine.txt").write_text("mine")
    with studio.running():
        studio.drop("a.txt", "one\n")
        (job,) = told(studio)
    assert job.ending == "invalid"
    assert (studio.inbox / "out" / "a" / "mine.txt").read_text() == "mine"


def test_a_name_that_some_system_refuses_is_told_with_the_reason(studio: Studio) -> None:
    with studio.running():
        studio.drop("CON.txt", "one\n")
        (job,) = told(studio)
    assert job.ending == "invalid"
    assert 'Windows keeps the file name "CON"' in job.problems[0].what


def test_only_one_service_has_a_state_folder(studio: Studio) -> None:
    with studio.running(), pytest.raises(InputError, match="Another service"):
        studio.service().start()


def test_a_missing_inbox_is_said_at_once(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        studio.service(inbox=tmp_path / "nowhere").start()


def test_a_journal_on_a_share_is_refused(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comfyui_glmtts.watch.service.file_system", lambda _folder: "cifs")
    with pytest.raises(InputError, match="network drive"):
        studio.service().start()


def test_little_room_pauses_and_room_resumes(studio: Studio) -> None:
    with studio.running(low_water=1 << 60) as service:
        studio.drop("a.txt", "one\n")
        wait(lambda: "nearly full" in (service.status().paused or ""))
        assert (studio.inbox / "a.txt").exists()
        service.apply(studio.settings)
        told(studio)
        assert service.status().paused is None


def test_a_lost_journal_costs_history_and_no_job(tmp_path: Path) -> None:
    studio = Studio(tmp_path, pace=0.05, jobs=1)
    for n in range(5):
        studio.drop(f"{n}.txt", f"line {n}\nmore {n}\n")
    with studio.running():
        told(studio, 2)
    for file in (tmp_path / "state").glob("journal.sqlite*"):
        file.unlink()
    with studio.running():
        wait(lambda: len(studio.names("done")) == 5)
    assert len(studio.editions()) == 5
    assert len(studio.spoken()) == 10


class TestCrashEvidence:
    def test_nothing_is_known_before_the_first_start(self, tmp_path: Path) -> None:
        assert CrashEvidence(tmp_path).strength() == 0

    def test_an_orderly_end_is_nobodys_fault(self, tmp_path: Path) -> None:
        evidence = CrashEvidence(tmp_path)
        evidence.watch()
        evidence.close()
        assert CrashEvidence(tmp_path).strength() == 0

    def test_a_sudden_death_is_weak_evidence(self, tmp_path: Path) -> None:
        (tmp_path / "alive.json").write_text('{"boot": "another", "killed": "0"}')
        assert CrashEvidence(tmp_path).strength() == WEAK

    def test_a_trace_or_a_kill_for_want_of_memory_is_strong_evidence(self, tmp_path: Path) -> None:
        evidence = CrashEvidence(tmp_path)
        evidence.watch()
        alive = tmp_path / "alive.json"
        noted = json.loads(alive.read_text())
        alive.write_text(json.dumps({**noted, "killed": "less"}))
        assert CrashEvidence(tmp_path).strength() == STRONG
        alive.write_text(json.dumps(noted))
        (tmp_path / "crash.txt").write_text("Fatal Python error: Segmentation fault")
        assert CrashEvidence(tmp_path).strength() == STRONG
        evidence.close()


class TestWakeup:
    def test_events_ring_and_a_folder_that_was_replaced_is_watched_again(
        self, tmp_path: Path
    ) -> None:
        folder, bell = tmp_path / "inbox", threading.Event()
        folder.mkdir()
        wakeup = Wakeup([folder], bell)
        try:
            assert wakeup.supervise(0.0)
            (folder / "a").touch()
            assert bell.wait(5)
            folder.rename(tmp_path / "away")
            assert not wakeup.supervise(1.0)
            folder.mkdir()
            assert not wakeup.supervise(2.0)  # it failed a moment ago
            assert wakeup.supervise(100.0)
            bell.clear()
            (folder / "b").touch()
            assert bell.wait(5)
        finally:
            wakeup.close()


def test_what_is_no_job_stays_and_is_shown(studio: Studio) -> None:
    (studio.inbox / "theme.wav").write_text("music")
    (studio.inbox / "music").mkdir()
    with studio.running() as service:
        wait(lambda: service.status().ignored == ("theme.wav",))
    assert (studio.inbox / "theme.wav").exists()


def test_a_name_that_is_no_text_is_refused_with_a_reason(studio: Studio) -> None:
    path = os.fsencode(studio.inbox) + b"/\xff\xfe.txt"
    with open(path, "wb") as stream:  # noqa: PTH123 - a name in bytes
        stream.write(b"one")
    with studio.running():
        (job,) = told(studio)
    assert job.ending == "invalid"
    assert "UTF-8" in job.problems[0].what


class TestLease:
    def test_what_a_dead_service_had_taken_goes_back_to_the_inbox(self, studio: Studio) -> None:
        layout = Layout.of(studio.settings)
        layout.make()
        lease = Lease(layout)
        other = layout.work.parent / "deadbeef"
        for claim, name in (("3", "a.txt"), ("4-urgent", "b.txt"), ("5", "a.txt")):
            (other / claim).mkdir(parents=True)
            (other / claim / name).write_text(claim)
        (other / ".alive").touch()
        lease.renew(0.0)
        lease.renew(EXPIRED - 1)
        (other / ".alive").touch()
        lease.renew(2 * EXPIRED - 2)
        assert sorted(path.name for path in studio.inbox.glob("*.txt")) == []
        lease.renew(4 * EXPIRED)
        assert sorted(path.name for path in studio.inbox.glob("*.txt")) == ["5-a.txt", "a.txt"]
        assert [path.name for path in (studio.inbox / "urgent").iterdir()] == ["b.txt"]
        assert [path.name for path in layout.work.parent.iterdir()] == [layout.service]

    def test_a_service_never_takes_itself_for_dead(self, studio: Studio) -> None:
        layout = Layout.of(studio.settings)
        layout.make()
        (layout.work / "1").mkdir()
        (layout.work / "1" / "a.txt").write_text("one")
        lease = Lease(layout)
        for now in (0.0, 1000.0, 2000.0):
            lease.renew(now)
        assert (layout.work / "1" / "a.txt").exists()


def test_a_file_taken_out_of_work_is_a_job_cancelled(tmp_path: Path) -> None:
    studio = Studio(tmp_path, pace=0.1)
    studio.drop("a.txt", "".join(f"line {n}\n" for n in range(10)))
    with studio.running() as service:
        wait(lambda: bool(service.journal.running()))
        next((studio.inbox / "work").glob("*/*/a.txt")).unlink()
        (job,) = told(studio)
    assert job.ending == "cancelled"
    assert studio.editions() == {}
