"""`glmtts read` and `glmtts lexicon`, called as a person calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from comfyui_glmtts.cli.commands import lexicon, read
from comfyui_glmtts.mistakes import InputError
from typer.testing import CliRunner

APP = typer.Typer()
APP.command()(read.read)
APP.add_typer(lexicon.app, name="lexicon")


def run(*arguments: str, text: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(APP, list(arguments), input=text)
    if isinstance(result.exception, InputError):
        raise result.exception
    return result.exit_code, result.stdout


def test_each_line_of_standard_input_becomes_one_object() -> None:
    status, out = run("read", "--json", text="银行\n\n{行|xíng}吗\n")
    first, second = (json.loads(line) for line in out.splitlines())
    assert status == 0
    assert first["text"] == first["spoken"] == "银行"
    assert [c["pinyin"] for c in first["characters"]] == ["yin2", "hang2"]
    assert second["characters"][0] == {
        "char": "行", "at": 1, "pinyin": "xing2", "source": "inline", "confidence": 1.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("spelling", "above"), [("marks", "háng"), ("numbers", "hang2"), ("bopomofo", "ㄏㄤˊ")]
)
def test_pinyin_is_spelled_as_asked(spelling: str, above: str) -> None:
    assert above in run("read", "--pinyin", spelling, "银行")[1].splitlines()[0]
    out = run("read", "--pinyin", spelling, "--json", "银行")[1]
    assert json.loads(out)["characters"][1].get("spelled", "háng") == above


def test_an_unknown_spelling_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="bopomofo"):
        run("read", "--pinyin", "bopomof", "银行")


def test_pinyin_stands_above_the_characters() -> None:
    assert "háng" in run("read", "银行")[1].splitlines()[0]


def test_a_broken_mark_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_text("你好\n很{重|chongg}要\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        run("read", "--file", str(file))
    place = error.value.mistakes[0].place
    assert (place.line, place.column) == (2, 2)


def test_lint_ends_with_status_1_only_for_errors(tmp_path: Path) -> None:
    file = tmp_path / "rules.jsonl"
    file.write_text('{"word": "行", "phoneme": "háng"}\n', encoding="utf-8")
    assert run("lexicon", "lint", str(file))[0] == 0
    file.write_text('{"word": "行 长", "phoneme": "háng zhǎng"}\n', encoding="utf-8")
    status, out = run("lexicon", "lint", "--json", str(file))
    assert status == 1
    assert json.loads(out)[0]["code"] == "P104"


def test_the_style_is_an_option() -> None:
    text = "拨打110坐G1234次列车"
    assert json.loads(run("read", "--json", text)[1])["spoken"] == "拨打幺幺零坐G一二三四次列车"
    options = ("--telephone-one", "yi", "--train", "number", "--train-letter", "word")
    out = run("read", "--json", *options, "--code-one", "yao", text)[1]
    assert json.loads(out)["spoken"] == "拨打一一零坐高一千二百三十四次列车"
    with pytest.raises(InputError) as error:
        run("read", "--telephone-one", "yo", "--train", "digit", text)
    assert [mistake.place.file for mistake in error.value.mistakes] == [
        "--telephone-one",
        "--train",
    ]


SCRIPT = """\
glmtts: 1
title: 行
voices: {小明: ming, Anna: anna}
lexicons: [rules.jsonl]
segments:
  - chapter: 长江长
  - 小明: 长江长。
  - Anna: 她在{银行|yín háng}，行吗？
"""


def test_a_script_is_read_line_by_line_with_its_speakers_and_rules(tmp_path: Path) -> None:
    (tmp_path / "episode.yaml").write_text(SCRIPT, encoding="utf-8")
    rule = '{"word": "行", "phoneme": "háng", "speaker": "Anna"}'
    (tmp_path / "rules.jsonl").write_text(rule, encoding="utf-8")
    status, out = run("read", "--json", "--file", str(tmp_path / "episode.yaml"))
    first, second = (json.loads(line) for line in out.splitlines())
    assert status == 0
    assert (first["text"], second["spoken"]) == ("长江长。", "她在银行，行吗？")
    assert second["characters"][5]["source"] == "rule 行"


def test_findings_in_a_script_have_their_places_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "rules.jsonl").touch()
    episode, subtitles = tmp_path / "episode.yaml", tmp_path / "episode.srt"
    episode.write_text(SCRIPT, encoding="utf-8")
    subtitles.write_text("1\n00:00:01,000 --> 00:00:02,000\n长江长。\n", encoding="utf-8")
    out = run("read", "--lint", "--json", "--file", str(episode), "--file", str(subtitles))[1]
    places = {(f["code"], Path(f["file"]).name, f["line"], f["column"]) for f in json.loads(out)}
    assert ("P201", "episode.yaml", 7, 11) in places
    assert ("P201", "episode.srt", 3, 3) in places
    assert {line for _, file, line, _ in places if file == "episode.yaml"} <= {7, 8}


def test_a_script_s_mistakes_are_told_as_render_tells_them(tmp_path: Path) -> None:
    file = tmp_path / "episode.yaml"
    file.write_text(
        "glmtts: 1\nvoices: {小明: ming}\nsegments:\n  - 小红: 你好\n", encoding="utf-8"
    )
    with pytest.raises(InputError) as error:
        run("read", "--lint", "--file", str(file))
    assert error.value.mistakes[0].place.line == 4


def test_expectations_that_fail_are_told(tmp_path: Path) -> None:
    file = tmp_path / "expected.txt"
    file.write_text("{银行|yínháng}\n{重|chóng}要\n", encoding="utf-8")
    status, out = run("lexicon", "test", str(file))
    assert status == 1
    assert "2 of 3 as expected." in out


def test_a_bundled_dictionary_is_converted(tmp_path: Path) -> None:
    target = tmp_path / "finance.csv"
    assert run("lexicon", "convert", "finance", str(target))[0] == 0
    assert target.read_text(encoding="utf-8").startswith("word,context,phoneme")
    assert "finance" in run("lexicon", "list")[1]
