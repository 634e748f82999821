"""Everything in `tests/faults`, at a smaller size; `make faults` does it at full size."""

from pathlib import Path

import disks
import folders
import hostile
import kills
import mutations
import one_file
from stubs import in_python

# --- death of the process


def test_killed_at_random_moments_every_job_ends_once_and_as_if_undisturbed(tmp_path: Path) -> None:
    kills.at_random(tmp_path, 4, jobs=2)


def test_killed_after_every_step_nothing_is_lost_or_done_twice(tmp_path: Path) -> None:
    kills.at_every_step(tmp_path, every=4)


def test_killed_while_real_scripts_are_spoken_the_sound_is_the_same(tmp_path: Path) -> None:
    kills.with_the_preview_engine(tmp_path, 1)


def test_what_crashes_the_process_twice_is_put_aside(tmp_path: Path) -> None:
    assert kills.poison(tmp_path)["crashes"] == 2


def test_restarted_again_and_again_the_queue_keeps_its_order(tmp_path: Path) -> None:
    kills.restarts(tmp_path, 2, 40)


def test_two_services_on_one_inbox_never_have_one_file_both(tmp_path: Path) -> None:
    kills.two_services(tmp_path, 80)


# --- one file among others


def test_a_script_that_may_not_be_read_fails_alone(tmp_path: Path) -> None:
    one_file.unreadable(tmp_path)


def test_a_sound_that_may_not_be_read_is_told_and_not_only_tried_again(tmp_path: Path) -> None:
    one_file.unreadable_sound(tmp_path)


def test_a_file_that_cannot_be_moved_is_reported_where_it_lies(tmp_path: Path) -> None:
    in_python(tmp_path, "one_file.unmovable(FOLDER)")


def test_what_stands_in_a_files_way_stops_no_other(tmp_path: Path) -> None:
    one_file.unfilable(tmp_path)


def test_once_never_says_that_all_is_well_with_claims_left(tmp_path: Path) -> None:
    one_file.once_is_cut_short(tmp_path)


# --- the disk


def test_any_call_may_find_no_space(tmp_path: Path) -> None:
    disks.no_space_at_every_call(tmp_path, every=12)


def test_a_disk_may_fill_up_anywhere(tmp_path: Path) -> None:
    disks.full_disk(tmp_path, steps=24)


def test_the_results_may_become_read_only(tmp_path: Path) -> None:
    disks.read_only(tmp_path)


def test_the_journal_may_be_locked(tmp_path: Path) -> None:
    disks.locked(tmp_path, 0.5)


def test_the_journal_may_be_destroyed(tmp_path: Path) -> None:
    disks.damaged(tmp_path, 1)


# --- the inbox


def test_of_a_burst_none_is_lost_and_none_is_taken_twice(tmp_path: Path) -> None:
    folders.burst(tmp_path, 3_000, scan=0.2, settle=0.5)


def test_without_events_the_scan_finds_everything(tmp_path: Path) -> None:
    folders.no_events(tmp_path, 10)


def test_an_inbox_that_is_away_is_no_deletion(tmp_path: Path) -> None:
    folders.away(tmp_path, 0.5)


def test_an_upload_that_stalls_anywhere_is_not_taken_before_its_end_mark(tmp_path: Path) -> None:
    folders.truncated(tmp_path, every=5)


def test_a_file_written_in_many_goes_is_one_job(tmp_path: Path) -> None:
    folders.storms(tmp_path, 12)


def test_an_upload_that_goes_on_into_the_taken_file_is_not_published_in_halves(
    tmp_path: Path,
) -> None:
    folders.late_writer(tmp_path, 4)


def test_a_name_dropped_again_and_again_is_an_edition_each_time(tmp_path: Path) -> None:
    folders.same_name(tmp_path, 10)


def test_of_many_copies_one_is_rendered(tmp_path: Path) -> None:
    folders.copies(tmp_path, 60)


def test_descriptors_and_threads_stay_as_they_are(tmp_path: Path) -> None:
    # So short a run still fills caches; the 5 % are for the full size.
    folders.soak(tmp_path, 400, batch=50, growth=20.0)


# --- malice


def test_links_swapped_while_they_are_read_lead_nowhere(tmp_path: Path) -> None:
    hostile.swaps(tmp_path, 3_000)


def test_hostile_scripts_are_refused_quickly_and_cheaply(tmp_path: Path) -> None:
    numbers = hostile.corpus(tmp_path)
    assert numbers["accepted"] == 0


def test_hostile_names_and_things_that_are_no_files_are_refused(tmp_path: Path) -> None:
    assert hostile.names(tmp_path)["escapes"] == 0


def test_files_with_bytes_changed_are_read_or_refused_in_words(tmp_path: Path) -> None:
    numbers = mutations.media(tmp_path, 300)
    assert numbers["ended the worker"] == 0
    assert numbers["read"] > 50
    assert numbers["refused"] > 50
