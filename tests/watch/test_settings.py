"""watch.yaml: what it may say, every mistake told at once, and the file followed as it changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from comfyui_glmtts.glmtts_runtime.options import EngineOptions
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.scripts.defaults import Defaults
from comfyui_glmtts.scripts.parse import read_script
from comfyui_glmtts.scripts.script import Output
from comfyui_glmtts.watch.settings.file import MOST_BYTES, SettingsFile, read_settings
from comfyui_glmtts.watch.settings.hook import ProgramHook, WebHook
from comfyui_glmtts.watch.settings.settings import Settings

WHOLE = """\
watch: 1
engine:
  {name: glm-tts, checkpoint: weights, device: cuda:1, precision: int8,
   flow_steps: 8, flow_schedule: uniform, low_vram: yes}
voices: voices
lexicons: [finance, house.yaml]
files: [music]
output: {formats: [mp3, wav], sample_rate: 48 kHz, channels: mono, loudness: -19 LUFS, lines: yes}
folders: {out: results, done: /srv/done, failed: ../failed}
naming: "{date}/{name}-{hash}"
arrival: {settle: 10s, scan: 500ms, marked: yes, watching: poll}
duplicates: render
jobs: 4
keep: {done: 30d, failed: forever, out: 12h}
limits: {disk_low: 5 GB, script: 2 MB, file: 500 MB}
hooks:
  - {on: failed, run: [python, tell.py, "a b"], timeout: 2min, tries: 3}
  - {name: cms, on: [done, failed], post: "https://example.org/hook", secret_file: key}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "studio"
    for folder in ("inbox", "voices", "music", "weights"):
        (home / folder).mkdir(parents=True)
    (home / "house.yaml").write_text("rules: []\n")
    (home / "key").write_text("secret")
    return home


def written(home: Path, text: str) -> Settings:
    path = home / "watch.yaml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path, home / "inbox")


def test_every_setting_is_read(home: Path) -> None:
    settings = written(home, WHOLE)
    assert settings == Settings(
        inbox=home / "inbox",
        out=home / "results",
        done=Path("/srv/done").resolve(),
        failed=home.parent / "failed",
        scan=0.5,
        settle=10.0,
        marked=True,
        watching="poll",
        jobs=4,
        largest=2_000_000,
        largest_asset=500_000_000,
        low_water=5_000_000_000,
        duplicates="render",
        roots=(home / "music",),
        engine=EngineOptions(
            engine="glm-tts",
            checkpoint=home / "weights",
            device="cuda:1",
            precision="int8",
            flow_steps=8,
            flow_schedule="uniform",
            low_vram=True,
        ),
        voices=(home / "voices",),
        lexicons=("finance", home / "house.yaml"),
        output=Output(formats=("mp3", "wav"), channels=1, loudness=-19.0, lines=True),
        naming="{date}/{name}-{hash}",
        keep_done=30 * 86_400.0,
        keep_failed=None,
        keep_out=43_200.0,
        hooks=(
            ProgramHook(
                name="run-1",
                on=frozenset({"failed"}),
                argv=("python", "tell.py", "a b"),
                folder=home,
                timeout=120.0,
                tries=3,
            ),
            WebHook(
                name="cms",
                on=frozenset({"done", "failed"}),
                url="https://example.org/hook",
                secret_file=home / "key",
                secret_env=None,
                timeout=30.0,
                tries=10,
            ),
        ),
    )


