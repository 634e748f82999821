"""A script's music among its segments, and platforms' loudness by name."""

import re
from pathlib import Path

import pytest
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.scripts.parse import read_script
from comfyui_glmtts.scripts.platforms import PLATFORMS
from comfyui_glmtts.scripts.script import Chapter, Line, Output, Platform, Script, Sound

HEAD = "glmtts: 1\nvoices: {A: a}\n"
BODY = "segments:\n- chapter: one\n- A: 一\n- A: 二\n- chapter: two\n- A: 三\n- A: 四\n"


def read(folder: Path, text: str) -> Script:
    for name in ("theme.ogg", "bed.ogg", "sting.ogg"):
        (folder / name).touch()
    path = folder / "a.yaml"
    path.write_text(text, encoding="utf-8")
    return read_script(path)


def shown(script: Script) -> list[str]:
    names = []
    for segment in script.segments:
        if isinstance(segment, Line):
            names.append(segment.text)
        elif isinstance(segment, Chapter):
            names.append(f"#{segment.title}")
        elif isinstance(segment, Sound):
            names.append(f"{segment.file.stem} under {segment.under}")
    return names


@pytest.mark.parametrize(
    ("music", "expected"),
    [
        ("intro: theme.ogg", ["#one", "theme under None", "一", "二", "#two", "三", "四"]),
        (
            "intro: {sound: theme.ogg, under: 2}",
            ["#one", "theme under 2", "一", "二", "#two", "三", "四"],
        ),
        ("outro: theme.ogg", ["#one", "一", "二", "#two", "三", "四", "theme under None"]),
        (
            "outro: {sound: theme.ogg, under: 1}",
            ["#one", "一", "二", "#two", "三", "theme under end", "四"],
        ),
        (
            "outro: {sound: theme.ogg, under: 99}",
            ["#one", "theme under end", "一", "二", "#two", "三", "四"],
        ),
        ("stinger: sting.ogg", ["#one", "一", "二", "#two", "sting under None", "三", "四"]),
        ("bed: bed.ogg", ["#one", "bed under 2", "一", "二", "#two", "bed under 2", "三", "四"]),
        (
            "{intro: {sound: theme.ogg, under: 1}, bed: bed.ogg, "
            "outro: {sound: theme.ogg, under: 1}}",
            [
                *("#one", "theme under 1", "一", "bed under 1", "二"),
                *("#two", "bed under 1", "三", "theme under end", "四"),
            ],
        ),
        ("{intro: none, stinger: none}", ["#one", "一", "二", "#two", "三", "四"]),
    ],
)
def test_music_comes_where_its_name_says(music: str, expected: list[str], tmp_path: Path) -> None:
    inline = music if music.startswith("{") else "{" + music + "}"
    assert shown(read(tmp_path, f"{HEAD}music: {inline}\n{BODY}")) == expected


def test_a_chapter_that_begins_with_a_sound_of_its_own_gets_no_stinger(tmp_path: Path) -> None:
    own = BODY.replace("- chapter: two\n", "- chapter: two\n- sound: theme.ogg\n")
    script = read(tmp_path, f"{HEAD}music: {{stinger: sting.ogg}}\n{own}")
    assert shown(script) == ["#one", "一", "二", "#two", "theme under None", "三", "四"]


def test_a_bed_leaves_lines_alone_that_other_music_lies_under(tmp_path: Path) -> None:
    own = BODY.replace("- A: 一\n", "- {sound: theme.ogg, under: chapter}\n- A: 一\n")
    script = read(tmp_path, f"{HEAD}music: {{bed: bed.ogg}}\n{own}")
    assert shown(script) == [
        *("#one", "theme under chapter", "一", "二"),
        *("#two", "bed under 2", "三", "四"),
    ]


def test_music_never_comes_between_two_voices_that_overlap(tmp_path: Path) -> None:
    own = BODY.replace("- A: 四\n", "- {A: 四, overlap: 200ms}\n")
    script = read(tmp_path, f"{HEAD}music: {{outro: {{sound: theme.ogg, under: 1}}}}\n{own}")
    assert shown(script) == ["#one", "一", "二", "#two", "theme under end", "三", "四"]


@pytest.mark.parametrize(
    ("music", "message"),
    [
        ("{bed: {sound: bed.ogg, under: 2}}", 'Unknown key "under"'),
        ("{stinger: {sound: sting.ogg, lead: 1s}}", 'Unknown key "lead"'),
        ("{outro: {sound: theme.ogg, under: chapter}}", "under a number of lines"),
        ("{intro: {gain: 1 dB}}", "No file is named"),
        ("{intro: them.ogg}", 'Did you mean "theme.ogg"'),
        ("{jingle: theme.ogg}", 'Unknown key "jingle"'),
        ("theme.ogg", '"music" must be a mapping'),
    ],
)
def test_music_that_cannot_be_is_told(music: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path, f"{HEAD}music: {music}\n{BODY}")


def output(folder: Path, written: str) -> Output:
    return read(folder, f"{HEAD}output: {{{written}}}\n{BODY}").output


def test_loudness_is_a_number_or_a_platforms(tmp_path: Path) -> None:
    assert output(tmp_path, "loudness: -18 LUFS").loudness == -18.0
    apple = output(tmp_path, "loudness: Apple").loudness
    assert apple == Platform(name="apple", stereo=-16.0, mono=-19.0, true_peak=-1.0)
    assert output(tmp_path, "channels: mono").loudness is None
    with pytest.raises(InputError, match='Did you mean "spotify"'):
        output(tmp_path, "loudness: spotfy")


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("5:00", 300.0), ("1:02:30", 3750.0), ("90s", 90.0), ("2.5min", 150.0)],
)
def test_a_duration_is_written_like_a_clock_or_with_its_unit(
    written: str, seconds: float, tmp_path: Path
) -> None:
    assert output(tmp_path, f"duration: '{written}'").duration == seconds


def test_a_duration_beyond_a_day_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="out of range"):
        output(tmp_path, "duration: '25:00:00'")


@pytest.mark.parametrize("page", ["script.md", "script.zh.md"])
def test_the_page_on_scripts_has_every_platforms_numbers(page: str) -> None:
    docs = (Path(__file__).parents[2] / "docs" / page).read_text("utf-8")
    rows = [row for row in docs.splitlines() if row.endswith("dBTP |")]
    for platform in PLATFORMS.values():
        (row,) = [row for row in rows if f"`{platform.name}`" in row]
        assert re.findall(r"-[\d.]+", row.partition("| ")[2].partition("| ")[2]) == [
            f"{number:g}" for number in (platform.stereo, platform.mono, platform.true_peak)
        ]
