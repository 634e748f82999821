"""Every kind of broken script gets a message with its place, what is wrong and what to do."""

# A row of the table is one line, however long.
# ruff: noqa: E501

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from comfyui_glmtts.mistakes import InputError, Mistake
from comfyui_glmtts.scripts.parse import read_script

HEAD = "glmtts: 1\nvoices:\n  小明: ming\nsegments:\n"  # the segments begin in line 5
ROOT = "glmtts: 1\nvoices: {小明: ming}\nsegments: [小明: 好]\n"  # more keys begin in line 4


@dataclass(frozen=True)
class Broken:
    about: str
    text: str | bytes
    mistakes: tuple[str, ...]
    """`line:column what … / remedy …`, where … stands for anything."""
    name: str = "script.yaml"
    beside: tuple[tuple[str, str], ...] = ()


def yaml(about: str, text: str | bytes, *mistakes: str, **beside: str) -> Broken:
    files = tuple((name.replace("_yaml", ".yaml"), content) for name, content in beside.items())
    return Broken(about, text, mistakes, beside=files)


def segment(about: str, text: str, *mistakes: str) -> Broken:
    return Broken(about, HEAD + text, mistakes)


def root(about: str, text: str, *mistakes: str) -> Broken:
    return Broken(about, ROOT + text, mistakes)


def plain(about: str, text: str | bytes, *mistakes: str) -> Broken:
    return Broken(about, text, mistakes, name="script.txt")


def srt(about: str, text: str, *mistakes: str) -> Broken:
    return Broken(about, text, mistakes, name="script.srt")


TIMES = "00:00:01,000 --> 00:00:02,000\n"

