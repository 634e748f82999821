"""What scripts of every kind become."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from comfyui_glmtts.mistakes import InputError, Place
from comfyui_glmtts.scripts.parse import read_script
from comfyui_glmtts.scripts.script import (
    Chapter,
    EmotionMix,
    Line,
    Metadata,
    Output,
    Pause,
    Reference,
    Script,
    Sound,
    Speaker,
)

ROOT = "glmtts: 1\nvoices: {小明: ming, Anna: anna}\n"


def read(folder: Path, text: str, name: str = "script.yaml") -> Script:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_script(path)


def said(script: Script) -> list[tuple[str, str]]:
    return [(line.speaker, line.text) for line in script.lines]


def test_a_script_with_everything_becomes_these_values(tmp_path: Path) -> None:
    for name in ("guest.wav", "theme.mp3", "cover.png", "names.jsonl"):
        (tmp_path / name).touch()
    script = read(
        tmp_path,
        """\
glmtts: 1
title: 早间播客
language: en
voices:
  小明: ming
  嘉宾:
    reference: guest.wav
    transcript: 大家好。
    emotion: {calm: 3, sad: 100%, strength: 50%}
    rate: 110%
    gain: -2 dB
emotions:
  calm: ming-calm
  sad: {reference: guest.wav, transcript: 唉。}
lexicons: [names.jsonl, finance]
seed: 18446744073709551615
output:
  formats: [m4a, FLAC]
  sample_rate: 44.1 kHz
  channels: mono
  loudness: -18.5 LUFS
  name: 第一集.m4a
  stems: yes
  lines: true
metadata: {author: a, album: b, cover: cover.png, date: 2026-11, description: d}
segments:
- sound: theme.mp3
  gain: +3 dB
  fade_in: 500ms
  fade_out: 1.5s
  start: 1min
  length: 0.5min
  loop: no
  under: 2
  lead: 3s
  duck: -20dB
- 嘉宾: 你好。
  emotion: calm
- line: 8:05
  speaker: 小明
  emotion: {calm: 1, sad: 0}
  seed: 7
  rate: 0.9
  gain: 1 dB
  take: 2
- pause: 800ms
- chapter: 第二章
  url: https://example.com/a
  image: cover.png
- sound: theme.mp3
  under: end
  loop: yes
