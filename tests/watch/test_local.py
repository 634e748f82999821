"""Real drops through the preview engine: scripts, lists, tables, and what lies beside them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from comfyui_glmtts.templates.bundled import bundled, find_template
from comfyui_glmtts.watch.jobs.job import Job
from comfyui_glmtts.watch.jobs.renderer import Order
from comfyui_glmtts.watch.jobs.snapshot import Snapshot
from comfyui_glmtts.watch.service import Service
from stubs import Studio, wait

EPISODE = """\
# priority: urgent
glmtts: 1
title: 早间播客
voices: {小雨: xiaoyu, 客人: {reference: voices/guest.flac, transcript: 大家好}}
output: {formats: [wav]}
segments:
  - 小雨: 大家好。
  - 客人: 你好！
  - include: parts/end.yaml
"""
END = "glmtts: 1\nsegments: [{小雨: 再见。}]\n"


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    studio = Studio(tmp_path, settle=0.1)
    studio.real()
    return studio


@pytest.fixture
def service(studio: Studio) -> Iterator[Service]:
    with studio.running() as service:
        yield service


def told(studio: Studio, count: int = 1) -> Job:
    wait(lambda: len(studio.told) >= count)
    return studio.told[-1]


def manifest(studio: Studio, name: str) -> dict[str, list[dict[str, str]]]:
    """A manifest, all of whose files are there."""
    folder = studio.inbox / "out" / name
    found = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert all((folder / file["name"]).is_file() for file in found["files"])
    return found


def drop_episode(studio: Studio, text: str = EPISODE) -> None:
    from comfyui_glmtts.glmtts_runtime.voices.library import BUNDLED

    guest = next(BUNDLED.glob("*.flac")).read_bytes()
    for name, content in (("voices/guest.flac", guest), ("parts/end.yaml", END.encode())):
        (studio.inbox / name).parent.mkdir(exist_ok=True)
        (studio.inbox / name).write_bytes(content)
    studio.drop("episode.yaml", text)


def test_a_script_and_all_it_refers_to(studio: Studio, service: Service) -> None:
    drop_episode(studio)
    job = told(studio)
    assert (job.ending, job.lines, job.problems) == ("rendered", 3, ())
    assert job.priority == 0
    made = manifest(studio, "episode")
    assert "episode.wav" in {file["name"] for file in made["files"]}
    assert made["inputs"][0]["file"] == "episode.yaml"
    assert str(studio.folder) not in json.dumps(made), "private places stay private"


def test_a_changed_recording_is_another_job_and_an_unchanged_one_is_not(
    studio: Studio, service: Service
) -> None:
    drop_episode(studio)
    told(studio)
    drop_episode(studio)
    assert told(studio, 2).ending == "duplicate"
    (studio.inbox / "parts" / "end.yaml").write_text(END.replace("再见", "下次见"))
    studio.drop("episode.yaml", EPISODE)
    job = told(studio, 3)
    assert (job.ending, job.synthesised) == ("rendered", 1)


def test_takes_chosen_beside_a_script_count(studio: Studio, service: Service) -> None:
    script = "glmtts: 1\nvoices: {a: xiaoyu}\noutput: {formats: [wav]}\nsegments: [{a: 你好。}]\n"
    studio.drop("one.yaml", script)
    told(studio)
    first = manifest(studio, "one")["lines"][0]["take"]
    picks = "glmtts_takes: 1\nlines:\n  - {speaker: a, line: 你好。, takes: 2, pick: 2}\n"
    (studio.inbox / "one.takes.yaml").write_text(picks)
    studio.drop("one.yaml", script)
    job = told(studio, 2)
    assert (job.ending, job.problems) == ("rendered", ())
    assert manifest(studio, "one")["lines"][0]["take"] != first


def test_mistakes_name_the_script_as_its_writer_knows_it(studio: Studio, service: Service) -> None:
    drop_episode(studio, EPISODE.replace("- 小雨", "- 小雪").replace("parts/end", "parts/and"))
    job = told(studio)
    assert job.ending == "invalid"
    assert [str(mistake.place) for mistake in job.problems] == [
        "episode.yaml:7:5", "episode.yaml:9:14",
    ]  # fmt: skip
    assert "parts/end.yaml" in job.problems[1].remedy


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("talk.txt", "小雨: 你好。\n阿明: 你好！\n", 2),
        ("talk.srt", "1\n00:00:00,000 --> 00:00:01,000\n你好。\n", 1),
    ],
)
def test_plain_text_and_subtitles(
    studio: Studio, service: Service, name: str, text: str, lines: int
) -> None:
    studio.drop(name, text)
    job = told(studio)
    assert (job.ending, job.lines) == ("rendered", lines)
    assert manifest(studio, "talk")


def test_a_list_of_which_some_are_wrong_is_made_in_part(studio: Studio, service: Service) -> None:
    records = [
        {"input_text": "你好。", "output_name": "first"}, {"input_text": "……"},
        {"output_name": "x"}, {"input_text": "再见。", "output_name": "last"},
    ]  # fmt: skip
    studio.drop("list.jsonl", "\n".join(json.dumps(one) for one in records))
    job = told(studio)
    assert (job.state, job.ending, job.lines) == ("failed", "partly", 2)
    assert [mistake.place.line for mistake in job.problems] == [2, 3]
    files = {file["name"] for file in manifest(studio, "list")["files"]}
    assert files == {"first.wav", "last.wav", "summary.json"}
    assert studio.names("failed") == ["list.jsonl"]


@pytest.mark.parametrize("bytes_", [121, 240, 251])
def test_a_name_that_no_result_can_have_is_told_at_once(
    studio: Studio, service: Service, bytes_: int
) -> None:
    (studio.inbox / f"{'n' * bytes_}.txt").write_text("你好。\n", "utf-8")
    job = told(studio)
    assert (job.ending, job.attempts) == ("invalid", 0)
    assert "too long" in job.problems[0].what
    assert studio.names("failed") == [f"{'n' * bytes_}.txt"]


def test_a_cache_that_cannot_be_used_pauses_the_work_and_fails_no_job(
    studio: Studio,
) -> None:
    store = studio.renderer.context.store.folder
    store.write_bytes(b"in the way")
    with studio.running() as service:
        studio.drop("a.txt", "你好。\n")
        wait(lambda: "The cache cannot be used" in (service.status().paused or ""))
        assert studio.told == []
        store.unlink()
        assert told(studio).ending == "rendered"


def test_a_script_in_a_dropped_folder_is_told_once(
    studio: Studio, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    (studio.inbox / "show").mkdir()
    studio.drop("show/one.yaml", EPISODE)
    said = lambda: [text for text in caplog.messages if "show/one.yaml" in text]  # noqa: E731
    wait(lambda: bool(said()))
    studio.drop("a.txt", "你好。\n")
    told(studio)
    (told_once,) = said()
    assert "name its sounds as show/…" in told_once


def test_a_workflow_needs_a_comfyui(studio: Studio, service: Service) -> None:
    studio.drop("flow.json", '{"1": {"class_type": "X"}}')
    job = told(studio)
    assert job.ending == "invalid"
    assert "--server" in job.problems[0].remedy


class TestRows:
    ROWS = "id,ticket,number\na1,A001,3\na2,A002,4\n"

    def test_a_table_becomes_announcements_of_the_template_it_is_called_after(
        self, studio: Studio, service: Service
    ) -> None:
        studio.drop("queue-call.csv", self.ROWS)
        job = told(studio)
        assert (job.ending, job.lines, job.problems) == ("rendered", 2, ())
        first = {file["name"] for file in manifest(studio, "queue-call")["files"]}
        studio.drop("queue-call.csv", self.ROWS.replace("a2,A002,4", "a3,A003,5"))
        job = told(studio, 2)
        assert (job.ending, job.synthesised > 0) == ("rendered", True)
        second = {file["name"] for file in manifest(studio, "queue-call")["files"]}
        assert len(first) == len(second)
        assert first != second
        log = (studio.inbox / "out" / "queue-call" / "audit.jsonl").read_text("utf-8")
        assert all(ticket in log for ticket in ("a1", "a2", "a3")), "the log goes on"

    def test_a_table_without_a_template_is_told_which_there_are(
        self, studio: Studio, service: Service
    ) -> None:
        studio.drop("queue-cal.csv", self.ROWS)
        job = told(studio)
        assert job.ending == "invalid"
        assert job.problems[0].remedy == 'Did you mean "queue-call"?'

    def test_a_template_of_ones_own_lies_in_the_watched_folder(
        self, studio: Studio, service: Service
    ) -> None:
        (studio.inbox / "templates").mkdir()
        template = find_template("queue-call")
        for file, name in ((template, "ours.yaml"), (template.with_suffix(".csv"), None)):
            copy = studio.inbox / "templates" / (name or file.name)
            copy.write_bytes(file.read_bytes())
        studio.drop("ours.morning.csv", self.ROWS)
        job = told(studio)
        assert (job.ending, job.problems) == ("rendered", ())
        assert job.lines == 2

    @pytest.mark.parametrize("template", sorted(bundled()))
    def test_a_table_is_called_after_a_template_and_anything(
        self, tmp_path: Path, studio: Studio, template: str
    ) -> None:
        example = find_template(template).with_suffix(".csv")
        source = tmp_path / f"{template}.monday.csv"
        source.write_bytes(example.read_bytes())
        snapshot = Snapshot(folder=tmp_path, inbox=studio.inbox)
        previous = studio.inbox / "out" / template
        order = Order(kind="rows", source=source, previous=previous, snapshot=snapshot)
        plan = studio.renderer.prepare(order)
        assert plan.lines >= len(example.read_text("utf-8").splitlines()) - 1

    def test_a_mistake_in_a_row_names_the_row(self, studio: Studio, service: Service) -> None:
        studio.drop("queue-call.csv", "id,ticket,number\na1,A001\n")
        job = told(studio)
        assert job.ending == "invalid"
        assert job.problems[0].place.file == "queue-call.csv"
        assert job.problems[0].place.line == 2