def test_what_is_not_said_is_as_usual(home: Path) -> None:
    assert written(home, "watch: 1\n") == Settings(inbox=home / "inbox")
    short = written(home, "watch: 1\nengine: glm-tts\n")
    assert short.engine == EngineOptions(engine="glm-tts")


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("engine: preview", (1, 1), "version of the settings is missing"),
        ("watch: 2", (1, 8), "Only version 1 is known here"),
        ("- watch", (1, 1), "These are no settings"),
        ("watch: 1\nvoice: voices", (2, 1), 'Did you mean "voices"?'),
        ("watch: 1\nengine: preveiw", (2, 9), 'Did you mean "preview"?'),
        ("watch: 1\nengine: {nam: preview}", (2, 10), 'Did you mean "name"?'),
        ("watch: 1\nengine: {device: gpu}", (2, 18), "Write auto, cuda, cuda:1, mps or cpu."),
        ("watch: 1\nengine: {checkpoint: weigths}", (2, 22), 'Did you mean "weights"?'),
        ("watch: 1\nvoices: [voces]", (2, 10), 'Did you mean "voices"?'),
        ("watch: 1\nlexicons: [finanse]", (2, 12), 'Did you mean "finance"?'),
        ("watch: 1\nlexicons: [hous.yaml]", (2, 12), 'Did you mean "house.yaml"?'),
        ("watch: 1\noutput: {name: x}", (2, 16), "Use `naming`."),
        ("watch: 1\noutput: {formats: opus, sample_rate: 44.1 kHz}", (2, 38), "opus files cannot"),
        ("watch: 1\noutput: [mp3]", (2, 9), '"output" must be a mapping'),
        ("watch: 1\nfolders: {out: inbox}", (2, 16), "is the same folder as the inbox"),
        ("watch: 1\nfolders: {out: a, done: ./a}", (2, 25), 'is the same folder as "out"'),
        ("watch: 1\nfolders: {out: ''}", (2, 16), "The name of a folder is missing"),
        ("watch: 1\nnaming: all", (2, 9), "All results would get one name."),
        ("watch: 1\nnaming: '{nane}'", (2, 9), 'Did you mean "name"?'),
        ("watch: 1\nnaming: '../{name}'", (2, 9), "begins or ends with a dot"),
        ("watch: 1\nnaming: '/{name}'", (2, 9), "The file name is empty"),
        ("watch: 1\nnaming: 'a:{name}'", (2, 9), "Leave this character out."),
        ("watch: 1\narrival: {settle: 5}", (2, 19), "has no unit"),
        ("watch: 1\narrival: {scan: 1h}", (2, 17), "The unit"),
        ("watch: 1\narrival: {marked: perhaps}", (2, 19), "is not one of the choices"),
        ("watch: 1\nkeep: {done: 30 days}", (2, 14), "Write 90s, 15min, 12h or 30d."),
        ("watch: 1\nkeep: {done: 1s}", (2, 14), "Choose from 60s to 3650d."),
        ("watch: 1\nlimits: {script: 1 GB}", (2, 18), "Choose from 1000 bytes to 67.11 MB."),
        ("watch: 1\nfolders: {out: inbox/done}", (2, 16), 'the same folder as "done"'),
        ("watch: 1\nfolders: {state: inbox/work}", (2, 18), 'the same folder as "work"'),
        ("watch: 1\nfolders: {state: inbox/s}", (2, 18), "in the inbox, where others may write"),
        ("watch: 1\nfolders: {out: /etc}", (2, 16), "a folder of the system"),
        ("watch: 1\nfolders: {done: /usr/lib/x}", (2, 17), "a folder of the system"),
        ("watch: 1\nfolders: {state: /}", (2, 18), "a folder of the system"),
        ("watch: 1\nvoices: /proc", (2, 9), "holds the system itself"),
        ("watch: 1\nvoices: [/dev/fd]", (2, 10), "holds the system itself"),
        ("watch: 1\nfiles: /", (2, 8), "holds the system itself"),
        ("watch: 1\nfiles: inbox/../../../../../../../../../sys", (2, 8), "the system itself"),
        ("watch: 1\nlimits: {disk_low: 5 GiB}", (2, 20), "Write 500 MB or 2 GB."),
        ("watch: 1\nduplicates: ignore", (2, 13), "is not one of the choices"),
        ("watch: 1\nhooks: {run: a}", (2, 8), '"hooks" must be a list'),
        ("watch: 1\nhooks: [a]", (2, 9), "A hook is a mapping"),
        ("watch: 1\nhooks: [{on: done}]", (2, 9), "Write one of `run` and `post`."),
        ("watch: 1\nhooks: [{run: a, post: 'http://b'}]", (2, 9), "Write one of `run` and `post`."),
        ("watch: 1\nhooks: [{run: rm -rf /}]", (2, 15), "no shell reads it"),
        ("watch: 1\nhooks: [{run: a, on: finished}]", (2, 22), "is not one of the choices"),
        ("watch: 1\nhooks: [{run: a, secret_env: B}]", (2, 30), "A program needs no signature"),
        ("watch: 1\nhooks: [{run: a, timeout: 2d}]", (2, 27), "is out of range"),
        ("watch: 1\nhooks: [{post: ftp://b}]", (2, 16), "is not a web address"),
        ("watch: 1\nhooks: [{post: 'http://b', secret_file: kex}]", (2, 41), "There is no file"),
        ("watch: 1\nhooks: [{post: 'http://b', secret_env: $B}]", (2, 40), "without a $"),
        (
            "watch: 1\nhooks: [{run: a, name: x}, {run: b, name: x}]",
            (2, 28),
            "Two hooks are called",
        ),
        ("watch: 1\nhooks: [" + "{run: a}, " * 17 + "]", (2, 169), "More than 16 hooks"),
        ("watch: 1\nx: &a [*a]", (2, 4), "An anchor, &a, is not known here."),
        ("watch: 1\nengine: !!python/object:os.system x", (2, 9), "A tag"),
    ],
)
def test_a_mistake_has_its_place_and_a_remedy(
    text: str, place: tuple[int, int], said: str, home: Path
) -> None:
    with pytest.raises(InputError) as error:
        written(home, text)
    found = [m for m in error.value.mistakes if said in str(m)]
    assert found, str(error.value)
    assert (found[0].place.line, found[0].place.column) == place
    assert found[0].place.file == str(home / "watch.yaml")
    assert found[0].remedy


