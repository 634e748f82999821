"""The journal: whose turn it is, what is noted, and what survives."""

from dataclasses import replace
from pathlib import Path

import pytest
from comfyui_glmtts.mistakes import Mistake, Place
from comfyui_glmtts.watch.jobs.job import Job, Priority
from comfyui_glmtts.watch.jobs.journal import TURNS, Journal


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.sqlite")


def job(id: int, priority: Priority = Priority.NORMAL, **values: object) -> Job:
    name = f"{id}.txt"
    plain = Job(
        id=id, name=name, kind="script", content=f"content {id}", size=1, arrived=float(id),
        priority=priority, target=str(id),
    )  # fmt: skip
    return replace(plain, **values)


def begun(journal: Journal, now: float = 100.0) -> list[int]:
    """Numbers of jobs in the order in which they begin, each ended before the next."""
    order = []
    while found := journal.next(now):
        order.append(found.id)
        journal.end(found.id, "rendered", now)
    return order


def test_jobs_begin_in_the_order_in_which_they_came(journal: Journal) -> None:
    journal.add([job(id) for id in (3, 1, 2)])
    assert begun(journal) == [1, 2, 3]


def test_urgent_ones_begin_first_and_low_ones_last(journal: Journal) -> None:
    journal.add([job(1, Priority.LOW), job(2), job(3, Priority.URGENT)])
    assert begun(journal) == [3, 2, 1]


def test_whoever_has_waited_longest_begins_now_and_then(journal: Journal) -> None:
    journal.add([job(1, Priority.LOW), *(job(id, Priority.URGENT) for id in range(2, 30))])
    assert begun(journal).index(1) == TURNS - 1


def test_what_is_queued_is_shown_in_the_order_of_its_turn(journal: Journal) -> None:
    journal.add([job(1, Priority.LOW), job(2), job(3, Priority.URGENT)])
    assert [one.id for one in journal.queue()] == [3, 2, 1]
    assert [one.id for one in journal.queue(limit=1, offset=1)] == [2]


@pytest.mark.parametrize("same", ["target", "content"])
def test_two_of_one_place_or_one_content_are_never_under_way_at_once(
    journal: Journal, same: str
) -> None:
    journal.add([job(1), job(2, **{same: getattr(job(1), same)}), job(3)])
    first = journal.next(100.0)
    assert first
    assert first.id == 1
    assert [found.id for found in (journal.next(100.0),) if found] == [3]
    assert journal.next(100.0) is None
    journal.end(1, "rendered", 100.0)
    assert [found.id for found in (journal.next(100.0),) if found] == [2]


def test_places_that_some_systems_cannot_tell_apart_are_one(journal: Journal) -> None:
    journal.add([job(1, target="Episode"), job(2, target="episode")])
    assert journal.next(100.0)
    assert journal.next(100.0) is None
    assert journal.owner("EPISODE") == "2.txt"


def test_a_job_put_off_waits_for_its_time_and_counts_its_failures(journal: Journal) -> None:
    journal.add([job(1)])
    journal.next(100.0)
    journal.put_off(1, 130.0, [Mistake(Place("1.txt"), "The disk is full.", "")], failed=True)
    assert journal.next(129.0) is None
    found = journal.next(130.0)
    assert found
    assert (found.attempts, found.due, found.problems) == (1, None, ())


def test_a_clock_that_went_back_keeps_nobody_waiting_for_a_day(journal: Journal) -> None:
    journal.add([job(1)])
    journal.next(1_000_000.0)
    journal.put_off(1, 1_000_030.0, (), failed=True)
    assert journal.next(1_000_000.0 - 86_400) is not None


def test_a_suspect_runs_alone(journal: Journal) -> None:
    journal.add([job(1), job(2)])
    assert journal.next(100.0)
    journal.interrupted(5)
    suspect = journal.next(100.0)
    assert suspect
    assert (suspect.id, suspect.evidence) == (1, 5)
    assert journal.next(100.0) is None
    journal.progress(1, "speak", 1, 3, steps=1)  # further than ever: it was not this
    assert journal.next(100.0) is not None


def test_evidence_stays_against_a_job_that_comes_no_further(journal: Journal) -> None:
    journal.add([job(1)])
    evidence = []
    for steps in (2, 2, 2, 3):
        journal.next(100.0)
        journal.progress(1, "speak", steps, 9, steps=steps)
        journal.interrupted(5)
        evidence += [found.evidence for found in (journal.get(1),) if found]
    assert evidence == [5, 10, 15, 5]


def test_the_first_ending_stays(journal: Journal) -> None:
    journal.add([job(1)])
    journal.end(1, "rendered", 100.0)
    journal.end(1, "cancelled", 200.0)
    found = journal.get(1)
    assert found
    assert (found.state, found.ending, found.finished) == ("done", "rendered", 100.0)


def test_failed_ones_are_shown_until_their_name_comes_again(journal: Journal) -> None:
    mistake = Mistake(Place("1.txt", 3, 5), "Unknown speaker.", "Did you mean “小明”?")
    journal.add([job(1), job(2)])
    journal.end(1, "invalid", 100.0, [mistake])
    journal.end(2, "invalid", 101.0)
    assert [one.id for one in journal.failed()] == [2, 1]
    assert journal.failed()[1].problems == (mistake,)
    journal.add([job(3, name="1.txt")])
    assert [one.id for one in journal.failed()] == [2]


def test_a_place_belongs_to_the_name_that_last_went_there_but_for_duplicates(
    journal: Journal,
) -> None:
    journal.add([job(1, target="a"), job(2, target="b")])
    journal.end(1, "rendered", 100.0)
    one = journal.get(1)
    assert one
    journal.equals(2, one)
    journal.end(2, "duplicate", 101.0)
    assert journal.owner("a") == "1.txt"
    assert journal.owner("nowhere") is None


def test_everything_is_there_again_after_a_restart(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    journal.add([job(1), job(2)])
    journal.next(100.0)
    before = [journal.get(id) for id in (1, 2)]
    journal.close()
    again = Journal(tmp_path / "journal.sqlite")
    assert [again.get(id) for id in (1, 2)] == before
    assert again.last() == 2


def test_ends_are_told_after_their_file_is_in_its_place_and_once(journal: Journal) -> None:
    journal.add([job(1)])
    journal.end(1, "rendered", 100.0)
    assert [one.id for one in journal.unfiled()] == [1]
    assert journal.unnotified() == []
    journal.file(1)
    assert [one.id for one in journal.unnotified()] == [1]
    journal.notified(1)
    assert journal.unnotified() == journal.unfiled() == []


def test_old_ends_are_forgotten_and_numbers_still_go_up(journal: Journal) -> None:
    journal.add([job(id) for id in range(1, 101)])
    for id in range(1, 100):
        journal.end(id, "rendered", float(id))
        journal.file(id)
        journal.notified(id)
    journal.trim(10)
    assert [one.id for one in journal.done()] == list(range(99, 89, -1))
    assert journal.counts() == {
        "queued": 1, "running": 0, "publishing": 0, "done": 10, "failed": 0,
    }  # fmt: skip
    assert journal.last() == 100


def test_throughput_counts_what_was_done_lately(journal: Journal) -> None:
    journal.add([job(1, lines=3, seconds=60.0), job(2, lines=5, seconds=30.0)])
    journal.end(1, "rendered", 1_000.0)
    journal.end(2, "rendered", 5_000.0)
    lately = journal.throughput(now=5_100.0)
    assert (lately.jobs, lately.lines, lately.seconds) == (1, 5, 30.0)