BROKEN = [
    # The bytes
    yaml("GBK", (HEAD + "- 小明: 好\n").encode("gbk"), "3 looks like GBK / Save the file as UTF-8"),
    yaml("Latin-1", HEAD.replace("小明", "José").encode("latin-1"), "3 not UTF-8 / as UTF-8"),
    yaml("UTF-16 without a mark", HEAD.encode("utf-16-le"), "1:2 NUL / as UTF-8"),
    yaml("half a UTF-16 character", b"\xff\xfea\0b", "broken UTF-16 / as UTF-8"),
    yaml("a NUL", "glmtts: \0 1\n", "1:9 NUL / as UTF-8"),
    yaml("a control character", HEAD + "- 小明: 你\x07好\n", r'5:8 "\x07" / Delete it'),
    yaml("a line separator", HEAD + "- 小明: 你\u2028好\n", r'5:8 "\u2028" / ordinary line end'),
    yaml("a mark inside", HEAD + "\ufeff- 小明: 好\n", "5:1 byte order mark in the middle / retype"),
    yaml("an empty file", "", "1:1 empty / Write something"),
    yaml("only comments", "# later\n", "1:1 empty / Write something"),
    yaml("too large", b"#" * (4 * 2**20 + 1), "larger than 4 MiB / Split it"),
    Broken("an unknown suffix", "hello", (' "script.doc" / .yaml, .yml, .txt, .md, .srt',), "script.doc"),
    # YAML
    segment("a tab", "\t- 小明: 好\n", "5:1 tab / Use spaces"),
    segment("an open quote", '- 小明: "好\n', "5:7 never closed / Close it"),
    segment("an open list", "- 小明: [笑] 好\n", "5:11 does not fit / in quotes"),
    segment("an unclosed list", "- [小明\n", '6:1 opened with "[" / Add "]"'),
    segment("an unclosed mapping", "- {小明: 好\n", '6:1 opened with "{" / Add "}"'),
    segment("a second colon", "- 小明: 他说: 好\n", '5:9 A ": " / in quotes'),
    segment("text after a quote", '- 小明: "好" 他说\n', "5:11 does not fit / in quotes"),
    segment("text that begins with @", "- 小明: @大家\n", '5:7 begin with "@" / in quotes'),
    segment("text that begins with *", "- 小明: *笑*\n", "5:8 sign with a meaning / in quotes"),
    segment("an unknown escape", '- 小明: "C:\\q"\n', "5:10 unknown escape / single quotes"),
    segment("an escaped NUL", '- 小明: "a\\0"\n', r'5:7 "\x00" cannot be used / Delete'),
    segment("a glued comment", "- 小明: 我排 #1 号\n", '5:10 "#1 号" / in quotes'),
    segment("an alias", "- 小明: *a\n", "5:7 alias, *a, / begins with * in quotes"),
    segment("an anchor", "- 小明: &a 好\n", "5:7 anchor, &a, / begins with & in quotes"),
    segment("a tag", "- 小明: !!python/name:os.system 好\n", "5:7 python/name:os / begins with ! in quotes"),
    segment("a list as a key", "- ? [小明]\n  : 好\n", "5:3 says nothing / name: text", "5:5 key must be a plain word / key: value"),
    root("a key twice", "title: a\ntitle: b\n", '5:1 "title" is already there in line 4 / Keep one'),
    yaml("a directive", "%YAML 1.2\n---\n" + ROOT, "1:1 Directives / Delete"),
    root("a second document", "---\na: b\n", "4:1 second document / one per file"),
    yaml("brackets 900 deep", "[" * 900, "1:33 More than 32 levels / Flatten"),
    yaml("an alias bomb", "a: &a [x, x]\nb: &b [*a, *a]\n", "1:1 version / ", "1:1 \"a\" / ", "1:1 no segments / ", "1:4 anchor / ", "2:1 \"b\" / ", "2:4 anchor / ", "2:8 alias / ", "2:12 alias / "),
    yaml("too many values", "- a\n" * 200_000, "200000:3 more than 200000 values / Split"),
    # The top
    yaml("no script at all", "好", "1:1 not a script / glmtts: 1"),
    yaml("no version", ROOT.replace("glmtts: 1\n", ""), "1:1 version of the format is missing / glmtts: 1"),
    yaml("an unknown version", ROOT.replace("1", "2"), "1:9 Only version 1 / glmtts: 1"),
    root("an unknown key", "titel: 早\n", '4:1 "titel" / Did you mean "title"?'),
    root("an empty title", "title:\n", "4:7 Nothing is written / Write some"),
    root("a title of two lines", "title: |\n  a\n  b\n", "4:8 more than one line / in one"),
    root("a title that is a list", "title: [a]\n", "4:8 not a list / one value"),
    root("an unknown language", "language: zn\n", '4:11 "zn" is not one of / Known: en, zh'),
    root("a seed in words", "seed: lucky\n", '4:7 "lucky" is not a whole number / from 0 to 18446744073709551615'),
    root("a negative seed", "seed: -1\n", "4:7 -1 is out of range / from 0"),
    yaml("no segments", "glmtts: 1\n", "1:1 no segments / Add `segments:`"),
    yaml("nobody speaks", "glmtts: 1\nsegments:\n- pause: 1s\n", "1:1 Nobody says anything / Add `- name: text`"),
    root("a lexicon that is missing", "lexicons: [a.yaml]\n", '4:12 no file "a.yaml" / '),
    # Voices and emotions
    yaml("no voices", "glmtts: 1\nsegments: [小明: 好]\n", '2:12 Unknown speaker "小明" / Add `voices:`'),
    yaml("voices in a list", "glmtts: 1\nvoices: [a]\nsegments: []\n", '2:9 "voices" must be a mapping / key: value'),
    yaml("a speaker called pause", "glmtts: 1\nvoices: {a: b, pause: p}\nsegments: [a: x]\n", '2:16 called "pause" / another name'),
    yaml("a name with a slash", "glmtts: 1\nvoices: {a: ../b}\nsegments: [a: x]\n", '2:13 "../b" cannot be a name / slashes'),
    yaml("voice and recording", "glmtts: 1\nvoices:\n  a: {voice: b, reference: c.wav, transcript: d}\nsegments: [a: x]\n", "3:3 Both / Keep", "3:28 \"c.wav\" / "),
    yaml("no transcript", "glmtts: 1\nvoices:\n  a: {reference: script.yaml}\nsegments: [a: x]\n", "3:3 without its words / Add `transcript"),
    yaml("no recording", "glmtts: 1\nvoices:\n  a: {transcript: x}\nsegments: [a: x]\n", "3:3 without a recording / Add `reference"),
    yaml("no voice", "glmtts: 1\nvoices:\n  a: {rate: 1}\nsegments: [a: x]\n", "3:3 No voice / Add `voice"),
    yaml("a voice key misspelt", "glmtts: 1\nvoices:\n  a: {voise: b, voice: b}\nsegments: [a: x]\n", '3:7 "voise" / Did you mean "voice"?'),
    yaml("201 voices", "glmtts: 1\nvoices:\n" + "".join(f"  v{i}: x\n" for i in range(201)) + "segments: []\n", "3:3 More than 200 voices / Leave out"),
    root("an emotion called strength", "emotions: {strength: x}\n", '4:12 called "strength" / another name'),
    segment("an emotion in a list", "- 小明: 好\n  emotion: [calm]\n", "6:12 no list / {calm: 70%"),
    segment("an emotion without weight", "- 小明: 好\n  emotion: {calm: 0}\n", "6:12 any weight / {calm: 70%"),
    segment("nine emotions", "- 小明: 好\n  emotion: {a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1, h: 1, i: 1}\n", "6:12 More than 8 / Leave some"),
    segment("a strength above all", "- 小明: 好\n  emotion: {calm: 1, strength: 120%}\n", '6:32 "120%" is out of range / from 0 to 1'),
    # Segments
    segment("a segment in a mapping", "  小明: 好\n", "5:3 must be a list / \"- \""),
    segment("a full-width colon", "- 小明：你好\n", '5:3 "小明：你好" names no speaker / ":" and a space'),
    segment("a list in a list", "- - 小明: 好\n", "5:3 A list where a segment / Take one - away"),
    segment("an unknown speaker", "- 小名: 好\n- 小名: 好\n", '5:3 Unknown speaker "小名" (in 2 lines) / Known: 小明'),
    segment("a keyword misspelt", "- puase: 1s\n", '5:3 "puase" / Did you mean "pause"?'),
    segment("a dash forgotten", "- 小明: 好\n  Anna: hi\n", '6:3 "Anna" in a line of "小明" / begins with "- "'),
    segment("an option alone", "- emotion: calm\n", "5:3 says nothing / name: text"),
    segment("two kinds in one", "- pause: 1s\n  chapter: x\n", '5:3 "pause" and "chapter" in one / "- "'),
    segment("a line without words", "- 小明:\n", "5:6 Nothing is written / Write some"),
    segment("a line of 5001 characters", f"- 小明: {'好' * 5001}\n", "5:7 longer than 5000 / split"),
    segment("a long line without a speaker", "- line: 好\n", "5:3 without a speaker / Add `speaker"),
    segment("a line that is a mapping", "- 小明: {行|háng}\n", "5:7 not a mapping / one value"),
    segment("an option of another kind", "- line: 好\n  speaker: 小明\n  fade_in: 1s\n", '7:3 "fade_in" / Known: emotion'),
    segment("too fast", "- 小明: 好\n  rate: 3\n", '6:9 "3" is out of range / from 0.5 to 2'),
    segment("a level without its unit", "- 小明: 好\n  gain: -6\n", '6:9 "-6" has no unit / Write -6 dB'),
    segment("take zero", "- 小明: 好\n  take: 0\n", "6:9 0 is out of range / from 1 to 999"),
    segment("a pause without its unit", "- pause: 800\n- 小明: 好\n", '5:10 "800" has no unit / Write 800ms or 800s'),
    segment("a pause in hours", "- pause: 1h\n- 小明: 好\n", '5:10 "h" is not known / 500ms, 1.5s or 2min'),
    segment("a pause too long", "- pause: 11min\n- 小明: 好\n", '5:10 "11min" is out of range / from 0s to 600s'),
    segment("a pause in words", "- pause: long\n- 小明: 好\n", '5:10 "long" / Write 500ms'),
    segment("a chapter's address", "- chapter: x\n  url: javascript:x\n- 小明: 好\n", '6:8 "javascript:x" is not a web address / https://'),
    segment("a sound that is missing", "- sound: scrip.yaml\n- 小明: 好\n", '5:10 no file "scrip.yaml" / Did you mean "script.yaml"?'),
    segment("a sound outside", "- sound: ../../etc/passwd\n- 小明: 好\n", '5:10 "../../etc/passwd" is outside / Move it into'),
    segment("an absolute sound", "- sound: /etc/passwd\n- 小明: 好\n", '5:10 "/etc/passwd" is outside / Move it into'),
    segment("a sound that is a folder", "- sound: .\n- 小明: 好\n", '5:10 "." is a folder / Name a file'),
    segment("a loop without an end", "- sound: script.yaml\n  loop: yes\n- 小明: 好\n", "6:9 without an end / Add `under`"),
    segment("ducking under nothing", "- sound: script.yaml\n  duck: -6 dB\n- 小明: 好\n", '6:9 "duck" is for / Add `under'),
    segment("under what", "- sound: script.yaml\n  under: chaptr\n- 小明: 好\n", '6:10 "chaptr" / Did you mean "chapter"?'),
    segment("a repeat of nothing", "- repeat: 2\n- 小明: 好\n", "5:3 repeat of nothing / Add `segments"),
    segment("101 times", "- repeat: 101\n  segments: [小明: 好]\n", "5:11 101 is out of range / from 1 to 100"),
    segment("a repeat bomb", "- repeat: 100\n  segments:\n  - repeat: 100\n    segments:\n    - repeat: 100\n      segments: [小明: 好]\n", "5:3 more than 20000 segments / Split"),
    # Output and metadata
    root("an unknown format", "output: {formats: wave}\n", '4:19 "wave" / Did you mean "wav"?'),
    root("a format twice", "output: {formats: [mp3, mp3]}\n", "4:19 listed twice / once"),
    root("no format", "output: {formats: []}\n", "4:19 No format / [mp3]"),
    root("an odd sample rate", "output: {sample_rate: 47 kHz}\n", '4:23 "47 kHz" / 8000, 11025'),
    root("loudness in dB", "output: {loudness: -16 dB}\n", '4:20 "dB" is not known / -16 LUFS'),
    root("a file name with a path", "output: {name: ../x}\n", '4:16 "../x" holds "/" / Leave'),
    root("a name Windows keeps", "output: {name: NUL}\n", '4:16 "NUL" / another'),
    root("three channels", "output: {channels: surround}\n", '4:20 "surround" / Known: 1, 2, mono, stereo'),
    root("maybe stems", "output: {stems: maybe}\n", '4:17 "maybe" / Known: false, no, true, yes'),
    root("a date that is none", "metadata: {date: 2026-02-30}\n", '4:18 "2026-02-30" is not a date / 2026-11-22'),
    # Includes
    segment("an include that is missing", "- include: a.yaml\n- 小明: 好\n", '5:12 no file "a.yaml" / '),
    segment("an include of itself", "- include: script.yaml\n- 小明: 好\n", '5:12 "script.yaml" includes itself / Take'),
    segment("an include of a sound", "- include: [a]\n- 小明: 好\n", "5:12 not a list / one value"),
    yaml("a circle", HEAD + "- 小明: 好\n- include: a.yaml\n", 'a.yaml:2:21 "script.yaml" includes itself / Take', a_yaml="glmtts: 1\nsegments: [include: script.yaml]\n"),
    yaml("an include with mistakes", HEAD + "- include: a.yaml\n- 小名: 好\n", '6:3 "小名" / Known', "a.yaml:1:9 Only version / ", 'a.yaml:2:12 "x" / ', a_yaml="glmtts: 7\nsegments: [x: y]\n"),
    yaml("an include that is no YAML", HEAD + "- include: a.yaml\n- 小名: 好\n", '6:3 "小名" / Known', "a.yaml:1:4 never closed / ", a_yaml='a: "'),
    yaml("one name, two voices", HEAD + "- include: a.yaml\n- 小明: 好\n", 'a.yaml:2:10 "小明" means something else at … / Rename', a_yaml="glmtts: 1\nvoices: {小明: hong}\nsegments: []\n"),
    # Plain text
    plain("an empty text", "\n***\n", "1:1 Nobody says anything / `Name: words`"),
    plain("GBK text", "a: b\n小明：好\n".encode("gbk"), "2 looks like GBK / as UTF-8"),
    plain("a remark after a name", "小明：好\n小明（笑）：哈哈\n", '2:1 "小明（笑）" would not be heard / Write "小明："'),
    plain("a name that says nothing", "小明：\nAnna: hi\nBob:\n", '1:1 "小明" says nothing / Add words', '3:1 "Bob" says nothing / Add words'),
    plain("20,001 lines", "a: b\n" * 20_001, "20001:1 more than 20000 lines / Split"),
    # SRT
    srt("no subtitles", "\n", "1:1 no subtitles / 00:00:01,000 -->"),
    srt("no times", "1\n你好\n", '2:1 "你好" is not the time / 00:00:01,000 -->'),
    srt("61 seconds", "1\n00:00:61,000 --> 00:01:02,000\n你好\n", "2:1 00 to 59 / 00:00:01,000"),
    srt("an end before its start", "1\n00:00:02,000 --> 00:00:01,000\n你好\n", "2:1 run backwards / into the order"),
    srt("cues out of order", f"00:01:00,000 --> 00:01:01,000\n好\n\n{TIMES}好\n", "4:1 run backwards / into the order"),
    srt("nothing but music", f"1\n{TIMES}\n2\n00:00:03,000 --> 00:00:04,000\n[音乐]\n", "1:1 Nothing is said / 00:00:01,000 -->"),
    srt("no empty line between cues", f"1\n{TIMES}好\n2\n{TIMES}好\n", "5:1 inside another / empty line"),
    srt("a cue on the next day", f"{TIMES}好\n\n25:00:02,000 --> 25:00:03,000\n好\n", "4:1 later than 24 hours / Correct"),
    srt("a remark in a subtitle", f"{TIMES}Anna (laughs): ha\n", '2:1 "Anna (laughs)" / Write "Anna:"'),
]  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.about)
def test_a_broken_script_is_refused_with_place_what_and_remedy(
    broken: Broken, tmp_path: Path
) -> None:
    content = broken.text if isinstance(broken.text, bytes) else broken.text.encode()
    path = tmp_path / broken.name
    path.write_bytes(content)
    for name, text in broken.beside:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_script(path)
    found = caught.value.mistakes
    assert len(found) == len(broken.mistakes), [str(mistake) for mistake in found]
    for mistake, expected in zip(found, broken.mistakes, strict=True):
        _check(mistake, expected, path)