@pytest.mark.parametrize("place", ["/dev/shm/studio", "/usr/local/share/studio", "/srv/studio"])
def test_results_may_go_wherever_people_keep_things(place: str, home: Path) -> None:
    assert written(home, f"watch: 1\nfolders: {{out: {place}}}").out == Path(place).resolve()


def test_all_mistakes_are_told_together(home: Path) -> None:
    with pytest.raises(InputError) as error:
        written(
            home, "watch: 1\nvoice: a\nengine: {device: x}\njobs: 0\nhooks: [{run: a, on: b}]\n"
        )
    assert [mistake.place.line for mistake in error.value.mistakes] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    "data",
    [b"#" * (MOST_BYTES + 1), b"watch: 1\n" + b"[" * 100_000, b"\xff\xfe\x00", b"", b"\0"],
    ids=["long", "deep", "torn", "empty", "binary"],
)
def test_hostile_bytes_are_a_mistake_like_any_other(data: bytes, home: Path) -> None:
    (home / "watch.yaml").write_bytes(data)
    with pytest.raises(InputError):
        read_settings(home / "watch.yaml", home / "inbox")


def test_the_last_good_settings_hold_while_an_edit_is_broken(home: Path) -> None:
    path = home / "watch.yaml"
    file = SettingsFile(path, home / "inbox")
    assert file.current == Settings(inbox=home / "inbox")
    assert not file.refresh()

    path.write_text("watch: 1\njobs: 3\n")
    assert file.refresh()
    assert file.current.jobs == 3

    path.write_text("watch: 1\njobs: three, of course\n")
    assert not file.refresh()
    assert file.current.jobs == 3
    assert [mistake.place.line for mistake in file.mistakes] == [2]

    path.write_text("watch: 1\njobs: 4\n")
    assert file.refresh()
    assert not file.mistakes
    assert file.current.jobs == 4

    path.unlink()
    assert file.refresh()
    assert file.current == Settings(inbox=home / "inbox")


def test_a_file_that_is_wrong_from_the_start_is_not_followed(home: Path) -> None:
    (home / "watch.yaml").write_text("watch: 1\njobs: many\n")
    with pytest.raises(InputError):
        SettingsFile(home / "watch.yaml", home / "inbox")


def test_results_are_named_as_the_settings_say(home: Path) -> None:
    settings = replace(Settings(inbox=home), naming="{date}/{title} ({hash})")
    found = settings.result_folder(
        name="ep1", title="第一集", date="2026-11-22", content="0123456789abcdef"
    )
    assert found.as_posix() == "2026-11-22/第一集 (01234567)"


@pytest.mark.parametrize(
    ("name", "text", "formats", "rate"),
    [
        ("a.txt", "Ann: hello\n", ("wav",), 24_000),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nHello\n", ("wav",), 24_000),
        ("a.yaml", "glmtts: 1\nvoices: {A: leo}\nsegments: [{A: hello}]\n", ("wav",), 24_000),
        (
            "a.yaml",
            "glmtts: 1\nvoices: {A: leo}\noutput: {formats: mp3}\nsegments: [{A: hello}]\n",
            ("mp3",),
            24_000,
        ),
    ],
)
def test_a_script_is_as_the_folder_usually_is_where_it_says_nothing(
    name: str, text: str, formats: tuple[str, ...], rate: int, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text)
    script = read_script(
        tmp_path / name,
        defaults=Defaults(output=Output(formats=("wav",), sample_rate=24_000, channels=1)),
    )
    assert (script.output.formats, script.output.sample_rate) == (formats, rate)
    assert script.output.channels == 1
