"""Which line a chosen take belongs to, whatever happens to the script around it."""

from __future__ import annotations

from pathlib import Path

import pytest
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.production.editing.picks import (
    Pick,
    apply_picks,
    keys,
    match,
    more_takes,
    notes,
    pick_takes,
)
from comfyui_glmtts.production.editing.picks_file import (
    picks_file,
    picks_of,
    read_picks,
    write_picks,
)
from comfyui_glmtts.scripts.parse import read_script
from comfyui_glmtts.scripts.script import Script


def picked(script: Script) -> Script:
    return apply_picks(script, picks_of(script))


HEAD = "glmtts: 1\nvoices: {甲: xiaoyu, 乙: aming}\nsegments:\n"
BODY = """\
- 甲: 早上好。
- 乙: 早上好。
- 甲: 今天去哪儿？
  emotion: {calm: 70%, happy: 30%}
- 乙: 去河边。
- 甲: 早上好。
"""


def script(folder: Path, body: str = BODY, head: str = HEAD) -> Script:
    path = folder / "episode.yaml"
    path.write_text(head + body, encoding="utf-8")
    return read_script(path)


def choose(folder: Path, **takes: int) -> None:
    """Choose takes of the first script's lines: `_3=2` is take 2 of line 3."""
    first = script(folder)
    numbers = {int(name[1:]): take for name, take in takes.items()}
    picks = more_takes(first, picks_of(first), numbers, 3)
    write_picks(first, pick_takes(first, picks, numbers))


def takes(found: Script) -> list[int | None]:
    return [line.take for line in found.lines]


@pytest.mark.parametrize(
    ("old", "new", "expected", "stale"),
    [
        ("", "", [None, None, 2, None, 3], 0),
        ("- 乙: 去河边。\n", "- 乙: 去山上，不去河边。\n", [None, None, 2, None, 3], 0),
        ("- 乙: 去河边。\n", "", [None, None, 2, 3], 0),
        (
            "- 乙: 去河边。\n",
            "- pause: 1s\n- chapter: 河\n- 乙: 去河边。\n",
            [None, None, 2, None, 3],
            0,
        ),
        (
            "- 甲: 早上好。\n- 乙",
            "- 乙: 喂？\n- 甲: 早上好。\n- 乙",
            [None, None, None, 2, None, 3],
            0,
        ),
        ("今天去哪儿？", "今天去哪里？", [None, None, None, None, 3], 1),
        ("calm: 70%, happy: 30%", "calm: 60%, happy: 40%", [None, None, None, None, 3], 1),
        ("calm: 70%, happy: 30%", "calm: 7, happy: 3", [None, None, 2, None, 3], 0),
        ("- 乙: 去河边。\n", "- 乙: 去河边。\n  rate: 1.2\n", [None, None, 2, None, 3], 0),
        ("  emotion", "  rate: 1.2\n  gain: 3 dB\n  emotion", [None, None, 2, None, 3], 0),
        ("  emotion", "  seed: 5\n  emotion", [None, None, None, None, 3], 1),
        ("- 甲: 早上好。\n- 乙", "- 乙", [None, 2, None, None], 1),
        ("- 甲: 今天", "- 乙: 今天", [None, None, None, None, 3], 1),
    ],
    ids=[
        "nothing changed",
        "another line edited",
        "another line taken out",
        "other things put in",
        "lines moved down",
        "its own words edited",
        "its own emotion edited",
        "its emotion written otherwise",
        "another line's speed",
        "its own speed and level",
        "its own seed",
        "the first of two equal lines taken out",
        "given to another speaker",
    ],
)
def test_a_choice_stays_with_what_its_line_says(
    old: str, new: str, expected: list[int | None], stale: int, tmp_path: Path
) -> None:
    choose(tmp_path, _3=2, _5=3)
    assert old in BODY
    edited = script(tmp_path, BODY.replace(old, new, 1) if old else BODY)
    assert takes(picked(edited)) == expected
    assert len(picks_of(edited).stale) == stale


def test_a_line_that_moves_takes_its_choice_along(tmp_path: Path) -> None:
    choose(tmp_path, _4=2)
    moved = "- 乙: 去河边。\n" + BODY.replace("- 乙: 去河边。\n", "")
    assert takes(picked(script(tmp_path, moved))) == [2, None, None, None, None]


def test_a_stale_choice_is_kept_and_holds_again_when_the_words_come_back(tmp_path: Path) -> None:
    choose(tmp_path, _3=2)
    edited = script(tmp_path, BODY.replace("今天去哪儿？", "今天呢？"))
    write_picks(edited, picks_of(edited))
    assert takes(picked(edited)) == [None] * 5
    assert takes(picked(script(tmp_path))) == [None, None, 2, None, None]