phoneme: all
numbers: en
""",
    )
    here = tmp_path.resolve()
    file = str(tmp_path / "script.yaml")

    def at(line: int, column: int) -> Place:
        return Place(file, line, column)

    assert script == Script(
        file=tmp_path / "script.yaml",
        title="早间播客",
        language="en",
        speakers={
            "小明": Speaker(
                place=at(5, 3), name="小明", voice=Reference(place=at(5, 7), name="ming")
            ),
            "嘉宾": Speaker(
                place=at(6, 3),
                name="嘉宾",
                voice=Reference(place=at(6, 3), audio=here / "guest.wav", transcript="大家好。"),
                emotion=EmotionMix(
                    place=at(9, 14), weights=(("calm", 0.75), ("sad", 0.25)), strength=0.5
                ),
                rate=1.1,
                gain=-2.0,
            ),
        },
        emotions={
            "calm": Reference(place=at(13, 9), name="ming-calm"),
            "sad": Reference(place=at(14, 3), audio=here / "guest.wav", transcript="唉。"),
        },
        lexicons=(here / "names.jsonl", "finance"),
        phoneme="all",
        numbers="en",
        seed=2**64 - 1,
        output=Output(
            formats=("m4a", "flac"),
            sample_rate=44_100,
            channels=1,
            loudness=-18.5,
            name="第一集",
            stems=True,
            lines=True,
        ),
        metadata=Metadata(
            author="a", album="b", cover=here / "cover.png", date="2026-11", description="d"
        ),
        segments=(
            Sound(
                place=at(27, 3),
                file=here / "theme.mp3",
                gain=3.0,
                fade_in=0.5,
                fade_out=1.5,
                start=60.0,
                length=30.0,
                under=2,
                lead=3.0,
                duck=-20.0,
            ),
            Line(
                place=at(37, 7),
                speaker="嘉宾",
                text="你好。",
                emotion=EmotionMix(place=at(38, 12), weights=(("calm", 1.0),)),
            ),
            Line(
                place=at(39, 9),
                speaker="小明",
                text="8:05",
                emotion=EmotionMix(place=at(41, 12), weights=(("calm", 1.0),)),
                seed=7,
                rate=0.9,
                gain=1.0,
                take=2,
            ),
            Pause(place=at(46, 3), seconds=0.8),
            Chapter(
                place=at(47, 3),
                title="第二章",
                url="https://example.com/a",
                image=here / "cover.png",
            ),
            Sound(place=at(50, 3), file=here / "theme.mp3", under="end", loop=True),
        ),
    )


def test_what_is_not_written_has_its_default(tmp_path: Path) -> None:
    script = read(tmp_path, ROOT + "segments: [小明: 好]\n", "第一集.yaml")
    assert (script.title, script.language, script.seed) == ("第一集", "zh", 0)
    assert (script.output, script.metadata) == (Output(), Metadata())


@pytest.mark.parametrize(
    "text",
    [
        "8:05",
        "1:30:00",
        "1.10",
        "007",
        "NO",
        "on",
        "~",
        "null",
        "0x1F",
        "2026-11-22",
        "1e3",
        "=",
        "<<",
        "_",
    ],
)
def test_a_text_is_what_it_looks_like(text: str, tmp_path: Path) -> None:
    assert said(read(tmp_path, f"{ROOT}segments:\n- 小明: {text}\n")) == [("小明", text)]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("{行|háng}不行", None),
        ('"{行|háng}里[pause:500ms]人多"', "{行|háng}里[pause:500ms]人多"),
        ('"他说: \\"好\\" #1"', '他说: "好" #1'),
        ("'it''s'", "it's"),
        ("|\n    第一行\n    第二行\n", "第一行\n第二行"),
        (">-\n    one\n    two\n", "one two"),
        ("好 # a comment", "好"),
        ("第一\n    第二", "第一 第二"),
    ],
)
def test_text_in_quotes_and_blocks_is_kept_untouched(
    written: str, text: str | None, tmp_path: Path
) -> None:
    source = f"{ROOT}segments:\n- 小明: {written}\n"
    if text is None:  # a brace in front means a mapping to YAML
        with pytest.raises(InputError, match="in quotes"):
            read(tmp_path, source)
    else:
        assert said(read(tmp_path, source)) == [("小明", text)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_change_nothing(
    encoding: str, newline: str, tmp_path: Path
) -> None:
    text = f"{ROOT}segments:\n- 小明: 好\n- pause: 5x\n".replace("\n", newline)
    path = tmp_path / "script.yaml"
    path.write_bytes(text.replace("5x", "5s").encode(encoding))
    assert said(read_script(path)) == [("小明", "好")]
    path.write_bytes(text.encode(encoding))
    with pytest.raises(InputError) as caught:
        read_script(path)
    assert str(caught.value.mistakes[0].place) == f"{path}:5:10"


def test_utf_16_of_the_other_byte_order_is_read(tmp_path: Path) -> None:
    path = tmp_path / "script.yaml"
    text = f"{ROOT}segments: [小明: 好]\n"
    path.write_bytes(codecs.BOM_UTF16_BE + text.encode("utf-16-be"))
    assert said(read_script(path)) == [("小明", "好")]


def test_columns_are_counted_in_characters(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, ROOT + 'segments:\n- {line: "😀你好", speaker: 小红}\n')
    place = caught.value.mistakes[0].place
    assert (place.line, place.column) == (4, 26)


def test_repeats_are_written_out(tmp_path: Path) -> None:
    script = read(
        tmp_path,
        ROOT
        + "segments:\n- repeat: 2\n  segments:\n  - Anna: a\n  - repeat: 3\n    segments:\n"
        + "    - Anna: b\n- Anna: c\n",
    )
    assert "".join(text for _, text in said(script)) == "abbbabbbc"


def test_an_include_brings_its_voices_emotions_and_lexicons(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/chime.wav").touch()
    (tmp_path / "parts/rules.jsonl").touch()
    (tmp_path / "parts/intro.yaml").write_text(
        "glmtts: 1\ntitle: not used\nseed: 9\nvoices: {Bob: bob, Anna: anna}\n"
        "emotions: {calm: c}\nlexicons: rules.jsonl\n"
        "segments:\n- sound: chime.wav\n- Bob: from the part\n- 小明: 外面的人\n",
        encoding="utf-8",
    )
    script = read(
        tmp_path,
        ROOT + "segments:\n- include: parts/intro.yaml\n- Bob: outside\n"
        "- include: parts/intro.yaml\n",
    )
    part = [("Bob", "from the part"), ("小明", "外面的人")]
    assert said(script) == [*part, ("Bob", "outside"), *part]
    assert list(script.speakers) == ["小明", "Anna", "Bob"]
    assert list(script.emotions) == ["calm"]
    assert script.lexicons == ((tmp_path / "parts/rules.jsonl").resolve(),)
    assert (script.title, script.seed) == ("script", 0)
    sound = script.segments[0]
    assert isinstance(sound, Sound)
    assert sound.file == (tmp_path / "parts/chime.wav").resolve()
    assert script.lines[0].place == Place(str(tmp_path / "parts/intro.yaml"), 9, 8)


def test_includes_go_eight_deep_and_no_deeper(tmp_path: Path) -> None:
    for depth in range(1, 10):
        below = f"include: {depth + 1}.yaml" if depth < 9 else "Anna: deep"
        (tmp_path / f"{depth}.yaml").write_text(f"glmtts: 1\nsegments:\n- {below}\n")
    with pytest.raises(InputError, match="deeper than 8"):
        read(tmp_path, ROOT + "segments:\n- Anna: hi\n- include: 1.yaml\n")
    assert said(read(tmp_path, ROOT + "segments: [include: 2.yaml]\n")) == [("Anna", "deep")]


def test_an_include_bomb_is_read_once_and_refused(tmp_path: Path) -> None:
    for depth in range(1, 8):
        again = f"- include: {depth + 1}.yaml\n" * 100 if depth < 7 else "- Anna: hi\n"
        (tmp_path / f"{depth}.yaml").write_text(f"glmtts: 1\nsegments:\n{again}")
    with pytest.raises(InputError, match="more than 20000 segments"):
        read(tmp_path, ROOT + "segments: [include: 1.yaml]\n")


def test_files_may_lie_in_any_of_the_roots_and_nowhere_else(tmp_path: Path) -> None:
    for folder in ("scripts", "music", "secret"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.wav").touch()
    path = tmp_path / "scripts/script.yaml"

    def sound(name: str, *roots: str) -> Path:
        path.write_text(f"{ROOT}segments:\n- sound: {name}\n- Anna: hi\n", encoding="utf-8")
        cue = read_script(path, roots=[tmp_path / root for root in roots]).segments[0]
        assert isinstance(cue, Sound)
        return cue.file

    real = tmp_path.resolve()
    assert sound("a.wav") == real / "scripts/a.wav"
    assert sound("../music/a.wav", "scripts", "music") == real / "music/a.wav"
    assert sound(str(real / "music/a.wav"), "music") == real / "music/a.wav"
    for name, roots in (
        ("../music/a.wav", ()),
        ("../secret/a.wav", ("scripts", "music")),
        ("a.wav", ("music",)),
    ):
        with pytest.raises(InputError, match="outside"):
            sound(name, *roots)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.wav").touch()
    (inside / "real.wav").touch()
    for name, target in (
        ("out.wav", tmp_path / "secret.wav"),
        ("in.wav", inside / "real.wav"),
        ("up", tmp_path),
        ("loop.wav", inside / "loop.wav"),
    ):
        (inside / name).symlink_to(target)

    def sound(name: str) -> Path:
        cue = read(inside, f"{ROOT}segments:\n- sound: {name}\n- Anna: hi\n").segments[0]
        assert isinstance(cue, Sound)
        return cue.file

    assert sound("in.wav") == (inside / "real.wav").resolve()
    for name, message in (
        ("out.wav", "outside"),
        ("up/secret.wav", "outside"),
        ("loop.wav", "leads nowhere|no file"),
        ("x" * 300, "no file|leads nowhere"),
    ):
        with pytest.raises(InputError, match=message):
            sound(name)


def test_a_script_is_known_by_how_it_begins_whatever_its_suffix(tmp_path: Path) -> None:
    yaml = "# mine\n---\n" + ROOT + "segments: [小明: 好]\n"
    srt = "\n1\n00:00:01,000 --> 00:00:02,000\n小明: 好\n"
    for name, text in (("a.txt", yaml), ("a.script", yaml), ("a.txt", srt), ("a.md", "小明: 好")):
        assert said(read(tmp_path, text, name)) == [("小明", "好")], name


def test_the_largest_script_is_read(tmp_path: Path) -> None:
    script = read(tmp_path, ROOT + "segments:\n" + "- 小明: 你好，世界。\n" * 20_000)
    assert len(script.lines) == 20_000
