"""Templates and rows -> files: names, only what changed, the audit log, kill -9 at any moment."""

import hashlib
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest
import soundfile
from comfyui_glmtts.glmtts_runtime.engine import Outcome, SpeechError, SpeechRequest
from comfyui_glmtts.glmtts_runtime.preview.engine import PreviewEngine
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.production.announcements.announce import Announced, announce
from comfyui_glmtts.production.announcements.announcement import (
    Announcement,
    announcements,
    paragraphs,
    read_announcements,
)
from comfyui_glmtts.production.announcements.audit import LOG, MANIFEST
from comfyui_glmtts.production.announcements.rehearsal import rehearse
from comfyui_glmtts.production.announcements.voicing import Voicing
from comfyui_glmtts.production.context import RenderContext
from comfyui_glmtts.production.store import Store
from comfyui_glmtts.progress import Cancel, Progress
from comfyui_glmtts.pronunciation.markup import display
from comfyui_glmtts.scripts.profiles import PROFILES
from comfyui_glmtts.templates.announcement import Template
from comfyui_glmtts.templates.rows import parse_rows
from comfyui_glmtts.templates.sandbox import Sandbox

KILLS = 6
TEMPLATE = """\
glmtts_template: 1
title: {zh: 到站, en: Arrival}
languages: [zh, en]
fields:
  id: text
  city: {type: text, per_language: yes}
text:
  zh: "{{ city }}到了。"
  en: "This is {{ city }}."
gap: 200ms
voices: {zh: xiaoyu, en: leo}
name: "{{ id }}"
output: phone
"""
ROWS = [
    {"id": "a1", "city_zh": "上海", "city_en": "Shanghai"},
    {"id": "a2", "city_zh": "苏州", "city_en": "Suzhou"},
    {"id": "a3", "city_zh": "南京", "city_en": "Nanjing"},
]
Rows = Sequence[dict[str, str]]


@pytest.fixture(scope="module")
def engine() -> Iterator[PreviewEngine]:
    with PreviewEngine() as speaker:
        yield speaker


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("store"))


def planned(
    folder: Path, rows: Rows, text: str = TEMPLATE, name: str = "t", **options: Sequence[str]
) -> tuple[list[Announcement], Template]:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    with Sandbox.of(path) as sandbox:
        template = sandbox.template
        lines = "\n".join(map(json.dumps, rows)).encode()
        parsed = parse_rows(lines, "rows.jsonl", template)
        found = announcements(sandbox, parsed, **options)  # type: ignore[arg-type]
    return found, template


class Desk:
    """Makes announcements again and again, into one folder."""

    def __init__(self, folder: Path, engine: PreviewEngine, store: Store) -> None:
        self.folder, self.engine, self.store = folder, engine, store
        self.out = folder / "out"

    def make(
        self,
        rows: Rows,
        text: str = TEMPLATE,
        *,
        name: str = "t",
        prune: bool = False,
        whole: bool = True,
        engine: object = None,
        profile: str | None = None,
        **options: Sequence[str],
    ) -> Announced:
        found, template = planned(self.folder, rows, text, name, **options)
        if profile:
            template = replace(template, output=PROFILES[profile])
        context = RenderContext(
            engine=engine or self.engine,  # type: ignore[arg-type]
            library=VoiceLibrary([]),
            store=self.store,
        )
        return announce(
            found,
            self.out,
            Voicing.of(template, context),
            context,
            whole=whole,
            prune=prune,
            clock=lambda: datetime(2026, 11, 22, tzinfo=timezone.utc),
        )

    def log(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.out / LOG).read_text("utf-8").splitlines()]


@pytest.fixture
def desk(tmp_path: Path, engine: PreviewEngine, store: Store) -> Desk:
    return Desk(tmp_path, engine, store)