def _check(mistake: Mistake, expected: str, path: Path) -> None:
    form = re.fullmatch(r"(?:(\S+\.yaml):)?(?:(\d+)(?::(\d+))? )?(.*) / (.*)", expected)
    assert form, expected
    file, line, column, what, remedy = form.groups()
    place = mistake.place
    assert Path(place.file) == (path.with_name(file) if file else path)
    written = [int(number) if number else None for number in (line, column)]
    assert [place.line, place.column] == written, str(mistake)
    for part in what.split("…"):
        assert part.strip() in mistake.what, str(mistake)
    assert remedy in mistake.remedy, str(mistake)


def test_there_are_at_least_sixty_kinds() -> None:
    assert len({broken.about for broken in BROKEN}) == len(BROKEN) >= 60 + 40


def test_a_file_that_is_missing_has_its_neighbour_named(tmp_path: Path) -> None:
    (tmp_path / "episode.yaml").write_text(ROOT)
    with pytest.raises(InputError, match=r'no such file. Did you mean "episode\.yaml"\?'):
        read_script(tmp_path / "epizode.yaml")
    with pytest.raises(InputError, match="This is a folder"):
        read_script(tmp_path)


def test_reading_stops_after_a_hundred_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "script.yaml"
    path.write_text(HEAD + "- pause: 5\n" * 1000, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_script(path)
    assert len(caught.value.mistakes) == 100


def test_mistakes_of_all_parts_are_reported_together_in_the_order_of_the_file(
    tmp_path: Path,
) -> None:
    path = tmp_path / "script.yaml"
    path.write_text(
        "glmtts: 1\ntitel: x\nvoices: {a: {voice: v, rate: 9}}\n"
        "output: {loudness: loud}\nsegments:\n- b: hi\n- pause: 5\n- a: x\n  take: y\n"
    )
    with pytest.raises(InputError) as caught:
        read_script(path)
    places = [(mistake.place.line, mistake.place.column) for mistake in caught.value.mistakes]
    assert places == [(2, 1), (3, 30), (4, 20), (6, 3), (7, 10), (9, 9)]