@pytest.mark.parametrize(
    ("voices", "renames", "expected"),
    [
        ("{小雨: xiaoyu, 乙: aming}", {"甲": "小雨"}, [None, None, 2, 3, None]),
        ("{小雨: xiaoyu, 阿明: aming}", {"甲": "小雨", "乙": "阿明"}, [None, None, 2, 3, None]),
        ("{乙: xiaoyu, 甲: aming}", {"甲": "乙", "乙": "甲"}, [None, None, None, None, None]),
        ("{乙: aming}", {"甲": "乙"}, [None, None, None, 3, None]),
        ("{众: aming}", {"甲": "众", "乙": "众"}, [None, None, None, None, None]),
    ],
    ids=["one", "both", "swapped", "made one with another who has choices", "two made one"],
)
def test_a_speaker_with_a_new_name_keeps_their_choices_where_it_is_sure_who_it_is(
    voices: str, renames: dict[str, str], expected: list[int | None], tmp_path: Path
) -> None:
    choose(tmp_path, _3=2, _4=3)
    body = "".join(
        line.replace(f"- {line[2]}", f"- {renames.get(line[2], line[2])}", 1)
        for line in BODY.splitlines(keepends=True)
    )
    head = HEAD.replace("{甲: xiaoyu, 乙: aming}", voices)
    assert takes(picked(script(tmp_path, body, head))) == expected


def test_a_take_written_in_the_script_wins_and_that_is_said(tmp_path: Path) -> None:
    choose(tmp_path, _4=3)
    edited = script(tmp_path, BODY.replace("- 乙: 去河边。\n", "- 乙: 去河边。\n  take: 2\n"))
    picks = picks_of(edited)
    assert apply_picks(edited, picks).lines[3].take == 2
    (note,) = notes(edited, picks)
    assert note.startswith(str(edited.lines[3].place))
    assert "`take: 2`, which wins over the chosen take 3" in note
    with pytest.raises(InputError, match="take it out to choose here"):
        pick_takes(edited, picks, {4: 1})


def test_takes_that_nobody_made_cannot_be_chosen_and_all_are_told(tmp_path: Path) -> None:
    first = script(tmp_path)
    picks = more_takes(first, picks_of(first), [2], 3)
    with pytest.raises(InputError) as caught:
        pick_takes(first, picks, {1: 2, 2: 3, 3: 9})
    assert [str(mistake.place) for mistake in caught.value.mistakes] == ["line 1", "line 3"]
    assert "--lines 3 --takes 9" in caught.value.mistakes[1].remedy


def test_the_file_is_in_the_order_of_the_script_and_reads_back_as_it_was(tmp_path: Path) -> None:
    choose(tmp_path, _5=3, _3=2)
    choose(tmp_path, _1=1)
    found = script(tmp_path)
    text = picks_file(found.file).read_text("utf-8")
    assert text.startswith("# The takes of episode.yaml")
    assert text[text.index("glmtts_takes") :] == (
        "glmtts_takes: 1\nlines:\n"
        '  - speaker: "甲"\n    line: "早上好。"\n    takes: 3\n    pick: 1\n'
        '  - speaker: "甲"\n    line: "今天去哪儿？"\n    emotion: "calm 70%, happy 30%"\n'
        "    takes: 3\n    pick: 2\n"
        '  - speaker: "甲"\n    line: "早上好。"\n    occurrence: 2\n    takes: 3\n    pick: 3\n'
    )
    before = picks_of(found)
    write_picks(found, before)
    assert picks_file(found.file).read_text("utf-8") == text
    assert picks_of(found) == before


def test_words_of_any_kind_come_back_from_the_file(tmp_path: Path) -> None:
    words = [
        "- A: 'say \"hi\" \\ no'",
        "- A: |\n    one\n    two: # three",
        '- A: "tab\\tand \\u263a"',
        "- A: 💡 <b>&",
    ]
    found = script(tmp_path, "\n".join(words) + "\n", HEAD.replace("{甲", "{A: xiaoyu, 甲"))
    picks = more_takes(found, match(found, ()), range(1, 5), 2)
    write_picks(found, picks)
    assert [pick.key for pick in read_picks(picks_file(found.file))] == keys(found)


def test_without_choices_there_is_no_file(tmp_path: Path) -> None:
    choose(tmp_path, _3=2)
    found = script(tmp_path)
    write_picks(found, match(found, ()))
    assert not picks_file(found.file).exists()
    assert picked(found) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("- a", "no list of takes"),
        ("glmtts: 1\n", 'Unknown key "glmtts"'),
        ("glmtts_takes: 2\n", "episode.takes.yaml:1:15"),
        ("glmtts_takes: 1\nlines: a\n", '"lines" must be a list'),
        ("glmtts_takes: 1\nlines:\n- speaker: 甲\n", "Whose line this is, is missing"),
        ("glmtts_takes: 1\nlines:\n- {speaker: 甲, line: a, pick: 0}\n", ":3:31"),
        ("glmtts_takes: 1\nlines:\n- {speaker: 甲, line: a}\n- {line: a, speaker: 甲}\n", "twice"),
        ("<<<<<<< ours\nglmtts_takes: 1\n", "episode.takes.yaml:"),
        ("glmtts_takes: 1\nlines: [*a]\n", "alias"),
    ],
)
def test_a_file_of_choices_that_is_wrong_is_told_with_its_place(
    text: str, said: str, tmp_path: Path
) -> None:
    found = script(tmp_path)
    picks_file(found.file).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        picked(found)
    assert said in str(caught.value)


def test_a_choice_counts_as_a_take_even_where_fewer_are_listed(tmp_path: Path) -> None:
    found = script(tmp_path)
    entry = "glmtts_takes: 1\nlines:\n- {speaker: 乙, line: 去河边。, pick: 4}\n"
    picks_file(found.file).write_text(entry, encoding="utf-8")
    assert read_picks(picks_file(found.file)) == [Pick(key=keys(found)[3], takes=4, chosen=4)]