def test_every_row_becomes_a_file_of_its_name_and_a_line_in_the_log(desk: Desk) -> None:
    made = desk.make(ROWS)
    assert made.files == made.rendered == ("a1.ulaw.wav", "a2.ulaw.wav", "a3.ulaw.wav")
    for line, row in zip(desk.log(), ROWS, strict=True):
        path = desk.out / str(line["file"])
        info = soundfile.info(str(path))
        assert (info.samplerate, info.channels, info.subtype) == (8000, 1, "ULAW")
        assert info.frames / 8000 == pytest.approx(line["seconds"])
        assert line["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert line["bytes"] == path.stat().st_size
        assert line["time"] == "2026-11-22T00:00:00.000+00:00"
        assert line["engine"] == {"name": "preview", "fingerprint": desk.engine.fingerprint}
        chinese, english = line["said"]  # type: ignore[misc]
        assert chinese["text"] == [f"{row['city_zh']}到了。"]
        assert english["spoken"] == [f"This is {row['city_en']}."]
        assert (chinese["voice"]["name"], english["voice"]["name"]) == ("xiaoyu", "leo")
    manifest = json.loads((desk.out / MANIFEST).read_text("utf-8"))
    assert [file["file"] for file in manifest["files"]] == list(made.files)


def test_only_rows_that_changed_are_made_again(desk: Desk) -> None:
    desk.make(ROWS)
    before = {path.name: path.stat().st_mtime_ns for path in desk.out.glob("*.wav")}
    again = desk.make(ROWS[::-1])
    assert (again.rendered, again.kept) == ((), 3)
    changed = [ROWS[0], ROWS[1] | {"city_en": "Kunshan"}, ROWS[2]]
    assert desk.make(changed).rendered == ("a2.ulaw.wav",)
    after = {path.name: path.stat().st_mtime_ns for path in desk.out.glob("*.wav")}
    assert {name for name in before if before[name] != after[name]} == {"a2.ulaw.wav"}
    assert len(desk.log()) == 4


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("到了", "快到了"),
        ("gap: 200ms", "gap: 300ms"),
        ("leo}", "aming}"),
        ("name:", "chime: ding-dong\nname:"),
        ("gap:", "repeat: 2\ngap:"),
        ("output: phone", "output: {profile: phone, loudness: -20 LUFS}"),
        ("到站", "列车到站"),
    ],
)
def test_whatever_shapes_a_file_makes_it_again(desk: Desk, old: str, new: str) -> None:
    desk.make(ROWS[:1])
    assert desk.make(ROWS[:1], TEMPLATE.replace(old, new)).rendered == ("a1.ulaw.wav",)


def test_a_comment_in_the_template_makes_nothing_again(desk: Desk) -> None:
    desk.make(ROWS)
    assert desk.make(ROWS, TEMPLATE + "# reviewed\n").rendered == ()


def test_a_file_that_is_gone_or_cut_is_made_again_to_the_same_bytes(desk: Desk) -> None:
    desk.make(ROWS)
    one, two = desk.out / "a1.ulaw.wav", desk.out / "a2.ulaw.wav"
    whole = one.read_bytes(), two.read_bytes()
    one.unlink()
    two.write_bytes(whole[1][:-1])
    assert desk.make(ROWS).rendered == ("a1.ulaw.wav", "a2.ulaw.wav")
    assert (one.read_bytes(), two.read_bytes()) == whole


@pytest.mark.parametrize("lost", [LOG, MANIFEST])
def test_the_log_or_the_list_alone_tells_what_is_there(desk: Desk, lost: str) -> None:
    desk.make(ROWS)
    (desk.out / lost).unlink()
    assert desk.make(ROWS).rendered == ()


def test_a_torn_last_line_of_the_log_is_as_if_it_were_not_there(desk: Desk) -> None:
    desk.make(ROWS)
    (desk.out / MANIFEST).unlink()
    log = desk.out / LOG
    log.write_bytes(log.read_bytes()[:-30])
    assert desk.make(ROWS).rendered == ("a3.ulaw.wav",)
    whole = [line for line in log.read_text("utf-8").splitlines() if line.endswith("}")]
    assert [json.loads(line)["file"][:2] for line in whole] == ["a1", "a2", "a3"]


def test_files_no_row_asks_for_are_told_and_deleted_only_when_asked(desk: Desk) -> None:
    desk.make(ROWS)
    (desk.out / "mine.wav").write_bytes(b"kept")
    left = desk.make(ROWS[:1])
    assert left.removed == ("a2.ulaw.wav", "a3.ulaw.wav")
    assert (desk.out / "a2.ulaw.wav").exists()
    assert desk.make(ROWS[:1], whole=False, prune=True).removed == ()
    assert desk.make(ROWS[:1], prune=True).removed == left.removed
    assert {path.name for path in desk.out.glob("*.wav")} == {"a1.ulaw.wav", "mine.wav"}
    assert [line.get("removed") for line in desk.log()][-2:] == ["a2.ulaw.wav", "a3.ulaw.wav"]
    assert desk.make(ROWS, prune=True).rendered == ("a2.ulaw.wav", "a3.ulaw.wav")


def test_each_language_has_its_own_file_where_they_are_apart(desk: Desk) -> None:
    apart = TEMPLATE.replace('"{{ id }}"', '"{{ id }}-{{ language }}"\nfiles: apart')
    made = desk.make(ROWS[:2], apart)
    assert made.files == ("a1-zh.ulaw.wav", "a1-en.ulaw.wav", "a2-zh.ulaw.wav", "a2-en.ulaw.wav")
    assert [len(line["said"]) for line in desk.log()] == [1, 1, 1, 1]  # type: ignore[arg-type]
    assert desk.make(ROWS[:2], apart, languages=["en"]).removed == (
        "a1-zh.ulaw.wav",
        "a2-zh.ulaw.wav",
    )


def test_a_profile_with_two_formats_gives_two_files_that_decode(desk: Desk) -> None:
    made = desk.make(ROWS[:1], profile="web")
    assert made.files == ("a1.mp3", "a1.opus")
    for name in made.files:
        assert soundfile.info(str(desk.out / name)).duration > 1


def test_two_templates_share_a_folder_but_no_file(desk: Desk) -> None:
    desk.make(ROWS[:1])
    other = desk.make([ROWS[1]], name="other")
    assert other.removed == ()
    with pytest.raises(InputError, match='of the template "t"'):
        desk.make([ROWS[0]], name="other")


def test_a_row_that_cannot_be_spoken_keeps_no_other_from_it(desk: Desk) -> None:
    class Hoarse:
        """Speaks everything but one city."""

        name = "preview"
        fingerprint = "hoarse"
        sample_rates = desk.engine.sample_rates

        def synthesize(
            self, requests: Sequence[SpeechRequest], *, progress: Progress, cancel: Cancel
        ) -> Iterator[Outcome]:
            for outcome in desk.engine.synthesize(requests, progress=progress, cancel=cancel):
                if "苏州" in requests[outcome.index].spoken.text:
                    yield Outcome(outcome.index, SpeechError("a frog in the throat"))
                else:
                    yield outcome

    made = desk.make(ROWS, engine=Hoarse())
    assert made.rendered == ("a1.ulaw.wav", "a3.ulaw.wav")
    (failed,) = made.failed
    assert failed.place.line == 2
    assert "frog" in str(failed)
    assert desk.make(ROWS).rendered == ("a1.ulaw.wav", "a2.ulaw.wav", "a3.ulaw.wav")


@pytest.mark.parametrize(
    ("rows", "text", "expected"),
    [
        ([{"id": "A1"}, {"id": "a1"}], TEMPLATE, [(2, "already that of rows.jsonl:1")]),
        ([{"id": "e\u0301"}, {"id": "\u00e9"}], TEMPLATE, [(2, "already that of rows.jsonl:1")]),
        ([{"id": "a/b"}, {"id": "x" * 130}], TEMPLATE, [(1, '"/"'), (2, "too long")]),
        ([{"id": "con"}, {"id": ".x"}], TEMPLATE, [(1, "Windows"), (2, "a dot")]),
        ([{"id": "a"}], TEMPLATE + "files: apart\n", [(1, "files of all languages")]),
        ([{"id": "a", "city": "……"}], TEMPLATE.replace("到了", ""), [(1, "nothing to say")]),
        ([{"id": "a", "city": "{行|x9}"}], TEMPLATE, [(1, "x9")]),
        (
            [{"id": "a"}, {"id": "b"}],
            TEMPLATE.replace("{{ city }}到", "{{ city | telephone }}到"),
            [(1, "t.yaml:8"), (2, "t.yaml:8")],
        ),
    ],
)
def test_what_cannot_become_files_is_told_by_row_before_anything_is_spoken(
    tmp_path: Path, rows: Rows, text: str, expected: list[tuple[int, str]]
) -> None:
    with pytest.raises(InputError) as error:
        planned(tmp_path, [{"city": "上海"} | row for row in rows], text)
    found = [(mistake.place.line, str(mistake)) for mistake in error.value.mistakes]
    assert [line for line, _ in found] == [line for line, _ in expected]
    for (_, said), (_, part) in zip(found, expected, strict=True):
        assert part in said


def test_names_are_kept_by_patterns(tmp_path: Path) -> None:
    found, _ = planned(tmp_path, ROWS, only=["a[12]"])
    assert [one.name for one in found] == ["a1", "a2"]


def test_a_language_the_template_lacks_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not in any of the languages"):
        chinese = TEMPLATE.replace("[zh, en]", "[zh]").replace(", en: leo", "")
        chinese = chinese.replace('  en: "This is {{ city }}."\n', "")
        planned(tmp_path, [{"id": "a", "city": "上海"}], chinese, languages=["en"])


def test_a_template_and_the_bytes_of_a_table_are_enough(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(TEMPLATE, encoding="utf-8")
    data = "id;city_zh;city_en\r\n007;上海;Shanghai\r\n".encode("gbk")
    template, (one,) = read_announcements(str(tmp_path / "t.yaml"), data, file="来自表格.csv")
    assert template.name == "t"
    assert one.lines == {"zh": ("上海到了。",), "en": ("This is Shanghai.",)}
    assert str(one.row.place) == "来自表格.csv:2"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("一行。", ("一行。",)),
        ("第一\n行。\n\n第二行。\n", ("第一行。", "第二行。")),
        ("one\n  two\n\n \nthree", ("one two", "three")),
        ("坐 G1\n次车", ("坐 G1次车",)),
        ("\n\n", ()),
    ],
)
def test_blank_lines_part_what_is_said(text: str, lines: tuple[str, ...]) -> None:
    assert paragraphs(text) == lines


def test_a_rehearsal_says_what_will_be_said_and_about_how_long(desk: Desk) -> None:
    text = TEMPLATE.replace("gap: 200ms", "gap: 200ms\nchime: ding-dong\nrepeat: 2")
    text = text.replace("{{ city }}到了", "{{ city }}到了，13号站台，请{重|chóng}新排队")
    found, template = planned(desk.folder, ROWS, text)
    rehearsed = list(rehearse(found, template, desk.store))
    assert rehearsed[0].spoken["zh"][0].spoken == "上海到了，十三号站台，请重新排队。"
    desk.make(ROWS, text)
    for one, line in zip(rehearsed, desk.log(), strict=True):
        assert one.seconds == pytest.approx(line["seconds"], rel=0.3)


def command(folder: Path, out: Path, cache: Path) -> list[str]:
    return [
        sys.executable, "-m", "comfyui_glmtts", "announce", str(folder / "t.yaml"),
        "--data", str(folder / "rows.csv"), "--output", str(out), "--cache", str(cache), "--json",
    ]  # fmt: skip


def contents(folder: Path) -> dict[str, str]:
    """What anybody who looks sees of the audio."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.glob("[!.]*.wav")
    }


def logged(folder: Path) -> list[dict[str, str]]:
    """Every line of the log but one that a kill has torn."""
    lines = []
    if (folder / LOG).exists():
        for line in (folder / LOG).read_text("utf-8").splitlines():
            with suppress(ValueError):
                lines.append(json.loads(line))
    return lines


def test_announcements_killed_at_any_moment_go_on_without_a_loss_or_a_repeat(
    tmp_path: Path,
) -> None:
    (tmp_path / "t.yaml").write_text(TEMPLATE, encoding="utf-8")
    lines = [f"a{n},第{n}站,Stop {n}\n" for n in range(24)]
    (tmp_path / "rows.csv").write_text("id,city_zh,city_en\n" + "".join(lines), "utf-8-sig")
    calm = command(tmp_path, tmp_path / "calm", tmp_path / "cache")
    subprocess.run(calm, check=True, capture_output=True)
    right = contents(tmp_path / "calm")
    assert len(right) == 24

    chance = random.Random(7)
    out = tmp_path / "out"
    for lines_done in sorted(chance.sample(range(14), KILLS)):
        process = subprocess.Popen(
            command(tmp_path, out, tmp_path / "stormy"), stdout=subprocess.DEVNULL
        )
        while process.poll() is None and len(logged(out)) <= lines_done:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.03))
        process.kill()
        process.wait()
        assert contents(out).items() <= right.items(), "a file under its name is not whole"
    subprocess.run(command(tmp_path, out, tmp_path / "stormy"), check=True, capture_output=True)
    assert contents(out) == right
    assert sorted(line["file"] for line in logged(out)) == sorted(right)
    assert all(line["sha256"] == right[line["file"]] for line in logged(out))


def test_the_command_line_makes_rehearses_and_explains(tmp_path: Path) -> None:
    def glmtts(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "comfyui_glmtts", *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)

    begun = glmtts("templates", "new", "mine.yaml")
    assert begun.returncode == 0, begun.stderr
    again = glmtts("templates", "new", "mine.yaml")
    assert again.returncode == 2
    assert "This file exists." in again.stderr
    checked = glmtts("templates", "check", "mine.yaml", "--json")
    assert json.loads(checked.stdout) == {"ok": True, "announcements": {"mine.yaml": 2}}
    rehearsed = glmtts("announce", "mine.yaml", "-d", "mine.csv", "--dry-run", "--json")
    first = json.loads(rehearsed.stdout)["announcements"][0]
    assert first["files"] == ["closing-15.wav"]
    assert "二十一点" in first["said"][0]["spoken"]
    assert not (tmp_path / "out").exists()
    made = glmtts(
        "announce", "mine.yaml", "-d", "mine.csv", "--only", "closing-5", "--profile", "phone"
    )
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "out" / "mine" / "closing-5.ulaw.wav").is_file()
    wrong = glmtts("announce", "min.yaml", "-d", "mine.csv", "--json")
    assert wrong.returncode == 2
    assert json.loads(wrong.stdout)["mistakes"][0]["what"] == "There is no such file."
    shown = glmtts("templates", "show", "mine.yaml", "--json")
    assert json.loads(shown.stdout)["fields"][1]["columns"] == ["shop_zh", "shop_en"]


@pytest.mark.parametrize("page", ["announcements.md", "announcements.zh.md"])
def test_the_template_in_the_documentation_is_one(page: str, tmp_path: Path) -> None:
    docs = (Path(__file__).parents[3] / "docs" / page).read_text("utf-8")
    text = docs.split("```yaml\n")[1].split("```")[0]
    row = {"id": "a", "train": "G1234", "city": "上海", "leaves": "08:05", "gate": "3A"}
    (one,), _ = planned(tmp_path, [row], text)
    (line,) = one.lines["zh"]
    assert display(line) == (
        "乘坐G1234次列车前往上海的旅客请注意，列车将于8:05开车，请到3A检票口检票。"
    )
    for option in ("--query", "--language", "--only", "--profile", "--prune", "--dry-run"):
        assert option in docs
